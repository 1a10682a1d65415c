"""Instants, local dates and durations as the manual reads them, written a second time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 24 * 60 * 60 * SECOND
UNITS = {"second": SECOND, "minute": 60 * SECOND, "hour": 3600 * SECOND, "day": DAY, "week": 7 * DAY}


def instant(moment: datetime) -> int:
    """Microseconds since 1970 UTC of a moment that knows its zone."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def local_time(local: datetime, zone: str) -> int:
    """The instant of a local time: of a repeated hour the first; a skipped one is read with the offset before it."""
    return instant(local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC))


def midnight(day: date, zone: str) -> int:
    """The instant at which a local date begins, as far as it has a midnight."""
    return local_time(datetime(day.year, day.month, day.day), zone)


def local_date(at: int, zone: str) -> date:
    """The date in the zone at an instant."""
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(zone)).date()


def calendar_period(at: int, period: str, zone: str) -> tuple[int, ...]:
    """The local day, ISO week or month of an instant: two instants in the same one have the same tuple."""
    day = local_date(at, zone)
    match period:
        case "day":
            return (day.year, day.month, day.day)
        case "week":
            return day.isocalendar()[:2]
        case "month":
            return (day.year, day.month)
        case "all":
            return ()
        case _:
            raise ValueError(period)
