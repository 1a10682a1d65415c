"""Numbers that change with time: evenly from one date to another, or all at once."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from leadrules.simulator.population import Floats, Ticks


class Drift(Struct, frozen=True):
    """Numbers that go evenly within each of some stretches of time.

    `starts` (stretches,): the tick each begins at, the first before all others. `values` (stretches, numbers): what
    they are there. `slopes` (stretches, numbers): what they gain in a second.
    """

    starts: Floats
    values: Floats
    slopes: Floats

    def at(self, tick: Ticks | Floats) -> Floats:
        """The numbers at ticks (ticks, numbers)."""
        stretch = np.searchsorted(self.starts[1:], tick, side="right")
        since = np.where(stretch > 0, tick - self.starts[stretch], 0.0)
        found: Floats = self.values[stretch] + self.slopes[stretch] * since[:, None]
        return found


def constant(values: Floats) -> Drift:
    """Numbers that stay what they are."""
    return Drift(np.array([-np.inf]), values[None, :], np.zeros((1, len(values))))


def moved(drift: Drift, start: float, full: float, values: Floats) -> Drift:
    """The same until `start`; from there evenly to other values, which hold from `full` on.

    What was still to come is forgotten. Where `full` is `start` the values change at once.
    """
    kept = drift.starts < start
    before = drift.at(np.array([start]))[0]
    starts, rows, slopes = [start], [values], [np.zeros(len(values))]
    if full > start:
        starts, rows = [start, full], [before, values]
        slopes = [(values - before) / (full - start), slopes[0]]
    return Drift(
        np.concatenate([drift.starts[kept], starts]),
        np.concatenate([drift.values[kept], rows]),
        np.concatenate([drift.slopes[kept], slopes]),
    )


def through(ticks: Floats, values: Floats) -> Drift:
    """One number that goes evenly from each tick to the next, and stays what it is before the first and after the last."""
    gains = np.append(np.diff(values) / np.diff(ticks), 0.0)
    return Drift(np.append(-np.inf, ticks), np.append(values[0], values)[:, None], np.append(0.0, gains)[:, None])
