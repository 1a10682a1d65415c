"""People to journeys: which stages each lead enters and leaves, when, and how its journey ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import LOST, WON
from leadrules.simulator.draws import Draws, Uniforms, at
from leadrules.simulator.laws import LONGEST, drawn, lasting
from leadrules.simulator.loads import Loads, loads_of, taken
from leadrules.simulator.nudge import Nudge, Push, pushed
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats, Small, Stay, Ticks
from leadrules.simulator.ways import Kinds, exits
from leadrules.simulator.world import StageWorld, World


class Journeys(Struct, frozen=True):
    """Stays, those of a lead in the order of time; the outcome (leads,) and the tick it is reached at (leads,).

    `loads`: what fields add to the ways out of stages.
    """

    stays: tuple[Stay, ...]
    outcome: Small
    ended: Ticks
    loads: Loads


class Coming(Struct, frozen=True):
    """Leads that come to a stage: positions in the block, and how often each has been there before.

    `kinds`: what decides where they go. `draws` and `ids` are for what is left to chance.
    """

    stage: StageWorld
    who: Ticks
    visit: Small
    kinds: Kinds
    draws: Draws
    ids: npt.NDArray[np.uint64]

    def draw(self, what: str, which: Ticks | slice = slice(None)) -> Uniforms:
        """Draws of some of the leads in a stream of the stage: the number of the visit is the number of the draw."""
        states = self.draws.states(f"stages/{self.stage.name}/{what}", self.ids[which])
        visit = self.visit[which]
        return at(states, visit.astype(np.uint64) if visit.any() else np.uint64(0))


def walk(world: World, draws: Draws, people: People, nudge: Nudge | None = None) -> Journeys:
    """Every lead from its first stage to its end.

    One pass over the stages in their order does for all ways ahead; leads that were led back go on in a further one.
    Bounds see to it that there is a last pass. With a `nudge` by the same draws: a lead that is not nudged, or by nothing,
    goes the same way.
    """
    stages, loads = len(world.stages), loads_of(world, people)
    coming, since = np.zeros(len(people.ids), np.int64), people.arrival.copy()
    been = np.zeros((stages if world.loops else 0, len(people.ids)), np.int16)
    stays: list[Stay] = []
    while not stays or (coming < stages).any():
        for number, stage in enumerate(world.stages):
            who = np.flatnonzero(coming == number)
            kinds = Kinds(people.persona[who], people.intent[who], taken(loads, who))
            visit = been[number, who] if world.loops else np.zeros(len(who), np.int16)
            here = Coming(stage, who, visit, kinds, draws, people.ids[who])
            ticks, found = _leave(world, number, here, since[who], nudge)
            if world.loops:
                been[number, who] += 1
                found = _admitted(world, here, been, found)
            start = since[who]
            since[who] = end = start + ticks
            stays.append(Stay(number, who, visit, start, end))
            coming[who] = _ended(world, kinds.persona, found)
    return Journeys(tuple(stays), (coming - stages).astype(np.int16), since, loads)


def _leave(world: World, number: int, here: Coming, start: Ticks, nudge: Nudge | None) -> tuple[Ticks, Ticks]:
    """How long each lead stays, and where it would go then: the first clock that rings sooner decides both."""
    ticks = _stay(here)
    found = _way(world, number, here, nudge.of_stay(number, here.who, start, start + ticks) if nudge else None)
    persona = here.kinds.persona
    for place, clock in enumerate(here.stage.clocks, 1):
        rings = np.full(len(ticks), LONGEST)
        what = f"deadlines/{place}"
        u = here.draw(what)
        for kind, law in enumerate(clock.laws):
            which = np.flatnonzero(persona == kind)
            if law is not None:
                part = here.draw(f"{what}/part", which) if len(law.components) > 1 else u[which]
                rings[which] = whole(drawn(law, u[which], part))
        sooner = rings < ticks
        ticks = np.where(sooner, rings, ticks)
        found = np.where(sooner, np.array(clock.targets)[persona], found)
    return ticks, found


def _stay(here: Coming) -> Ticks:
    """Seconds in a stage: whole ones, at least one."""
    stage, persona = here.stage, here.kinds.persona
    seconds = lasting(stage.lasts, persona, here.draw("lasts"), lambda which: here.draw("lasts/part", which))
    if stage.faster.any():
        with np.errstate(over="ignore"):  # beyond the longest is the longest
            seconds *= np.exp(-stage.faster[persona] * here.kinds.intent)
    if stage.least.any():
        np.maximum(seconds, stage.least[persona], out=seconds)
    return whole(seconds)


def whole(seconds: Floats) -> Ticks:
    """Durations as ticks."""
    return np.clip(seconds, 1, LONGEST).astype(np.int64)


def _way(world: World, number: int, here: Coming, push: Push | None) -> Ticks:
    """Where each lead goes when its stay is over by itself: a stage, or an outcome."""
    u = here.draw("then")
    found = np.empty(len(u), np.int64)
    for way, which, chances in exits(world, number, here.kinds):
        reached = np.zeros(len(u[which]))
        choice = np.zeros(len(reached), np.uint8)
        for chance in chances:
            reached += chance
            choice += np.greater_equal(u[which], reached).view(np.uint8)
        targets = np.array([*way.targets, way.otherwise])
        if push is not None:
            choice = pushed(chances, choice, u[which], push.take(which), targets <= len(world.stages) + WON)
        found[which] = targets[choice]
    return found


def _admitted(world: World, here: Coming, been: Small, found: Ticks) -> Ticks:
    """Who would come to a stage too often takes the way that is always open instead."""
    for number, stage in enumerate(world.stages):
        if stage.bound:
            full = (found == number) & (been[number, here.who] >= stage.bound)
            found = np.where(full, here.stage.otherwise[here.kinds.persona], found)
    return found


def _ended(world: World, persona: Small, found: Ticks) -> Ticks:
    """Who never buys loses where others win."""
    never = np.array([kind.never_buys for kind in world.scenario.personas])
    won = len(world.stages) + WON
    if never.any():
        found[never[persona] & (found == won)] = len(world.stages) + LOST
    return found
