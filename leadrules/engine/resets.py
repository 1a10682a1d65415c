"""From where on occurrences count for a score: the latest of its resets, in each row of a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from leadrules.engine.adjustments import Adjusted, adjusted
from leadrules.engine.columns import NEVER, Floats, Ints
from leadrules.engine.moment import Find, Moment, Seen, Times

AFTER_ALL = np.iinfo(np.int64).max


class Fresh(Struct, frozen=True):
    """Where the latest reset of each row lies, and what it leaves. All (rows,).

    `time` int64, `NEVER` where nothing was reset; `row`: the event that did it, which still counts, among the block's
    events; `value` float64: what the score begins with again; `line`: the statement that says so, -1 where none does;
    `by_hand`: the adjustment that did it, among those of the block, -1 where none did. It takes back the whole instant.
    """

    time: Times
    row: Ints
    value: Floats
    line: Ints
    by_hand: Ints


Reset: TypeAlias = Callable[[Moment], Fresh | None]


def compile_resets(score: str, lines: Sequence[tuple[float, Find]]) -> Reset:
    """The resets of a score: values, and the occurrences that reset to them. None where nothing ever resets it."""
    key = object()

    def work(moment: Moment) -> Fresh | None:
        set_by_hand = adjusted(moment, score)
        if not lines and set_by_hand is None:
            return None
        found = _latest(lines, moment)
        return found if set_by_hand is None else _by_hand(found, set_by_hand)

    def latest(moment: Moment) -> Fresh | None:
        found: Fresh | None = moment.once(key, lambda: work(moment))
        return found

    return latest


def _by_hand(fresh: Fresh, made: Adjusted) -> Fresh:
    """The resets with those by hand: what is set at the instant of an event is set after it."""
    sets = np.flatnonzero(made.sets)
    last = np.full(len(fresh.time), -1, np.int64)
    last[made.row[sets]] = sets
    at = np.flatnonzero(last >= 0)
    at = at[made.time[last[at]] >= fresh.time[at]]
    chosen = last[at]
    time, value = fresh.time.copy(), fresh.value.copy()
    row, line, by_hand = fresh.row.copy(), fresh.line.copy(), fresh.by_hand.copy()
    time[at], value[at], row[at], line[at], by_hand[at] = (
        made.time[chosen],
        made.value[chosen],
        AFTER_ALL,
        -1,
        made.at[chosen],
    )
    return Fresh(time, row, value, line, by_hand)


def _latest(lines: Sequence[tuple[float, Find]], moment: Moment) -> Fresh:
    """The latest occurrence that any line means; where several mean it, the first of them says to what."""
    time, row = np.full(len(moment), NEVER, np.int64), np.full(len(moment), -1, np.int64)
    value, line = np.zeros(len(moment)), np.full(len(moment), -1, np.int64)
    for at, (amount, find) in enumerate(lines):
        seen, own = find(moment), np.full(len(moment), -1, np.int64)
        own[seen.lead] = seen.rows
        later = own > row
        row[later], value[later], line[later] = own[later], amount, at
    happened = row >= 0
    time[happened] = moment.leads.events.time[row[happened]]
    return Fresh(time, row, value, line, np.full(len(moment), -1, np.int64))


def not_taken_back(seen: Seen, fresh: Fresh | None) -> Seen:
    """The occurrences that no reset has taken back."""
    if fresh is None:
        return seen
    time = fresh.time[seen.lead]
    at_once = (seen.time == time) & (seen.rows >= fresh.row[seen.lead])
    return seen.only((seen.time > time) | at_once)


def compile_fresh(find: Find, reset: Reset) -> Find:
    """The occurrences that no reset has taken back."""
    return lambda moment: not_taken_back(find(moment), reset(moment))
