"""Scenario to its description: expected figures beside simulated ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES, ScenarioModel
from leadrules.simulator.blocks import Progress, blocks
from leadrules.simulator.draws import draws_of
from leadrules.simulator.expect import QUANTILES, Expected, expect
from leadrules.simulator.expected import Description, Figure, Snapshot, Way
from leadrules.simulator.intervals import wilson
from leadrules.simulator.seen import Seen, average, see, share, share_z, time
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World, build_world

DATES = 3
DAY = 86_400.0


def describe(
    scenario: ScenarioModel,
    *,
    population: int | None = None,
    seed: int | None = None,
    progress: Progress = lambda _leads: None,
) -> Description:
    """A market as it is expected, and as it is in a simulation.

    `population` leads (else as many as the scenario says) from the draws of `seed` (else the scenario's, else 1).
    """
    world, draws, dates = build_world(scenario), draws_of(scenario, seed), dates_of(scenario)
    seen: Seen | None = None
    for first, leads, part in blocks(
        lambda a, b: see(world, dates, simulate(world, draws, a, b)), population or scenario.population
    ):
        seen = seen.merge(part) if seen else part
        progress(first + leads)
    assert seen is not None, "a market without leads"
    return compare(world, dates, expect(world, dates), seen, draws.seed)


def dates_of(scenario: ScenarioModel) -> tuple[float, ...]:
    """When to look where leads are: at parts of the horizon, in whole days where it has some; the last is its end."""
    horizon = scenario.horizon.value
    parts = [horizon * part / DATES for part in range(1, DATES)]
    whole = [DAY * round(part / DAY) for part in parts]
    return (*(whole if horizon >= 2 * DATES * DAY else parts), horizon)


def compare(world: World, dates: tuple[float, ...], expected: Expected, seen: Seen, seed: int) -> Description:
    """Expected figures beside what was seen."""
    scenario, both = world.scenario, _Both(world, dates, expected, seen)
    return Description(
        scenario=scenario.name,
        title=scenario.title,
        seed=seed,
        leads=seen.moments.leads,
        start=scenario.start,
        timezone=scenario.timezone,
        horizon=scenario.horizon.value,
        sorts=expected.sorts,
        limits=expected.limits,
        snapshots=tuple(both.snapshots()),
        wins=tuple(both.wins()),
        times=tuple(both.times()),
        events=tuple(both.events()),
        ways=tuple(both.ways()),
    )


def _short(value: float | None) -> float | None:
    """As many digits as the grid of time is good for."""
    return None if value is None else float(f"{value:.6g}")


class _Both(Struct, frozen=True):
    world: World
    dates: tuple[float, ...]
    expected: Expected
    seen: Seen

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.world.scenario.stages, *OUTCOMES)

    def snapshots(self) -> Iterator[Snapshot]:
        """States that nobody can be in are left out."""
        states = self.expected.states
        possible = self.possible()
        for place, date in enumerate(self.dates):
            yield Snapshot(
                date,
                tuple(
                    self.share(name, place * len(self.names) + n, None if states is None else float(states[place, n]))
                    for n, name in enumerate(self.names)
                    if possible[n]
                ),
            )

    def possible(self) -> list[bool]:
        """Which stages and outcomes some lead may come to."""
        ways = self.seen.ways if self.expected.ways is None else self.expected.ways + self.seen.ways
        return [n == 0 or bool(come > 0) for n, come in enumerate(ways.sum(axis=0))]

    def share(self, name: str, figure: int, expected: float | None) -> Figure:
        return Figure(
            name, "share", _short(expected), *share(self.seen.moments, figure, expected, self.expected.blurred)
        )

    def wins(self) -> Iterator[Figure]:
        ever, by_then = self.expected.won or (None, None)
        first = len(self.dates) * len(self.names)
        yield self.share("won in the end", first, ever)
        yield self.share("won by the horizon", first + 1, by_then)

    def times(self) -> Iterator[Figure]:
        """How long those who win take for it."""
        found = self.expected.times
        for place, p in enumerate(QUANTILES):
            expected = found.quantiles[place] if found else None
            figure = time(self.seen.times, p, expected, found.tolerance if found else 0.0)
            yield Figure("median" if p == 0.5 else f"{p:.0%}", "seconds", _short(expected), *figure)

    def events(self) -> Iterator[Figure]:
        """Events of visits, all and those of each type; and those of mails, where there are mails."""
        found = self.expected.events
        first = len(self.dates) * len(self.names) + 2
        names = ["visits", *(event.name for event in self.world.scenario.events)]
        each = [None] * len(names) if found is None else [float(found.sum()), *found.tolist()]
        if self.world.mails:
            names, each = [*names, "mails"], [*each, None]
        for place, (name, expected) in enumerate(zip(names, each, strict=True)):
            yield Figure(name, "per lead", _short(expected), *average(self.seen.moments, first + place, expected))

    def ways(self) -> Iterator[Way]:
        """Where those that leave a stage go."""
        expected, seen = self.expected.ways, self.seen.ways
        for source, target in np.argwhere((seen if expected is None else expected + seen) > 0).tolist():
            trials, leaving = float(seen[source].sum()), None if expected is None else expected[source].sum()
            share = float(expected[source, target] / leaving) if expected is not None and leaving else None
            found = float(seen[source, target] / trials) if trials else 0.0
            figure = Figure(
                "share", "share", _short(share), wilson(found * trials, trials), share_z(found, share, trials)
            )
            yield Way(self.names[source], self.names[target], figure)
