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
from leadrules.dsl.scenario.parameter import Parameter, value_of
from leadrules.simulator.draws import Draws, Words, salt, salted
from leadrules.simulator.laws import LONGEST as LATER_THAN_ALL
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

    def part(self, rows: Ticks) -> Chance:
        """The draws for some of the events."""
        return Chance(self.draws, self.ids, np.take(self.lead, rows), np.take(self.salts, rows))

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
    lead = np.repeat(np.arange(len(people.ids)), happenings.counts)
    chance = Chance(draws, people.ids, lead, salt(_numbers(lead, happenings.tick)))
    kinds = np.take(world.kinds, happenings.action)
    visit = np.take(np.array([action.cause.what == "visit" for action in world.actions], bool), happenings.action)
    event = np.flatnonzero(_arrives(observed, world, people, chance, kinds, visit))
    chance, tick = chance.part(event), np.take(happenings.tick, event)
    merged = _merged(observed.identity, world, chance, np.take(kinds, event), tick)
    log = Log(
        event=event,
        lead=chance.lead,
        delivery=np.full(len(event), ONCE, np.int8),
        time=tick if observed.clock is None else tick + np.take(_off(observed.clock, chance), chance.lead),
        known_at=tick if observed.delay is None else tick + _delays(observed.delay, chance),
        anonymous=np.take(visit, event) & (tick < np.take(merged.at, chance.lead)),
        merged=np.where(merged.never, UNMERGED, merged.at),
    )
    log.merged[np.bincount(log.lead[log.anonymous], minlength=len(people.ids)) == 0] = UNMERGED
    return log if observed.doubles is None else _doubled(observed.doubles, chance, log)


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
    personas = [value_of(shares.get(p.name)) for p in world.scenario.personas]
    return chance.of_leads("filtered") < np.array(personas)[people.persona]


class Merged(Struct, frozen=True):
    """Until when a lead is anonymous (leads,), later than everything where it stays so; who stays so for ever."""

    at: Ticks
    never: Bools


def _merged(identity: Identity | None, world: World, chance: Chance, kinds: Small, tick: Ticks) -> Merged:
    """The first of some events that says who a lead is; where nobody is anonymous, from the beginning on."""
    leads = len(chance.ids)
    if identity is None:
        return Merged(np.zeros(leads, np.int64), np.ones(leads, bool))
    at = np.full(leads, LATER_THAN_ALL, np.int64)
    kind = [named.name for named in world.scenario.events].index(identity.event)
    forms = np.flatnonzero(kinds == kind)[::-1]  # of several the first is written last
    at[chance.lead[forms]] = tick[forms]
    return Merged(at, (at == LATER_THAN_ALL) | (chance.of_leads("identified/never") < identity.never.value))


def _doubled(doubles: Doubles, chance: Chance, log: Log) -> Log:
    """A log with some deliveries twice, the double behind the first."""
    twice = np.flatnonzero(chance.of_events("duplicated") < doubles.share.value)
    renewed = chance.of_events("duplicated/new_id", twice) < doubles.renewed.value
    copies = np.ones(len(log.event), np.int64)
    copies[twice] = 2
    row = np.repeat(np.arange(len(copies)), copies)
    delivery = log.delivery[row]
    delivery[twice + np.arange(1, len(twice) + 1)] = np.where(renewed, ANEW, AGAIN)
    return Log(
        log.event[row], log.lead[row], delivery, log.time[row], log.known_at[row], log.anonymous[row], log.merged
    )


def _delays(law: Delay, chance: Chance) -> Ticks:
    """Seconds by which each event arrives later than it happens (events,)."""
    found = np.zeros(len(chance.lead), np.int64)
    late = np.flatnonzero(chance.of_events("late") < law.share.value)
    seconds = law.median.value * np.exp(law.spread.value * normal(chance.of_events("late/by", late)))
    found[late] = np.minimum(seconds, LATEST).astype(np.int64)
    return found


def _off(spread: Parameter, chance: Chance) -> Ticks:
    """Seconds by which the clock of each lead is off (leads,)."""
    return np.rint(spread.value * normal(chance.of_leads("clock"))).astype(np.int64)
