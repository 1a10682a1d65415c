"""Intervals of 95 % with known coverage: Wilson for rates, DeLong for the area under the ROC curve, else bootstrap."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.simulator.draws import Draws, Words, mix, salt
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

Z = 1.959963984540054
REPLICATES = 200
FEW_POSITIVES = 50
HIGH_AUC = 0.95


def wilson(successes: float, trials: float, design: float = 1.0) -> Estimate:
    """A rate with Wilson's score interval (Wilson 1927). `design` is the design effect of clustered trials."""
    if not trials:
        return NOTHING
    n, p = trials / design, successes / trials
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half))


def design_effect(hits: Floats, clusters: npt.NDArray[np.int64]) -> float:
    """The variance of a rate with clusters, over what it would be without: sandwich over binomial, at least 1.

    `hits` are 0 or 1 for each trial, `clusters` the account each trial belongs to.
    """
    rate = float(hits.mean())
    numbers = np.unique(clusters, return_inverse=True)[1]
    groups = int(numbers.max()) + 1
    if groups == len(hits) or groups < 2 or not 0 < rate < 1:
        return 1.0
    residuals = np.bincount(numbers, weights=hits - rate)
    variance = float((residuals**2).sum()) * groups / (groups - 1)
    return max(1.0, variance / (len(hits) * float(rate * (1 - rate))))


def normal_interval(value: float, error: float) -> Estimate:
    """value ± 1.96 standard errors."""
    return Estimate(value, value - Z * error, value + Z * error)


def logit_interval(value: float, error: float) -> Estimate:
    """The interval of a share that is normal on the logit scale: it stays between 0 and 1."""
    if not 0 < value < 1 or not error:
        return Estimate(value, value, value)
    middle, half = math.log(value / (1 - value)), Z * error / (value * (1 - value))
    return Estimate(value, 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle)))


def log_interval(value: float, error: float) -> Estimate:
    """The interval of a ratio that is normal on the logarithmic scale: it stays above 0."""
    if value <= 0 or not error:
        return Estimate(value, value, value)
    half = Z * error / value
    return Estimate(value, value * math.exp(-half), value * math.exp(half))


def delong(positives: Floats, negatives: Floats) -> Estimate:
    """The area under the ROC curve with DeLong's interval by mid-ranks (Sun and Xu 2014), ties counted half.

    On the logit scale where the area is above 0.95 or there are fewer than 50 positives.
    """
    above, below = _placements(positives, negatives), 1.0 - _placements(negatives, positives)
    area = float(above.mean())
    spread = [float(part.var(ddof=1)) / len(part) if len(part) > 1 else 0.0 for part in (above, below)]
    error = math.sqrt(sum(spread))
    if area > HIGH_AUC or len(positives) < FEW_POSITIVES:
        return logit_interval(area, error)
    return normal_interval(area, error)


def _placements(these: Floats, those: Floats) -> Floats:
    """For each of these, the share of those below it, equal ones counted half."""
    ordered = np.sort(those)
    left, right = np.searchsorted(ordered, these, side="left"), np.searchsorted(ordered, these, side="right")
    found: Floats = (left + right) / (2.0 * len(those))
    return found


def poisson_weights(draws: Draws, clusters: npt.NDArray[np.int64], replicate: int) -> npt.NDArray[np.uint8]:
    """Poisson(1) weights of four replicates of the bootstrap (rows, 4), the same for all leads of an account.

    They are hashed from the account (Chamandy et al. 2015), so that no partition of the leads can be seen in them.
    Sixteen bits of each hash choose a weight, to within 1.5e-5 of the law.
    """
    states: Words = draws.states("bootstrap", clusters.astype(np.uint64))
    words = mix(states + salt(np.uint64(replicate)))
    return POISSON[words.view(np.uint16).reshape(-1, 4)]


def _poisson_table() -> npt.NDArray[np.uint8]:
    chances = [math.exp(-1.0) / math.factorial(k) for k in range(12)]
    return np.searchsorted(np.cumsum(chances), (np.arange(65536) + 0.5) / 65536).astype(np.uint8)


POISSON = _poisson_table()
