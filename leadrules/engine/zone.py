"""A time zone over arrays: local days, weeks and months of instants, and instants of local times."""

from __future__ import annotations

import functools
import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
WEEK = 7 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (datetime(1900, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LATEST = (datetime(2200, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


class Zone:
    """The offsets of one time zone. Times are int64 microseconds since 1970 UTC, from 1900 to 2200."""

    def __init__(self, name: str) -> None:
        self.name = name

    def local(self, time: Times) -> Times:
        """Local time on the same scale: microseconds since 1970-01-01 00:00 on local clocks."""
        starts, offsets = self._changes(time)
        return time + offsets[np.searchsorted(starts, time, side="right")]

    def instant(self, local: Times) -> Times:
        """The instants of local times. A repeated hour means its first, a skipped one is read with the offset before."""
        starts, offsets = self._changes(local)
        switch = starts + np.maximum(offsets[:-1], offsets[1:])
        return local - offsets[np.searchsorted(switch, local, side="right")]

    def day(self, time: Times) -> Times:
        """The number of the local date, 1970-01-01 being 0."""
        return self.local(time) // DAY

    def week(self, time: Times) -> Times:
        """The number of the ISO week (Monday to Sunday), the one of 1970-01-01 being 0."""
        return (self.local(time) + 3 * DAY) // WEEK

    def month(self, time: Times) -> Times:
        """The number of the local month, January 1970 being 0."""
        months = self.local(time).astype("datetime64[us]").astype("datetime64[M]")
        return months.astype(np.int64)

    def _changes(self, time: Times) -> tuple[Times, Times]:
        """The instants at which the offset changes around these times, and the offsets before, between and after."""
        if self.name == "UTC" or not time.size:
            return np.zeros(0, np.int64), np.zeros(1, np.int64)
        return _changes_between(self.name, _month(int(time.min())) - 1, _month(int(time.max())) + 2)


def _month(time: int) -> int:
    """Stretches of thirty days: what is worked out for one is kept."""
    return time // (30 * DAY)


@functools.lru_cache(maxsize=256)
def _changes_between(zone: str, first: int, last: int) -> tuple[Times, Times]:
    found = [change for month in range(first, last) for change in _changes_in(zone, month)]
    starts = np.array([start for start, _ in found], np.int64)
    offsets = np.array([_offset(ZoneInfo(zone), first * 30 * DAY), *(offset for _, offset in found)], np.int64)
    return starts, offsets


@functools.lru_cache(maxsize=8192)
def _changes_in(zone: str, month: int) -> tuple[tuple[int, int], ...]:
    """Changes within thirty days: looked for five days by five days, then halved down to the second."""
    found = []
    steps = range(month * 30 * DAY, (month + 1) * 30 * DAY + 1, 5 * DAY)
    for a, b in itertools.pairwise(steps):
        before, after = _offset(ZoneInfo(zone), a), _offset(ZoneInfo(zone), b)
        if before != after:
            found.append((_change(ZoneInfo(zone), a, b, before), after))
    return tuple(found)


def _change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    while after - before > SECOND:
        middle = (before + after) // 2 // SECOND * SECOND
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after


def _offset(zone: ZoneInfo, time: int) -> int:
    """The offset of local clocks at an instant, in microseconds."""
    offset = (EPOCH + timedelta(microseconds=time)).astimezone(zone).utcoffset()
    return offset // timedelta(microseconds=1) if offset else 0
