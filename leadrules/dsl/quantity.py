"""Numbers and durations as people write them, and durations in microseconds."""

from __future__ import annotations

import math
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
DECIMALS = 15
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


def show_duration(microseconds: float, unit: str = "") -> str:
    """A duration to its last digit: in a `unit` if one is given, else in the largest up to days that leaves no fraction.

    Where all of them leave one it is the largest of those that need fewest digits: `36 hours`, `2.00001 days`.
    """
    if unit or not microseconds:
        return _in_unit(microseconds, unit or "second")
    for whole in ("day", "hour", "minute"):
        amount = microseconds / MICROSECONDS[whole]
        if amount == int(amount):
            return show_count(int(amount), whole)
    return min((_in_unit(microseconds, each) for each in ("day", "hour", "minute", "second")), key=_digits)


def _in_unit(microseconds: float, unit: str) -> str:
    """With as many decimals as it takes to be the same duration; a double cannot tell more of it."""
    size = MICROSECONDS[unit]
    near = max(1e-6, 2 * math.ulp(microseconds))
    texts = (f"{microseconds / size:.{decimals}f}" for decimals in range(DECIMALS + 1))
    text = next((text for text in texts if abs(float(text) * size - microseconds) <= near), None)
    if text is None:
        text = f"{microseconds / size:.{DECIMALS}f}"
    if "." not in text:
        return show_count(int(text), unit)
    return f"{text} {unit}s"


def _digits(shown: str) -> int:
    return sum(sign.isdigit() for sign in shown)


def show_count(count: int, noun: str) -> str:
    """`1 lead`, `12,000 leads`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def show_number(value: float) -> str:
    """A number without needless digits: `5`, `0.4`, `-12.25`; never more than six decimals."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
