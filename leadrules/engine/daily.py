"""A time of day on each local day: the looks at leads that it makes, by their numbers and not one by one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Ints
from leadrules.engine.ranges import offsets_of, ranges
from leadrules.engine.zone import DAY, Zone

Times = npt.NDArray[np.int64]
Looks = tuple[Ints, Times]  # leads, and an instant of each


class Daily:
    """The looks at leads at one time of day, each lead from after it is first known until an instant.

    Those of all leads stand in one row, by lead, then day: `offsets` int64 (leads + 1) says where each lead's begin.
    """

    def __init__(self, zone: Zone, clock: float, first: Times, until: Times) -> None:
        self.zone, self.clock, self.first, self.until = zone, int(clock), first, until
        known = np.flatnonzero(first <= until)
        self.day, counts = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
        self.day[known] = self._next(first[known] + 1)
        counts[known] = self._next(until[known] + 1) - self.day[known]
        self.offsets = offsets_of(counts)

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def every(self) -> Looks:
        """All looks."""
        return self._looks(*ranges(self.day, np.diff(self.offsets)))

    def take(self, places: Ints) -> Looks:
        """The looks at some places of the row, ascending."""
        lead = np.searchsorted(self.offsets, places, side="right") - 1
        return self._looks(lead, self.day[lead] + (places - self.offsets[lead]))

    def before(self, lead: Ints, when: Times) -> Times:
        """The place of the first look at each lead that is not before an instant; the end of its looks without one."""
        first, end = self.offsets[lead], self.offsets[lead + 1]
        day = self._next(np.clip(when, self.first[lead], self.until[lead] + 1))
        found: Times = np.clip(first + day - self.day[lead], first, end)
        return found

    def _looks(self, lead: Ints, day: Times) -> Looks:
        return lead, self._at(day)

    def _at(self, day: Times) -> Times:
        return self.zone.instant(day * DAY + self.clock)

    def _next(self, when: Times) -> Times:
        """The first local day on which it is that time of day at an instant or after it.

        Where clocks are put forward or back, that may be a day before or after the one that the local time tells.
        """
        day = -((self.clock - self.zone.local(when)) // DAY)
        while (late := self._at(day) < when).any():
            day += late
        while (early := self._at(day - 1) >= when).any():
            day -= early
        return day
