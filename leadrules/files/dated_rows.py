"""Rows that say something of a lead since a time: since when each holds, and from when on that is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import NEVER, Moments
from leadrules.files.staging import Staged

Times = npt.NDArray[np.int64]


def times_of(kept: Staged, since: int, known_at: int | None) -> tuple[Times, Times]:
    """Since when each row holds, and from when on that is known, of the cells at two positions. A blank `known_at` is since when."""
    begins, known = kept.column(since), None if known_at is None else kept.column(known_at)
    assert isinstance(begins, Moments)
    if not isinstance(known, Moments):
        return begins.values, begins.values
    return begins.values, np.where(known.values == NEVER, begins.values, known.values)
