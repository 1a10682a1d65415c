"""What a comparison on a real log rests on: whom it could judge, whom not and why, and what may lead astray. Plain data."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Backtest(Struct, frozen=True, kw_only=True):
    """The terms of a comparison on a log.

    `looks`: how many landmarks of how many `leads`; one row of the sample each, if it could be looked at. `left_out`:
    the other looks by reason. `open`: how many rows are not followed up for long enough, so that those that are stand
    for them; `heaviest`: how many rows one of these stands for at most. `landmark` and `until`, the end of the log, in
    words; a log without any time has no end. `dated`: whether outcomes have times. `undated`: fields whose values have no date, and the criteria that
    read them: they may tell what came later.
    `ways`: how many leads are followed through the tiers, and since when in words; None where they cannot be.
    """

    leads: int
    looks: int
    left_out: Mapping[str, int]
    open: int
    heaviest: float
    landmark: str
    until: str
    dated: bool
    undated: Mapping[str, tuple[str, ...]]
    ways: tuple[int, str] | None = None
