"""At most so many in any window, counted greedily, for peers that have no such thing: NumPy, across leads."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

BEFORE_ALL = -(1 << 60)


def counted(lead: npt.NDArray[Any], time: npt.NDArray[np.int64], limit: int, window: int) -> npt.NDArray[np.bool_]:
    """Which events count, sorted by lead and time: step k looks at the k-th event of every lead that has so many."""
    starts = np.flatnonzero(np.diff(lead, prepend=-1))
    sizes = np.diff(starts, append=len(lead))
    order = np.argsort(-sizes, kind="stable")
    starts, sizes = starts[order], sizes[order]
    found = np.zeros(len(lead), bool)
    last = np.full((limit, len(starts)), BEFORE_ALL, np.int64)  # of each lead the last counted times, oldest first
    for step, busy in enumerate(np.searchsorted(-sizes, -np.arange(1, sizes[0] + 1), side="right")):
        rows = starts[:busy] + step
        now = time[rows]
        counts = now - last[0, :busy] >= window
        found[rows] = counts
        for place in range(limit - 1):
            np.copyto(last[place, :busy], last[place + 1, :busy], where=counts)
        np.copyto(last[limit - 1, :busy], now, where=counts)
    return found
