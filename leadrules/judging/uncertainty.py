"""What is not known of a market, beside what chance leaves open: how far either moves a difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Spread(Struct, frozen=True):
    """How far one difference, new less old, is uncertain.

    `chance`: its standard error, by the number of leads. `scenario`: its standard deviation over markets that are as
    likely as the one that was written. `low`, `high`: between them are 95 % of those markets. `better`, `worse`,
    `same`: in what share of them the new rules are that, with an interval that takes in both how few markets were drawn
    and the chance in each; None where nobody can say which are better.
    """

    figure: str
    title: str
    kind: str
    chance: float | None
    scenario: float
    low: float
    high: float
    better: Estimate | None
    worse: Estimate | None = None
    same: Estimate | None = None


class Untold(Struct, frozen=True):
    """A figure of which nothing is known here: for it a queue of too many `leads` had to be followed in each market, or it
    has no `value` in the market as it was written, or in fewer than two others."""

    title: str
    why: Literal["leads", "value"]


class Uncertainty(Struct, frozen=True):
    """The differences in so many markets whose numbers were drawn from their ranges, with the same leads in each.

    `leads` of each. `ranges`: the numbers that were drawn, with their ends. `fixed`: how many have no range.
    """

    markets: int
    leads: int
    ranges: Mapping[str, tuple[float, float]]
    fixed: int
    spreads: tuple[Spread, ...]
    untold: tuple[Untold, ...] = ()
