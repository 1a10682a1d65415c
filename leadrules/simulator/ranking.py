"""How well scores rank: pure functions of histograms, one count of winners and one of others for each score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.population import Floats


class Histogram(Struct, frozen=True):
    """Winners and others by score, the highest score first. Counts may be weights. Shapes (bins,), float64."""

    won: Floats
    other: Floats


def histogram(
    bins: npt.NDArray[np.int64], size: int, target: npt.NDArray[np.bool_], weights: Floats | None
) -> Histogram:
    """Leads counted by bin; `weights` where they count more than once or not at all."""
    won = np.bincount(bins[target], None if weights is None else weights[target], size)
    other = np.bincount(bins[~target], None if weights is None else weights[~target], size)
    return Histogram(won.astype(np.float64), other.astype(np.float64))


def bins_of(scores: Floats, most: int | None = None) -> tuple[npt.NDArray[np.int64], int]:
    """The bin of each score, 0 for the highest, and how many bins there are: one for each different score.

    Where that are more than `most`, neighbours share a bin, as many leads in each as can be.
    """
    values, bins = np.unique(-scores, return_inverse=True)
    size = len(values)
    if most is None or size <= most:
        return bins, size
    coarse = (np.cumsum(np.bincount(bins)) - 1) * most // len(scores)
    packed = np.unique(coarse, return_inverse=True)[1]
    return packed[bins], int(packed[-1]) + 1


def roc_auc(counts: Histogram) -> float:
    """The chance that a winner scores above another lead, ties counted half; NaN where there is none of either."""
    total = counts.won.sum() * counts.other.sum()
    below = counts.other.sum() - np.cumsum(counts.other)
    return float((counts.won * (below + 0.5 * counts.other)).sum() / total) if total else float("nan")


def average_precision(counts: Histogram) -> float:
    """The sum over scores of precision × gain in recall, leads with one score taken together."""
    won, both = np.cumsum(counts.won), np.cumsum(counts.won + counts.other)
    if not len(won) or not won[-1]:
        return float("nan")
    precision = np.divide(won, both, out=np.zeros(len(won)), where=both > 0)
    return float((precision * counts.won).sum() / won[-1])


def precision_at(counts: Histogram, k: float) -> float:
    """The share of winners among the k best; of leads with one score that do not all fit, winners count in proportion."""
    both = counts.won + counts.other
    before = np.cumsum(both) - both
    taken = np.clip(k - before, 0.0, both)
    shares = np.divide(counts.won, both, out=np.zeros(len(both)), where=both > 0)
    return float((taken * shares).sum() / k) if k else float("nan")


def lift_at(counts: Histogram, k: float) -> float:
    """Precision at k over the share of winners among all."""
    won, total = counts.won.sum(), (counts.won + counts.other).sum()
    return precision_at(counts, k) * float(total / won) if won else float("nan")
