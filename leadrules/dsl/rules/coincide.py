"""Whether two conditions about one lead can be true at once, told only where what they say leaves no doubt."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from leadrules.dsl.expression.imply import CONTRARY, choices_of, compatible, excludes, implies
from leadrules.dsl.expression.model import (
    NUMBER,
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    IsOneOf,
    Meaning,
    Not,
    Pattern,
    Reference,
    Value,
)
from leadrules.dsl.rules.model import AnyScore, Score
from leadrules.dsl.rules.model_criteria import Criterion, Veto

MIRRORED: Mapping[str, Literal["<", "<=", "=", "!=", ">=", ">"]] = {
    "<": ">",
    "<=": ">=",
    "=": "=",
    "!=": "!=",
    ">": "<",
    ">=": "<=",
}
COUNTED = frozenset(["met", "unmet", "unknown"])
# What hangs on fields and events in a way that the condition itself does not say, and what hangs on scores.
NAMED = frozenset(["condition", "item", *COUNTED])
GRADED = frozenset(["grade", "cell", "fired"])
PLACES = 6  # to which scores are rounded before they are compared

Subject = tuple[str, str]


def coincide(condition: Condition | None, other: Condition, scores: Sequence[AnyScore] = ()) -> bool:
    """Whether a lead can have both; False where one rules the other out, and where nobody can tell.

    No score is beyond its bounds, nor off the lower one while a veto holds.
    """
    pairs = ((one, second) for one in _cases(condition) for second in _cases(other))
    return any(_together(one, second) and _attainable((*one, *second), scores) for one, second in pairs)


def mirrored(condition: Condition | None) -> Condition | None:
    """A comparison with its value on the left: `60 <= total` asks what `total >= 60` does."""
    match condition:
        case Compare(Constant() as level, operator, left) if not isinstance(left, Constant):
            return Compare(left, MIRRORED[operator], level, span=condition.span)
    return condition


def _cases(condition: Condition | None) -> Iterator[tuple[Condition, ...]]:
    """The ways in which a condition can be true, each as the parts that are true together."""
    if isinstance(condition, Either):
        for part in condition.parts:
            yield from _cases(part)
    elif isinstance(condition, Both):
        yield tuple(_plain(part) for part in condition.parts)
    else:
        yield () if condition is None else (_plain(condition),)


def _plain(condition: Condition) -> Condition:
    """A comparison with its value on the left, not denied, of what is counted with a bound that is reached."""
    match mirrored(condition):
        case Not(Compare(operator=operator) as compare):
            return _plain(replace(compare, operator=CONTRARY[operator]))
        case Compare(left, ">", Constant(level) as bound) as compare if _is_counted(left):
            return replace(compare, operator=">=", right=replace(bound, value=math.floor(level) + 1.0))
        case Compare(left, "<", Constant(level) as bound) as compare if _is_counted(left):
            return replace(compare, operator="<=", right=replace(bound, value=math.ceil(level) - 1.0))
        case plain:
            return plain or condition


def _is_counted(value: Value) -> bool:
    match value:
        case Reference(kind, _, type):
            return kind in COUNTED or type.name == "whole number"
        case Aggregate(measure):
            return measure in ("count", "distinct")
        case _:
            return False


def _together(parts: tuple[Condition, ...], others: tuple[Condition, ...]) -> bool:
    pairs = [(one, other) for one in parts for other in others]
    return all(not excludes(one, other) and _told(one, other) for one, other in pairs)


def _attainable(parts: Sequence[Condition], scores: Sequence[AnyScore]) -> bool:
    """Whether each number that the parts ask about can be one that all of them allow."""
    asked: dict[Value, list[Compare]] = defaultdict(list)
    for compare in (*parts, *(limit for score in scores for limit in _limits(score, parts))):
        if isinstance(compare, Compare) and isinstance(compare.right, Constant):
            asked[compare.left].append(compare)
    return all(compatible(*compares) for compares in asked.values())


def _limits(score: AnyScore, parts: Sequence[Condition]) -> Iterator[Compare]:
    """What is always true of a score where the parts of a condition are."""
    if score.bounds is not None:
        low, high = score.bounds
        if isinstance(score, Score) and any(_fixes(criterion, parts) for criterion in score.criteria):
            high = low
        least = float(math.floor(low)) if score.rounded else round(low, PLACES)
        most = float(math.ceil(high)) if score.rounded else round(high, PLACES)
        asked = Reference("score", score.name, NUMBER, span=score.span)
        yield Compare(asked, ">=", Constant(least, NUMBER, span=score.span), span=score.span)
        yield Compare(asked, "<=", Constant(most, NUMBER, span=score.span), span=score.span)


def _fixes(criterion: Criterion, parts: Sequence[Condition]) -> bool:
    """Whether a criterion is a veto that surely holds where all parts of a condition do."""
    if not isinstance(criterion, Veto) or not parts:
        return False
    bare = criterion.unless is None and criterion.known_for is None and criterion.valid is None
    return bare and implies(Both(tuple(parts), span=criterion.span), criterion.condition)


def _told(one: Condition, other: Condition) -> bool:
    """Whether two conditions that do not exclude each other surely can be true together."""
    match one, other:
        case Compare(left, _, Constant()), Compare(same, _, Constant()) if left == same:
            return True
        case IsOneOf(operand), IsOneOf(same_operand) if operand == same_operand:
            return choices_of(one) is not None and choices_of(other) is not None
    return one == other or _independent(frozenset(_subjects(one)), frozenset(_subjects(other)))


def _independent(ones: frozenset[Subject], others: frozenset[Subject]) -> bool:
    events = [{name for kind, name in subjects if kind == "event"} for subjects in (ones, others)]
    if ones & others or (all(events) and "" in events[0] | events[1]):
        return False
    kinds, other_kinds = {kind for kind, _ in ones}, {kind for kind, _ in others}
    if (kinds | other_kinds) & GRADED:
        return False
    return all(a == {"score"} for a, b in ((kinds, other_kinds), (other_kinds, kinds)) if b & NAMED)


def _subjects(meaning: Meaning) -> Iterator[Subject]:
    """The fields, events, scores and names that a condition asks about; "" is any event."""
    if isinstance(meaning, Reference) and meaning.kind != "property":
        yield meaning.kind, meaning.name
    if isinstance(meaning, Pattern):
        yield "event", meaning.event or ""
    for part in meaning.made_of():
        yield from _subjects(part)
