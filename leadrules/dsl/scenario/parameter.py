"""A number of a market, with what is known about it."""

from __future__ import annotations

from msgspec import Struct


class Parameter(Struct, frozen=True):
    """A number of the market. Uncertainty, tuning and fitting find it by its `path`, as streams of chance do.

    `unit` is "" for a plain number, else "seconds", "per second" or "share". `low`, `high` and `source` say how far it
    is known and from where, where that is said.
    """

    path: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source: str = ""


def value_of(parameter: Parameter | None) -> float:
    """The value of a parameter; 0 where there is none."""
    return parameter.value if parameter else 0.0
