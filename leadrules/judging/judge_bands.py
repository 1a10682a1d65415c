"""A showing to win rates by score band."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from leadrules.judging.bands import Band, Bands
from leadrules.judging.censoring import allowing
from leadrules.judging.figure import Bools, Figure, error_of, estimate, mean_of
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import above_zero, holm
from leadrules.judging.sample import Sample
from leadrules.simulator.intervals import effective_trials
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

MOST = 10
Places = npt.NDArray[np.int64]


def judge_bands(showing: Showing) -> Bands | None:
    """Bands of scores at the landmark; None where nobody is judged. Leads that stand for others count for them too."""
    sample = showing.sample
    if not sample.judged.any():
        return None
    place = np.full(len(sample), -1)
    place[sample.judged] = bands_of(showing.ratings.score[sample.judged])
    number = int(place.max()) + 1
    rates = [_rate(sample, place == band) for band in range(number)]
    values, sizes = (
        np.array(column)
        for column in zip(*((r.value, _size(sample, place == b)) for b, r in enumerate(rates)), strict=True)
    )
    return Bands(
        bands=tuple(_band(showing, place == band, rate) for band, rate in enumerate(rates)),
        trend=_trend(sample, place),
        falls=tuple(_falls(rates, sample.account)),
        miscalibration=float((sizes * (values - isotonic(values[::-1], sizes[::-1])[::-1]) ** 2).sum() / sizes.sum()),
    )


def _rate(sample: Sample, among: Bools) -> Figure:
    found = sample.share(sample.target, among)
    assert found is not None
    return found


def _size(sample: Sample, among: Bools) -> float:
    """How many leads those of a band stand for."""
    return float(np.count_nonzero(among) if sample.weight is None else sample.weight[among].sum())


def bands_of(score: Floats) -> Places:
    """The band of each lead, 0 for the highest: tenths where scores part them, never one score in two bands."""
    edges = np.unique(np.quantile(score, np.arange(1, MOST) / MOST, method="higher"))
    place = np.searchsorted(edges, score, side="right")
    packed: Places = np.unique(-place, return_inverse=True)[1]
    return packed


def _band(showing: Showing, among: Bools, rate: Figure) -> Band:
    sample, score = showing.sample, showing.ratings.score[among]
    return Band(
        float(score.min()),
        float(score.max()),
        len(score),
        estimate(rate, sample.account),
        NOTHING if sample.chance is None else estimate(mean_of(sample.chance, among), sample.account),
    )


def _trend(sample: Sample, place: Places) -> Estimate:
    """The slope of winning over the number of the band, a higher band counting more (Armitage 1955), by account."""
    weight = np.where(sample.judged, 1.0 if sample.weight is None else sample.weight, 0.0)
    x, y = place.max() - place.astype(np.float64), sample.target.astype(np.float64)
    x, y = (column - float((weight * column).sum() / weight.sum()) for column in (x, y))
    spread = float((weight * x * x).sum())
    if not spread:
        return NOTHING
    slope = float((weight * x * y).sum()) / spread
    return estimate(allowing(Figure(slope, weight * x * (y - slope * x) / spread), sample.censoring), sample.account)


def _falls(rates: Sequence[Figure], account: Places) -> list[int]:
    """The bands that win surely less often than the one below."""
    chances = [_chance_if_alike(higher, lower, account) for higher, lower in pairwise(rates)]
    return [band for band, sure in enumerate(holm(chances)) if sure]


def _chance_if_alike(higher: Figure, lower: Figure, account: Places) -> float:
    """The chance to see the lower band win so much more often if both won alike: by their common rate (Campbell 2007).

    Their own rates would be sure of a band of three of which all win.
    """
    largest = int(np.bincount(account).max(initial=1))
    one, other = (
        effective_trials(rate.value, error_of(rate.parts, account)[0], rate.trials, largest) for rate in (higher, lower)
    )
    trials = one + other
    if trials <= 1 or not min(one, other):
        return 1.0
    common = (one * higher.value + other * lower.value) / trials
    error = math.sqrt(common * (1 - common) * (1 / one + 1 / other) * trials / (trials - 1))
    return above_zero(lower.value - higher.value, error)


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
