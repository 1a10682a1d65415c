"""Funnels in words: who comes to which stage in which tier, and where journeys end."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.judging.comparison import UNKNOWN, FunnelRow
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

HEADS = (
    "stage",
    "tier so far",
    "leads",
    "share",
    "lost there",
    "95 % interval",
    "win",
    "95 % interval",
)
NOTES = (
    "A lead counts in the highest tier it had been in when it came to the stage, as sales were told by then.",
    "Lost there: goes no further and does not win. All untreated, and whenever that is.",
)
BOTH_HEADS = ("stage", "tier so far", "leads: old", "new", "lost there: old", "new", "win: old", "new")


def funnel_grid(rows: Sequence[FunnelRow]) -> Grid:
    """The funnel of one rule set, with intervals."""
    shown = [
        (row.stage, row.tier, f"{row.leads:,}", _value(row.share), *_both(row.stopped), *_both(row.won)) for row in rows
    ]
    return Grid(HEADS, shown, (2, 3, 4, 6))


def funnels_grid(old: Sequence[FunnelRow], new: Sequence[FunnelRow]) -> Grid:
    """The funnels of two rule sets side by side: a stage and tier that one of them lacks has nobody in it."""
    before, after = ({(row.stage, row.tier): row for row in rows} for rows in (old, new))
    stages = dict.fromkeys(row.stage for row in (*old, *new))
    named = [row.tier for row in (*old, *new) if row.tier != UNKNOWN]
    tiers = dict.fromkeys((*named, UNKNOWN))
    keys = [(stage, tier) for stage in stages for tier in tiers if (stage, tier) in before or (stage, tier) in after]
    rows = []
    for key in keys:
        sides = before.get(key), after.get(key)
        leads = [f"{side.leads:,}" if side else "0" for side in sides]
        lost, won = ([_value(getattr(side, name)) if side else "–" for side in sides] for name in ("stopped", "won"))
        rows.append((*key, *leads, *lost, *won))
    return Grid(BOTH_HEADS, rows, tuple(range(2, 8)))


def _value(estimate: Estimate) -> str:
    return "–" if estimate.value is None else f"{estimate.value:.1%}"


def _both(estimate: Estimate) -> tuple[str, str]:
    if estimate.low is None or estimate.high is None:
        return _value(estimate), "cannot be said"
    return _value(estimate), f"{estimate.low:.1%} to {estimate.high:.1%}"
