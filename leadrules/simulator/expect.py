"""Scenario to expected figures: what a market comes to, without a draw.

Leads are a mixture of sorts; each sort's journey is a renewal process on the graph of stages; dates are ages, integrated
over when leads arrive. Only the grid of time, the nodes of the mixture and (for events) visits that are cut off at the end of a
stay are approximate.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import WON, StageLaw
from leadrules.simulator.dated import Dated
from leadrules.simulator.kernels import Grid
from leadrules.simulator.laws import is_fixed
from leadrules.simulator.limits import limits_of
from leadrules.simulator.mixture import Sorts, sorts_of
from leadrules.simulator.population import Floats
from leadrules.simulator.renewal import Course, course
from leadrules.simulator.world import World

LEAST_STEPS, MOST_STEPS, WORK = 512, 8_192, 400_000  # of a grid to the horizon, and of all sorts together
AHEAD = 2  # horizons that it covers
QUANTILES = (0.1, 0.5, 0.9)
FEWEST_STEPS = 24
COARSER = 4
MOST_GRIDS = 8
MOST_CUT = 0.03


class Times(Struct, frozen=True):
    """Quantiles of the seconds from arrival to winning, and how exact they are where durations are fixed."""

    quantiles: tuple[float, ...]
    tolerance: float


class Expected(Struct, frozen=True):
    """What can be worked out; None is what cannot.

    `states` (dates, stages and outcomes): shares of leads. `won`: in the end, and by the horizon. `events` (types,): of visits,
    per lead. `ways` (stages, stages and outcomes): how often each is gone per lead. `sorts`: how many were told apart. `blurred`: how
    far shares at a date may be off where durations are fixed, so that leads leave all at once.
    """

    sorts: int
    limits: tuple[str, ...]
    states: Floats | None = None
    won: tuple[float, float] | None = None
    times: Times | None = None
    events: Floats | None = None
    ways: Floats | None = None
    blurred: float = 0.0


def expect(world: World, dates: Sequence[float]) -> Expected:
    """All that can be worked out of a market; states at `dates`, seconds after its start."""
    why = limits_of(world)
    sorts = None if why else sorts_of(world)
    if sorts is None:
        why = why or "too many combinations of what fields add"
        return Expected(0, (f"everything: {why}",))
    found = course(world, sorts, _grid(world, sorts))
    dated = Dated(world, found.grid)
    states = np.concatenate([found.inside, np.cumsum(found.ended, axis=-1)])
    by_then = float(dated.at(states, world.scenario.horizon.value)[len(world.stages) + WON])
    times = _times(world, sorts, found)
    events, why = _events(world, found, dated)
    said = [f"events: {why}"] * bool(why)
    said += ["events of mails: they are not part of the calculation"] * bool(world.mails)
    said += ["time to win: it is spread over too many orders of magnitude"] if times is None and found.ever[WON] else []
    return Expected(
        sorts=len(sorts.weight),
        limits=tuple(said),
        states=np.clip([dated.at(states, date) for date in dates], 0.0, 1.0),
        won=(float(found.ever[WON]), by_then),
        times=times,
        events=events,
        ways=found.ways,
        blurred=found.grid.step / world.scenario.arrivals.value / 4 if _is_fixed(world) else 0.0,
    )


def _grid(world: World, sorts: Sorts) -> Grid:
    """A grid that is the finer the fewer sorts there are."""
    steps = LEAST_STEPS
    while steps < MOST_STEPS and 2 * steps * len(sorts.weight) <= WORK:
        steps *= 2
    return Grid(world.scenario.horizon.value / steps, AHEAD * steps)


def _events(world: World, course_: Course, dated: Dated) -> tuple[Floats | None, str]:
    """Events per lead of each type, or why they are not known."""
    time = dated.during(course_.busy)
    stays = dated.at(np.cumsum(course_.entries, axis=-1), world.scenario.horizon.value)
    found, whole, cut = np.zeros(len(world.scenario.events)), 0.0, 0.0
    for number, stage in enumerate(world.stages):
        for kind, (law, mix) in enumerate(zip(stage.laws, stage.mixes, strict=True)):
            if len(mix.actions) and stage.rates[kind]:
                all_ = stage.rates[kind] * law.length.value * time[kind, number]
                lost = stage.rates[kind] * _cut_off(law) * stays[kind, number]
                whole, cut = whole + all_, cut + lost
                shares = np.diff(mix.bounds, prepend=0.0)
                np.add.at(found, world.kinds[mix.actions], (all_ - lost) * shares)
    if cut > MOST_CUT * whole:
        return None, "visits last too long beside the stays they are part of"
    return found, ""


def _cut_off(law: StageLaw) -> float:
    """Seconds by which the events of a visit come later than the visit, added up: for so long before the end of a stay
    they are lost. Of the j-th event behind the first there is one with chance (1 - 1/length)^j."""
    gap = law.gap.value * np.exp(law.gap_spread.value**2 / 2)
    return float(law.length.value * (law.length.value - 1.0) * max(gap - 0.5, 0.0))


def _times(world: World, sorts: Sorts, found: Course) -> Times | None:
    """How long winning takes, from a grid that is fine and long enough for it."""
    if found.ever[WON] < 1e-9:
        return None
    for _ in range(MOST_GRIDS):
        shares = np.append(0.0, np.cumsum(found.ended[WON]) / found.ever[WON])
        places = np.append(0.0, np.arange(found.grid.cells) + 0.5) * found.grid.step
        first, middle, last = (float(q) for q in np.interp(QUANTILES, shares, places))
        step = found.grid.step
        if shares[-1] < QUANTILES[-1] + 0.02:
            found = course(world, sorts, Grid(step * COARSER, found.grid.cells))
        elif first < FEWEST_STEPS * step and last < places[-1] / COARSER:
            found = course(world, sorts, Grid(last * 2 / found.grid.cells, found.grid.cells))
        elif first < FEWEST_STEPS * step / COARSER:
            return None
        else:
            return Times((first, middle, last), step if _is_fixed(world) else 0.0)
    return None


def _is_fixed(world: World) -> bool:
    """Whether some stay or clock has a fixed duration."""
    stays = [law for stage in world.stages for law in stage.lasts.each]
    clocks = [law for stage in world.stages for clock in stage.clocks for law in clock.laws if law]
    return any(is_fixed(component) for law in (*stays, *clocks) for component in law.components)
