"""A rule set as it was written: one class for each kind of statement, in the order of the text."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import (
    Body,
    Expression,
    Item,
    Moment,
    Name,
    Node,
    Number,
    Path,
    Pattern,
    Properties,
    Property,
    Row,
    Text,
)
from leadrules.dsl.source import Span

# ruleset { ... }


class Version(Item, frozen=True):
    """`version 3`."""

    number: Number


class Timezone(Item, frozen=True):
    """`timezone Europe/Warsaw`."""

    zone: str


class Evaluate(Item, frozen=True):
    """When tiers are decided: at every event, and daily at some times of day (`HH:MM`)."""

    at_events: bool
    daily: tuple[str, ...]


class Header(Item, frozen=True):
    """`ruleset NAME "title" { ... }`."""

    name: Name
    title: Text | None
    body: Body[Version | Timezone | Evaluate]


# lead { ... }, event NAME { ... } and events { ... }


class Mapping(Item, frozen=True):
    """`identity from "Prospect ID"`: the column of something every table has."""

    name: Name
    column: Text


class Missing(Item, frozen=True):
    """`missing "Select"`: texts that mean "not known" in every field."""

    texts: tuple[Text, ...]


class Lead(Item, frozen=True):
    """`lead { ... }`."""

    body: Body[Property | Mapping | Missing]


class Events(Item, frozen=True):
    """`events { ... }`: the columns of the table of events."""

    body: Body[Mapping]


class Event(Item, frozen=True):
    """`event NAME from "its name in the data" passive { ... }`."""

    name: Name
    label: Text | None
    passive: bool
    body: Body[Properties] | None


# Names for numbers and conditions


class NamedPoints(Node, frozen=True):
    """`minor = 5`."""

    name: Name
    value: Expression


class Points(Item, frozen=True):
    """`points minor = 5, important = 10`."""

    names: tuple[NamedPoints, ...]


class Param(Item, frozen=True):
    """`param quiet = 30 days between 14 days and 90 days`."""

    name: Name
    value: Expression
    low: Expression | None
    high: Expression | None


class Condition(Item, frozen=True):
    """`condition NAME: ...`."""

    name: Name
    condition: Expression


# score NAME { ... }


class Bounds(Node, frozen=True):
    """`between LOW and HIGH`."""

    low: Expression
    high: Expression


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


Clause = AtMost | OncePer | AfterGap | Worth | Decay


class Dates(Node, frozen=True):
    """`valid 2026-03-01 to 2026-03-31`."""

    first: Moment
    last: Moment


class Label(Node, frozen=True):
    """How a criterion begins: `recency`, `recency weighs 35%:`, `spring valid 2026-03-01 to 2026-03-31 weighs 35%:`."""

    name: Name
    weight: Expression | None = None
    valid: Dates | None = None


class Labelled(Item, frozen=True, kw_only=True):
    """A criterion: what its points are multiplied by, and from which day to which it is valid."""

    weight: Expression | None = None
    valid: Dates | None = None


class Level(Labelled, frozen=True):
    """`NAME P when CONDITION`: points while the condition holds."""

    name: Name
    points: Expression
    condition: Expression
    known_for: Expression | None = None


class Per(Node, frozen=True):
    """`per 10 minutes of watched of`: for so much of a property, or (`full`) for each time it is full."""

    size: Expression
    property: Name | None
    full: bool


class Each(Labelled, frozen=True):
    """`NAME P each EVENT where ...`, or `the first of:`, `the last of: EVENT where ...`, with its clauses in order.

    Of `NAME P each: A then B within D` the pattern is B, `before` is A, and `within` is D.
    """

    name: Name
    points: Expression
    pattern: Pattern
    clauses: tuple[Clause, ...]
    which: Literal["each", "first", "last"] = "each"
    before: Pattern | None = None
    within: Expression | None = None
    per: Per | None = None


class Table(Labelled, frozen=True):
    """`NAME by FIELD { rows }`."""

    name: Name
    subject: Path
    body: Body[Row]


class Scale(Labelled, frozen=True):
    """`NAME worth 6 * rating`, with or without `when CONDITION`: points that are a value of each lead."""

    name: Name
    points: Expression
    condition: Expression | None = None
    known_for: Expression | None = None


class Case(Item, frozen=True):
    """A row of a table of conditions: `CONDITION: P`, or `otherwise: P`."""

    condition: Expression | None
    points: Expression


class Cases(Labelled, frozen=True):
    """`NAME first true of { rows }`, or `NAME best of { rows }`."""

    name: Name
    best: bool
    body: Body[Case]


class Veto(Labelled, frozen=True):
    """`NAME veto when CONDITION`: the score is at its lower bound, whatever the points say."""

    name: Name
    condition: Expression
    known_for: Expression | None = None


Criterion = Level | Each | Table | Scale | Cases | Veto


class DefaultDecay(Item, frozen=True):
    """`decay ...` inside a score: for every occurrence whose criterion names no other."""

    decay: Decay


class Criteria(Item, frozen=True):
    """`criteria { ... }`."""

    body: Body[Criterion]


class Score(Item, frozen=True):
    """`score NAME "title" between 0 and 100 rounded { ... }`."""

    name: Name
    title: Text | None
    bounds: Bounds | None
    rounded: bool
    body: Body[DefaultDecay | Criteria]


class Combination(Item, frozen=True):
    """`score total = 0.4 * fit + 0.6 * engagement`."""

    name: Name
    title: Text | None
    formula: Expression
    bounds: Bounds | None
    rounded: bool


# checklist NAME { ... } and thresholds { ... }


class Check(Item, frozen=True):
    """One item of a checklist: `budget budget >= 10000 EUR`."""

    name: Name
    condition: Expression


class Checklist(Item, frozen=True):
    """`checklist NAME { ... }`."""

    name: Name
    title: Text | None
    body: Body[Check]


class Tier(Item, frozen=True):
    """`hot when CONDITION`, or the last one: `cold otherwise`."""

    name: Name
    condition: Expression | None


class Thresholds(Item, frozen=True):
    """`thresholds { ... }`, highest tier first."""

    body: Body[Tier]


Declaration = Header | Lead | Events | Event | Points | Param | Condition | Score | Combination | Checklist | Thresholds


class Ruleset(Node, frozen=True):
    """A whole file. `unread` are the words of statements that could not be read: names they may have declared."""

    items: tuple[Declaration, ...]
    closing: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()

    @property
    def place(self) -> Span:
        """Where a problem of the file as a whole is shown: its first statement, else its beginning."""
        return self.items[0].span if self.items else Span(self.span.source, 0, 0)
