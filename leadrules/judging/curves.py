"""What a comparison is drawn from: scores, gains, calibration, weeks and warnings of both rule sets. Plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Histogram(Struct, frozen=True):
    """How many judged leads have which score, by tier.

    Bin number b reaches from `start` + b × `width` to the next; the first and the last also hold all that lies further
    out. `leads` (tiers, bins).
    """

    start: float
    width: float
    tiers: tuple[str, ...]
    leads: tuple[tuple[int, ...], ...]


class Point(Struct, frozen=True):
    """A figure of both rule sets at a place of an axis, with the paired difference, new less old."""

    at: float
    old: Estimate
    new: Estimate
    difference: Estimate


class Curves(Struct, frozen=True, kw_only=True):
    """Curves of two rule sets on the same leads.

    `gains`: at a share of the judged leads, best scores first, the share of winners among them (by P(won) where that is
    known). `weeks`: at a whole week from the market's start, how many leads are hot for the first time; `capacity`: how many calls sales can make in each, None
    where the market has no sales. `warning`: at a number of days, the share of all who buy within the horizon that were
    hot at least so long before. The last two are empty where a rule set has no tiers.
    """

    old_scores: Histogram
    new_scores: Histogram
    gains: tuple[Point, ...]
    weeks: tuple[Point, ...]
    capacity: tuple[int, ...] | None
    warning: tuple[Point, ...]
