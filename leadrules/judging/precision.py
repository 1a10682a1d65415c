"""How exactly a difference was to be known, and how exactly it is."""

from __future__ import annotations

from msgspec import Struct


class Precision(Struct, frozen=True):
    """A number of leads that was fixed by a pilot, so that the interval of one difference is so narrow.

    `figure`: whose difference. `wanted` and `reached`: half of its 95 % interval; `reached` is None where there is no
    interval. `pilot`: leads by which `leads` was fixed, which is at most `most`. Nothing was looked at in between.
    """

    figure: str
    wanted: float
    reached: float | None
    pilot: int
    leads: int
    most: int

    @property
    def met(self) -> bool:
        """Whether it is as exact as it was to be."""
        return self.reached is not None and self.reached <= self.wanted
