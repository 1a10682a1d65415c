"""Instants that lie on edges: of windows and decays, of calendar days, weeks and months, of summer time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.oracle_expressions import Moment, Quantity
from tests.oracle_time import UNITS, local_date, local_time, midnight

# Zones, and the days on which their clocks change: in Havana and Cairo a midnight is skipped, in Havana one comes twice.
ZONES: Mapping[str, tuple[date, ...]] = {
    "UTC": (),
    "Europe/Warsaw": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Asia/Kolkata": (),
    "America/Havana": (date(2026, 3, 8), date(2026, 11, 1)),
    "Africa/Cairo": (date(2026, 4, 24), date(2026, 10, 30)),
}
# A Monday that is the middle of a month, a Wednesday and a Sunday that are the first of one, the turn of the year.
ANCHORS = (date(2026, 6, 15), date(2026, 7, 1), date(2026, 2, 1), date(2026, 1, 1))
DURATIONS = (
    Quantity(1, "day"),
    Quantity(1, "hour"),
    Quantity(7, "day"),
    Quantity(2, "week"),
    Quantity(30, "day"),
    Quantity(36, "hour"),
    Quantity(90, "minute"),
    Quantity(0.5, "day"),
)
STRIDES = (Quantity(1, "hour"), Quantity(1, "day"), Quantity(7, "day"))
STEPS = (0, 0, 1, -1)


def length(duration: Quantity) -> int:
    """A duration in microseconds."""
    return int(duration.amount * UNITS[duration.unit])


def nows(draw: st.DrawFn, zone: str) -> int:
    """An instant to score at, soon after a day on which something happens to the clocks or the calendar."""
    day = draw(st.sampled_from((*ANCHORS, *ZONES[zone], *ZONES[zone]))) + timedelta(days=draw(st.integers(0, 2)))
    hour = draw(st.sampled_from((12, 0, 1, 2, 3, 23)))
    local = datetime(day.year, day.month, day.day, hour, draw(st.sampled_from((0, 30))))
    return local_time(local, zone) + draw(st.sampled_from(STEPS))


def instants(draw: st.DrawFn, zone: str, now: int, durations: Sequence[Quantity], others: Sequence[int]) -> int:
    """An instant that is `now` or another one, or lies some durations before it, or on an edge of the calendar."""
    step = draw(st.sampled_from(STEPS))
    match draw(st.sampled_from(("before", "before", "edge", "same", "hour", "future"))):
        case "edge":
            return midnight(edges(draw, zone, now), zone) + step
        case "same" if others:
            return draw(st.sampled_from(others))
        case "hour":
            day = edges(draw, zone, now)
            return local_time(datetime(day.year, day.month, day.day, draw(st.integers(0, 4)), 30), zone)
        case "future":
            return now + draw(st.sampled_from((1, length(durations[0]))))
        case _:
            base = draw(st.sampled_from((now, *others)))
            return base - draw(st.integers(0, 3)) * length(draw(st.sampled_from(durations))) + step


def edges(draw: st.DrawFn, zone: str, now: int) -> date:
    """Today, last Monday, the first of the month or the last change of the clocks, or a day before; or a year ago."""
    today = local_date(now, zone)
    changes = [day for day in ZONES[zone] if timedelta(0) <= today - day < timedelta(days=4)]
    days = (today, today - timedelta(days=today.weekday()), today.replace(day=1), *changes, *changes)
    back = draw(st.sampled_from((0, 0, 1, 2, 365)))
    return draw(st.sampled_from(days)) - timedelta(days=back)


def moments(draw: st.DrawFn, zone: str, now: int) -> Moment:
    """A date, or a date and time of day, to be written into the rules."""
    day = edges(draw, zone, now)
    clock = draw(st.sampled_from(("", " 00:00", " 02:30", " 12:00")))
    return Moment(f"{day.isoformat()}{clock}")


def instant_of(moment: Moment, zone: str) -> int:
    """The instant that a moment of the rules means."""
    return local_time(datetime.fromisoformat(moment.written), zone)
