"""Points to Shapley values: the part of each criterion in what a score ranks better than chance."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import student
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

BINS = 4_096
PAIRS = 16
Points = npt.NDArray[np.float64]


class Sums(Struct, frozen=True):
    """How a score is made of points (criteria, leads): their sum within `bounds`, and `whole` where it is rounded."""

    points: Points
    bounds: tuple[float, float] | None
    whole: bool

    def score(self, sums: Floats) -> Floats:
        """The score of sums of points."""
        if self.bounds is not None:
            sums = np.clip(sums, *self.bounds)
        if self.whole:
            sums = np.sign(sums) * np.floor(np.abs(np.round(sums, 6)) + 0.5)
        return sums


def shapley_values(sums: Sums, likely: Floats, draws: Draws) -> list[Estimate]:
    """The Shapley value of each criterion for the ROC AUC (Shapley 1953), by orders drawn in pairs, each with its reverse.

    Those of one order add up to the AUC of all criteria less one half exactly, and so do their means (Castro, Gómez and
    Tejada 2009; pairs: Mitchell et al. 2022). Scores are put into 4,096 bins at most.
    """
    size = len(sums.points)
    area = _area_of(sums, likely)
    if not size or math.isnan(area(np.zeros(len(likely)))):
        return [NOTHING] * size
    pairs = np.zeros((PAIRS, size))
    for pair in range(PAIRS):
        order = np.argsort(draws.uniforms("shapley", np.arange(size, dtype=np.uint64), pair), kind="stable")
        for one in (order, order[::-1]):
            pairs[pair, one] += _gains(sums, one, area) / 2
    half = student(PAIRS - 1) * pairs.std(axis=0, ddof=1) / math.sqrt(PAIRS)
    mean = pairs.mean(axis=0)
    return [Estimate(float(m), float(m - h), float(m + h)) for m, h in zip(mean, half, strict=True)]


def _gains(sums: Sums, order: npt.NDArray[np.int64], area: Callable[[Floats], float]) -> Floats:
    """What each criterion adds to the area when they are added in this order."""
    whole = np.zeros(sums.points.shape[1])
    reached = [area(whole)]
    for place in order:
        whole = whole + sums.points[place]
        reached.append(area(whole))
    return np.diff(reached)


def _area_of(sums: Sums, likely: Floats) -> Callable[[Floats], float]:
    """The ROC AUC of sums of points, each pair of two leads counted by its chance to be one winner and one other."""
    own = float((likely * (1 - likely)).sum())
    pairs = float(likely.sum()) * float((1 - likely).sum()) - own

    def area(values: Floats) -> float:
        if pairs <= 0:
            return math.nan
        score = sums.score(values)
        low, high = float(score.min()), float(score.max())
        if low == high:
            return 0.5
        unit = 1.0 if high - low < BINS and not np.any(score % 1.0) else (high - low) / (BINS - 1)
        bins = np.round((score - low) / unit).astype(np.int64)
        won, leads = np.bincount(bins, likely), np.bincount(bins)
        lost = leads - won
        return float(((won * (np.cumsum(lost) - lost / 2)).sum() - own / 2) / pairs)

    return area
