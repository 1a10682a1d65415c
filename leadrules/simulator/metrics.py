"""What is told of a simulation: figures with their intervals, and the weeks of sales."""

from __future__ import annotations

from msgspec import Struct


class Estimate(Struct, frozen=True):
    """A figure and its 95 % interval; all None where it has no value, such as a rate among no leads."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Estimate(None, None, None)


class Week(Struct, frozen=True):
    """Seven days of sales: leads that got hot, calls that could be made and that were, leads waiting at the end."""

    hot: int
    capacity: int
    called: int
    waiting: int
