"""Two scores of the same leads: by how much one ranks better than the other."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.simulator.intervals import Z, placements
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats


def area_difference(
    one: Floats, other: Floats, target: npt.NDArray[np.bool_], account: npt.NDArray[np.int64]
) -> Estimate:
    """The ROC AUC of one score less that of another, on the same leads. All of shape (leads,).

    The error is that of DeLong, DeLong and Clarke-Pearson (1988), summed over accounts (Obuchowski 1997), the quantile
    Student's with one degree less than the accounts of the rarer side. Two scores that rank alike differ by 0 to 0.
    """
    groups = min(len(np.unique(account[side])) for side in (target, ~target))
    if groups < 2:
        return NOTHING
    (first, first_parts), (second, second_parts) = (_parts(score, target) for score in (one, other))
    numbers = np.unique(account, return_inverse=True)[1]
    sums = np.bincount(numbers, weights=first_parts - second_parts)
    error = math.sqrt(float((sums**2).sum()) * groups / (groups - 1))
    found, half = first - second, student(groups - 1) * error
    return Estimate(found, max(-1.0, found - half), min(1.0, found + half))


def _parts(score: Floats, target: npt.NDArray[np.bool_]) -> tuple[float, Floats]:
    """The ROC AUC, and how far each lead moves it from its expectation (leads,)."""
    won, rest = score[target], score[~target]
    parts = np.empty(len(score))
    above, below = placements(won, rest), 1.0 - placements(rest, won)
    area = float(above.mean())
    parts[target], parts[~target] = (above - area) / len(won), (below - area) / len(rest)
    return area, parts


def student(freedom: int) -> float:
    """The quantile of Student's law that leaves 2.5 % above it: exact for 1 and 2, else by Fisher's expansion (1925)."""
    if freedom <= 2:
        return math.tan(0.475 * math.pi) if freedom == 1 else 0.95 * math.sqrt(2 / (1 - 0.95**2))
    z, n = Z, float(freedom)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / n**power for power, term in enumerate(terms, 1))
