"""A sample to cohorts: its leads by when they came, in spans of whole weeks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.judging.figure import Bools
from leadrules.judging.sample import Sample

DAY = 86_400
SPANS = (7, 28, 91)  # days
MOST = 13
MANY = 100  # cohorts at all: leads of a log may come within decades
ENOUGH = 0.95  # of a cohort has to be followed up for long enough to say what becomes of it

Places = npt.NDArray[np.int8]


class Cohorts(Struct, frozen=True):
    """The cohort of each lead (leads,), -1 of those that are not looked at; `days` that each spans, and how many there are."""

    place: Places
    days: int
    number: int

    def of(self, cohort: int) -> Bools:
        """The leads of a cohort."""
        found: Bools = self.place == cohort
        return found


def cohorts(sample: Sample) -> Cohorts:
    """Weeks, else four weeks, else quarters: the shortest that make thirteen cohorts at most.

    What is left over at the end belongs to the last cohort where it is less than half of one.
    """
    seen = looked_at(sample)
    arrival = sample.arrival
    span = int(arrival[seen].max(initial=0)) + 1
    days = next((days for days in SPANS if span <= MOST * days * DAY), SPANS[-1])
    number = min(MANY, max(1, (span + days * DAY // 2) // (days * DAY)))
    place = np.where(seen, np.minimum(arrival // (days * DAY), number - 1), -1)
    return Cohorts(place.astype(np.int8), days, number)


def looked_at(sample: Sample) -> Bools:
    """The leads that are still open at their landmark; of those of a log it need not be known what becomes of them."""
    return sample.judged if sample.censoring is None else np.ones(len(sample), bool)


def known(sample: Sample, among: Bools) -> Bools:
    """Those of a cohort of whom it is known what becomes of them; nobody where that is too few of it.

    Which leads of a log are known hangs on when they came: of a late cohort, those alone that were quick to win.
    """
    found: Bools = among & sample.judged
    return found if np.count_nonzero(found) >= ENOUGH * np.count_nonzero(among) else np.zeros(len(among), bool)
