"""Numbers and durations as people write them, and durations in microseconds."""

from __future__ import annotations

import re

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
THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
AMBIGUOUS = r"-?[1-9][0-9]{0,2}\.[0-9]{3}"
DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:(s|m|h|d|w)|(second|minute|hour|day|week)s?)\s*")


def read_duration(text: str) -> float | None:
    """What a person writes for a duration, in microseconds: `60d`, `12 hours`, `1.5 weeks`; None where it is none."""
    found = DURATION.fullmatch(text)
    if not found:
        return None
    amount, letter, word = found.groups()
    unit = word or next(unit for unit in MICROSECONDS if unit.startswith(letter))
    return float(amount) * MICROSECONDS[unit]


def is_ambiguous(amount: str, currency: str) -> bool:
    """Whether an amount as written, such as `1.000 EUR`, is a thousand to some and one to others."""
    return currency not in THOUSANDTHS and re.fullmatch(AMBIGUOUS, amount) is not None


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
