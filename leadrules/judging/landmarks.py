"""When the leads of a log are looked at: some time after each one's arrival, on one day, or again every week."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.moment import WEEKDAYS
from leadrules.engine.as_of import AsOf, read_as_of
from leadrules.engine.columns import NEVER
from leadrules.engine.zone import DAY, WEEK, Zone

Times = npt.NDArray[np.int64]
WEEKLY = re.compile(rf"\s*every\s+({'|'.join(WEEKDAYS)})\s*", re.IGNORECASE)
FIRST = 3  # 1970-01-01 was a Thursday


class Landmarks(Struct, frozen=True):
    """One instant, or one after each lead's arrival (`once`), or else midnight of a day of the week (0 is Monday)."""

    once: AsOf | None
    weekday: int = 0

    def show(self, zone: str) -> str:
        """In words."""
        return f"every {WEEKDAYS[self.weekday].capitalize()}" if self.once is None else self.once.show(zone)

    def of(self, arrivals: Times, until: int, zone: str) -> list[Times]:
        """The landmarks of each lead up to an instant, one look after the other; `NEVER` where it has none.

        A weekly look has none at leads that are not yet known.
        """
        if self.once is None:
            looks = self._weekly(arrivals, until, Zone(zone))
            return [np.where((arrivals == NEVER) | (arrivals > look), NEVER, look) for look in looks]
        if self.once.after_arrival:
            return [np.where(arrivals == NEVER, NEVER, arrivals + self.once.microseconds)]
        return [np.full(len(arrivals), self.once.microseconds, np.int64)]

    def _weekly(self, arrivals: Times, until: int, zone: Zone) -> list[int]:
        known = arrivals[arrivals != NEVER]
        if not len(known) or until < known.min():
            return []
        first, last = (int(day) for day in zone.day(np.array([known.min(), until])))
        begin = first + (self.weekday - first - FIRST) % 7
        looks = zone.instant(np.arange(begin, last + 1, WEEK // DAY, dtype=np.int64) * DAY)
        return [look for look in looks.tolist() if known.min() <= look <= until]


def read_landmarks(text: str, zone: str) -> Landmarks | None:
    """What a person writes: `arrival + 30 days`, a date or a time, `every monday`; None where it is none of these."""
    weekly = WEEKLY.fullmatch(text)
    if weekly:
        return Landmarks(None, WEEKDAYS.index(weekly[1].lower()))
    once = read_as_of(text, zone)
    return None if once is None else Landmarks(once)
