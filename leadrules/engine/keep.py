"""Numbers that are too large to such as can be worked with: points that a millionth still means something to, finite values."""

from __future__ import annotations

import numpy as np

from leadrules.engine.columns import Floats

MOST_POINTS = 1e15
LARGEST = float(np.finfo(np.float64).max)


def keep(points: Floats) -> Floats:
    """Points, none of them beyond 1e15 either way: there a double holds no sixth decimal. Those within are as they were."""
    found: Floats = np.clip(points, -MOST_POINTS, MOST_POINTS)
    return found


def keep_finite(values: Floats) -> Floats:
    """Values, the largest double for those that overflowed; NaN stays."""
    found: Floats = np.clip(values, -LARGEST, LARGEST)
    return found
