"""Rule sets as plain data, and the text of the `.lead` file that says the same.

The oracle reads this data, the package reads the text: whatever stands between the two is under test. What is written
inside a rule, values and conditions, is in `oracle_expressions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.oracle_expressions import Condition, Duration, Name, Pattern, Value

# Declarations


@dataclass(frozen=True)
class Field:
    """A field of leads or a property of events. `type` as it is written: `whole number`, `money EUR`, `one of`."""

    name: str
    type: str
    choices: tuple[str, ...] = ()
    blank_means_no: bool = False
    known_from: bool = False
    of_account: bool = False  # declared in the block `account`: the role of a member


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
    """`NAME valid 2026-03-01 to 2026-03-31 weighs 35%: ..., unless CONDITION`, the days in ISO form."""

    weight: Value | None = None
    valid: tuple[str, str] | None = None
    unless: Condition | None = None


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
class Bands:
    """`by PROPERTY of each ..., band by band { first 3 minutes: 3 per minute; ...; after: 1 per minute }`.

    Each row has a width (the last perhaps none), points, and for how much they are (None: for 1).
    """

    property: str
    rows: tuple[tuple[Value | None, Value, Value | None], ...]


@dataclass(frozen=True)
class Begins:
    """`time CONDITION begins`, in the place of an event behind `each`."""

    condition: Condition


@dataclass(frozen=True)
class Each(Labelled):
    """`NAME P each EVENT where ...` with its clauses, or `NAME P the first of: EVENT where ...`, `the last of:`."""

    name: str
    points: Value
    pattern: Pattern | Begins
    which: Literal["each", "first", "last"] = "each"
    limits: tuple[AtMost | AtMostInAny | OncePer, ...] = ()
    worth: Value | None = None
    decay: Decay | None = None
    gap: Duration | None = None
    before: Pattern | None = None
    within: Duration | None = None
    per: Per | None = None
    bands: Bands | None = None  # what an occurrence earns, in place of `points`
    visit: Duration | None = None  # `each visit of ..., gap D`
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
class Reset:
    """`resets to N on EVENT where ...`."""

    value: Value
    pattern: Pattern


@dataclass(frozen=True)
class Multiplier:
    """`times F when CONDITION`."""

    factor: Value
    condition: Condition


@dataclass(frozen=True)
class Ageing:
    """`ages 25% of current every D after D without EVENT while score >= N, not below M`, and its kin."""

    loss: Literal["share", "points", "value"]  # `becomes N` is the last, and `every` its duration
    amount: Value
    every: Duration
    pattern: Pattern
    after: Duration | None = None
    condition: tuple[Literal["<", "<=", ">=", ">"], Value] | None = None
    low: Value | None = None


@dataclass(frozen=True)
class Score:
    """A score made of criteria. `decay` holds for every occurrence that names no other."""

    name: str
    criteria: tuple[Criterion, ...]
    decay: Decay | None = None
    bounds: Bounds | None = None
    rounded: bool = False
    resets: tuple[Reset, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    floor: Value | None = None
    ageing: tuple[Ageing, ...] = ()


@dataclass(frozen=True)
class Combination:
    """A score made of scores: `0.4 * fit + 0.6 * engagement - 3`; each term is a weight and a score."""

    name: str
    terms: tuple[tuple[Value, str], ...]
    constant: float = 0.0
    bounds: Bounds | None = None
    rounded: bool = False


@dataclass(frozen=True)
class RollUp:
    """`score NAME = sum over members of SCORE * by role { ... }`, `count over members where CONDITION`."""

    name: str
    measure: Literal["sum", "average", "max", "min", "count"]
    score: str | None = None
    weight: Table | None = None
    where: Condition | None = None
    bounds: Bounds | None = None
    rounded: bool = False


AnyScore = Score | Combination | RollUp


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
    until: Condition | None = None
    held_for: Value | None = None
    contact: Value | None = None


@dataclass(frozen=True)
class On:
    """What a step between tiers sets off: `entering`, `leaving` or `falling`, and its tiers."""

    step: str
    tier: str
    other: str | None = None
    cooldown: Value | None = None


@dataclass(frozen=True)
class Grade:
    """Labels of a score, the best first, each with the score it begins at; the last has none: `otherwise`."""

    name: str
    score: str
    rows: tuple[tuple[str, Value | None], ...]


@dataclass(frozen=True)
class Matrix:
    """`matrix NAME = FIRST & SECOND`."""

    name: str
    first: str
    second: str


@dataclass(frozen=True)
class Spec:
    """A whole rule set."""

    zone: str = "UTC"
    fields: tuple[Field, ...] = ()
    events: tuple[EventType, ...] = ()
    constants: tuple[Constant, ...] = ()
    conditions: tuple[Named, ...] = ()
    scores: tuple[AnyScore, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    tiers: tuple[Tier, ...] = ()
    grades: tuple[Grade, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    frozen: Condition | None = None
    actions: tuple[On, ...] = ()
    evaluate: tuple[bool, tuple[str, ...]] = (True, ("00:00",))
