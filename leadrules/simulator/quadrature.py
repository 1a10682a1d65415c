"""Integrals over (0, 1) of functions that may be singular at its ends."""

from __future__ import annotations

import functools

import numpy as np

from leadrules.simulator.population import Floats


@functools.cache
def nodes(step: float = 0.12, low: int = 50, high: int = 27) -> tuple[Floats, Floats]:
    """Places in (0, 1) and their weights: the double exponential rule (Takahasi and Mori 1974).

    `low` and `high` count them on either side of the middle: the end at 0, which doubles resolve better, can be met
    more closely. For functions that are smooth inside, however steep at the ends, the error is below 1e-9, and below
    1e-7 for bounded ones with steps of 0.2 and 15 on each side.
    """
    t = step * np.arange(-low, high + 1)
    inner = np.pi * np.sinh(t)
    u = 1.0 / (1.0 + np.exp(-inner))
    weights = step * np.pi * np.cosh(t) * u * (1.0 / (1.0 + np.exp(inner)))
    return u, weights / weights.sum()
