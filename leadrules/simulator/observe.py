"""Happenings to the log of what is seen of them: losses, doubles, delays, wrong clocks, identities.

Each cause has a stream of its own, whose draws are told apart by lead and, for single events, by their tick: switching
one off leaves every draw of the others as it was.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model_observed import Delay, Doubles, Identity, Loss, Observed
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.simulator.draws import Draws, Words, salt, salted
from leadrules.simulator.journeys import LONGEST as LATER_THAN_ALL
from leadrules.simulator.normal import normal
from leadrules.simulator.people import People
from leadrules.simulator.population import AGAIN, ANEW, ONCE, UNMERGED, Floats, Happenings, Log, Small, Ticks
from leadrules.simulator.world import World

Bools = npt.NDArray[np.bool_]
TICK_BITS = 33  # as packed events have
HERE = "observed"
LATEST = 3_650 * 86_400  # seconds: what is later than ten years never comes


class Chance(Struct, frozen=True):
    """The draws for the events of a block. `ids` (leads,); `lead` (events,) positions; `salts` (events,)."""

    draws: Draws
    ids: Words
    lead: Ticks
    salts: Words

    def of_leads(self, cause: str) -> Floats:
        """A draw for each lead."""
        return self.draws.uniforms(f"{HERE}/{cause}", self.ids)

    def of_events(self, cause: str, rows: Ticks | slice = slice(None)) -> Floats:
        """A draw for each event, or for some."""
        states = self.draws.states(f"{HERE}/{cause}", self.ids)
        return salted(np.take(states, self.lead[rows]) + self.salts[rows])


def observe(world: World, draws: Draws, people: People, happenings: Happenings) -> Log | None:
    """What is seen of the events of a block; None where nothing stands between."""
    observed = world.scenario.observed
    if observed is None:
        return None
    leads = len(people.ids)
    lead = np.repeat(np.arange(leads), happenings.counts)
    chance = Chance(draws, people.ids, lead, salt(_numbers(lead, happenings.tick)))
    kinds = np.take(world.kinds, happenings.action)
    visit = np.take(np.array([action.cause.what == "visit" for action in world.actions]), happenings.action)
    event = np.flatnonzero(_arrives(observed, world, people, chance, kinds, visit))
    merged = _merged(observed.identity, world, chance, kinds, happenings.tick, event)
    anonymous = np.zeros(len(event), bool)
    if observed.identity is not None:
        anonymous = visit[event] & (happenings.tick[event] < merged.at[lead[event]])
    known_at = happenings.tick[event]
    if observed.delay is not None:
        known_at += _delays(observed.delay, chance, event)
    if observed.doubles is not None:
        place, delivery = _doubled(observed.doubles, chance, event)
        event, anonymous, known_at = event[place], anonymous[place], known_at[place]
    else:
        delivery = np.full(len(event), ONCE, np.int8)
    time, who = happenings.tick[event], lead[event]
    if observed.clock is not None:
        time += np.take(_off(observed.clock, chance), who)
    known = np.where(merged.never, UNMERGED, merged.at)
    known[np.bincount(who[anonymous], minlength=leads) == 0] = UNMERGED
    return Log(event, who, delivery, time, known_at, anonymous, known)


def _numbers(lead: Ticks, tick: Ticks) -> Words:
    """What tells the events of a lead apart, whatever else it does: the tick, and among those of one tick the place."""
    again = np.flatnonzero(tick[1:] == tick[:-1]) + 1
    again = again[lead[again] == lead[again - 1]]
    number = tick.copy()
    if len(again):
        begins = np.diff(again, prepend=-1) > 1
        first = again[begins] - 1
        place = again - first[np.cumsum(begins) - 1]
        number[again] += place << TICK_BITS
    return number.view(np.uint64)


def _arrives(observed: Observed, world: World, people: People, chance: Chance, kinds: Small, visit: Bools) -> Bools:
    """Which events arrive at all (events,). What becomes of a mail is known by its address: no browser keeps it back."""
    found = np.ones(len(kinds), bool)
    names = [event.name for event in world.scenario.events]
    for cause, loss in observed.losses.items():
        found[_kept_back(loss, cause, names, chance, kinds, visit)] = False
    if observed.lost:
        shares = np.array([observed.lost[name].value for name in names])
        found &= chance.of_events("lost") >= np.take(shares, kinds)
    if observed.filtered:
        found &= np.take(~_filtered(observed.filtered, world, people, chance), chance.lead)
    return found


def _kept_back(loss: Loss, cause: str, names: list[str], chance: Chance, kinds: Small, visit: Bools) -> Ticks:
    """Events in the visits of leads who keep theirs to themselves."""
    told = np.array([name not in loss.spared for name in names])
    here = np.take(chance.of_leads(cause) < loss.leads.value, chance.lead)
    here &= visit
    here &= np.take(told, kinds)
    rows = np.flatnonzero(here)
    return rows if loss.events.value >= 1 else rows[chance.of_events(f"{cause}/events", rows) < loss.events.value]


def _filtered(shares: Mapping[str, Parameter], world: World, people: People, chance: Chance) -> Bools:
    """Leads who are taken for machines (leads,)."""
    personas = [shares[p.name].value if p.name in shares else 0.0 for p in world.scenario.personas]
    return chance.of_leads("filtered") < np.array(personas)[people.persona]


class Merged(Struct, frozen=True):
    """Until when a lead is anonymous (leads,), later than everything where it stays so; who stays so for ever."""

    at: Ticks
    never: Bools


def _merged(identity: Identity | None, world: World, chance: Chance, kinds: Small, tick: Ticks, event: Ticks) -> Merged:
    """The first event of those that arrive that says who a lead is."""
    leads = len(chance.ids)
    at = np.full(leads, LATER_THAN_ALL, np.int64)
    if identity is None:
        return Merged(at, np.ones(leads, bool))
    kind = [named.name for named in world.scenario.events].index(identity.event)
    forms = event[kinds[event] == kind][::-1]  # of several the first is written last
    at[chance.lead[forms]] = tick[forms]
    return Merged(at, (at == LATER_THAN_ALL) | (chance.of_leads("identified/never") < identity.never.value))


def _doubled(doubles: Doubles, chance: Chance, event: Ticks) -> tuple[Ticks, npt.NDArray[np.int8]]:
    """The places of events that arrive, twice where one is delivered twice; what each of these deliveries is."""
    twice = np.flatnonzero(chance.of_events("duplicated", event) < doubles.share.value)
    renewed = chance.of_events("duplicated/new_id", event[twice]) < doubles.renewed.value
    copies = np.ones(len(event), np.int64)
    copies[twice] = 2
    delivery = np.full(len(event) + len(twice), ONCE, np.int8)
    delivery[twice + np.arange(1, len(twice) + 1)] = np.where(renewed, ANEW, AGAIN)
    return np.repeat(np.arange(len(event)), copies), delivery


def _delays(law: Delay, chance: Chance, event: Ticks) -> Ticks:
    """Seconds by which each of some events arrives later than it happens."""
    found = np.zeros(len(event), np.int64)
    late = np.flatnonzero(chance.of_events("late", event) < law.share.value)
    seconds = law.median.value * np.exp(law.spread.value * normal(chance.of_events("late/by", event[late])))
    found[late] = np.minimum(seconds, LATEST).astype(np.int64)
    return found


def _off(spread: Parameter, chance: Chance) -> Ticks:
    """Seconds by which the clock of each lead is off (leads,)."""
    return np.rint(spread.value * normal(chance.of_leads("clock"))).astype(np.int64)
