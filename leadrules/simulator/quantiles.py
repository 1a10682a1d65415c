"""Uniform draws to draws of other laws, by inversion: monotone in the draw, a value for a value."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.dsl.scenario.model import Family, Law
from leadrules.simulator.gamma import gamma_quantile
from leadrules.simulator.normal import normal

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

MOST_AT_ONCE = 500.0
STRIDE = 8
LAST = 1e-18


def poisson(mean: Floats, u: Floats) -> Counts:
    """The Poisson quantile of each mean, exact: the distribution function is stepped through until it passes u.

    Means are at most `MOST_AT_ONCE`; larger ones are the sum of several draws. Steps go eight at a time, then only
    those that are not there yet go on.
    """
    counts = np.zeros(len(mean), np.int64)
    chance = np.exp(-mean)
    left = np.flatnonzero(u > chance)
    mean, u, chance = mean[left], u[left], chance[left]
    reached = chance.copy()
    k = 0
    while len(left):
        steps = np.zeros(len(left), np.uint8)
        for step in range(k + 1, k + 1 + STRIDE):
            steps += np.greater(u, reached).view(np.uint8)
            chance *= mean
            chance *= 1.0 / step
            reached += chance
        counts[left] += steps
        k += STRIDE
        ends = (chance < LAST) & (mean < k)  # what is left of the tail is less than the last double of `reached`
        beyond = np.flatnonzero((u > reached) & ~ends)
        left, mean, u, chance, reached = left[beyond], mean[beyond], u[beyond], chance[beyond], reached[beyond]
    return counts


def geometric(mean: Floats, u: Floats) -> Counts:
    """The quantile of the geometric law on 1, 2, ... with each mean; always 1 where the mean is."""
    rest = np.log1p(-1.0 / np.maximum(mean, 1.0 + 1e-12))
    return np.where(mean > 1.0, 1 + np.floor(np.log1p(-u) / rest), 1).astype(np.int64)


def duration(family: Family, scale: Floats, shape: Floats, u: Floats) -> Floats:
    """A law of durations at its quantile 1 - u, in seconds: a low draw is a long stay under every law.

    `scale` and `shape` are of the shape of `u`.
    Scales: the mean (exponential), mean / Γ(1 + 1/shape) (weibull), the median (lognormal, log-logistic),
    mean / shape (gamma), the duration itself (exactly).
    """
    match family:
        case "exponential":
            return -scale * np.log(u)
        case "weibull":
            return scale * (-np.log(u)) ** (1.0 / shape)
        case "lognormal":
            return scale * np.exp(-shape * normal(u))
        case "log-logistic":
            return scale * ((1.0 - u) / u) ** (1.0 / shape)
        case "gamma":
            return scale * gamma_quantile(shape, u)
        case "exactly":
            return scale


def scale_of(law: Law) -> float:
    """The scale of a law of durations."""
    if law.family == "weibull":
        return law.measure.value / math.gamma(1.0 + 1.0 / law.shape.value)
    if law.family == "gamma":
        return law.measure.value / law.shape.value
    return law.measure.value
