"""A rule set as it was written: one class for each kind of statement, in the order of the text."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import (
    Body,
    Expression,
    Item,
    Name,
    Node,
    Number,
    Path,
    Properties,
    Property,
    Row,
    Text,
)
from leadrules.dsl.rules.tree_balances import Whole
from leadrules.dsl.rules.tree_criteria import Criterion, Decay
from leadrules.dsl.rules.tree_demands import Gate, Law
from leadrules.dsl.rules.tree_tests import Test
from leadrules.dsl.rules.tree_tiers import On, Thresholds, Tier
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


# lead { ... }, event NAME { ... }, events { ... }, attributes { ... }, merges { ... } and links { ... }


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


class Adjustments(Item, frozen=True):
    """`adjustments { ... }`: the columns of the table of points set and added by hand."""

    body: Body[Mapping]


class Attributes(Item, frozen=True):
    """`attributes { ... }`: the columns of the table of dated values."""

    body: Body[Mapping]


class Merges(Item, frozen=True):
    """`merges { ... }`: the columns of the table of merges."""

    body: Body[Mapping]


class Links(Item, frozen=True):
    """`links { ... }`: the columns of the table of links."""

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


class Given(Item, frozen=True):
    """`quiet=45days`: a value for a param, from outside the file."""

    name: Name
    value: Expression


class Condition(Item, frozen=True):
    """`condition NAME: ...`."""

    name: Name
    condition: Expression


# score NAME { ... }


class Bounds(Node, frozen=True):
    """`between LOW and HIGH`."""

    low: Expression
    high: Expression


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
    body: Body[DefaultDecay | Criteria | Whole]


class Combination(Item, frozen=True):
    """`score total = 0.4 * fit + 0.6 * engagement`."""

    name: Name
    title: Text | None
    formula: Expression
    bounds: Bounds | None
    rounded: bool


class MemberWeight(Node, frozen=True):
    """`* by role { decider: 80%; user: 5% }`."""

    subject: Path
    body: Body[Row]


class RollUp(Item, frozen=True):
    """`score team = sum over members of engagement * by role { ... }`, or `score n = count over members where ...`."""

    name: Name
    title: Text | None
    measure: Literal["sum", "average", "max", "min", "count"]
    score: Path | None
    weight: MemberWeight | None
    where: Expression | None
    bounds: Bounds | None
    rounded: bool


class Members(Item, frozen=True):
    """`members by account`, with the role a member has or without."""

    role: Property | None


class Account(Item, frozen=True):
    """`account NAME { members by account, role one of ... }`."""

    name: Name
    body: Body[Members | Property]


# checklist NAME { ... }


class Check(Item, frozen=True):
    """One item of a checklist: `budget budget >= 10000 EUR`."""

    name: Name
    condition: Expression


class Checklist(Item, frozen=True):
    """`checklist NAME { ... }`."""

    name: Name
    title: Text | None
    body: Body[Check]


class Use(Item, frozen=True):
    """`use "shared/fields.lead"`: what another file declares."""

    path: Text


class Remove(Item, frozen=True):
    """`remove student`, `remove fit.student`: something of the extended rule set that is left out."""

    path: Path


class Replace(Item, frozen=True):
    """`replace demo ...`, `replace fit.demo ...`: what stands in the place of something with the same name."""

    owner: Name | None
    item: Criterion | Check | Tier | Declaration


class Extends(Item, frozen=True):
    """`extends "base.lead" { ... }`: a whole rule set, with changes."""

    path: Text
    body: Body[Remove | Replace] | None


# grade NAME of SCORE { ... } and matrix NAME = GRADE & GRADE


class GradeRow(Item, frozen=True):
    """`"A" at 75`, or the last one: `"C" otherwise`."""

    label: Text
    bound: Expression | None


class Grade(Item, frozen=True):
    """`grade NAME "title" of SCORE { ... }`, highest label first."""

    name: Name
    title: Text | None
    score: Path
    body: Body[GradeRow]


class Matrix(Item, frozen=True):
    """`matrix NAME "title" = GRADE & GRADE`."""

    name: Name
    title: Text | None
    first: Path
    second: Path


Declaration = (
    Header
    | Lead
    | Events
    | Event
    | Points
    | Param
    | Condition
    | Score
    | Combination
    | Checklist
    | Thresholds
    | Grade
    | Matrix
    | Test
    | Law
    | Gate
    | Use
    | Extends
    | Attributes
    | Merges
    | Links
    | Account
    | RollUp
    | On
    | Adjustments
)


class Ruleset(Node, frozen=True):
    """A whole file. `unread` are the words of statements that could not be read: names they may have declared.

    `guessed` are the statements that were read as they were probably meant.
    """

    items: tuple[Declaration, ...]
    closing: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    guessed: tuple[Span, ...] = ()

    @property
    def place(self) -> Span:
        """Where a problem of the file as a whole is shown: its first statement, else its beginning."""
        own = [item.span for item in self.items if item.span.source is self.span.source]
        return own[0] if own else Span(self.span.source, 0, 0)
