"""The interval of an index that is χ² of leads that are alike, and non-central χ² of others."""

from __future__ import annotations

import math
from statistics import NormalDist

from leadrules.simulator.metrics import Estimate

TAIL = 0.025


def index_interval(value: float, leads: float, freedom: float) -> Estimate:
    """The indices that do not make this one unlikely: from 0 where leads that are alike would often give it.

    `leads` × index is taken to be non-central χ² with `freedom` degrees of freedom.
    """
    x = leads * value
    low, high = (_noncentrality(x, freedom, tail) / leads for tail in (1 - TAIL, TAIL))
    return Estimate(value, min(low, value), max(high, value))


def _noncentrality(x: float, freedom: float, tail: float) -> float:
    """The noncentrality at which so large a share of the law lies below x, by bisection; 0 where none is so low."""
    low, high = 0.0, 2 * x + 40 * math.sqrt(x + freedom) + 100
    if _below(x, freedom, low) < tail:
        return 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(x, freedom, middle) > tail else (low, middle)
    return low


def _below(x: float, freedom: float, noncentrality: float) -> float:
    """P(χ'² ≤ x), by the power that is nearly normal (Sankaran 1963)."""
    one, two, three = (freedom + times * noncentrality for times in (1, 2, 3))
    power = 1 - 2 * one * three / (3 * two**2)
    part, skew = two / one**2, (power - 1) * (1 - 3 * power)
    middle = 1 + power * part * (power - 1 - (2 - power) * skew * part / 2)
    spread = power * math.sqrt(2 * part) * (1 + skew * part / 2)
    return NormalDist().cdf(((x / one) ** power - middle) / spread)
