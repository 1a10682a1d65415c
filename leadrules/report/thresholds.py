"""Thresholds that were looked for, in words."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.quantity import show_number
from leadrules.judging.find_thresholds import Threshold
from leadrules.report.grid import Grid

HEADS = ("a threshold for", "score", "95 % interval", "would give", "95 % interval", "leads that reach it")
NOTES = {
    "capacity": "For capacity: leads that reach the score for the first time, in a week than which four of five are quieter.",
    "precision": "For precision: leads at or above the score at the landmark, and the share of them that wins in time.",
}


def thresholds_grid(thresholds: Sequence[Threshold]) -> Grid:
    """What was wanted, and the lowest score that gives it."""
    return Grid(HEADS, [_row(threshold) for threshold in thresholds], (1,))


def thresholds_notes(thresholds: Sequence[Threshold]) -> list[str]:
    """What the thresholds are about, and what they are not."""
    purposes = dict.fromkeys(threshold.purpose for threshold in thresholds)
    return [NOTES[purpose] for purpose in purposes] + ["They are about the score alone, whatever else a tier asks for."]


def _row(found: Threshold) -> tuple[str, ...]:
    capacity = found.purpose == "capacity"
    wanted = f"{show_number(found.wanted)} a week at most" if capacity else f"{found.wanted:.0%} precision"
    if found.score is None:
        return (wanted, "–", "no score gives it", "–", "–", "–")
    low, high = ("–" if end is None else show_number(end) for end in (found.low, found.high))
    between = f"{low} to {high}" if found.high is not None else f"{low} or higher: cannot be said"
    share = found.share.value
    ends = (found.reached.low, found.reached.high)
    around = (
        "cannot be said" if None in ends else " to ".join(_shown(end, capacity).removesuffix(" a week") for end in ends)
    )
    return (
        wanted,
        show_number(found.score),
        between,
        _shown(found.reached.value, capacity),
        around,
        "–" if share is None else f"{share:.1%}",
    )


def _shown(value: float | None, capacity: bool) -> str:
    if value is None:
        return "–"
    return f"{value:,.1f} a week" if capacity else f"{value:.1%}"
