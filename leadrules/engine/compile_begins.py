"""Where a condition turns true: at an event or a change of fields that makes it so, however it came to be false before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.engine.columns import TRUE, Bools, Ints, Truths
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Find, Moment, Seen, Times
from leadrules.engine.ranges import offsets_of, portions, ranges
from leadrules.engine.views import Views, arrivals, becomes_known, count_seen, count_until, pairs

AT_ONCE = 4_000_000
NO_EVENT = -1  # in the place of an event's row: a change of fields stands before the events of its instant


def compile_begins(truth: Callable[[Moment], Truths]) -> Find:
    """The events and the changes of fields that make a condition true.

    Such an event stands where it becomes known. Right after it the condition is true, with it and all that became
    known before; at the same instant, without it, it is not. What a lead's later events are is of no account.
    All changes of an instant are one, which has no row among the events; those events come after it.
    """
    key = object()

    def begins(moment: Moment) -> Seen:
        found: Seen = moment.once(key, lambda: _begins(truth, moment))
        return found

    return begins


def _begins(truth: Callable[[Moment], Truths], moment: Moment) -> Seen:
    events, views = moment.leads.events, moment.views
    if views is None:
        lead = np.arange(len(moment))
        views = Views(lead, moment.at, count_seen(events, lead, moment.at))
    most = np.zeros(len(moment.leads), np.int64)
    np.maximum.at(most, views.lead, views.seen)
    rows = np.sort(_turning(truth, moment, most))
    view, position = pairs(events, rows, views)
    row = rows[position]
    time = becomes_known(events)[row]
    if moment.leads.histories:
        by_change, changed = _seen(_changes(truth, moment), views, moment.fields_at)
        view, time = np.concatenate([view, by_change]), np.concatenate([time, changed])
        row = np.concatenate([row, np.full(len(changed), NO_EVENT)])
    order = np.lexsort((row, time, view))
    view, row, time = view[order], row[order], time[order]
    return Seen(view, time, moment.at, row, {})


def _turning(truth: Callable[[Moment], Truths], moment: Moment, most: Ints) -> Ints:
    """The rows of the events, up to `most` of each lead, that make the condition true."""
    events = moment.leads.events
    lead, seen = ranges(np.ones_like(most), most)
    place = events.offsets[lead] + seen - 1
    row, time = (part[place] for part in arrivals(events))
    after = Views(lead, time, seen)
    true = _true(truth, moment, after, time)
    at = np.flatnonzero(true)
    before = Views(lead[at], time[at], seen[at] - 1)
    found: Ints = row[at[~_true(truth, moment, before, time[at])]]
    return found


def _changes(truth: Callable[[Moment], Truths], moment: Moment) -> tuple[Ints, Times]:
    """The leads and instants, in their order, at which new values of fields make the condition true."""
    lead, time = _instants(moment.leads)
    seen = count_seen(moment.leads.events, lead, time - 1)
    at = np.flatnonzero(_true(truth, moment, Views(lead, time, seen), time))
    before = Views(lead[at], time[at], seen[at])
    at = at[~_true(truth, moment, before, time[at] - 1)]
    return lead[at], time[at]


def _instants(leads: Leads) -> tuple[Ints, Times]:
    """When values of fields come to hold: leads and instants in their order, each once."""
    told = leads.histories.values()
    lead = np.concatenate([np.arange(len(leads)).repeat(np.diff(dated.offsets)) for dated in told])
    time = np.concatenate([dated.time for dated in told])
    order = np.lexsort((time, lead))
    lead, time = lead[order], time[order]
    first = np.ones(len(lead), bool)
    first[1:] = (lead[1:] != lead[:-1]) | (time[1:] != time[:-1])
    return lead[first], time[first]


def _seen(changes: tuple[Ints, Times], views: Views, until: Times) -> tuple[Ints, Times]:
    """Which changes each view sees, up to an instant of its own: views, ascending, and when each change was."""
    lead, time = changes
    offsets = offsets_of(np.bincount(lead, minlength=int(views.lead.max(initial=0)) + 1))
    view, place = ranges(offsets[views.lead], count_until(time, offsets, views.lead, until))
    return view, time[place]


def _true(truth: Callable[[Moment], Truths], moment: Moment, views: Views, fields_at: Times) -> Bools:
    """In which views the condition is true; not of too many at once, since each sees events of its own."""
    found = np.zeros(len(views), bool)
    for part in portions(np.diff(moment.leads.events.offsets)[views.lead] + 1, AT_ONCE):
        seen = views.take(part)
        inner = Moment(moment.leads, seen.at, moment.setting, moment.tables, seen, fields_at[part])
        found[part] = truth(inner) == TRUE
    return found
