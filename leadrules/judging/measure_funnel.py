"""A showing to its funnel: who comes to which stage in which tier, and where the journeys of leads end.

A lead counts in the highest tier that it had been in by the time it came to a stage: whom sales were told of once they
know, whatever becomes of the score later; and what a lead does at a stage is not yet in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from leadrules.judging.comparison import UNKNOWN, FunnelRow
from leadrules.judging.figure import Bools, Figure, estimate, share_of
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.ratings import Paths
from leadrules.judging.sample import Sample


def measure_funnel(showing: Showing) -> Iterator[Measure]:
    """How many of the leads, and of the later buyers, are in the best tier by the time they come to each stage."""
    names, paths, sample = showing.ratings.tiers, showing.ratings.paths, showing.sample
    if paths is None or len(names) < 2:
        return
    for place, stage in enumerate(sample.stages):
        found = partial(_hot_by, sample, paths, place)
        title = f"{names[0]} by the time they come to {stage}"
        yield Measure(f"{names[0]} by {stage}", title, "funnel", "share", 0, partial(found, False))
        yield Measure(f"buyers {names[0]} by {stage}", f"buyers {title}", "funnel", "share", 1, partial(found, True))


def _hot_by(sample: Sample, paths: Paths, stage: int, buyers: bool) -> Figure | None:
    here = _reached(sample, stage)
    return share_of(highest_by(paths, sample.entered[stage]) == 0, here & sample.won if buyers else here)


def funnel(showing: Showing) -> tuple[FunnelRow, ...]:
    """Every stage by tier, highest first; of tiers in which nobody comes to a stage there is no row."""
    paths, sample = showing.ratings.paths, showing.sample
    if paths is None or len(showing.ratings.tiers) < 2:
        return ()
    return tuple(row for stage in range(len(sample.stages)) for row in _rows(showing, paths, stage))


def _rows(showing: Showing, paths: Paths, stage: int) -> Iterator[FunnelRow]:
    sample = showing.sample
    here, tier = _reached(sample, stage), highest_by(paths, sample.entered[stage])
    stopped = ~sample.won & (last_stage(sample) == stage)
    for place, name in enumerate((*showing.ratings.tiers, UNKNOWN)):
        inside = here & (tier == place)
        if inside.any():
            parts = share_of(inside, here), share_of(stopped, inside), share_of(sample.won, inside)
            estimates = (estimate(part, sample.account) for part in parts)
            yield FunnelRow(sample.stages[stage], name, int(np.count_nonzero(inside)), *estimates)


def _reached(sample: Sample, stage: int) -> Bools:
    when = sample.entered[stage]
    found: Bools = (when >= 0) & (when < sample.horizon)
    return found


def highest_by(paths: Paths, when: npt.NDArray[np.int32]) -> npt.NDArray[np.int8]:
    """The highest tier each lead has been in by a time of its own; one more than there are where it was in none."""
    found = np.full(len(when), len(paths.first), np.int8)
    for place in reversed(range(len(paths.first))):
        first = paths.first[place]
        found[(first >= 0) & (first <= when)] = place
    return found


def last_stage(sample: Sample) -> npt.NDArray[np.int64]:
    """The last stage that each lead comes to, be it after the horizon; of several at one time the furthest."""
    found: npt.NDArray[np.int64] = len(sample.stages) - 1 - sample.entered[::-1].argmax(axis=0)
    return found
