"""A showing to win rates by score band."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leadrules.judging.bands import Band, Bands
from leadrules.judging.figure import Figure, error_of, estimate, mean_of, share_of
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import above_zero, holm
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

MOST = 10
Places = npt.NDArray[np.int64]


def judge_bands(showing: Showing) -> Bands | None:
    """Bands of scores at the landmark; None where nobody is judged, or where some leads stand for others too."""
    sample, judged = showing.sample, showing.sample.judged
    score, won, account = showing.ratings.score[judged], sample.target[judged], sample.account[judged]
    if not len(score) or sample.weight is not None:
        return None
    place = bands_of(score)
    chance = None if sample.chance is None else sample.chance[judged]
    number = int(place.max()) + 1
    bands = [_band(place == band, score, won, chance, account) for band in range(number)]
    rates = np.array([won[place == band].mean() for band in range(number)])
    sizes = np.bincount(place).astype(np.float64)
    return Bands(
        bands=tuple(bands),
        trend=_trend(place, won, account),
        falls=tuple(_falls(place, won, account, number)),
        miscalibration=float((sizes * (rates - isotonic(rates[::-1], sizes[::-1])[::-1]) ** 2).sum() / sizes.sum()),
    )


def bands_of(score: Floats) -> Places:
    """The band of each lead, 0 for the highest: tenths where scores part them, never one score in two bands."""
    edges = np.unique(np.quantile(score, np.arange(1, MOST) / MOST, method="higher"))
    place = np.searchsorted(edges, score, side="right")
    packed: Places = np.unique(-place, return_inverse=True)[1]
    return packed


def _band(
    among: npt.NDArray[np.bool_], score: Floats, won: npt.NDArray[np.bool_], chance: Floats | None, account: Places
) -> Band:
    return Band(
        float(score[among].min()),
        float(score[among].max()),
        int(np.count_nonzero(among)),
        estimate(share_of(won, among), account),
        NOTHING if chance is None else estimate(mean_of(chance, among), account),
    )


def _trend(place: Places, won: npt.NDArray[np.bool_], account: Places) -> Estimate:
    """The slope of winning over the number of the band, a higher band counting more (Armitage 1955), by account."""
    x = place.max() - place.astype(np.float64)
    x, y = x - x.mean(), won - won.mean()
    spread = float((x * x).sum())
    if not spread:
        return NOTHING
    slope = float((x * y).sum()) / spread
    return estimate(Figure(slope, x * (y - slope * x) / spread), account)


def _falls(place: Places, won: npt.NDArray[np.bool_], account: Places, number: int) -> list[int]:
    """The bands that win surely less often than the one below."""
    chances = []
    for band in range(number - 1):
        higher, lower = (share_of(won, place == which) for which in (band, band + 1))
        assert higher is not None and lower is not None
        error, groups = error_of(lower.parts - higher.parts, account)
        chances.append(1.0 if groups < 2 else above_zero(lower.value - higher.value, error))
    return [band for band, sure in enumerate(holm(chances)) if sure]


def isotonic(values: Floats, weights: Floats) -> Floats:
    """The nearest values that never fall, by pooling neighbours that do (Ayer et al. 1955)."""
    blocks: list[list[float]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            both = before[1] + last[1]
            blocks.append([(before[0] * before[1] + last[0] * last[1]) / both, both, before[2] + last[2]])
    return np.repeat([block[0] for block in blocks], [int(block[2]) for block in blocks])
