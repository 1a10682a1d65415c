"""A criterion as it was written: its points, what they are earned by, limits and decay."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Moment, Name, Node, Number, Path, Pattern, Row


class HalfLife(Node, frozen=True):
    """`half-life D`."""

    duration: Expression


class Linear(Node, frozen=True):
    """`linear over D`."""

    duration: Expression


class Expires(Node, frozen=True):
    """`expires after D`."""

    duration: Expression


class SCurve(Node, frozen=True):
    """`s-curve over D`."""

    duration: Expression


class OfOriginal(Node, frozen=True):
    """`SHARE of original every D`, perhaps `in steps`."""

    share: Expression
    duration: Expression
    in_steps: bool


class AgeRow(Item, frozen=True):
    """`younger than AGE: SHARE`, or the last one: `older: SHARE`."""

    age: Expression | None
    share: Expression


class ByAge(Node, frozen=True):
    """`by age { rows }`."""

    body: Body[AgeRow]


class PointsEvery(Node, frozen=True):
    """`POINTS points every D`, perhaps `not below LOW`."""

    points: Expression
    duration: Expression
    low: Expression | None


class NoDecay(Node, frozen=True):
    """`no decay`."""


Decay = HalfLife | Linear | Expires | NoDecay | SCurve | OfOriginal | ByAge | PointsEvery


class AtMost(Node, frozen=True):
    """`once` (count None) or `at most N`, in all, `per calendar PERIOD`, or `in any DURATION`."""

    count: Number | None
    period: Literal["day", "week", "month"] | None = None
    window: Expression | None = None


class OncePer(Node, frozen=True):
    """`once per PROPERTY`."""

    property: Name


class Worth(Node, frozen=True):
    """`worth at most C points in all`, or `per PROPERTY`."""

    points: Expression
    per: Name | None = None


class AfterGap(Node, frozen=True):
    """`after a gap of D`."""

    duration: Expression


class Unless(Node, frozen=True):
    """`unless CONDITION`: the criterion gives nothing while the condition is true."""

    condition: Expression


Clause = AtMost | OncePer | AfterGap | Worth | Unless | Decay


class Dates(Node, frozen=True):
    """`valid 2026-03-01 to 2026-03-31`."""

    first: Moment
    last: Moment


class Label(Node, frozen=True):
    """How a criterion begins: `recency`, `recency weighs 35%:`, `spring valid 2026-03-01 to 2026-03-31 weighs 35%:`."""

    name: Name
    weight: Expression | None = None
    valid: Dates | None = None


class Labelled(Item, frozen=True):
    """A criterion, which begins with its label."""

    label: Label

    @property
    def name(self) -> Name:
        """What the criterion is called."""
        return self.label.name


class Level(Labelled, frozen=True):
    """`NAME P when CONDITION`: points while the condition holds."""

    points: Expression
    condition: Expression
    known_for: Expression | None = None
    unless: Unless | None = None


class Per(Node, frozen=True):
    """`per 10 minutes of watched of`: for so much of a property, or (`full`) for each time it is full."""

    size: Expression
    property: Name | None
    full: bool


class Band(Item, frozen=True):
    """`first 3 minutes: 3 per minute`, `next 7 minutes: 1 per minute`, `after: 0.5 per minute`."""

    which: Literal["first", "next", "after"]
    size: Expression | None
    points: Expression
    per: Expression | None


class Bands(Node, frozen=True):
    """`by PROPERTY of ..., band by band { rows }`."""

    property: Name
    body: Body[Band]


class Begins(Node, frozen=True):
    """`time CONDITION begins`, in the place of an event."""

    condition: Expression


class Each(Labelled, frozen=True):
    """`NAME P each EVENT where ...`, or `the first of:`, `the last of: EVENT where ...`, with its clauses in order.

    `points` is None where `bands` say what an occurrence earns: `NAME by PROPERTY of each EVENT, band by band { rows }`.
    Of `NAME P each visit of EVENT, gap D` the gap is `visit`.
    Of `NAME P each: A then B within D` the pattern is B, `before` is A, and `within` is D.
    """

    points: Expression | None
    pattern: Pattern | Begins
    clauses: tuple[Clause, ...]
    which: Literal["each", "first", "last"] = "each"
    before: Pattern | None = None
    within: Expression | None = None
    per: Per | None = None
    bands: Bands | None = None
    visit: Expression | None = None


class Table(Labelled, frozen=True):
    """`NAME by FIELD { rows }`."""

    subject: Path
    body: Body[Row]


class Scale(Labelled, frozen=True):
    """`NAME worth 6 * rating`, with or without `when CONDITION`: points that are a value of each lead."""

    points: Expression
    condition: Expression | None = None
    known_for: Expression | None = None
    unless: Unless | None = None


class Case(Item, frozen=True):
    """A row of a table of conditions: `CONDITION: P`, or `otherwise: P`."""

    condition: Expression | None
    points: Expression


class Cases(Labelled, frozen=True):
    """`NAME first true of { rows }`, or `NAME best of { rows }`."""

    best: bool
    body: Body[Case]


class Veto(Labelled, frozen=True):
    """`NAME veto when CONDITION`: the score is at its lower bound, whatever the points say."""

    condition: Expression
    known_for: Expression | None = None
    unless: Unless | None = None


Criterion = Level | Each | Table | Scale | Cases | Veto
