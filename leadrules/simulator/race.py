"""The race between a stay and the clocks of its stage: how likely each clock rings before the stay is over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from msgspec import Struct

from leadrules.simulator.laws import (
    LEAST_TAIL,
    LONGEST,
    MOST_TAIL,
    Component,
    Dwell,
    is_fixed,
    kinks,
    quantile,
    survival,
    survives,
)
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.quadrature import nodes
from leadrules.simulator.world import StageWorld


def race(stage: StageWorld, persona: Small, intent: Floats, spent: Ticks | None = None) -> Floats:
    """The chance that each clock of a stage ends the stay of each lead. Shape (clocks, leads).

    `spent`: the ticks each lead has been in the stage, with nothing over yet; None for its entry. Where a clock runs
    for a fixed time d, and no other may ring before, that is P(stay > d | stay > spent), to the second; the others by
    quadrature.
    """
    found = np.zeros((len(stage.clocks), len(persona)))
    for kind in np.unique(persona):
        which = np.flatnonzero(persona == kind)
        alike = spent is None and stage.faster[kind] == 0
        those = which[:1] if alike else which
        stretch = np.exp(np.clip(stage.faster[kind] * intent[those], -700.0, 700.0))
        since = np.zeros(len(those)) if spent is None else spent[those].astype(np.float64)
        found[:, which] = _Race(stage, int(kind), stretch, since).chances()
    return found


class _Race(Struct):
    """The race of leads of one persona. `stretch` (leads,) shortens their stays; `since` (leads,): seconds gone by."""

    stage: StageWorld
    kind: int
    stretch: Floats
    since: Floats

    def chances(self) -> Floats:
        """The chance of each clock."""
        laws = [clock.laws[self.kind] for clock in self.stage.clocks]
        fixed = {n: _ticks(law) for n, law in enumerate(laws) if law and _is_fixed(law)}
        moving = {n: law for n, law in enumerate(laws) if law and not _is_fixed(law)}
        first = min(fixed, key=lambda n: fixed[n], default=None)
        end = LONGEST if first is None else fixed[first]
        found = np.zeros((len(laws), len(self.since)))
        still = self.stays(self.since) * _all_beyond(moving, self.since)
        if first is not None:
            found[first] = self.stays(np.full(len(self.since), end)) * _all_beyond(
                moving, np.full(len(self.since), end)
            )
        for number, law in moving.items():
            others = {n: other for n, other in moving.items() if n != number}
            found[number] = self.rings(law, others, end, [*moving.values()])
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(still > 0, found / still, 0.0)

    def stays(self, seconds: Floats) -> Floats:
        """The chance that a stay has more whole seconds than that."""
        return np.where(seconds < 1.0, 1.0, self.lasts(np.floor(seconds) + 1.0))

    def lasts(self, seconds: Floats) -> Floats:
        """The chance that a stay is at least so long. Shape of `seconds`, whose first axis are the leads."""
        stretch = self.stretch.reshape(-1, *[1] * (seconds.ndim - 1))
        law, least = self.stage.lasts.each[self.kind], self.stage.least[self.kind]
        return np.where(seconds <= least, 1.0, survival(law, seconds * stretch))

    def rings(self, law: Dwell, others: dict[int, Dwell], end: float, all_: list[Dwell]) -> Floats:
        """The chance that a clock rings between now and `end`, with the stay and the other clocks still running."""

        def running(seconds: Floats) -> Floats:
            found: Floats = self.lasts(seconds) * _all_beyond(others, seconds)
            return found

        own = np.array([*kinks(self.stage.lasts.each[self.kind])])
        edges = [*(own / self.stretch[:, None]).T, *(k for each in all_ for k in kinks(each))]
        edges += [self.stage.least[self.kind], end]
        breaks = [np.clip(np.broadcast_to(edge, self.since.shape), self.since, end) for edge in edges]
        parts = zip(law.shares, law.components, strict=True)
        found = np.zeros(len(self.since))
        for share, component in parts:
            found += share * self.part(component, running, [self.since, *breaks], end)
        return found

    def part(
        self, component: Component, running: Callable[[Floats], Floats], breaks: list[Floats], end: float
    ) -> Floats:
        """The same for one component of the clock: piece by piece between the breaks, over its upper tail."""
        if is_fixed(component):
            rings = np.full(len(self.since), quantile(component, np.array([0.5]))[0])
            return np.where((self.since < rings) & (rings < end), running(rings), 0.0)
        tails = np.sort([survives(component, at) for at in breaks], axis=0)
        u, weights = nodes(0.2, 15, 15)
        found = np.zeros(len(self.since))
        for low, high in pairwise(tails):
            if (high > low).any():
                tail = np.clip(low[:, None] + (high - low)[:, None] * u, LEAST_TAIL, MOST_TAIL)
                values = running(quantile(component, tail.ravel()).reshape(tail.shape))
                for weight, value in zip(weights, values.T, strict=True):  # a product of matrices rounds as it likes
                    found += (high - low) * weight * value
        return found


def by_law(stage: StageWorld) -> bool:
    """Whether a clock of a stage differs from lead to lead, so that its race is a matter of quadrature."""
    return any(law is not None and not _is_fixed(law) for clock in stage.clocks for law in clock.laws)


def _is_fixed(law: Dwell) -> bool:
    return len(law.components) == 1 and is_fixed(law.components[0])


def _ticks(law: Dwell) -> float:
    return float(np.clip(np.floor(quantile(law.components[0], np.array([0.5]))[0]), 1.0, LONGEST))


def _all_beyond(laws: dict[int, Dwell], seconds: Floats) -> Floats:
    """The chance that none of some clocks has rung by then."""
    found = np.ones(np.shape(seconds))
    for law in laws.values():
        found *= survival(law, seconds)
    return found
