"""From where on occurrences count for a score: the latest of its resets, in each row of a moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from leadrules.engine.columns import NEVER, Bools, Floats, Ints
from leadrules.engine.moment import Find, Moment, Seen, Times


class Fresh(Struct, frozen=True):
    """Where the latest reset of each row lies, and what it leaves. All (rows,).

    `time` int64, `NEVER` where nothing was reset; `row`: the event that did it, which still counts, among the block's
    events; `value` float64: what the score begins with again; `line`: the statement that says so, -1 where none does.
    """

    time: Times
    row: Ints
    value: Floats
    line: Ints

    def keeps(self, seen: Seen) -> Bools:
        """Which of some occurrences are not taken back."""
        time = self.time[seen.lead]
        at_once = (seen.time == time) & (seen.rows >= self.row[seen.lead])
        kept: Bools = (seen.time > time) | at_once
        return kept


Reset: TypeAlias = Callable[[Moment], Fresh | None]


def compile_resets(lines: Sequence[tuple[float, Find]]) -> Reset:
    """The resets of a score: values, and the occurrences that reset to them. None where nothing ever resets it."""
    key = object()

    def latest(moment: Moment) -> Fresh | None:
        found: Fresh | None = moment.once(key, lambda: _latest(lines, moment) if lines else None)
        return found

    return latest


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
    return Fresh(time, row, value, line)


def compile_fresh(find: Find, reset: Reset) -> Find:
    """The occurrences that no reset has taken back."""

    def kept(moment: Moment) -> Seen:
        seen, fresh = find(moment), reset(moment)
        return seen if fresh is None else seen.only(fresh.keeps(seen))

    return kept
