"""Views of leads: who is looked at, at which instant, and how many of its events can be seen there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import Ints
from leadrules.engine.leads import Events
from leadrules.engine.ranges import ranges

Times = npt.NDArray[np.int64]


class Views(Struct, frozen=True):
    """Rows that each look at one lead of a block.

    `lead` (views): positions in the block. `at` int64 (views): microseconds UTC. `seen` int64 (views): how many of the
    lead's events can be seen, in the order in which they become known; so one that is tied with others can be taken
    alone.
    """

    lead: Ints
    at: Times
    seen: Times

    def __len__(self) -> int:
        return len(self.lead)

    def take(self, at: slice | Ints) -> Views:
        """Some of the rows."""
        return Views(self.lead[at], self.at[at], self.seen[at])


def becomes_known(events: Events) -> Times:
    """When each event can first be seen: when it happened, or when it became known, whichever is later."""
    return events.time if events.known_at is None else np.maximum(events.time, events.known_at)


def arrivals(events: Events) -> tuple[Times, Times]:
    """All events, those of each lead in the order in which they become known, ties in that of the table: rows, and when."""
    known = becomes_known(events)
    if events.known_at is None:
        return np.arange(len(known)), known
    lead = np.repeat(np.arange(len(events.offsets) - 1), np.diff(events.offsets))
    order = np.lexsort((known, lead))
    return order, known[order]


def count_seen(events: Events, lead: Ints, at: Times) -> Times:
    """How many events of each lead can be seen at an instant each."""
    return count_until(arrivals(events)[1], events.offsets, lead, at)


def seen_at(events: Events, instants: Times) -> Views:
    """Looks at a block of one lead, at some instants."""
    one = np.zeros(len(instants), np.int64)
    return Views(one, instants, count_seen(events, one, instants))


def count_until(time: Times, offsets: Times, lead: Ints, at: Times) -> Times:
    """How many rows of each lead are not later than an instant each. Bisects all of them at once.

    `time` (rows) ascends within each lead, whose rows are those from offsets[lead] to offsets[lead + 1].
    """
    low, high = offsets[lead], offsets[lead + 1]
    while np.any(low < high):
        middle = (low + high) // 2
        later = time[np.minimum(middle, len(time) - 1)] > at
        open_ = low < high
        high = np.where(open_ & later, middle, high)
        low = np.where(open_ & ~later, middle + 1, low)
    return low - offsets[lead]


def pairs(events: Events, rows: Ints, views: Views) -> tuple[Ints, Ints]:
    """Which of some events (ascending rows) each view sees: views, ascending, and positions in `rows`."""
    first = events.offsets[views.lead]
    last = first + views.seen if events.known_at is None else events.offsets[views.lead + 1]
    low = np.searchsorted(rows, first)
    view, position = ranges(low, np.searchsorted(rows, last) - low)
    if events.known_at is None:
        return view, position
    rank = np.empty(len(events.time), np.int64)
    rank[arrivals(events)[0]] = np.arange(len(rank))
    kept = np.flatnonzero(rank[rows[position]] - first[view] < views.seen[view])
    return view[kept], position[kept]
