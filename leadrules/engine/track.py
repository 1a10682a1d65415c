"""Views in turns: what happens along the logs of leads, carried from view to view of all leads at once.

First stands the first view of every lead, then the second of every lead that has one, and so on; the leads that have
most stand in front. So each turn is a stretch of rows, and the views before it are the beginning of the stretch before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Floats, Ints
from leadrules.engine.leads import Events
from leadrules.engine.ranges import offsets_of
from leadrules.engine.steps import Steps
from leadrules.engine.views import Views

Times = npt.NDArray[np.int64]
Values = npt.NDArray[Any]
FEW = 16  # leads that are carried one by one rather than turn by turn


class Track(Views, frozen=True):
    """Views in turns.

    `ends` int64 (views): the event after the last one that each sees; the first of its lead's where it sees none.
    `starts` int64 (turns + 1): where each turn begins. `ranks`, `sizes` (leads): where each lead stands in its turns,
    and in how many. `slots` int64 (events): the first view that sees each event, `len` of the views where none does.
    `apart`: each view is right after an event of its own.
    """

    ends: Times
    starts: Times
    ranks: Times
    sizes: Times
    slots: Times
    apart: bool = False

    @property
    def busy(self) -> Times:
        """How many leads have each turn."""
        return np.diff(self.starts)

    def carry(self, values: Values, onto: np.ufunc = np.add) -> Values:
        """Values (..., views), each put together with all before it of the same lead, in place."""
        wide = int(np.searchsorted(-self.busy, -FEW, side="right"))
        turns = self.starts[: wide + 1].tolist()
        for before, here, end in zip(turns, turns[1:], turns[2:], strict=False):
            now = values[..., here:end]
            onto(now, values[..., before : before + end - here], out=now)
        for rank in range(int(self.busy[wide]) if wide < len(self.busy) else 0):  # the few that have most, one by one
            own = self.starts[max(wide - 1, 0) : int(np.sum(self.busy > rank))] + rank
            values[..., own] = onto.accumulate(values[..., own], axis=-1)
        return values

    def decay(self, values: Floats, rest: Floats) -> Floats:
        """The same sums, of which in each view only the share `rest` (views) is left of the one before. In place."""
        turns = self.starts.tolist()
        for before, here, end in zip(turns, turns[1:], turns[2:], strict=False):
            values[here:end] += values[before : before + end - here] * rest[here:end]
        return values

    def before(self, values: Values) -> Values:
        """What the view before each of its lead has; of the first its own."""
        found = values.copy()
        turns = self.starts.tolist()
        for before, here, end in zip(turns, turns[1:], turns[2:], strict=False):
            found[here:end] = values[before : before + end - here]
        return found

    def lay(self, slots: Times, values: Floats, onto: Floats) -> None:
        """Set `onto` (views,) to the values of some events at the first view that sees each, and to 0 elsewhere.

        `slots`: those of these events. `values`: one of each, or one of all (1,).
        """
        if self.apart:
            onto[:] = 0.0
            onto[slots] = values
        else:
            onto[:] = np.bincount(slots, np.broadcast_to(values, len(slots)), len(self) + 1)[:-1]

    def last(self, rows: Ints, values: Values, nothing: float) -> Values:
        """The value of the last of some events (ascending) that each view sees, `nothing` where it sees none."""
        place = np.zeros(len(self) + 1, np.int64)
        place[self.slots[rows]] = np.arange(1, len(rows) + 1)
        choice = np.concatenate([np.array([nothing], values.dtype), values])
        found: Values = choice[self.carry(place[:-1], np.maximum)]
        return found

    def count(self, rows: Ints) -> Ints:
        """How many of some events each view sees."""
        return self.carry(np.bincount(self.slots[rows], minlength=len(self) + 1)[:-1])

    def within(self, lead: Ints, rows: Ints, time: Times, window: float) -> Ints:
        """How many of some events each view sees that are younger than `window` microseconds.

        `lead`, `rows`, `time` (events): whose they are, which, and when.
        """
        change = np.bincount(self.slots[rows], minlength=len(self) + 1)
        leave = np.maximum(self._since(lead, time + int(np.ceil(window))), self.slots[rows])
        change -= np.bincount(leave, minlength=len(self) + 1)
        return self.carry(change[:-1])

    def _since(self, lead: Ints, time: Times) -> Times:
        """The first view of each lead that is not before an instant; `len` of the views where there is none."""
        low, high = np.zeros(len(lead), np.int64), self.sizes[lead]
        rank, most = self.ranks[lead], len(self.starts) - 2
        while np.any(low < high):
            middle = (low + high) // 2
            early = self.at[np.minimum(self.starts[np.minimum(middle, most)] + rank, len(self) - 1)] < time
            open_ = low < high
            low, high = np.where(open_ & early, middle + 1, low), np.where(open_ & ~early, middle, high)
        return np.where(low < self.sizes[lead], self.starts[np.minimum(low, most)] + rank, len(self))


class _Turns:
    """In which order leads take turns, when the rows of each do that stand from one offset to the next."""

    def __init__(self, offsets: Times) -> None:
        steps = Steps(offsets)
        self.sizes, self.order, self.busy = np.diff(offsets), steps.order, steps.busy
        self.ranks = np.empty(len(self.order), np.int64)
        self.ranks[self.order] = np.arange(len(self.order))
        self.starts = offsets_of(self.busy)

    def spread(self, values: Times) -> Times:
        """Values of leads in this order, laid out for each of their turns."""
        found = np.empty(self.starts[-1], values.dtype)
        for start, busy in zip(self.starts.tolist(), self.busy.tolist(), strict=False):
            found[start : start + busy] = values[:busy]
        return found


def after_each(events: Events) -> tuple[Track, Times]:
    """A view right after each event, in turns, and which event that is. No event may become known after a later one."""
    turns = _Turns(events.offsets)
    lead = turns.spread(turns.order)
    seen = np.repeat(np.arange(1, len(turns.busy) + 1), turns.busy)
    ends = turns.spread(events.offsets[:-1][turns.order])
    ends += seen
    order = ends - 1
    slots = np.empty(len(order), np.int64)
    slots[order] = np.arange(len(order))
    at = events.time[order]
    return Track(lead, at, seen, ends, turns.starts, turns.ranks, turns.sizes, slots, apart=True), order


def in_turns(views: Views, events: Events) -> tuple[Track, Times, Times] | None:
    """Views in turns; which of those given each is; and where each of those given stands.

    They are given by lead, then time, then how much they see. None where an event can become known after a later one,
    and where all that they see together is less than the log.
    """
    if events.known_at is not None or views.seen.sum() < len(events.time):
        return None
    offsets = offsets_of(np.bincount(views.lead, minlength=len(events.offsets) - 1))
    turns = _Turns(offsets)
    turn = np.arange(len(views)) - offsets[views.lead]
    places = turns.starts[turn] + turns.ranks[views.lead]
    order = np.empty(len(views), np.int64)
    order[places] = np.arange(len(views))
    ends = events.offsets[views.lead] + views.seen
    slots = _slots(ends, events, offsets, places)
    own = views.take(order)
    return Track(own.lead, own.at, own.seen, ends[order], turns.starts, turns.ranks, turns.sizes, slots), order, places


def _slots(ends: Times, events: Events, offsets: Times, places: Times) -> Times:
    """Of each event the place of the first view that sees it; the views of each lead stand from `offsets` on."""
    first = np.cumsum(np.bincount(ends, minlength=len(events.time) + 1))[:-1]
    last = np.repeat(offsets[1:], np.diff(events.offsets))
    places = np.concatenate([places, [len(ends)]])
    return np.where(first < last, places[first], len(ends))
