"""Dates and times of day as written, in a zone, to instants: microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST_YEAR, LAST_YEAR = 1900, 2199
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CONTINENTS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian")
MIDNIGHT = 86_400
OF_THE_MACHINE = frozenset(("localtime", "Factory", "posixrules"))


def find_zone(name: str) -> ZoneInfo | None:
    """The time zone of this name; None where there is none, or where it is another one on each machine."""
    if name in OF_THE_MACHINE:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_hint(name: str) -> str:
    """What to write in place of a name that is no time zone: the zone of the city, where the name is that of one."""
    city = name.rpartition("/")[2].strip().replace(" ", "_").title()
    zones = (f"{continent}/{city}" for continent in CONTINENTS)
    meant = next((zone for zone in zones if find_zone(zone)), "")
    return f"was `{meant}` meant?" if meant else "zones are named by continent and city: `Europe/Warsaw`"


def instant(written: str, zone: ZoneInfo) -> int | None:
    """The instant of `2026-01-31`, `2026-01-31 09:00`, `2026-01-31T09:00:00Z` and their kin; None where it is none.

    Years are from 1900 to 2199. Without an offset it is local time in `zone`; a local hour that happens twice means its first, a local hour that is
    skipped is read with the offset in force before it.
    """
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return (aware.astimezone(UTC) - EPOCH) // MICROSECOND


def day_of(year: int, month: int, day: int) -> str | None:
    """The day as it is written, `2026-01-31`; None where there is no such day, or none in the years of the language."""
    try:
        written = date(year, month, day).isoformat()
    except ValueError:
        return None
    return written if FIRST_YEAR <= year <= LAST_YEAR else None


def time_of_day(written: str) -> int | None:
    """Microseconds after midnight of `09:00`; None where it is no time of day."""
    hour, minute, *rest = map(int, written.split(":"))
    second = rest[0] if rest else 0
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 if hour < 24 and minute < 60 and second < 60 else None


def until_midnight(written: str) -> int | None:
    """Seconds after midnight of `09:00`, and of `24:00`, the end of a day; None where it is no time of day."""
    found = time_of_day(written)
    return MIDNIGHT if written == "24:00" else None if found is None else found // 1_000_000
