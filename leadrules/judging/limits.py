"""What accounts bring to a figure, to how far below and above it its limits are."""

from __future__ import annotations

import math

from leadrules.simulator.intervals import Z
from leadrules.simulator.population import Floats


def limits(sums: Floats, down: float = 0.0, up: float = 0.0) -> tuple[float, float]:
    """How far below and above what accounts add up to its limits are, given the sums of those that bring anything.

    What accounts raise and what they lower are sums of contributions of many sizes, each of which has the limits of a
    Poisson count with as large a variance and skewness, as directly standardised rates have (Dobson et al. 1991; Fay and
    Feuer 1997). Those of both are combined as Newcombe's are (Zou and Donner 2008). `down`, `up`: how much the next
    account may bring, if that is more than those that were seen.
    """
    more, less = sums[sums > 0], -sums[sums < 0]
    return math.hypot(_upward(less, down), _downward(more)), math.hypot(_upward(more, up), _downward(less))


def _upward(sums: Floats, more: float) -> float:
    squares = float((sums * sums).sum())
    return score_reach(squares, max(more, float((sums**3).sum()) / squares if squares else 0.0))


def _downward(sums: Floats) -> float:
    squares = float((sums * sums).sum())
    return score_reach(squares, -squares / float(sums.sum())) if squares else 0.0


def score_reach(squares: float, unit: float) -> float:
    """How far a score limit lies from a sum of rare contributions, whose squares sum to `squares`.

    Those that decide the limit are of size `unit`: for the upper one above 0, for the lower one below. For k of one size
    it is the limit of a Poisson count (which Wilson's comes to for a small share): 3.84 units where there is none.
    """
    return Z * Z / 2 * unit + Z * math.sqrt(squares + (Z * unit / 2) ** 2)
