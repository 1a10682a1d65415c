"""Sorts of leads to when they are where: the renewal equations of the graph of stages, in spectra.

The entries of a stage are those of the stages that lead to it, convolved with how long a stay there takes and times the
chance of the way. The graph of stages, and of how often those with a bound have been visited, has no circle, so that
one pass over it does.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import LOST, OUTCOMES, WON
from leadrules.simulator.bounds import bounds_of
from leadrules.simulator.chances import order
from leadrules.simulator.kernels import Grid, Spectra, Tails, drops, staying, together
from leadrules.simulator.laws import Dwell
from leadrules.simulator.mixture import Sorts
from leadrules.simulator.population import Floats
from leadrules.simulator.race import race
from leadrules.simulator.ways import Kinds, Which, exits
from leadrules.simulator.world import StageWorld, World

AT_ONCE = 1_500_000  # complex numbers that are worked on together


class Course(Struct, frozen=True):
    """What becomes of leads with age, on a grid.

    `inside` (stages, cells): the share of leads that are in a stage, on average over each cell. `ended` (outcomes,
    cells): the share whose journey ends so at each point. `busy` (personas, stages, cells): as `inside`, of the leads of each
    persona, each counted as often as it is active. `entries`: the same of those that enter, at each point.
    `ways` (stages, stages and outcomes): how often leads go each way, however late. `ever` (outcomes,): how many end so.
    """

    grid: Grid
    inside: Floats
    ended: Floats
    busy: Floats
    entries: Floats
    ways: Floats
    ever: Floats


def course(world: World, sorts: Sorts, grid: Grid) -> Course:
    """The course of all sorts together."""
    together = max(AT_ONCE // (bounds_of(world).states * len(world.stages) * grid.cells), 1)
    sums, departures = _Sums(world, grid), Departures(grid)
    for first in range(0, len(sorts.weight), together):
        sums.add(_Pass(world, sorts.part(first, first + together), departures))
    return sums.course()


class _Sums:
    """What was added up so far, as spectra."""

    def __init__(self, world: World, grid: Grid) -> None:
        stages, personas, size = len(world.stages), len(world.scenario.personas), grid.cells // 2 + 1
        self.grid = grid
        self.inside = np.zeros((stages, size), complex)
        self.ended = np.zeros((len(OUTCOMES), size), complex)
        self.busy = np.zeros((personas, stages, size), complex)
        self.entries = np.zeros((personas, stages, size), complex)
        self.ways = np.zeros((stages, stages + len(OUTCOMES)))
        self.ever = np.zeros(len(OUTCOMES))

    def add(self, done: _Pass) -> None:
        """Add some sorts."""
        weight, persona = done.sorts.weight, done.sorts.kinds.persona
        stages = len(self.inside)
        active = np.where(persona == np.arange(len(self.busy))[:, None], weight * done.sorts.activity, 0.0)
        rows = np.concatenate([weight[None, :], active])
        for number in range(stages):
            come = done.come[number][:, :-1]
            inside = _weighed(rows, come * done.leaving[number].inside)
            self.inside[number] += inside[0]
            self.busy[:, number] += inside[1:]
            self.entries[:, number] += _weighed(rows[1:], come)
        for outcome in range(len(OUTCOMES)):
            ended = _weighed(rows[:1], done.come[stages + outcome])[0]
            self.ended[outcome] += ended[:-1]
            self.ever[outcome] += ended[-1].real
        self.ways += np.einsum("s,nts->nt", weight, done.went)

    def course(self) -> Course:
        """All of it, as it is in time."""
        spectra = self.inside, self.ended, self.busy, self.entries
        inside, ended, busy, entries = (self.grid.values(each) for each in spectra)
        return Course(self.grid, inside, ended, busy, entries, self.ways, self.ever)


def _weighed(rows: Floats, spectra: Spectra) -> Spectra:
    """Rows of weights times the spectra of sorts. Not by `@`, which shares small work out over all processors."""
    return np.asarray(np.einsum("rs,sf->rf", rows, spectra))


class _Pass:
    """The entries of all stages and outcomes by some sorts, each (sorts, frequencies and, last, the total)."""

    def __init__(self, world: World, sorts: Sorts, departures: Departures) -> None:
        self.world, self.sorts = world, sorts
        stages, leads = len(world.stages), len(sorts.weight)
        shape = leads, departures.grid.cells // 2 + 2
        self.come = [np.zeros(shape, complex) for _ in range(stages + len(OUTCOMES))]
        self.went = np.zeros((stages, stages + len(OUTCOMES), leads))
        self.leaving = [departures.leaving(stage, sorts.kinds) for stage in world.stages]
        self.exits = [[*exits(world, number, sorts.kinds)] for number in range(stages)]
        self.never = np.array([kind.never_buys for kind in world.scenario.personas])[sorts.kinds.persona]
        self.bounds = bounds_of(world)
        self.waiting: dict[tuple[int, int], Spectra] = {}
        self.waiting[int(self.bounds.strides[0]), 0] = np.ones(shape, complex)
        self.go()

    def go(self) -> None:
        """From the beginning to the ends."""
        forwards = order(self.world)[::-1]
        for state in range(self.bounds.states):
            for number in forwards:
                here = self.waiting.pop((state, number), None)
                if here is not None:
                    self.come[number] += here
                    self.leave(state, number, here)

    def leave(self, state: int, number: int, here: Spectra) -> None:
        """Send on who came to a stage in a state."""
        gone = self.leaving[number]
        own = here * gone.own
        for way, which, chances in self.exits[number]:
            left, mine = np.ones(len(own[which])), own[which]
            for chance, target in zip(chances, way.targets, strict=True):
                self.send(state, number, (target, way.otherwise), which, chance[:, None] * mine)
                left = left - chance
            self.send(state, number, (way.otherwise, way.otherwise), which, left[:, None] * mine)
        stage, persona = self.world.stages[number], self.sorts.kinds.persona
        for clock, rings in zip(stage.clocks, gone.rings, strict=True):
            ways = np.stack([np.array(clock.targets)[persona], stage.otherwise[persona]], axis=1)
            for target, otherwise in np.unique(ways, axis=0).tolist():
                which = np.flatnonzero((ways == (target, otherwise)).all(axis=1))
                self.send(state, number, (target, otherwise), which, here[which] * rings[which])

    def send(self, state: int, source: int, to: tuple[int, int], which: Which, mass: Spectra) -> None:
        """Let a mass of some sorts come to a target; to the other one where they have been there too often."""
        state, target = map(int, self.bounds.entered(state, *to))
        if target < len(self.world.stages):
            waiting = self.waiting.setdefault((state, target), np.zeros_like(self.come[0]))
            waiting[which] += mass
            self.went[source, target, which] += mass[:, -1].real
            return
        for goal, those in self.goals(target, which):
            part = mass[those]
            self.come[goal][_both(which, those)] += part
            self.went[source, goal, _both(which, those)] += part[:, -1].real

    def goals(self, target: int, which: Which) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
        """The outcomes that sorts come to: who never buys loses where others win."""
        won = len(self.world.stages) + WON
        never = self.never[which]
        if target != won or not never.any():
            yield target, np.arange(len(never))
            return
        yield won, np.flatnonzero(~never)
        yield len(self.world.stages) + LOST, np.flatnonzero(never)


def _both(which: Which, those: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return those if isinstance(which, slice) else which[those]


class Left(Struct, frozen=True):
    """How a stage is left, after its entry: `own`, by itself; `rings`, by each clock; `inside`: being there still.

    All (sorts, frequencies). Of all sorts `own` and `rings` have the total behind the spectrum; of one persona they
    have not, and `rings` are of the clocks it has.
    """

    own: Spectra
    rings: tuple[Spectra, ...]
    inside: Spectra


class Departures:
    """How stages are left. What does not depend on intent is worked out once."""

    def __init__(self, grid: Grid) -> None:
        self.grid, self.tails = grid, Tails()
        self.known: dict[tuple[str, int], Left] = {}

    def leaving(self, stage: StageWorld, kinds: Kinds) -> Left:
        """How a stage is left by each sort."""
        size = self.grid.cells // 2 + 1
        own = np.empty((len(kinds.persona), size + 1), complex)
        rings = [np.zeros_like(own) for _ in stage.clocks]
        inside = np.empty((len(kinds.persona), size), complex)
        for kind in np.unique(kinds.persona).tolist():
            which = np.flatnonzero(kinds.persona == kind)
            left = self.left(stage, kind, kinds.intent[which])
            own[which, :-1], inside[which] = left.own, left.inside
            of_clocks = [ringing for ringing, clock in zip(rings, stage.clocks, strict=True) if clock.laws[kind]]
            for ringing, part in zip(of_clocks, left.rings, strict=True):
                ringing[which, :-1] = part
        totals = race(stage, kinds.persona, kinds.intent) if stage.clocks else np.zeros((0, len(own)))
        own[:, -1] = 1.0 - totals.sum(axis=0)
        for ringing, total in zip(rings, totals, strict=True):
            ringing[:, -1] = total
        return Left(own, tuple(rings), inside)

    def left(self, stage: StageWorld, kind: int, intent: Floats) -> Left:
        """How a stage is left by leads of one persona."""
        if stage.faster[kind]:
            return self.worked_out(stage, kind, intent)
        key = stage.name, kind
        if key not in self.known:
            self.known[key] = self.worked_out(stage, kind, np.zeros(1))
        return self.known[key]

    def worked_out(self, stage: StageWorld, kind: int, intent: Floats) -> Left:
        stretch = np.exp(np.clip(stage.faster[kind] * intent, -50.0, 50.0))
        factors = [self.staying(stage.lasts.each[kind], float(stage.least[kind]), stretch)]
        factors += [self.staying(clock.laws[kind], 0.0, np.ones(1)) for clock in stage.clocks if clock.laws[kind]]
        inside = self.grid.spectra(together(factors))
        if len(factors) == 1:
            return Left(1.0 - (1.0 - self.grid.turn) * inside, (), inside)
        own, *rings = (self.grid.spectra(part) for part in drops(factors))
        return Left(own, tuple(rings), inside)

    def staying(self, law: Dwell | None, least: float, stretch: Floats) -> Floats:
        assert law is not None
        return staying(law, least, stretch, self.grid, self.tails)
