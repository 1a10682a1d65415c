"""What is so at an age to what is so at a date: integrals over when leads arrive, and over when they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from msgspec import Struct

from leadrules.simulator.clock import Clock
from leadrules.simulator.kernels import Grid
from leadrules.simulator.population import Floats
from leadrules.simulator.world import World

PLACES = 16_384  # of a horizon: calendars change by the hour

Passing = Callable[[Floats], Floats]


class Zone(Struct, frozen=True):
    """The leads of a time zone: their share, the share of them that has arrived by a tick, and the seconds that have passed
    by then as they count for visits."""

    share: float
    arrived: Passing
    passed: Passing


def zones_of(world: World) -> Iterator[Zone]:
    """The time zones of a market; one where it has no calendar."""
    last = world.scenario.arrivals.value
    arriving, visiting = world.seasons.arrivals, world.seasons.visits
    for number, share in enumerate(np.diff(world.seasons.zones, prepend=0.0)):
        come = _passing(arriving, number)
        whole = float(come(np.array([last]))[0])
        yield Zone(float(share), _until(come, last, whole), _passing(visiting, number))


def _until(come: Passing, last: float, whole: float) -> Passing:
    return lambda ticks: come(np.clip(ticks, 0.0, last)) / whole


def _passing(clock: Clock | None, zone: int) -> Passing:
    """Seconds of weight 1 that have passed by a tick in a zone, linear between whole ticks."""
    if clock is None:
        return lambda ticks: ticks
    begin = clock.begins[zone]

    def passed(ticks: Floats) -> Floats:
        whole = np.floor(ticks)
        first, second = (clock.units(begin + whole.astype(np.int64) + more) for more in (0, 1))
        start = clock.units(np.array([begin]))[0]
        found: Floats = ((first - start) + (second - first) * (ticks - whole)) / clock.unit
        return found

    return passed


class Dated:
    """The dates of a market, for curves by age: their means over the cells of a grid, in the last axis."""

    def __init__(self, world: World, grid: Grid) -> None:
        self.zones, self.horizon = [*zones_of(world)], world.scenario.horizon.value
        self.middles = (np.arange(grid.cells) + 0.5) * grid.step
        self.step = self.horizon / PLACES

    def at(self, curves: Floats, date: float) -> Floats:
        """What is so at a date, as a mean over all leads that ever come."""
        edges = np.append(np.arange(0.0, date, self.step), date)
        come = sum(zone.share * -np.diff(zone.arrived(date - edges)) for zone in self.zones)
        return self._weighed(curves, (edges[1:] + edges[:-1]) / 2, np.asarray(come, np.float64))

    def during(self, curves: Floats) -> Floats:
        """The integral over the horizon, each moment by what it weighs for visits.

        That is an integral over ages, of the curve times how much of the horizon leads spend at that age.
        """
        edges = np.append(np.arange(0.0, self.horizon, self.step), self.horizon)
        size = 2 * len(edges)
        at_age = np.zeros(len(edges) - 1)
        for zone in self.zones:
            come, weigh = (np.fft.rfft(np.diff(each(edges)), size) for each in (zone.arrived, zone.passed))
            at_age += zone.share * np.fft.irfft(np.conj(come) * weigh, size)[: len(at_age)]
        at_age[0] /= 2  # half of what is as old as that within a step has not come yet
        ages = self.step * np.arange(len(at_age), dtype=np.float64)
        ages[0] = self.step / 3
        return self._weighed(curves, ages, at_age)

    def _weighed(self, curves: Floats, ages: Floats, weights: Floats) -> Floats:
        """The sum of each curve at some ages, times a weight for each: linear in between, constant beyond the ends."""
        last = len(self.middles) - 1
        place = np.interp(ages, self.middles, np.arange(last + 1.0))
        left = np.minimum(place.astype(np.int64), max(last - 1, 0))
        right, part = np.minimum(left + 1, last), place - left
        each = np.bincount(left, weights * (1.0 - part), last + 1) + np.bincount(right, weights * part, last + 1)
        return np.asarray(curves @ each, np.float64)
