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

    def __post_init__(self) -> None:
        """Counts that were read are as many for each tier, and there are some. Raises `ValueError`."""
        bins = {*map(len, self.leads)}
        if len(self.leads) != len(self.tiers) or len(bins) != 1 or bins == {0}:
            raise ValueError("scores whose bins are not as many for each tier")


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

    def __post_init__(self) -> None:
        """What stands side by side on a chart is as long. Raises `ValueError`."""
        if len(self.old_scores.leads[0]) != len(self.new_scores.leads[0]):
            raise ValueError("scores of two rule sets in other bins")
        if self.weeks and self.capacity is not None and len(self.capacity) != len(self.weeks):
            raise ValueError(f"the calls of {len(self.capacity)} weeks beside leads of {len(self.weeks)}")
        if any(side.value is None for week in self.weeks for side in (week.old, week.new)):
            raise ValueError("a week without a number of leads")
