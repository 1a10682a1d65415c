"""What a value is and whether a condition holds, for one lead. None is unknown."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from tests.oracle_expressions import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Both,
    Compare,
    Condition,
    DaysSince,
    Either,
    Fired,
    Happened,
    Has,
    IsKnown,
    IsOneOf,
    Moment,
    Name,
    Negative,
    Not,
    Number,
    Pattern,
    Percent,
    Quantity,
    Text,
    TextTest,
    Value,
    Word,
)
from tests.oracle_facts import Event, Facts, Known
from tests.oracle_text import fold, tells
from tests.oracle_time import DAY, UNITS, local_date, local_time

Truth = bool | None
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


class Scene(NamedTuple):
    """What names mean: the lead, the event whose `where` is read, and what was already worked out of the lead.

    `fired` says whether a criterion of the lead fired.
    """

    facts: Facts
    event: Event | None = None
    scores: Mapping[str, float] = MappingProxyType({})
    checklists: Mapping[str, Mapping[str, Truth]] = MappingProxyType({})
    gone: int = 0  # so many of the lead's events earn nothing any more
    reset_at: float = -math.inf
    fired: Callable[[str, Scene], bool] | None = None
    grades: Mapping[str, str] = MappingProxyType({})
    over_members: Mapping[str, float] = MappingProxyType({})


def both(truths: Iterable[Truth]) -> Truth:
    """Kleene's `and`: false where one is false, else unknown where one is unknown."""
    given = list(truths)
    return False if False in given else None if None in given else True


def either(truths: Iterable[Truth]) -> Truth:
    """Kleene's `or`: true where one is true, else unknown where one is unknown."""
    given = list(truths)
    return True if True in given else None if None in given else False


def negated(truth: Truth) -> Truth:
    """Kleene's `not`: unknown stays unknown."""
    return None if truth is None else not truth


def holds(condition: Condition, scene: Scene) -> Truth:
    """Whether a condition holds: true, false, or None for unknown."""
    match condition:
        case Both(parts):
            return both(holds(part, scene) for part in parts)
        case Either(parts):
            return either(holds(part, scene) for part in parts)
        case Not(part):
            return negated(holds(part, scene))
        case Happened(pattern, absent):
            return bool(matching(pattern, scene)) != absent
        case IsKnown(operand, missing):
            return (value_of(operand, scene) is None) == missing
        case Compare(left, sign, right):
            return compared(value_of(left, scene), sign, value_of(right, scene))
        case IsOneOf(operand, choices, negation):
            own = value_of(operand, scene)
            found = either(same(own, value_of(choice, scene)) for choice in choices)
            return negated(found) if negation else found
        case TextTest(operand, relation, patterns):
            text = value_of(operand, scene)
            return None if text is None else any(tells(str(text), relation, pattern) for pattern in patterns)
        case Fired(criterion):
            assert scene.fired
            return scene.fired(criterion, scene._replace(event=None))
        case Has(operand, choices, every):
            members = value_of(operand, scene)
            if members is None:
                return None
            assert isinstance(members, tuple)
            own = [fold(member) for member in members]
            found = [fold(str(value_of(choice, scene))) in own for choice in choices]
            return all(found) if every else any(found)
        case AtLeast(grade, label, most):
            return placed(grade.text, label, most, scene)
        case Name(text):
            truth = named(text, scene)
            assert truth is None or isinstance(truth, bool)
            return truth


def compared(left: Known | None, sign: str, right: Known | None) -> Truth:
    """A comparison by size, unknown where a side is."""
    if left is None or right is None:
        return None
    assert not isinstance(left, str) and not isinstance(right, str)
    return COMPARISONS[sign](left, right)


def same(left: Known | None, right: Known | None) -> Truth:
    """Whether two values are equal, texts folded; unknown where one is."""
    if left is None or right is None:
        return None
    return comparable(left) == comparable(right)


def placed(name: str, label: str, most: bool, scene: Scene) -> bool:
    """Whether the grade of a lead is a label or a better one, or (`most`) a label or a worse one."""
    order = next([fold(other) for other, _ in grade.rows] for grade in scene.facts.spec.grades if grade.name == name)
    own, asked = order.index(fold(scene.grades[name])), order.index(fold(label))
    return own >= asked if most else own <= asked


def comparable(value: Known) -> Known:
    """A value as it is compared: a text without case and form."""
    return fold(value) if isinstance(value, str) else value


def matching(pattern: Pattern, scene: Scene) -> list[Event]:
    """The visible events of a pattern, earliest first: the right type, recent enough, its `where` true."""
    found = []
    for event in scene.facts.events:
        right_type = event.type == pattern.event if pattern.event else not event.passive
        age = scene.facts.now - event.time
        recent = pattern.window is None or 0 <= age < number_of(pattern.window, scene)
        inside = scene._replace(event=event)
        if right_type and recent and (pattern.where is None or holds(pattern.where, inside) is True):
            found.append(event)
    return found


def number_of(value: Value, scene: Scene) -> float:
    """A value that is known before any lead is read: points, a duration, a bound."""
    known = value_of(value, scene)
    assert known is not None and not isinstance(known, str)
    return float(known)


def value_of(value: Value, scene: Scene) -> Known | None:
    """A value for this lead; None where it is unknown. Durations and moments are microseconds."""
    match value:
        case Number(amount):
            return amount
        case Percent(amount):
            return amount / 100
        case Quantity(amount, unit):
            return amount * UNITS.get(unit, 1)
        case Moment(written):
            return local_time(datetime.fromisoformat(written), scene.facts.spec.zone)
        case Text(text) | Word(text):
            return text
        case Name(text):
            return named(text, scene)
        case Negative(operand):
            return calculated(0.0, "-", value_of(operand, scene))
        case Arithmetic(left, sign, right):
            return calculated(value_of(left, scene), sign, value_of(right, scene))
        case Aggregate():
            return aggregated(value, scene)
        case DaysSince():
            return days_since(value, scene)


def named(name: str, scene: Scene) -> Known | None:
    """What a name stands for: a property of the event being read comes first; `lead.x` is always the field."""
    spec, fields = scene.facts.spec, scene.facts.fields
    if scene.event is not None and name in scene.event.values:
        return scene.event.values[name]
    if name.removeprefix("lead.") in fields:
        return fields[name.removeprefix("lead.")]
    outside = scene if scene.event is None else scene._replace(event=None)
    for constant in spec.constants:
        if constant.name == name:
            return value_of(constant.value, outside)
    for condition in spec.conditions:
        if condition.name == name:
            return holds(condition.condition, outside)
    if name in scene.scores:
        return round(scene.scores[name], 6)
    if name in scene.grades:
        return scene.grades[name]
    checklist, item = name.split(".")
    return counted(scene.checklists[checklist], item)


def counted(items: Mapping[str, Truth], item: str) -> Known | None:
    """An item of a checklist, or how many of its items are met, unmet or unknown."""
    counts = {"met": True, "unmet": False, "unknown": None}
    return list(items.values()).count(counts[item]) if item in counts else items[item]


def calculated(left: Known | None, sign: str, right: Known | None) -> float | None:
    """`left + right` and its kin: unknown where a side is, and where it is divided by zero; no larger than a double."""
    if left is None or right is None or (sign == "/" and right == 0):
        return None
    assert not isinstance(left, str) and not isinstance(right, str)
    return finite(worked_out(left, sign, right))


def finite(value: float) -> float:
    """The value, or the largest double where it is larger."""
    return max(-sys.float_info.max, min(sys.float_info.max, value))


def worked_out(left: float, sign: str, right: float) -> float:
    """Plain arithmetic."""
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right


def aggregated(value: Aggregate, scene: Scene) -> float | None:
    """A number made of the events of a pattern. Events that lack the property are left out."""
    found = matching(value.pattern, scene)
    if value.property is None:
        return len(found)
    known = [comparable(v) for event in found if (v := event.values[value.property]) is not None]
    if value.measure == "distinct":
        return len(set(known))
    return measured(value.measure, [float(v) for v in known])


def measured(measure: str, numbers: Sequence[float]) -> float | None:
    """The sum, the largest or the smallest of some numbers: of none the sum is 0, the others are unknown."""
    if measure == "sum":
        return finite(sum(numbers))
    if not numbers:
        return None
    return max(numbers) if measure == "max" else min(numbers)


def days_since(value: DaysSince, scene: Scene) -> float | None:
    """Days since a moment, or since the latest event of a pattern: of 24 hours each, or by the local calendar."""
    facts = scene.facts
    if isinstance(value.subject, Pattern):
        found = matching(value.subject, scene)
        since: Known | None = found[-1].time if found else None
    else:
        since = named(value.subject.text, scene)
    if since is None:
        return None
    if value.calendar:
        return (local_date(facts.now, facts.spec.zone) - local_date(int(since), facts.spec.zone)).days
    return (facts.now - float(since)) / DAY
