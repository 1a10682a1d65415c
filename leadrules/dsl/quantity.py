"""Numbers and durations as people write them, and durations in microseconds."""

from __future__ import annotations

SECOND = 1_000_000.0
MICROSECONDS = {
    "second": SECOND,
    "minute": 60 * SECOND,
    "hour": 3_600 * SECOND,
    "day": 86_400 * SECOND,
    "week": 604_800 * SECOND,
}
DAY = MICROSECONDS["day"]
LONGEST = 365_250 * DAY


def show_duration(microseconds: float) -> str:
    """A duration in the largest unit up to days that leaves no fraction: `36 hours`, `30 days`."""
    for unit in ("day", "hour", "minute"):
        amount = microseconds / MICROSECONDS[unit]
        if amount == int(amount) and amount != 0:
            return show_count(int(amount), unit)
    seconds = microseconds / SECOND
    return f"{seconds:g} {'second' if seconds == 1 else 'seconds'}"


def show_count(count: int, noun: str) -> str:
    """`1 lead`, `12,000 leads`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def show_number(value: float) -> str:
    """A number without needless digits: `5`, `0.4`, `-12.25`; never more than six decimals."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
