"""Uniform draws to draws of other laws, by inversion: monotone in the draw, a value for a value."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from leadrules.dsl.scenario.model import Family, Law

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

# Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988): |relative error| < 1e-15.
NEAR = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
MIDDLE = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9),
)  # fmt: skip
FAR = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def normal(u: Floats) -> Floats:
    """The standard normal quantile."""
    q = u - 0.5
    central = np.abs(q) <= 0.425
    r = np.where(central, 0.180625 - q * q, 0.0)
    z = q * _ratio(NEAR, r)
    tail = np.flatnonzero(~central)
    if len(tail):
        r = np.sqrt(-np.log(np.minimum(u[tail], 1.0 - u[tail])))
        outer = np.where(r <= 5.0, _ratio(MIDDLE, r - 1.6), _ratio(FAR, r - 5.0))
        z[tail] = np.copysign(outer, q[tail])
    return z


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], r: Floats) -> Floats:
    above, below = (np.polynomial.polynomial.polyval(r, row) for row in coefficients)
    found: Floats = above / below
    return found


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
    Scales: the mean (exponential), mean / Γ(1 + 1/shape) (weibull), the median (lognormal, log-logistic), the
    duration itself (exactly).
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
        case "exactly":
            return scale


def scale_of(law: Law) -> float:
    """The scale of a law of durations."""
    if law.family == "weibull":
        return law.measure.value / math.gamma(1.0 + 1.0 / law.shape.value)
    return law.measure.value
