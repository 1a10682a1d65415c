"""Ranges of rows that stand one after the other."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Ints

Times: TypeAlias = npt.NDArray[np.int64]


def runs(keys: Ints) -> Times:
    """Where the runs of equal keys (>= 0) begin, and the last one ends. Shape (runs + 1,); of no keys (0,)."""
    return np.flatnonzero(np.diff(keys, prepend=-1, append=-1))
