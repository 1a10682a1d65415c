"""Tests as they were written: what is known of a lead, what happens to it, and what is expected then."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Moment, Name, Node, Number, Quantity, Text


class Later(Node, frozen=True):
    """`+1 day 2 hours`: so much after the line before. `sign` is `-` only by mistake."""

    sign: Literal["+", "-"]
    parts: tuple[Quantity, ...]


When = Moment | Later


class Fact(Node, frozen=True):
    """`employees 1200`."""

    name: Name
    value: Expression


class Facts(Item, frozen=True):
    """One line of `lead { ... }` in a test: `job_title "CFO", employees 1200`."""

    facts: tuple[Fact, ...]


class Known(Item, frozen=True):
    """`lead { ... }`: what is known of the lead, since ever or, with a time, from then on."""

    when: When | None
    body: Body[Facts]


class Happening(Item, frozen=True):
    """`+1 day form name "demo"`, perhaps `3 times`; without a time it happens when the line before it does."""

    often: Number | None
    when: When | None
    event: Name
    facts: tuple[Fact, ...]


class ExpectBetween(Node, frozen=True):
    """`engagement between 49 and 50`."""

    value: Expression
    low: Expression
    high: Expression


class ExpectWithin(Node, frozen=True):
    """`engagement = 49.5 within 0.1`."""

    value: Expression
    target: Expression
    tolerance: Expression


class ExpectPassage(Node, frozen=True):
    """`entered hot at 2026-01-10 09:00`, `left hot to cold`, `never entered hot`."""

    never: bool
    step: Literal["entered", "left"]
    tier: Name
    other: Name | None
    when: When | None


Expectation = Expression | ExpectBetween | ExpectWithin | ExpectPassage


class Expect(Item, frozen=True):
    """`at +2 days expect fit = 100, tier is hot`."""

    when: When | None
    expectations: tuple[Expectation, ...]


# cases { ... }


class At(Node, frozen=True):
    """The head `at` of the column that says when a case is looked at."""


class About(Node, frozen=True):
    """`49.5 within 0.1` in a table."""

    target: Expression
    tolerance: Expression


class OutcomeBetween(Node, frozen=True):
    """`49 to 50` in a table."""

    low: Expression
    high: Expression


class OutcomeCompare(Node, frozen=True):
    """`>= 50` in a table."""

    operator: Literal["<", "<=", "!=", ">=", ">"]
    value: Expression


Cell = Expression | At
Outcome = Expression | About | OutcomeBetween | OutcomeCompare


class CaseRow(Item, frozen=True):
    """`"CFO", 1200: 40, hot`: what is given and what is then expected; the first row names both."""

    given: tuple[Cell, ...]
    expected: tuple[Outcome, ...]


class Cases(Item, frozen=True):
    """`cases { ... }`."""

    body: Body[CaseRow]


Step = Known | Happening | Expect | Cases


class Test(Item, frozen=True):
    """`test "NAME" { ... }`."""

    __test__ = False  # pytest looks for classes of this name

    name: Text
    body: Body[Step]
