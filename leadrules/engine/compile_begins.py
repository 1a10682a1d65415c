"""Where a condition turns true: at an event that makes it so, however it came to be false before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.engine.columns import TRUE, Bools, Ints, Truths
from leadrules.engine.moment import Find, Moment, Seen
from leadrules.engine.ranges import portions, ranges
from leadrules.engine.views import Views, arrivals, becomes_known, count_seen, pairs

AT_ONCE = 4_000_000


def compile_begins(truth: Callable[[Moment], Truths]) -> Find:
    """The events of each lead that make a condition true.

    Such an event stands where it becomes known. Right after it the condition is true, with it and all that became
    known before; at the same instant, without it, it is not. What a lead's later events are is of no account.
    """
    key = object()

    def begins(moment: Moment) -> Seen:
        found: Seen = moment.once(key, lambda: _begins(truth, moment))
        return found

    return begins


def _begins(truth: Callable[[Moment], Truths], moment: Moment) -> Seen:
    events = moment.leads.events
    views = moment.views
    if views is None:
        lead = np.arange(len(moment))
        views = Views(lead, moment.at, count_seen(events, lead, moment.at))
    most = np.zeros(len(moment.leads), np.int64)
    np.maximum.at(most, views.lead, views.seen)
    rows = np.sort(_turning(truth, moment, most))
    view, position = pairs(events, rows, views)
    row = rows[position]
    time = becomes_known(events)[row]
    order = np.lexsort((row, time, view))
    view, row, time = view[order], row[order], time[order]
    return Seen(view, time, np.subtract(moment.at[view], time, dtype=np.float64), row, {})


def _turning(truth: Callable[[Moment], Truths], moment: Moment, most: Ints) -> Ints:
    """The rows of the events, up to `most` of each lead, that make the condition true."""
    events = moment.leads.events
    lead, seen = ranges(np.ones_like(most), most)
    place = events.offsets[lead] + seen - 1
    row, time = (part[place] for part in arrivals(events))
    after = Views(lead, time, seen)
    true = _true(truth, moment, after)
    at = np.flatnonzero(true)
    before = Views(lead[at], after.at[at], seen[at] - 1)
    found: Ints = row[at[~_true(truth, moment, before)]]
    return found


def _true(truth: Callable[[Moment], Truths], moment: Moment, views: Views) -> Bools:
    """In which views the condition is true; not of too many at once, since each sees events of its own."""
    found = np.zeros(len(views), bool)
    for part in portions(np.diff(moment.leads.events.offsets)[views.lead] + 1, AT_ONCE):
        inner = Moment(moment.leads, views.at[part], moment.setting, moment.tables, views.take(part))
        found[part] = truth(inner) == TRUE
    return found
