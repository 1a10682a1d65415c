"""The instant that scores are asked for: one for all leads, or some time after each one's arrival."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.moment import EPOCH, MICROSECOND, instant
from leadrules.dsl.quantity import LONGEST, MICROSECONDS, show_duration
from leadrules.engine.columns import NEVER, Ints, Moments
from leadrules.engine.leads import Dated, Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.scores import Scores

Times = npt.NDArray[np.int64]
AFTER_ARRIVAL = re.compile(r"\s*arrival\s*(?:\+\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?\s*)?")


class AsOf(Struct, frozen=True):
    """An instant (microseconds UTC), or, where `after_arrival`, so many microseconds after each lead's arrival."""

    microseconds: int
    after_arrival: bool = False

    def show(self, zone: str) -> str:
        """In words: `2026-01-31 09:00 Europe/Warsaw`, `arrival + 3 days`."""
        if self.after_arrival:
            return f"arrival + {show_duration(self.microseconds)}" if self.microseconds else "arrival"
        return f"{show_instant(self.microseconds, zone)} {zone}"


def show_instant(microseconds: int, zone: str) -> str:
    """An instant on local clocks, to the second where it has seconds."""
    local = (EPOCH + microseconds * MICROSECOND).astimezone(ZoneInfo(zone))
    return local.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")


def read_as_of(text: str, zone: str) -> AsOf | None:
    """What a person writes for an instant: a date, a time, or `arrival + 3 days`; None where it is neither."""
    relative = AFTER_ARRIVAL.fullmatch(text)
    if relative:
        amount, unit = relative.groups()
        after = float(amount) * MICROSECONDS[unit] if amount else 0.0
        return AsOf(round(after), after_arrival=True) if after <= LONGEST else None
    fixed = instant(text.strip(), ZoneInfo(zone))
    return None if fixed is None else AsOf(fixed)


def at_datetime(moment: datetime) -> AsOf:
    """The instant of a datetime that knows its offset."""
    return AsOf((moment.astimezone(UTC) - EPOCH) // MICROSECOND)


def instants(as_of: AsOf, plan: Plan, leads: Leads) -> Times:
    """The instant of each lead (leads,); `NEVER` where it is asked for after an arrival that is not known."""
    if not as_of.after_arrival:
        return np.full(len(leads), as_of.microseconds, np.int64)
    since = arrivals(plan, leads)
    return np.where(since == NEVER, NEVER, since + as_of.microseconds)


def score_as_of(plan: Plan, leads: Leads, as_of: AsOf, *, criteria: bool = False) -> Scores:
    """The scores of all leads whose instant is known and that were not merged into others by then."""
    at = instants(as_of, plan, leads)
    there = scored_at(leads, at)
    scores = score(plan, leads, np.where(at == NEVER, 0, at), criteria=criteria)
    return scores if len(there) == len(leads) else scores.take(there)


def scored_at(leads: Leads, at: Times) -> Ints:
    """The leads whose instant is known and that were not merged into others by then: their positions, ascending."""
    return np.flatnonzero((at != NEVER) & ~leads.merged_by(at))


def arrivals(plan: Plan, leads: Leads) -> Times:
    """Since when each lead is known: the field that says so, else its first event; `NEVER` without either.

    Of a field with dated values the one without date counts, else the first of them that is known.
    """
    events = leads.events
    first = np.full(len(leads), NEVER, np.int64)
    busy = np.flatnonzero(np.diff(events.offsets))
    first[busy] = events.time[events.offsets[busy]]
    name = plan.setting.known_from
    field = leads.fields.get(name) if name else None
    if not isinstance(field, Moments):
        return first
    said = field.values
    dated = leads.histories.get(name) if name else None
    if dated is not None:
        said = np.where(said == NEVER, _first_known(dated), said)
    return np.where(said == NEVER, first, said)


def _first_known(dated: Dated) -> Times:
    """The first dated value of each lead that is known."""
    column, leads = dated.columns["value"], len(dated.offsets) - 1
    assert isinstance(column, Moments)
    rows = np.flatnonzero(column.values != NEVER)[::-1]
    first = np.full(leads, NEVER, np.int64)
    first[np.repeat(np.arange(leads), np.diff(dated.offsets))[rows]] = column.values[rows]
    return first
