"""Intervals of 95 % with known coverage: Wilson for rates, Newcombe for the area under the ROC curve."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

Z = 1.959963984540054
AT_ONCE = 1 << 16
FEW = 50
MIDDLE = (0.05, 0.95)


def wilson(successes: float, trials: float, design: float = 1.0) -> Estimate:
    """A rate with Wilson's score interval (Wilson 1927). `design` is the design effect of clustered trials."""
    if not trials:
        return NOTHING
    n, p = trials / design, successes / trials
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half))


def design_effect(hits: Floats, clusters: npt.NDArray[np.int64]) -> float:
    """The variance of a rate with clusters, over what it would be without: sandwich over binomial.

    `hits` are 0 or 1 for each trial, `clusters` the account each trial belongs to. Two accounts are added, one that hits
    throughout and one that never does, so that it is not 1 where nothing was hit. From 1 to the largest account.
    """
    numbers, sizes = np.unique(clusters, return_inverse=True, return_counts=True)[1:]
    largest = int(sizes.max(initial=1))
    if largest == 1:
        return 1.0
    trials, groups = len(hits) + 2 * largest, len(sizes) + 2
    rate = (float(hits.sum()) + largest) / trials
    residuals = np.append(np.bincount(numbers, weights=hits - rate), [largest * (1 - rate), -largest * rate])
    variance = float((residuals**2).sum()) * groups / (groups - 1)
    return min(float(largest), max(1.0, variance / (trials * rate * (1 - rate))))


def share_interval(value: float, error: float, trials: float, largest: int) -> Estimate:
    """Wilson's interval of a share among so many trials, with a bootstrap error in place of the binomial one."""
    effective = effective_trials(value, error, trials, largest)
    return wilson(value * effective, effective)


def effective_trials(value: float, error: float, trials: float, largest: int) -> float:
    """As how many independent trials the trials of a share count, given its standard error and the size of the largest account.

    Where all or nothing was hit the error says nothing: then they count as if each account were one.
    """
    known = 0 < value < 1 and error > 0
    return min(trials, value * (1 - value) / error**2) if known else trials / largest


def scaled(estimate: Estimate, by: float) -> Estimate:
    """A figure in another unit."""
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    return Estimate(estimate.value * by, estimate.low * by, estimate.high * by)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """One figure less another, from the limits of both (Newcombe 1998, method 10); without them no interval."""
    if one.value is None or other.value is None:
        return NOTHING
    found = one.value - other.value
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return Estimate(found, None, None)
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(found, found - down, found + up)


def logit_interval(value: float, error: float, trials: float, largest: int) -> Estimate:
    """The interval of a share that is normal on the logit scale: it stays between 0 and 1. At 0 and 1, Wilson's."""
    if not 0 < value < 1 or not error:
        return share_interval(value, error, trials, largest)
    middle, half = math.log(value / (1 - value)), Z * error / (value * (1 - value))
    low, high = ((1 + math.tanh((middle + side) / 2)) / 2 for side in (-half, half))  # exp of a wide one overflows
    return Estimate(value, low, high)


def area_interval(area: float, error: float, won: int, other: int) -> Estimate:
    """The interval of an area under the ROC curve, given its standard error.

    area ± 1.96 errors where that is known to hold: 50 winners and 50 others or more, an area from 0.05 to 0.95. Else
    Newcombe's (2006, method 5), which asks which areas would make this one likely; there the leads count as fewer
    where the error is larger than Hanley and McNeil's. It stays between 0 and 1, and is never a point.
    """
    independent = math.sqrt(hanley_mcneil(area, won, other))
    design = max(1.0, (error / independent) ** 2) if independent else 1.0
    if min(won, other) / design >= FEW and MIDDLE[0] <= area <= MIDDLE[1]:
        return Estimate(area, area - Z * error, area + Z * error)
    low, high = (_farthest(area, end, won / design, other / design) for end in (0.0, 1.0))
    return Estimate(area, low, high)


def hanley_mcneil(area: float, won: float, other: float) -> float:
    """The variance of an area under the ROC curve, from nothing but the area (Hanley and McNeil 1982; Newcombe 2006)."""
    pairs = (won + other) / 2 - 1
    return area * (1 - area) * (1 + pairs * ((1 - area) / (2 - area) + area / (1 + area))) / (won * other)


def _farthest(area: float, end: float, won: float, other: float) -> float:
    """The area nearest to `end` that is not rejected when `area` was seen, by bisection."""
    inside, outside = area, end
    for _ in range(60):
        middle = (inside + outside) / 2
        near = (area - middle) ** 2 <= Z * Z * hanley_mcneil(middle, won, other)
        inside, outside = (middle, outside) if near else (inside, middle)
    return inside


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


def resampled(draws: Draws, clusters: int, replicate: int) -> npt.NDArray[np.int64]:
    """How often each of so many clusters comes when as many are drawn with replacement: one replicate of the bootstrap."""
    counts = np.zeros(clusters, np.int64)
    for start in range(0, clusters, AT_ONCE):
        places = np.arange(start, min(start + AT_ONCE, clusters), dtype=np.uint64)
        u = draws.uniforms("bootstrap/accounts", places, replicate)
        np.add.at(counts, (u * clusters).astype(np.int64), 1)
    return counts
