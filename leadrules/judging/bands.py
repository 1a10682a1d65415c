"""Win rates by score: whether more points really mean more wins. Plain data."""

from __future__ import annotations

from msgspec import Struct

from leadrules.simulator.metrics import Estimate


class Band(Struct, frozen=True):
    """The judged leads with scores from `low` to `high`: how many, what share wins in time, and what share of them would
    win by P(won), which has no value where nobody knows it."""

    low: float
    high: float
    leads: int
    win_rate: Estimate
    expected: Estimate


class Bands(Struct, frozen=True, kw_only=True):
    """Bands of about as many leads each, the highest first.

    `trend`: the change of the win rate from band to band (Cochran and Armitage). `falls`: pairs of neighbours, by the number of the higher band,
    of which the higher wins surely less often (Holm over all neighbours). `miscalibration`: by how much the mean squared
    error of the bands' own win rates is below that of the best that never falls (isotonic regression): 0 where none falls.
    """

    bands: tuple[Band, ...]
    trend: Estimate
    falls: tuple[int, ...]
    miscalibration: float

    def __post_init__(self) -> None:
        """There are leads in them. Raises `ValueError`."""
        if sum(band.leads for band in self.bands) < 1:
            raise ValueError("bands of scores without leads")
