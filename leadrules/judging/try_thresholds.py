"""A rule set in a market to the thresholds of its score that were asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.engine.adopt import adopt
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import rank_values
from leadrules.engine.zone import SECOND
from leadrules.judging import peaks, sample
from leadrules.judging.find_thresholds import Threshold, for_capacity, for_precision
from leadrules.judging.peaks import Peaks, follow_peaks
from leadrules.judging.sample import Sample, sampled
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Floats
from leadrules.simulator.simulate import simulate
from leadrules.simulator.trial import blocks
from leadrules.simulator.world import World

Progress = Callable[[int], None]
Part = tuple[Sample, Floats, Peaks]


def try_thresholds(
    plan: Plan,
    world: World,
    draws: Draws,
    leads: int,
    capacity: float | None,
    precision: float | None,
    progress: Progress = lambda _leads: None,
) -> tuple[Threshold, ...]:
    """The lowest threshold for so many leads a week in a busy week, and for so large a share of winners above it."""
    parts = []
    for first, done, part in blocks(lambda a, b: _block(plan, world, draws, a, b), leads):
        parts.append(part)
        progress(first + done)
    whole = sample.joined([part[0] for part in parts])
    found = []
    if capacity is not None:
        found.append(for_capacity(whole, peaks.joined(part[2] for part in parts), capacity))
    if precision is not None:
        found.append(for_precision(whole, np.concatenate([part[1] for part in parts]), precision))
    return tuple(found)


def _block(plan: Plan, world: World, draws: Draws, start: int, stop: int) -> Part:
    population = simulate(world, draws, start, stop)
    scenario, truth = world.scenario, population.truth
    leads = adopt(plan.model, population.leads)
    at_landmark = rank_values(score(plan, leads, scenario.start + truth.landmark * SECOND))
    rounded: Floats = np.round(at_landmark, 6).astype(np.float64)
    return sampled(scenario, population.leads, truth), rounded, follow_peaks(plan, leads, truth, scenario)
