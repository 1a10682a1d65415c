"""The leads and events that every tool scores: drawn from a seed, skewed as real ones are, plain arrays."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

DAY = 86_400_000_000  # microseconds
WEEK = 7 * DAY
AS_OF = 180 * DAY  # times count from a Monday, 00:00 UTC
MONDAY = 4 * DAY  # 1970-01-05
NEVER = np.iinfo(np.int64).min
LEADS, SEED = 1_000_000, 20240601
MEAN_EVENTS, SPREAD, MOST_EVENTS = 20.5, 1.1, 2000
SORTED_AT_ONCE, TIME_BITS = 50_000, 44

SHARES = {
    "page_view": 0.34,
    "email_open": 0.20,
    "email_click": 0.08,
    "email_bounce": 0.03,
    "form_submit": 0.03,
    "download": 0.04,
    "webinar": 0.02,
    "video_play": 0.07,
    "chat": 0.07,
    "trial_start": 0.005,
    "ad_click": 0.05,
    "social": 0.065,
}
TYPES = tuple(SHARES)
EMAILS = ("corporate", "free", "education", "government", "disposable")
EMAIL_SHARES = (0.60, 0.30, 0.05, 0.02, 0.03)
LEVELS = (
    *("VP", "Vice President", "Head of", "Director", "Senior Director", "Manager", "Senior Manager", "Lead", "Senior"),
    *("Junior", "Principal", "Staff", "Intern", "Student", "Assistant", "Associate", "Group Manager", "Consultant"),
    *("Specialist", "Interim"),
)
AREAS = (
    *("Marketing", "Sales", "Finance", "Operations", "Engineering", "Product", "Data", "Security", "IT", "Legal", "HR"),
    *("Procurement", "Customer Success", "Design", "Research", "Support", "Growth", "Revenue", "Strategy", "Analytics"),
    *("Platform", "Quality", "Logistics"),
)
SHORT = ("CEO", "CTO", "CFO", "CIO", "CMO", "cto & founder", "Founder", "Owner", "Partner", "Student", "Director")
CHIEFS = tuple(f"Chief {area} Officer" for area in AREAS)
TITLES = (*CHIEFS, *(f"{level} {area}" for level, area in product(LEVELS, AREAS)), *SHORT)

Numbers = npt.NDArray[Any]


class Data(Struct, frozen=True):
    """Leads, and events sorted by lead, then time.

    `fields`: the columns of the leads. `offsets` int64 (leads + 1): where each lead's events begin. `time` int64,
    `kind` int8 (in `TYPES`), `category` int16, `minutes` float32 (events). -1 and NaN stand for what is not known;
    `title` holds positions in `TITLES`, `email` in `EMAILS`.
    """

    fields: Mapping[str, Numbers]
    offsets: Numbers
    time: Numbers
    kind: Numbers
    category: Numbers
    minutes: Numbers

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lead(self) -> Numbers:
        """The lead of each event."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets))

    def first(self, leads: int) -> Data:
        """The first so many leads."""
        events = slice(0, int(self.offsets[leads]))
        fields = {name: column[:leads] for name, column in self.fields.items()}
        columns = (column[events] for column in (self.time, self.kind, self.category, self.minutes))
        return Data(fields, self.offsets[: leads + 1], *columns)


def draw_data(leads: int = LEADS, seed: int = SEED) -> Data:
    """The data of a seed."""
    rng = np.random.Generator(np.random.SFC64(seed))
    counts = rng.lognormal(np.log(MEAN_EVENTS) - SPREAD**2 / 2, SPREAD, leads).astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(np.minimum(counts, MOST_EVENTS))])
    events = int(offsets[-1])
    return Data(
        fields=_fields(rng, leads),
        offsets=offsets,
        time=_times(rng, offsets),
        kind=rng.choice(len(TYPES), events, p=list(SHARES.values())).astype(np.int8),
        category=_lacking(rng, rng.integers(0, 40, events).astype(np.int16), 0.10, -1),
        minutes=_lacking(rng, rng.lognormal(np.log(20), 1, events).astype(np.float32), 0.20, np.nan),
    )


def _times(rng: np.random.Generator, offsets: Numbers) -> Numbers:
    """Times of events, ascending for each lead and thicker soon after its arrival."""
    arrival = np.repeat(rng.random(len(offsets) - 1) * 170 * DAY, np.diff(offsets))
    time = (arrival + (AS_OF - 1 - arrival) * rng.random(len(arrival)) ** 2).astype(np.int64)
    for first in range(0, len(offsets) - 1, SORTED_AT_ONCE):
        block = offsets[first : first + SORTED_AT_ONCE + 1]
        part = time[block[0] : block[-1]]
        part |= np.repeat(np.arange(len(block) - 1), np.diff(block)) << TIME_BITS
        part.sort()
        part &= (1 << TIME_BITS) - 1
    return time


def _fields(rng: np.random.Generator, leads: int) -> dict[str, Numbers]:
    employees = np.minimum(rng.lognormal(4.5, 1.6, leads), 2e6).astype(np.int32) + 1
    return {
        "country": _lacking(rng, (rng.random(leads) ** 2 * 60).astype(np.int16), 0.03, -1),
        "industry": _lacking(rng, rng.integers(0, 20, leads).astype(np.int8), 0.10, -1),
        "employees": _lacking(rng, employees, 0.15, -1),
        "revenue": _lacking(rng, rng.lognormal(15.5, 2, leads), 0.30, np.nan),
        "title": _lacking(rng, rng.integers(0, len(TITLES), leads).astype(np.int16), 0.20, -1),
        "email": rng.choice(len(EMAILS), leads, p=EMAIL_SHARES).astype(np.int8),
        "tech": _lacking(rng, rng.integers(0, 51, leads).astype(np.int16), 0.20, -1),
    }


def _lacking(rng: np.random.Generator, values: Numbers, share: float, mark: float) -> Numbers:
    """The values, a share of them not known."""
    values[rng.random(len(values)) < share] = mark
    return values
