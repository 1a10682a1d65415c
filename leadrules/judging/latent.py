"""Scores and chances to win to how far they are in one order: what only a simulated market can tell."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.judging.figure import Figure
from leadrules.simulator.population import Floats

CELLS = 256
Bins = npt.NDArray[np.int64]


def spearman(score: Floats, chance: Floats) -> Figure | None:
    """Spearman's rank correlation (1904), with mid-ranks; None where one of the two is the same for all.

    A lead moves it by its own place, and by the places of those it stands below, whose ranks it raises.
    """
    (u, below_u), (v, below_v) = _ranked(score), _ranked(chance)
    products = [(float((a * b).mean()), a * b) for a, b in ((u, v), (u, u), (v, v))]
    cov, var_u, var_v = (mean - 0.25 for mean, _ in products)
    if var_u <= 1e-12 or var_v <= 1e-12:
        return None
    moved = [
        products[0][1] + below_u(v) + below_v(u) - 3 * products[0][0],
        products[1][1] + 2 * below_u(u) - 3 * products[1][0],
        products[2][1] + 2 * below_v(v) - 3 * products[2][0],
    ]
    r = cov / math.sqrt(var_u * var_v)
    parts = moved[0] / math.sqrt(var_u * var_v) - r / 2 * (moved[1] / var_u + moved[2] / var_v)
    return Figure(r, parts / len(score))


class _Above:
    """What the leads above each sum up to, those level with it counted half, as a share of all leads."""

    def __init__(self, bins: Bins, size: int) -> None:
        self.bins, self.size = bins, size

    def __call__(self, values: Floats) -> Floats:
        sums = np.bincount(self.bins, values, self.size)
        found: Floats = ((sums.sum() - np.cumsum(sums) + sums / 2) / len(self.bins))[self.bins]
        return found


def _ranked(values: Floats) -> tuple[Floats, _Above]:
    """Mid-ranks as shares of all leads."""
    bins = np.unique(values, return_inverse=True)[1]
    counts = np.bincount(bins)
    ranks: Floats = ((np.cumsum(counts) - counts / 2) / len(values))[bins]
    return ranks, _Above(bins, len(counts))


def kendall(score: Floats, chance: Floats) -> Figure | None:
    """Kendall's τ_b (1945) over at most 256 bins of each; None where one of the two is the same for all.

    τ_b is a ratio of U-statistics of pairs; a lead moves each by the mean over its own pairs.
    """
    (one, size), (other, width) = bins_of(score), bins_of(chance)
    n = len(score)
    table = np.zeros((size + 1, width + 1))
    np.add.at(table, (one + 1, other + 1), 1.0)
    up_to = table.cumsum(0).cumsum(1)
    total = up_to[-1, -1]
    below, under = up_to[one, other], up_to[one, -1] - up_to[one, other + 1]
    above = total - up_to[one + 1, -1] - up_to[-1, other + 1] + up_to[one + 1, other + 1]
    over = up_to[-1, other] - up_to[one + 1, other]
    pairs = (below + above - under - over) / max(1, n - 1)
    apart = [(n - np.bincount(bins)[bins]) / max(1, n - 1) for bins in (one, other)]
    tops, (left, right) = float(pairs.mean()), (float(share.mean()) for share in apart)
    if not left or not right:
        return None
    tau = tops / math.sqrt(left * right)
    parts = 2 * (
        (pairs - tops) / math.sqrt(left * right) - tau / 2 * ((apart[0] - left) / left + (apart[1] - right) / right)
    )
    return Figure(tau, parts / n)


def bins_of(values: Floats, most: int = CELLS) -> tuple[Bins, int]:
    """The bin of each value, 0 for the lowest, and how many bins there are: one for each different value.

    Where that are more than `most`, neighbours share a bin, as many leads in each as can be.
    """
    different, bins = np.unique(values, return_inverse=True)
    size = len(different)
    if size <= most:
        return bins, size
    coarse = (np.cumsum(np.bincount(bins)) - 1) * most // len(values)
    packed = np.unique(coarse, return_inverse=True)[1]
    return packed[bins], int(packed[-1]) + 1
