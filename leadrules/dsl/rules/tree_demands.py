"""What is demanded of a rule set, as it was written: laws that hold for every lead, and gates a market decides."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Node, Path, Text


class Always(Item, frozen=True):
    """A law: `always ...`."""


class NeverRaises(Always, frozen=True):
    """`always unsubscribe never raises total`."""

    event: Name
    score: Name


class NeverLowers(Always, frozen=True):
    """`always more page_view never lowers total`."""

    event: Name
    score: Name


class Outranks(Always, frozen=True):
    """`always demo outranks opened`: criteria, by name or as `engagement.demo`."""

    higher: Path
    lower: Path


class TiersReachable(Always, frozen=True):
    """`always every tier is reachable`."""


class NoneAlone(Always, frozen=True):
    """`always no single criterion alone reaches hot`."""

    tier: Name


Law = NeverRaises | NeverLowers | Outranks | TiersReachable | NoneAlone


class Limit(Node, frozen=True):
    """`at least 0.70`, `at most 50`."""

    side: Literal["least", "most"]
    number: Expression


class Demand(Item, frozen=True):
    """A line of a gate: `auc at least 0.70`, `precision of hot at least 20%`, `hot per week at most 50`.

    `figure` is what is measured; of a rate it is the period.
    """

    figure: Name
    tier: Name | None
    rate: bool
    limit: Limit


class Gate(Item, frozen=True):
    """`gate "inbound.scenario" { ... }`."""

    path: Text
    body: Body[Demand]
