"""Journeys and a tick each to how leads stand then: in which stage, for how long, and how often they have been where."""

from __future__ import annotations

import numpy as np

from leadrules.simulator.chances import Standing
from leadrules.simulator.journeys import Journeys
from leadrules.simulator.loads import taken
from leadrules.simulator.people import People
from leadrules.simulator.population import Ticks
from leadrules.simulator.ways import Kinds
from leadrules.simulator.world import World


def stand(world: World, people: People, journeys: Journeys, tick: Ticks) -> tuple[Ticks, Standing]:
    """The leads (positions) that are under way at their `tick` (leads,), and how each of them stands."""
    leads = len(people.ids)
    stage, since = np.full(leads, -1, np.int16), np.zeros(leads, np.int64)
    been = np.zeros((len(world.stages), leads), np.int16)
    for stay in journeys.stays:
        asked = tick[stay.who]
        come = stay.start <= asked
        if world.loops:
            been[stay.stage, stay.who] += come
        inside = np.flatnonzero(come & (asked < stay.end))
        stage[stay.who[inside]] = stay.stage
        since[stay.who[inside]] = stay.start[inside]
    there = np.flatnonzero(stage >= 0)
    kinds = Kinds(people.persona[there], people.intent[there], taken(journeys.loads, there))
    return there, Standing(kinds, stage[there], tick[there] - since[there], been[:, there])
