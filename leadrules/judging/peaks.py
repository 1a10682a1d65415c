"""When leads first come to which score: all that a threshold anywhere on the scale would ask of their paths."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.adopt import adopt
from leadrules.engine.course import courses
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.scores import rank_values
from leadrules.engine.zone import SECOND
from leadrules.simulator.blocks import Progress, blocks
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import last_looks
from leadrules.simulator.population import Floats, Ledger, Ticks
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World


class Peaks(Struct, frozen=True):
    """Scores higher than any that a lead had before, a row each: by lead, and then by time. All (rows,).

    `lead`: its number among `leads` many. `tick`: seconds since the market's start. `score`: what leads are ranked by.
    """

    leads: int
    lead: npt.NDArray[np.int32]
    tick: npt.NDArray[np.int32]
    score: Floats

    def reach(self, score: float) -> Ticks:
        """When each lead first has a score or a higher one; -1 where it never has. Shape (leads,)."""
        rows = np.flatnonzero(self.score >= score)[::-1]  # of several the first is written last
        found = np.full(self.leads, -1, np.int64)
        found[self.lead[rows]] = self.tick[rows]
        return found

    @property
    def highest(self) -> Floats:
        """The highest score of each lead that has any, ascending."""
        found: Floats = np.sort(self.score[np.diff(self.lead, append=-1) != 0])
        return found


def joined(parts: Iterable[Peaks]) -> Peaks:
    """The peaks of several blocks as those of one."""
    all_ = [*parts]
    before = np.cumsum([0, *(part.leads for part in all_)])
    numbers = [part.lead + np.int32(first) for part, first in zip(all_, before, strict=False)]
    tick, score = (np.concatenate([getattr(part, name) for part in all_]) for name in ("tick", "score"))
    return Peaks(int(before[-1]), np.concatenate(numbers), tick, score)


def peaks_in(plan: Plan, world: World, draws: Draws, leads: int, progress: Progress = lambda _leads: None) -> Peaks:
    """The peaks of all leads of a market. `progress` is told how many leads are done."""

    def block(start: int, stop: int) -> Peaks:
        population = simulate(world, draws, start, stop)
        return follow_peaks(plan, adopt(plan.model, population.leads), population.truth, world.scenario)

    found = []
    for first, done, part in blocks(block, leads):
        found.append(part)
        progress(first + done)
    return joined(found)


def follow_peaks(plan: Plan, leads: Leads, truth: Ledger, scenario: ScenarioModel) -> Peaks:
    """The peaks of a block's leads within the horizon, where the rule set evaluates them."""
    found = []
    for part, course in courses(plan, leads, last_looks(leads, scenario.start + int(scenario.horizon.value) * SECOND)):
        views, offsets = course.evaluations.views, course.evaluations.offsets
        score = np.round(rank_values(course.scores), 6).astype(np.float64)
        lead = views.lead.astype(np.int64)
        asked = np.zeros(len(score), bool)
        asked[offsets[1:] - 1] = True  # there somebody asks, and nothing is evaluated
        rows = np.flatnonzero(~asked)
        rows = rows[rises(lead[rows], score[rows])]
        tick = np.maximum((views.at[rows] - scenario.start) // SECOND, truth.arrival[part][lead[rows]])
        found.append(Peaks(len(offsets) - 1, lead[rows].astype(np.int32), tick.astype(np.int32), score[rows]))
    return joined(found)


def rises(group: Ticks, values: Floats) -> Ticks:
    """The rows whose value is higher than all before it of the same group; groups stand together."""
    if not len(values):
        return np.zeros(0, np.int64)
    rank = np.unique(values, return_inverse=True)[1]
    lifted = group * (int(rank.max()) + 1) + rank  # what any group has lies above those before it
    most = np.maximum.accumulate(lifted)
    return np.flatnonzero(np.append(True, lifted[1:] > most[:-1]))
