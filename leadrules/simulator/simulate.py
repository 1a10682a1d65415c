"""World and draws to a population: the leads of a range, as rules see them, and the truth about them."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.scenario.model import WON
from leadrules.engine.leads import Events, Leads, Occurrences
from leadrules.engine.ranges import offsets_of
from leadrules.engine.zone import SECOND
from leadrules.simulator.chances import chances
from leadrules.simulator.deliver import deliver
from leadrules.simulator.dirt import seen_fields
from leadrules.simulator.draws import Draws
from leadrules.simulator.journeys import Journeys, walk
from leadrules.simulator.money import draw_money
from leadrules.simulator.observe import observe
from leadrules.simulator.people import People, draw_people
from leadrules.simulator.population import AGAIN, UNMERGED, Happenings, Ledger, Log, Population, Ticks
from leadrules.simulator.stand import stand
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
    log = observe(world, draws, people, happenings)
    events = _all_events(world, happenings) if log is None else _seen_events(world, happenings, log)
    fields, histories = seen_fields(world, draws, people)
    leads = Leads(people.ids.astype(np.int64), people.account, fields, events, histories)
    truth = replace(_ledger(world, people, journeys), money=draw_money(world, draws, people))
    return Population(leads, truth, happenings, journeys.stays, log)


def _all_events(world: World, happenings: Happenings) -> Events:
    time = happenings.tick * SECOND
    time += world.scenario.start
    return _events(world, happenings.counts, time, happenings.action)


def _seen_events(world: World, happenings: Happenings, log: Log) -> Events:
    """What rules see: doubles of one id once, nothing of ids that are never merged, that of others from the merge on."""
    named = np.flatnonzero(log.anonymous)
    merged = np.take(log.merged, log.lead[named])
    known, there = log.known_at.copy(), log.delivery != AGAIN
    known[named] = np.maximum(known[named], merged)
    there[named[merged == UNMERGED]] = False
    rows = np.flatnonzero(there)
    visible, time, action = known[rows], log.time[rows], happenings.action[log.event[rows]]
    counts = np.bincount(log.lead[rows], minlength=len(log.merged))
    start = world.scenario.start
    known_at = start + visible * SECOND if bool((visible > time).any()) else None
    return _events(world, counts, start + time * SECOND, action, known_at)


def _events(world: World, counts: Ticks, time: Ticks, action: Ticks, known_at: Ticks | None = None) -> Events:
    kinds = np.take(world.kinds, action)
    of_type = {}
    for kind, event in enumerate(world.scenario.events):
        rows = np.flatnonzero(kinds == kind)
        columns = world.properties[event.name]
        taken = {name: column.take(action[rows]) for name, column in columns.items()}
        of_type[event.name] = Occurrences(rows, taken)
    names = tuple(event.name for event in world.scenario.events)
    return Events(offsets_of(counts), time, kinds, names, of_type, known_at)


def _ledger(world: World, people: People, journeys: Journeys) -> Ledger:
    leads, stages = len(people.ids), len(world.stages)
    landmark = people.arrival + int(world.scenario.landmark.value)
    there, standing = stand(world, people, journeys, landmark)
    at_landmark, chance = np.full(leads, -1, np.int16), (journeys.outcome == WON).astype(np.float64)
    at_landmark[there], chance[there] = standing.stage, chances(world, standing)
    entered = np.full((stages, leads), -1, np.int64)
    for stay in journeys.stays:
        first: slice | Ticks = np.flatnonzero(stay.visit == 0) if world.loops else slice(None)
        entered[stay.stage, stay.who[first]] = stay.start[first]
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
