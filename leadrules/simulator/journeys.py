"""People to journeys: which stages each lead enters and leaves, when, and how its journey ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.simulator.draws import Draws, Uniforms
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats, Small, Ticks
from leadrules.simulator.quantiles import duration
from leadrules.simulator.world import Exit, StageWorld, World

SURE = 700.0  # a logit beyond which a double is 0 or 1
LONGEST = 10**11  # seconds, three thousand years: no law reaches beyond
WON, LOST = OUTCOMES.index("won"), OUTCOMES.index("lost")


class Stay(Struct, frozen=True):
    """The leads (positions in the block) that come to a stage, and the ticks between which they are in it."""

    who: Ticks
    start: Ticks
    end: Ticks


class Journeys(Struct, frozen=True):
    """Stays, a stage after the other; the outcome (leads,) and the tick it is reached at (leads,)."""

    stays: tuple[Stay, ...]
    outcome: Small
    ended: Ticks


def walk(world: World, draws: Draws, people: People) -> Journeys:
    """Every lead from its first stage to its end. No stage leads back to one before it, so that one pass is enough."""
    stages = len(world.stages)
    coming = np.zeros(len(people.ids), np.int64)
    since = people.arrival.copy()
    stays = []
    for number, stage in enumerate(world.stages):
        who = np.flatnonzero(coming == number)
        start, ids = since[who], people.ids[who]
        end = start + _stay(stage, people, who, draws.uniforms(f"stages/{stage.name}/lasts", ids))
        coming[who] = _way(stage, world, people, who, draws.uniforms(f"stages/{stage.name}/then", ids))
        since[who] = end
        stays.append(Stay(who, start, end))
    return Journeys(tuple(stays), (coming - stages).astype(np.int16), since)


def _stay(stage: StageWorld, people: People, who: Ticks, u: Uniforms) -> Ticks:
    """Seconds in a stage: whole ones, at least one."""
    persona = people.persona[who]
    seconds = np.empty(len(who))
    for family in dict.fromkeys(stage.families):
        at: Ticks | slice = slice(None)
        if len(set(stage.families)) > 1:
            at = np.flatnonzero(np.array([name == family for name in stage.families])[persona])
        kind = persona[at]
        seconds[at] = duration(family, stage.scale[kind], stage.shape[kind], u[at])
    if stage.faster.any():
        with np.errstate(over="ignore"):  # beyond the longest is the longest
            seconds *= np.exp(-stage.faster[persona] * people.intent[who])
    return np.clip(seconds, 1, LONGEST).astype(np.int64)


def _way(stage: StageWorld, world: World, people: People, who: Ticks, u: Uniforms) -> Ticks:
    """Where each lead goes next: a stage, or an outcome. Who never buys loses where others win."""
    found = np.empty(len(who), np.int64)
    persona, intent = people.persona[who], people.intent[who]
    for way, at in _groups(stage, persona):
        reached = np.zeros(len(u[at]))
        choice = np.zeros(len(reached), np.uint8)
        for chance in probabilities(way, persona[at], intent[at]):
            reached += chance
            choice += np.greater_equal(u[at], reached).view(np.uint8)
        found[at] = np.array([*way.targets, way.otherwise])[choice]
    never = np.array([kind.never_buys for kind in world.scenario.personas])
    if never.any():
        won = len(world.stages) + WON
        found[never[persona] & (found == won)] = len(world.stages) + LOST
    return found


def _groups(stage: StageWorld, persona: Small) -> Iterator[tuple[Exit, slice | Ticks]]:
    """The exits of a stage, each with the leads it is about."""
    for way in stage.exits:
        yield way, slice(None) if way.personas.all() else np.flatnonzero(way.personas[persona])


def probabilities(way: Exit, persona: Small, intent: Floats) -> list[Floats]:
    """The chance of each target of an exit, each (leads,); what is left goes to `otherwise`."""
    if way.shares is not None:
        return [shares[persona] for shares in way.shares.T]
    logit = way.constant[persona] + way.slope[persona] * intent
    return [1.0 / (1.0 + np.exp(-np.clip(logit, -SURE, SURE)))]


def chances(world: World, persona: Small, intent: Floats) -> Floats:
    """P(won) of leads from the beginning of each stage (stages, leads), in closed form.

    How long a stage lasts says nothing about where it leads, so that the chance is the same all through the stage.
    Stages are gone through from the last to the first: each passes on the chances of those it leads to.
    """
    stages = len(world.stages)
    chance = np.zeros((stages + len(OUTCOMES), len(persona)))
    buys = np.array([0.0 if kind.never_buys else 1.0 for kind in world.scenario.personas])
    chance[stages + WON] = buys[persona]
    for number in range(stages - 1, -1, -1):
        for way, at in _groups(world.stages[number], persona):
            left = np.ones(len(persona[at]))
            total = np.zeros(len(left))
            for each, target in zip(probabilities(way, persona[at], intent[at]), way.targets, strict=True):
                total += each * chance[target, at]
                left -= each
            chance[number, at] = total + left * chance[way.otherwise, at]
    return chance[:stages]
