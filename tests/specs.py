"""Rule sets as plain data, and the text of the `.lead` file that says the same.

The oracle reads this data, the package reads the text: whatever stands between the two is under test. What is written
inside a rule, values and conditions, is in `oracle_expressions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tests.oracle_expressions import Condition, Duration, Name, Pattern, Value, number, text, write, write_value

# Declarations


@dataclass(frozen=True)
class Field:
    """A field of leads or a property of events. `type` as it is written: `whole number`, `money EUR`, `one of`."""

    name: str
    type: str
    choices: tuple[str, ...] = ()
    blank_means_no: bool = False
    known_from: bool = False


@dataclass(frozen=True)
class EventType:
    """`event visit { ... }`."""

    name: str
    properties: tuple[Field, ...] = ()
    passive: bool = False


@dataclass(frozen=True)
class Named:
    """A condition with a name: `condition NAME: ...`, or an item of a checklist."""

    name: str
    condition: Condition


@dataclass(frozen=True)
class Constant:
    """A named number: `points NAME = ...`, or `param NAME = ...` with its range, if it has one."""

    name: str
    value: Value
    kind: Literal["points", "param"] = "points"
    range: tuple[Value, Value] | None = None


# Scores


@dataclass(frozen=True)
class Decay:
    """A law of decay; `none` is `no decay`."""

    law: Literal["half-life", "linear", "expires", "none", "s-curve", "of original", "by age", "points every"]
    duration: Duration | None = None
    amount: Value | None = None  # the share of `of original`, the points of `points every`
    in_steps: bool = False
    low: Value | None = None
    bands: tuple[tuple[Duration | None, Value], ...] = ()  # of `by age`: younger than what, what share; the last older


@dataclass(frozen=True)
class AtMost:
    """`at most N`, `at most N per calendar week`; `once` where `count` is None."""

    count: int | None
    period: Literal["all", "day", "week", "month"] = "all"


@dataclass(frozen=True)
class AtMostInAny:
    """`at most N in any D`."""

    count: int
    window: Duration


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """`NAME valid 2026-03-01 to 2026-03-31 weighs 35%: ...`, the days in ISO form."""

    weight: Value | None = None
    valid: tuple[str, str] | None = None


@dataclass(frozen=True)
class OncePer:
    """`once per PROPERTY`."""

    property: str
    count: int = 1


@dataclass(frozen=True)
class Level(Labelled):
    """`NAME P when CONDITION, for leads known for at least D`."""

    name: str
    points: Value
    condition: Condition
    known_for: Duration | None = None


@dataclass(frozen=True)
class Per:
    """`per 10 minutes of watched of`, `per full 10 minutes of`; without a name the only property of that kind."""

    size: Value
    property: str
    named: bool = True
    full: bool = False


@dataclass(frozen=True)
class Each(Labelled):
    """`NAME P each EVENT where ...` with its clauses, or `NAME P the first of: EVENT where ...`, `the last of:`."""

    name: str
    points: Value
    pattern: Pattern
    which: Literal["each", "first", "last"] = "each"
    limits: tuple[AtMost | AtMostInAny | OncePer, ...] = ()
    worth: Value | None = None
    decay: Decay | None = None
    gap: Duration | None = None
    before: Pattern | None = None
    within: Duration | None = None
    per: Per | None = None
    worth_per: tuple[Value, str] | None = None  # at most so many points for each value of the property


@dataclass(frozen=True)
class Range:
    """A row of a table: `under high`, `low to high` (closed), `low to under high`, `low and over`."""

    low: Value | None
    high: Value | None
    points: Value
    closed: bool = False


@dataclass(frozen=True)
class Values:
    """A row of a table for single values: `1, 2: 3`."""

    values: tuple[Value, ...]
    points: Value


@dataclass(frozen=True)
class Table(Labelled):
    """`NAME by FIELD { ... }`. `otherwise` is the row `else`."""

    name: str
    subject: Name
    rows: tuple[Range | Values, ...]
    otherwise: Value | None = None
    unknown: Value | None = None


@dataclass(frozen=True)
class Scale(Labelled):
    """`NAME worth VALUE when CONDITION, for leads known for at least D`; the condition may be absent."""

    name: str
    points: Value
    condition: Condition | None = None
    known_for: Duration | None = None


@dataclass(frozen=True)
class Cases(Labelled):
    """`NAME first true of { CONDITION: P; ...; otherwise: P }`, or `NAME best of { ... }`."""

    name: str
    rows: tuple[tuple[Condition, Value], ...]
    otherwise: Value | None = None
    best: bool = False


@dataclass(frozen=True)
class Veto(Labelled):
    """`NAME veto when CONDITION, for leads known for at least D`."""

    name: str
    condition: Condition
    known_for: Duration | None = None


Criterion = Level | Each | Table | Scale | Cases | Veto
Bounds = tuple[Value, Value]


@dataclass(frozen=True)
class Score:
    """A score made of criteria. `decay` holds for every occurrence that names no other."""

    name: str
    criteria: tuple[Criterion, ...]
    decay: Decay | None = None
    bounds: Bounds | None = None
    rounded: bool = False


@dataclass(frozen=True)
class Combination:
    """A score made of scores: `0.4 * fit + 0.6 * engagement - 3`; each term is a weight and a score."""

    name: str
    terms: tuple[tuple[Value, str], ...]
    constant: float = 0.0
    bounds: Bounds | None = None
    rounded: bool = False


@dataclass(frozen=True)
class Checklist:
    """A checklist and its items."""

    name: str
    items: tuple[Named, ...]


@dataclass(frozen=True)
class Tier:
    """A tier; the last one has no condition and is written `otherwise`."""

    name: str
    condition: Condition | None = None


@dataclass(frozen=True)
class Spec:
    """A whole rule set."""

    zone: str = "UTC"
    fields: tuple[Field, ...] = ()
    events: tuple[EventType, ...] = ()
    constants: tuple[Constant, ...] = ()
    conditions: tuple[Named, ...] = ()
    scores: tuple[Score | Combination, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    tiers: tuple[Tier, ...] = ()


def render(spec: Spec) -> str:
    """The rule set as a `.lead` file."""
    blocks = [
        _block("ruleset drawn", [f'timezone "{spec.zone}"']),
        _block("lead", [_field(f) for f in spec.fields]),
        *(_event(event) for event in spec.events),
        *(_constant(constant) for constant in spec.constants),
        *(f"condition {named.name}: {write(named.condition)}" for named in spec.conditions),
        *(_score(score) for score in spec.scores),
        *(_block(f"checklist {c.name}", [f"{i.name} {write(i.condition)}" for i in c.items]) for c in spec.checklists),
    ]
    tiers = [f"{t.name} when {write(t.condition)}" if t.condition else f"{t.name} otherwise" for t in spec.tiers]
    return "\n".join([*blocks, _block("thresholds", tiers)] if tiers else blocks) + "\n"


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for item in lines for line in item.split("\n")), "}"])


def _field(field: Field) -> str:
    choices = ", ".join(c if c.isidentifier() else text(c) for c in field.choices)
    no = " blank means no" if field.blank_means_no else ""
    since = " known from" if field.known_from else ""
    return f"{field.name} {field.type} {choices}".rstrip() + no + since


def _event(event: EventType) -> str:
    head = f"event {event.name}{' passive' if event.passive else ''}"
    return _block(head, [_field(p) for p in event.properties]) if event.properties else head


def _constant(constant: Constant) -> str:
    limits = " and ".join(write(limit) for limit in constant.range or ())
    between = f" between {limits}" if limits else ""
    return f"{constant.kind} {constant.name} = {write(constant.value)}{between}"


def _score(score: Score | Combination) -> str:
    bounds = f" between {write(score.bounds[0])} and {write(score.bounds[1])}" if score.bounds else ""
    tail = bounds + (" rounded" if score.rounded else "")
    if isinstance(score, Combination):
        return f"score {score.name} = {_formula(score)}{tail}"
    default = [_decay(score.decay)] if score.decay else []
    return _block(f"score {score.name}{tail}", [*default, _block("criteria", [_criterion(c) for c in score.criteria])])


def _formula(score: Combination) -> str:
    terms = " + ".join(f"{write(weight)} * {name}" for weight, name in score.terms)
    return f"{terms} + {number(score.constant)}" if score.constant else terms


def _decay(decay: Decay) -> str:
    words = {"half-life": "half-life", "linear": "linear over", "expires": "expires after", "s-curve": "s-curve over"}
    if decay.law == "by age":
        rows = (f"{f'younger than {write(age)}' if age else 'older'}: {write(share)}" for age, share in decay.bands)
        return f"decay by age {{ {'; '.join(rows)} }}"
    if not decay.duration:
        return "no decay"
    if not decay.amount:
        return f"decay {words[decay.law]} {write(decay.duration)}"
    what = "points" if decay.law == "points every" else "of original"
    tail = " in steps" * decay.in_steps + (f" not below {write(decay.low)}" if decay.low else "")
    return f"decay {write(decay.amount)} {what} every {write(decay.duration)}{tail}"


def _criterion(criterion: Criterion) -> str:
    if isinstance(criterion, Table):
        return _block(f"{_label(criterion)} by {criterion.subject.text}", _rows(criterion))
    if isinstance(criterion, Scale):
        return _scale(criterion)
    if isinstance(criterion, Cases):
        return _cases(criterion)
    if isinstance(criterion, Veto):
        known = f", for leads known for at least {write(criterion.known_for)}" if criterion.known_for else ""
        return f"{_label(criterion)} veto when {write(criterion.condition)}{known}"
    points = f"{_label(criterion)} {write(criterion.points)}"
    if isinstance(criterion, Level):
        known = f", for leads known for at least {write(criterion.known_for)}" if criterion.known_for else ""
        return f"{points} when {write(criterion.condition)}{known}"
    quantifier = "each" if criterion.which == "each" else f"the {criterion.which} of:"
    occurrence = f"{quantifier} {_occurrence(criterion.pattern)}"
    if criterion.before and criterion.within:
        occurrence = f"each: {_occurrence(criterion.before)} then {_occurrence(criterion.pattern)}"
        occurrence += f" within {write(criterion.within)}"
    if criterion.per:
        occurrence = f"{_per(criterion.per)} {occurrence}"
    return ", ".join([f"{points} {occurrence}", *_clauses(criterion)])


def _per(per: Per) -> str:
    property = f" of {per.property}" if per.named else ""
    return f"per {'full ' * per.full}{write(per.size)}{property} of"


def _occurrence(pattern: Pattern) -> str:
    return (pattern.event or "event") + (f" where {write(pattern.where)}" if pattern.where else "")


def _scale(criterion: Scale) -> str:
    when = f" when {write(criterion.condition)}" if criterion.condition else ""
    known = f", for leads known for at least {write(criterion.known_for)}" if criterion.known_for else ""
    return f"{_label(criterion)} worth {write_value(criterion.points)}{when}{known}"


def _cases(criterion: Cases) -> str:
    rows = [f"{write(condition)}: {write(points)}" for condition, points in criterion.rows]
    rest = [f"otherwise: {write(criterion.otherwise)}"] if criterion.otherwise else []
    return _block(f"{_label(criterion)} {'best of' if criterion.best else 'first true of'}", [*rows, *rest])


def _clauses(criterion: Each) -> Iterator[str]:
    for limit in criterion.limits:
        yield _limit(limit)
    if criterion.gap:
        yield f"after a gap of {write(criterion.gap)}"
    if criterion.worth_per:
        yield f"worth at most {write(criterion.worth_per[0])} points per {criterion.worth_per[1]}"
    if criterion.worth:
        yield f"worth at most {write(criterion.worth)} points in all"
    if criterion.decay:
        yield _decay(criterion.decay)


def _label(criterion: Criterion) -> str:
    valid = f" valid {criterion.valid[0]} to {criterion.valid[1]}" if criterion.valid else ""
    weight = f" weighs {write_value(criterion.weight)}" if criterion.weight else ""
    return criterion.name + valid + weight + (":" if valid or weight else "")


def _limit(limit: AtMost | AtMostInAny | OncePer) -> str:
    if isinstance(limit, OncePer):
        return f"once per {limit.property}"
    if limit.count is None:
        return "once"
    if isinstance(limit, AtMostInAny):
        return f"at most {limit.count} in any {write(limit.window)}"
    return f"at most {limit.count}" + ("" if limit.period == "all" else f" per calendar {limit.period}")


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        yield f"{_held(row)}: {write(row.points)}"
    if table.otherwise:
        yield f"else: {write(table.otherwise)}"
    if table.unknown:
        yield f"unknown: {write(table.unknown)}"


def _held(row: Range | Values) -> str:
    if isinstance(row, Values):
        return ", ".join(write(value) for value in row.values)
    if row.low is None or row.high is None:
        return f"{write(row.low)} and over" if row.low else f"under {write(row.high)}" if row.high else ""
    return f"{write(row.low)} to {'' if row.closed else 'under '}{write(row.high)}"
