"""World and draws to a population: the leads of a range, as rules see them, and the truth about them."""

from __future__ import annotations

import numpy as np

from leadrules.engine.leads import Events, Leads, Occurrences
from leadrules.engine.ranges import offsets_of
from leadrules.simulator.attributes import SECOND
from leadrules.simulator.deliver import deliver
from leadrules.simulator.draws import Draws
from leadrules.simulator.journeys import WON, Journeys, chances, walk
from leadrules.simulator.people import People, draw_people
from leadrules.simulator.population import Happenings, Ledger, Population
from leadrules.simulator.visits import happen
from leadrules.simulator.world import World

BLOCK = 32_768


def simulate(world: World, draws: Draws, start: int, stop: int) -> Population:
    """The leads from number `start` to `stop` (excluded), at most 32,768 of them.

    A lead is the same in whatever range it is simulated, alone or among others.
    """
    people = draw_people(world, draws, start, stop)
    journeys = walk(world, draws, people)
    post = deliver(world, draws, people, journeys) if world.mails else None
    happenings = happen(world, draws, people, journeys, post)
    events = _events(world, happenings)
    leads = Leads(people.ids.astype(np.int64), people.account, people.fields, events)
    return Population(leads, _ledger(world, people, journeys), happenings)


def _events(world: World, happenings: Happenings) -> Events:
    kinds = np.take(world.kinds, happenings.action)
    of_type = {}
    for kind, event in enumerate(world.scenario.events):
        rows = np.flatnonzero(kinds == kind)
        columns = world.properties[event.name]
        taken = {name: column.take(happenings.action[rows]) for name, column in columns.items()}
        of_type[event.name] = Occurrences(rows, taken)
    time = happenings.tick * SECOND
    time += world.scenario.start
    names = tuple(event.name for event in world.scenario.events)
    return Events(offsets_of(happenings.counts), time, kinds, names, of_type)


def _ledger(world: World, people: People, journeys: Journeys) -> Ledger:
    leads, stages = len(people.ids), len(world.stages)
    landmark = people.arrival + int(world.scenario.landmark.value)
    entered = np.full((stages, leads), -1, np.int64)
    at_landmark = np.full(leads, -1, np.int16)
    for number, stay in enumerate(journeys.stays):
        entered[number, stay.who] = stay.start
        judged = landmark[stay.who]
        at_landmark[stay.who[(stay.start <= judged) & (judged < stay.end)]] = number
    chance = (journeys.outcome == WON).astype(np.float64)
    there = np.flatnonzero(at_landmark >= 0)
    ahead = chances(world, people.persona[there], people.intent[there])
    chance[there] = ahead[at_landmark[there], np.arange(len(there))]
    return Ledger(
        persona=people.persona,
        account=people.account,
        intent=people.intent,
        activity=people.activity,
        arrival=people.arrival,
        outcome=journeys.outcome,
        ended=journeys.ended,
        entered=entered,
        landmark=landmark,
        stage_at_landmark=at_landmark,
        chance=chance,
        channel=people.channel,
    )
