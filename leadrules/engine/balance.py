"""What occurrences earn as a running balance: floored after each event, and less while nothing happens.

All leads are followed at once, each at its own pace: a move of a lead is its next event, or as many periods of ageing as
one line takes in a row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model_balances import Ageing, While
from leadrules.engine.columns import NEVER, Bools, Floats, Ints
from leadrules.engine.moment import Times

AFTER_ALL, BEFORE_ALL = np.iinfo(np.int64).max, -(2**61)
NEARLY_NOTHING = 1e-6
SEEN_AS_NOTHING = 0.49e-6  # rounded to a millionth it is 0, as is all that is left of it


class Happenings(Struct, frozen=True):
    """The events of each row, in order: what they earn, and which clocks they set to 0.

    `row`, `time` int64, `points` float64, `counts` (whether any criterion counts it); `sets` bool (clocks, events);
    `bars` bool (clocks, events): whether any event of that instant sets the clock.
    """

    row: Ints
    time: Times
    points: Floats
    counts: Bools
    sets: Bools
    bars: Bools


class Drop(Struct, frozen=True):
    """Periods of ageing of some rows: by which line, when the first of them ended, how many, the points lost."""

    row: Ints
    line: Ints
    time: Times
    times: Ints
    points: Floats


class Course(Struct, frozen=True):
    """Where the balance of each row ends (rows,), what the floor gave it (rows,), and what it lost, in turn."""

    balance: Floats
    floored: Floats
    drops: tuple[Drop, ...]


class Idleness:
    """The lines by which balances age. `clock` says which clock each runs by, `low` (lines, rows) where it stops."""

    def __init__(self, lines: Sequence[Ageing], clock: Sequence[int], low: Floats) -> None:
        self.clock, self.low = np.array(clock, np.intp), low
        self.every = np.array([line.every for line in lines], np.int64)
        self.after = np.array([line.after for line in lines], np.int64)
        self.once = np.array([line.loss == "value" for line in lines], bool)
        self.shares = np.array([line.loss == "share" for line in lines], bool)
        self.amount = np.array([line.amount for line in lines])
        self.conditions = [line.condition for line in lines]
        self.covers = self._covers()

    def _covers(self) -> Bools:
        """Which lines (lines, lines) act at each end of a period of another, and stand before it: it never has a turn."""
        same = self.clock[:, None] == self.clock
        whole = self.every % self.every[:, None] == 0
        later = self.after - self.after[:, None]
        in_step = (later >= 0) & (later % self.every[:, None] == 0)
        order = np.arange(len(self.every))
        found: Bools = same & whole & in_step & (order[:, None] <= order) & ~self.once[:, None]
        return found

    def holds(self, balance: Floats) -> Bools:
        """Which lines act at a balance. Shape (lines, rows)."""
        seen = np.round(balance, 6)
        return np.array([np.broadcast_to(_true(condition, seen), len(seen)) for condition in self.conditions])

    def left(self, line: Ints, balance: Floats, times: Ints, low: Floats) -> Floats:
        """What is left of balances above zero after so many periods."""
        amount = self.amount[line]
        less = np.where(self.shares[line], balance * (1.0 - np.minimum(amount, 1.0)) ** times, balance - times * amount)
        less = np.where(self.once[line], amount, less)
        kept: Floats = np.minimum(balance, np.maximum(less, low))
        return kept

    def calm(self, line: Ints, balance: Floats, low: Floats) -> Ints:
        """How many periods surely pass before any condition of any line turns; 1 at least. Below `low` none does."""
        steps = np.full(len(balance), float(2**40))
        for level in {condition.level for condition in self.conditions if condition}:
            level = max(level, NEARLY_NOTHING)
            with np.errstate(all="ignore"):
                share = np.log(level / balance) / np.log1p(-np.minimum(self.amount[line], 1.0))
                way = np.where(self.shares[line], share, (balance - level) / self.amount[line])
            near = (balance > max(level - NEARLY_NOTHING, SEEN_AS_NOTHING)) & (low <= level + NEARLY_NOTHING)
            steps = np.where(near, np.minimum(steps, np.floor(way) - 1.0), steps)
        found: Ints = np.maximum(np.nan_to_num(steps, nan=1.0), 1.0).astype(np.int64)
        return found


COMPARE = {"<": np.less, "<=": np.less_equal, "!=": np.not_equal, ">=": np.greater_equal, ">": np.greater}


def _true(condition: While | None, balance: Floats) -> Bools:
    if condition is None:
        return np.ones(1, bool)
    found: Bools = COMPARE[condition.operator](balance, condition.level)
    return found


def run(
    happenings: Happenings, idleness: Idleness | None, floor: float, start: Floats, since: Times, now: Times
) -> Course:
    """The course of all balances up to `now` (rows,), from `start` (rows,) at `since` (rows,; `NEVER`: of all time)."""
    return _Run(happenings, idleness, floor, start, since, now).run()


class _Run:
    """How far every row has come."""

    def __init__(
        self, happenings: Happenings, idleness: Idleness | None, floor: float, start: Floats, since: Times, now: Times
    ) -> None:
        self.happenings, self.idleness, self.floor, self.now = happenings, idleness, floor, now
        self.balance = np.maximum(start, floor)
        self.floored = self.balance - start
        self.next = np.searchsorted(happenings.row, np.arange(len(now)))
        self.stop = np.searchsorted(happenings.row, np.arange(len(now)), side="right")
        self.upto = np.full(len(now), BEFORE_ALL, np.int64)
        self.clock = np.tile(since, (len(happenings.sets), 1))
        self.drops: list[Drop] = []

    def run(self) -> Course:
        rows = np.arange(len(self.now))
        while len(rows):
            ageing = self.age(rows) if self.idleness else np.zeros(len(rows), bool)
            idle = rows[~ageing]
            busy = idle[self.next[idle] < self.stop[idle]]
            self.happen(busy)
            rows = np.sort(np.concatenate([rows[ageing], busy]))
        return Course(self.balance, self.floored, tuple(self.drops))

    def happen(self, rows: Ints) -> None:
        """The next event of some rows."""
        told, at = self.happenings, self.next[rows]
        earned = self.balance[rows] + told.points[at]
        self.balance[rows] = np.maximum(earned, self.floor)
        self.floored[rows] += self.balance[rows] - earned
        for clock, sets in zip(self.clock, told.sets, strict=True):
            starts = sets[at] | (told.counts[at] & (clock[rows] == NEVER))
            clock[rows[starts]] = told.time[at[starts]]
        self.upto[rows] = told.time[at]
        self.next[rows] += 1

    def age(self, rows: Ints) -> Bools:
        """The next periods of ageing of some rows, up to their next event. Says which rows had any."""
        idleness, balance = self.idleness, self.balance[rows]
        assert idleness
        last = self.last(rows)
        due, open_ = self.due(rows, last)
        low = np.where(idleness.once[:, None], idleness.amount[:, None], idleness.low[:, rows])
        ready = open_ & idleness.holds(balance)
        moves = np.flatnonzero((ready & (balance > low)).any(axis=0))
        found = np.zeros(len(rows), bool)
        found[moves] = True
        self.drop(rows[moves], np.where(ready, due, AFTER_ALL)[:, moves], last[:, moves])
        return found

    def last(self, rows: Ints) -> Times:
        """Up to when periods of each line may end before the next event. Shape (lines, rows)."""
        assert self.idleness
        more = self.next[rows] < self.stop[rows]
        at = np.minimum(self.next[rows], len(self.happenings.row) - 1)
        if not len(self.happenings.row):
            return np.broadcast_to(self.now[rows], (len(self.idleness.clock), len(rows)))
        limit = np.where(more, self.happenings.time[at], self.now[rows])
        barred = self.happenings.bars[self.idleness.clock][:, at] & more
        return limit - barred

    def due(self, rows: Ints, last: Times) -> tuple[Times, Bools]:
        """When the next period of each line ends, and whether it does in time. Shape (lines, rows)."""
        idleness = self.idleness
        assert idleness
        clock = self.clock[idleness.clock][:, rows]
        started = clock != NEVER
        base = np.where(started, clock, 0) + idleness.after[:, None]
        every = idleness.every[:, None]
        period = np.maximum((self.upto[rows] - base) // every + 1, 1)
        due = base + period * every
        return due, started & (due <= last) & ~(idleness.once[:, None] & (period > 1))

    def drop(self, rows: Ints, due: Times, last: Times) -> None:
        """As many periods in a row as the first line that is due takes alone."""
        idleness = self.idleness
        assert idleness
        line, each = np.argmin(due, axis=0), np.arange(len(rows))
        low = idleness.low[line, rows]
        first, balance = due[line, each], self.balance[rows]
        other = np.where(idleness.covers[line].T, AFTER_ALL, due).min(axis=0, initial=AFTER_ALL)
        fit = (np.minimum(last[line, each], other - 1) - first) // idleness.every[line] + 1
        times = np.where(idleness.once[line], 1, np.clip(fit, 1, idleness.calm(line, balance, low)))
        self.balance[rows] = idleness.left(line, balance, times, low)
        self.upto[rows] = first + (times - 1) * idleness.every[line]
        self.drops.append(Drop(rows, line, first, times, self.balance[rows] - balance))


def group_bars(row: Ints, time: Times, sets: Bools) -> Bools:
    """For each event, whether any event of its row at its instant sets each clock. Events stand in order."""
    if not len(row):
        return sets
    starts = np.flatnonzero(np.concatenate([[True], (row[1:] != row[:-1]) | (time[1:] != time[:-1])]))
    counts = np.diff(starts, append=len(row))
    found: npt.NDArray[np.bool_] = np.repeat(np.logical_or.reduceat(sets, starts, axis=1), counts, axis=1)
    return found
