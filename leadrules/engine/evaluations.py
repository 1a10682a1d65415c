"""Leads to the instants at which their tiers are decided: at every event, at times of day, and when they are first known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model import Evaluation
from leadrules.engine.columns import NEVER, Ints, Moments
from leadrules.engine.leads import LAST, Dated, Leads, Links
from leadrules.engine.moment import Setting
from leadrules.engine.ranges import ranges
from leadrules.engine.thin import Anchors, thin
from leadrules.engine.turning import Turning
from leadrules.engine.views import Views, arrivals, count_seen
from leadrules.engine.zone import DAY, Zone

Times = npt.NDArray[np.int64]
SCHEDULED, FIRST, ASKED = -1, -2, -3


class Evaluations(Struct, frozen=True):
    """Views in the order of lead, then time; `offsets` int64 (leads + 1) says where those of each lead begin.

    `cause` int64 (views): the row of the event that each is at; `SCHEDULED` at a time of day, `FIRST` where a lead
    becomes known by something that is no event, `ASKED` where somebody asks.
    """

    views: Views
    offsets: Times
    cause: Times


def evaluations(
    leads: Leads, evaluation: Evaluation, setting: Setting, until: Times, turning: Turning | None = None
) -> Evaluations:
    """All evaluations of each lead up to an instant each (leads,), and one more at that instant.

    The first is where the lead is first known, be it by an event or by a date of its own. Events of one instant are
    taken one by one; whatever else happens at it comes after them. With `turning` those at times of day are left out at
    which nothing can be as it was not at the one before.
    """
    first = first_known(leads, setting)
    parts = [_until(at_events(leads), until)] if evaluation.at_events else []
    parts.append(_at_first(leads, first, until, evaluation.at_events))
    clocks = [*_clocks(first, evaluation, setting, until)]
    if turning is not None:
        lead, at = (np.concatenate([getattr(views, name) for views, _ in parts]) for name in ("lead", "at"))
        clocks = thin(leads, turning, (lead, at), clocks, evaluation.at_events)
    parts += [_scheduled(leads, *clock) for clock in clocks]
    everyone = np.arange(len(leads))
    seen = count_seen(leads.events, everyone, until)
    parts.append((Views(everyone, until, seen), np.full(len(leads), ASKED, np.int64)))
    return _in_order(leads, parts)


def first_known(leads: Leads, setting: Setting) -> Times:
    """The first dated fact of each lead: an event, a dated value, a link, an adjustment, or since when it is known; else `LAST`."""
    first = np.full(len(leads), LAST, np.int64)
    events = leads.events
    busy = np.flatnonzero(np.diff(events.offsets))
    first[busy] = arrivals(events)[1][events.offsets[busy]]
    more = (dated for dated in (leads.adjustments, leads.links) if dated is not None)
    for dated in (*leads.histories.values(), *more):
        first = np.minimum(first, _first_of(dated))
    field = leads.fields.get(setting.known_from) if setting.known_from else None
    if isinstance(field, Moments):
        first = np.minimum(first, np.where(field.values == NEVER, LAST, field.values))
    return first


def _first_of(dated: Dated | Links) -> Times:
    first = np.full(len(dated.offsets) - 1, LAST, np.int64)
    there = np.flatnonzero(np.diff(dated.offsets))
    first[there] = dated.time[dated.offsets[there]]
    return first


Part = tuple[Views, Times]


def at_events(leads: Leads) -> Part:
    """A view of each event, by lead and in the order in which they become known, and the rows of the events."""
    events = leads.events
    order, at = arrivals(events)
    lead, seen = ranges(np.ones(len(leads), np.int64), np.diff(events.offsets))
    return Views(lead, at, seen), order


def _until(part: Part, until: Times) -> Part:
    views, cause = part
    kept = np.flatnonzero(views.at <= until[views.lead])
    return views.take(kept), cause[kept]


def _at_first(leads: Leads, first: Times, until: Times, at_events: bool) -> Part:
    """Where a lead is first known, unless an event that is evaluated makes it so."""
    seen = count_seen(leads.events, np.arange(len(leads)), first)
    wanted = first <= until
    if at_events:
        wanted &= seen == 0
    lead = np.flatnonzero(wanted)
    return Views(lead, first[lead], seen[lead]), np.full(len(lead), FIRST, np.int64)


def _clocks(first: Times, evaluation: Evaluation, setting: Setting, until: Times) -> Iterator[Anchors]:
    """Each time of day on each local day from when a lead is first known: leads, and instants."""
    known = np.flatnonzero(first <= until)
    days = _days(setting.zone, first[known], until[known])
    for clock in evaluation.daily:
        lead = np.repeat(known, days[1])
        at = setting.zone.instant(days[0] * DAY + int(clock))
        kept = np.flatnonzero((at > first[lead]) & (at <= until[lead]))
        yield lead[kept], at[kept]


def _scheduled(leads: Leads, lead: Ints, at: Times) -> Part:
    return Views(lead, at, count_seen(leads.events, lead, at)), np.full(len(lead), SCHEDULED, np.int64)


def _days(zone: Zone, first: Times, last: Times) -> tuple[Times, Times]:
    """The local days from one instant to another, one pair after the other, and how many each has."""
    start = zone.day(first)
    counts = zone.day(last) - start + 1
    return ranges(start, counts)[1], counts


def _in_order(leads: Leads, parts: list[Part]) -> Evaluations:
    views, causes = zip(*parts, strict=True)
    lead = np.concatenate([part.lead for part in views])
    at = np.concatenate([part.at for part in views])
    seen = np.concatenate([part.seen for part in views])
    cause = np.concatenate(causes)
    order = np.lexsort((_turn(cause), np.where(cause >= 0, seen, 0), cause < 0, at, lead))
    offsets = np.searchsorted(lead[order], np.arange(len(leads) + 1))
    return Evaluations(Views(lead[order], at[order], seen[order]), offsets, cause[order])


def _turn(cause: Ints) -> Ints:
    """At one instant a lead is first known, then comes the clock, then who asks."""
    return np.select([cause == FIRST, cause == SCHEDULED], [0, 1], 2)
