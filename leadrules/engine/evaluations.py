"""Leads to the instants at which their tiers are decided: at every event, at times of day, and when they are first known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model import Evaluation
from leadrules.engine.columns import NEVER, Moments
from leadrules.engine.daily import Daily, Looks
from leadrules.engine.leads import LAST, Dated, Leads, Links
from leadrules.engine.moment import Setting
from leadrules.engine.ranges import offsets_of, ranges
from leadrules.engine.thin import thin
from leadrules.engine.turning import Turning
from leadrules.engine.views import Views, arrivals, count_seen

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
    events = _until(at_events(leads), until) if evaluation.at_events else _NONE
    begins = _at_first(leads, first, until, evaluation.at_events)
    clocks = [Daily(setting.zone, clock, first, until) for clock in evaluation.daily]
    if turning is None:
        looks = [daily.every() for daily in clocks]
    else:
        lead, at = (np.concatenate([getattr(views, name) for views in (events[0], begins)]) for name in ("lead", "at"))
        looks = thin(leads, turning, (lead, at), clocks, evaluation.at_events)
    everyone = np.arange(len(leads))
    asked = Views(everyone, until, count_seen(leads.events, everyone, until))
    return _in_order(events, begins, _scheduled(leads, looks), asked)


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
_NONE: Part = Views(*(np.zeros(0, np.int64) for _ in range(3))), np.zeros(0, np.int64)


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


def _at_first(leads: Leads, first: Times, until: Times, at_events: bool) -> Views:
    """Where a lead is first known, unless an event that is evaluated makes it so."""
    seen = count_seen(leads.events, np.arange(len(leads)), first)
    wanted = first <= until
    if at_events:
        wanted &= seen == 0
    lead = np.flatnonzero(wanted)
    return Views(lead, first[lead], seen[lead])


def _scheduled(leads: Leads, looks: Sequence[Looks]) -> Views:
    """Looks at times of day, by lead, then time."""
    lead, at = looks[0] if looks else (np.zeros(0, np.int64), np.zeros(0, np.int64))
    if len(looks) > 1:
        lead, at = (np.concatenate(columns) for columns in zip(*looks, strict=True))
        order = np.lexsort((at, lead))
        lead, at = lead[order], at[order]
    return Views(lead, at, count_seen(leads.events, lead, at))


def _in_order(events: Part, first: Views, scheduled: Views, asked: Views) -> Evaluations:
    """All views by lead, then time; each kind is given in that order.

    So nothing has to be sorted: what makes a lead known stands in front, who asks at the end, a time of day after the
    events that it sees, and events where there is room.
    """
    kinds = events[0], first, scheduled, asked
    counts = [np.bincount(views.lead, minlength=len(asked)) for views in kinds]
    offsets = offsets_of(sum(counts[1:], start=counts[0]))
    begin = offsets[:-1] + counts[1]
    rank = np.arange(len(scheduled)) - (np.cumsum(counts[2]) - counts[2])[scheduled.lead]
    clock = begin[scheduled.lead] + rank
    if len(events[0]):
        clock += scheduled.seen
    free = np.ones(offsets[-1], bool)
    places = (offsets[first.lead], clock, offsets[1:] - 1)
    for place in places:
        free[place] = False
    at, seen, cause = (np.empty(offsets[-1], np.int64) for _ in range(3))
    whys = (events[1], FIRST, SCHEDULED, ASKED)
    for views, place, why in zip(kinds, (np.flatnonzero(free), *places), whys, strict=True):
        at[place], seen[place], cause[place] = views.at, views.seen, why
    lead = np.repeat(asked.lead, np.diff(offsets))
    return Evaluations(Views(lead, at, seen), offsets, cause)
