"""P(won) of leads, from wherever they stand in the graph of stages."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES, WON
from leadrules.simulator.bounds import Numbers, bounds_of
from leadrules.simulator.nudge import raised
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.race import by_law, race
from leadrules.simulator.ways import Kinds, Which, exits
from leadrules.simulator.world import World

AT_ONCE, AT_ONCE_BY_LAW = 32_768, 2_048


class Standing(Struct, frozen=True):
    """Leads in the midst of their journeys, all (leads,) but `been`.

    `stage`: the number of the one each is in, `spent`: the ticks it has been there. `been` (stages, leads): how often
    it has come to each stage, this time included.
    """

    kinds: Kinds
    stage: Small
    spent: Ticks
    been: Small

    def part(self, which: Which) -> Standing:
        """Some of the leads."""
        return Standing(self.kinds.part(which), self.stage[which], self.spent[which], self.been[:, which])


def chances(world: World, standing: Standing) -> Floats:
    """P(won) of each lead given all that."""
    return np.concatenate([ahead.at(part) for ahead, part, _ in ahead_of(world, standing)])


def ahead_of(world: World, standing: Standing) -> Iterator[tuple[Ahead, Standing, slice]]:
    """What lies ahead of leads, some at once: with how those stand, and which they are."""
    leads = _at_once(world)
    for start in range(0, max(len(standing.stage), 1), leads):
        which = slice(start, start + leads)
        part = standing.part(which)
        yield Ahead(world, part.kinds), part, which


def _at_once(world: World) -> int:
    """How many leads are worked on at once, so that there is room for all that comes up on the way."""
    if any(by_law(stage) for stage in world.stages):
        return AT_ONCE_BY_LAW
    return max(AT_ONCE // bounds_of(world).states, 1)


class Ahead:
    """P(won) of leads from the entry of each stage.

    The chances of a stage come from those of the stages it leads to. A circle of stages leads through one with a bound,
    so that the graph of stages *and of how often those with a bound have been visited* has none: what leads into such
    a stage leads to a higher state. `won` (states, stages and outcomes, leads).
    """

    def __init__(self, world: World, kinds: Kinds) -> None:
        self.world, self.kinds = world, kinds
        self.bounds, stages = bounds_of(world), len(world.stages)
        self.won = np.zeros((self.bounds.states, stages + len(OUTCOMES), len(kinds.persona)))
        buys = np.array([0.0 if kind.never_buys else 1.0 for kind in world.scenario.personas])
        self.won[:, stages + WON] = buys[kinds.persona]
        self.fill()

    def fill(self) -> None:
        """Work out all chances, from the ends back to the beginning."""
        leads = len(self.kinds.persona)
        leaving = [Leaving(self, number) for number in range(len(self.world.stages))]
        backwards = order(self.world)
        for state in range(len(self.won) - 1, -1, -1):
            for number in backwards:
                self.won[state, number] = leaving[number].chance(np.broadcast_to(np.int64(state), leads))

    def at(self, standing: Standing) -> Floats:
        """P(won) of each lead where it stands. Time spent in a stage tells something where clocks run in it."""
        state = self.bounds.state(standing.been) if self.world.loops else np.zeros(len(standing.stage), np.int64)
        found = np.asarray(self.won[state, standing.stage, np.arange(len(state))])
        clocked = [number for number, stage in enumerate(self.world.stages) if stage.clocks]
        for number in clocked:
            which = np.flatnonzero(standing.stage == number)
            if len(which):
                found[which] = Leaving(self, number, which, standing.spent[which]).chance(state[which])
        return found

    def pushed(self, standing: Standing, logit: Floats) -> Floats:
        """The same where so much is added to the log odds of going on, once their stay in this stage is over."""
        state = self.bounds.state(standing.been) if self.world.loops else np.zeros(len(standing.stage), np.int64)
        found = np.empty(len(state))
        for number in range(len(self.world.stages)):
            which = np.flatnonzero(standing.stage == number)
            if len(which):
                leaving = Leaving(self, number, which, standing.spent[which])
                found[which] = leaving.chance(state[which], logit[which])
        return found

    def after(self, target: int | Numbers, otherwise: int | Numbers, state: Numbers, leads: Which) -> Floats:
        """P(won) of leads that would go to a target from a state; to `otherwise` if they have been there too often."""
        if not self.world.loops:
            return self.told(0, target, leads)
        return self.told(*self.bounds.entered(state, target, otherwise), leads)

    def told(self, state: int | Numbers, target: int | Numbers, leads: Which) -> Floats:
        """What is worked out already, of a state and target for all or of one for each."""
        if isinstance(target, int):
            return np.asarray(self.won[state, target, leads])
        each = np.arange(self.won.shape[-1])[leads] if isinstance(leads, slice) else leads
        return np.asarray(self.won[state, target, each])


class Leaving:
    """Leads (positions, or all) that leave a stage, having spent some ticks in it, or none."""

    def __init__(self, ahead: Ahead, number: int, leads: Numbers | None = None, spent: Ticks | None = None) -> None:
        self.ahead, self.leads, self.stage = ahead, leads, ahead.world.stages[number]
        self.kinds = ahead.kinds if leads is None else ahead.kinds.part(leads)
        self.exits = list(exits(ahead.world, number, self.kinds))
        self.ringing = race(self.stage, self.kinds.persona, self.kinds.intent, spent) if self.stage.clocks else None

    def chance(self, state: Numbers, push: Floats | None = None) -> Floats:
        """P(won) of each, if it is in that state, and pushed by so much when it leaves by itself."""
        found = np.empty(len(state))
        for way, which, ways in self.exits:
            if push is not None:
                onward = np.array([*way.targets, way.otherwise]) <= len(self.ahead.world.stages) + WON
                ways = raised(ways, push[which], onward)
            left, total, otherwise = np.ones(1), np.zeros(1), self.after(way.otherwise, way.otherwise, state, which)
            for each, target in zip(ways, way.targets, strict=True):
                total = total + each * self.after(target, way.otherwise, state, which)
                left = left - each
            found[which] = total + left * otherwise
        if self.ringing is not None:
            persona = self.kinds.persona
            found *= 1.0 - self.ringing.sum(axis=0)
            for clock, rings in zip(self.stage.clocks, self.ringing, strict=True):
                targets = np.array(clock.targets)[persona]
                found += rings * self.after(targets, self.stage.otherwise[persona], state, slice(None))
        return found

    def after(self, target: int | Numbers, otherwise: int | Numbers, state: Numbers, which: Which) -> Floats:
        """The same for some of these leads."""
        leads = which if self.leads is None else self.leads[which]
        return self.ahead.after(target, otherwise, state[which], leads)


def order(world: World) -> list[int]:
    """The stages so that each comes behind those it leads to, but for those with a bound."""
    numbers = range(len(world.stages))
    waiting = {
        number: {target for target in targets_of(world, number) if target in numbers and not world.stages[target].bound}
        for number in numbers
    }
    found: list[int] = []
    while waiting:
        ready = [number for number, targets in waiting.items() if targets <= set(found)]
        assert ready, "a circle of stages without a bound"
        found += ready
        waiting = {number: targets for number, targets in waiting.items() if number not in found}
    return found


def targets_of(world: World, number: int) -> set[int]:
    """Where a stage may lead."""
    stage = world.stages[number]
    clocks = {target for clock in stage.clocks for target, law in zip(clock.targets, clock.laws, strict=True) if law}
    return {target for way in stage.exits for target in (*way.targets, way.otherwise)} | clocks
