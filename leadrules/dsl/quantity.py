"""Durations as people write them, and in microseconds."""

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


def show_duration(microseconds: float) -> str:
    """A duration in the largest unit up to days that leaves no fraction: `36 hours`, `30 days`."""
    for unit in ("day", "hour", "minute"):
        amount = microseconds / MICROSECONDS[unit]
        if amount == int(amount) and amount != 0:
            return _counted(amount, unit)
    return _counted(microseconds / SECOND, "second")


def _counted(amount: float, unit: str) -> str:
    return f"{amount:g} {unit}" if amount == 1 else f"{amount:g} {unit}s"


def show_number(value: float) -> str:
    """A number without needless digits: `5`, `0.4`, `-12.25`; never more than six decimals."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
