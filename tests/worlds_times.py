"""Instants that lie on edges: of windows and decays, of calendar days, weeks and months, of summer time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from tests.oracle_expressions import Moment, Quantity
from tests.oracle_time import UNITS, local_date, local_time, midnight

# Summer time begins or ends around these days: Warsaw and New York by night, Cairo and Havana at midnight itself.
ZONES = ("UTC", "Europe/Warsaw", "America/New_York", "Asia/Kolkata", "America/Havana", "Africa/Cairo")
ANCHORS = (
    date(2026, 6, 15),
    date(2026, 1, 1),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 24),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2026, 12, 31),
)
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
STEPS = (0, 1, -1)


def length(duration: Quantity) -> int:
    """A duration in microseconds."""
    return int(duration.amount * UNITS[duration.unit])


def nows(draw: st.DrawFn, zone: str) -> int:
    """An instant to score at, near a day on which something happens to the clocks."""
    day = draw(st.sampled_from(ANCHORS)) + timedelta(days=draw(st.integers(0, 2)))
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
    """A local date not long ago: today, last Monday, the first of the month, or days around them."""
    today = local_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    return draw(st.sampled_from((today, monday, today.replace(day=1)))) - timedelta(days=draw(st.integers(0, 2)))


def moments(draw: st.DrawFn, zone: str, now: int) -> Moment:
    """A date, or a date and time of day, to be written into the rules."""
    day = edges(draw, zone, now)
    clock = draw(st.sampled_from(("", " 00:00", " 02:30", " 12:00")))
    return Moment(f"{day.isoformat()}{clock}")


def instant_of(moment: Moment, zone: str) -> int:
    """The instant that a moment of the rules means."""
    return local_time(datetime.fromisoformat(moment.written), zone)
