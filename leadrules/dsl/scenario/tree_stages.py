"""How long stages last, when they are cut short, and what decides where they lead, as it was written."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Node, Number, Path, Row


class Law(Node, frozen=True):
    """A law of durations with its measure (a mean, a median, or the duration itself) and its shape or spread."""

    family: Literal["exponential", "weibull", "lognormal", "log-logistic", "gamma", "exactly"]
    measure: Expression
    shape: Expression | None = None


class QuantileRow(Item, frozen=True):
    """`10%: 3 days`: so many stays are no longer than that."""

    share: Number
    duration: Expression


class Quantiles(Node, frozen=True):
    """`as in { 0%: 1 day; 50%: 12 days; 100%: 90 days }`."""

    body: Body[QuantileRow]


class PartRow(Item, frozen=True):
    """`70% lognormal median 9 days spread 0.8`."""

    share: Number
    law: Law | Quantiles


class Mixture(Node, frozen=True):
    """`mixture { 70% lognormal median 9 days spread 0.8; 30% exponential mean 40 days }`."""

    body: Body[PartRow]


Duration = Law | Quantiles | Mixture


class Deadline(Item, frozen=True):
    """`at most 30 days, then no_decision`: a clock that runs from entry, against how long the stage lasts."""

    limit: Expression | Duration
    target: Name


class Bound(Item, frozen=True):
    """`at most 3 times`: how often a lead comes to the stage."""

    number: Number


class Loading(Node, frozen=True):
    """`by role { head: 0.5; else: 0 }` behind a logit: what a value of a field adds to it."""

    subject: Path
    body: Body[Row]
