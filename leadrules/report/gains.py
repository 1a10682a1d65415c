"""The gains of a rule set in words."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.judging.gains import Gain
from leadrules.report.figures import interval, shown
from leadrules.report.grid import Grid

GAINS_NOTE = (
    "Best leads by score at the landmark; of leads with one score at the cut each counts in part. Winners count by P(won); "
    "lift is their share over that of the leads, 1 by lot."
)


def gains_grid(gains: Sequence[Gain]) -> Grid:
    """A row each share of the leads."""
    rows = [
        (
            f"{gain.share:.0%}",
            shown(gain.winners, "share"),
            interval(gain.winners, "share"),
            shown(gain.lift, "count"),
            interval(gain.lift, "count"),
        )
        for gain in gains
    ]
    return Grid(("gains: best leads", "of all winners", "95 % interval", "lift", "95 % interval"), rows, (1, 3))
