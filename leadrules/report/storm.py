"""What the day of a rollout sets off, in words."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.judging.comparison import Storm
from leadrules.report.figures import interval, shown
from leadrules.report.grid import Grid


def storm_grid(storm: Storm) -> Grid:
    """Steps, then actions, with how many leads they are of."""
    rows = [(f"{step.old} → {step.new}", f"{step.leads:,}", shown(step.share, "share")) for step in storm.steps]
    rows += [
        (f"sets off {set_off.action}", f"{set_off.leads:,}", shown(set_off.share, "share")) for set_off in storm.actions
    ]
    return Grid(("on the day of the rollout", "leads", "of all known"), rows, (1, 2))


def storm_lines(storm: Storm) -> Iterator[str]:
    """How many leads change tier because of the rollout alone, and what that is held against."""
    yield (
        f"At a rollout at the end of the horizon {storm.changed:,} of {storm.leads:,} known leads change their tier at once "
        f"({shown(storm.share, 'share')}, {interval(storm.share, 'share')}). The new rules are taken to know all that was."
    )
    if storm.changed:
        usual = f"{shown(storm.usual, 'count')} ({interval(storm.usual, 'count')})"
        yield f"On a usual day {usual} leads get into the best tier. Cool-downs of actions hold nothing back on the first day."
