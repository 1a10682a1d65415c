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


def ranges(first: Ints, counts: Ints) -> tuple[Times, Times]:
    """So many whole numbers from a first one on, range after range: which range each is of, and the numbers."""
    of = np.repeat(np.arange(len(counts)), counts)
    return of, np.arange(len(of)) + np.repeat(first - np.cumsum(counts) + counts, counts)


def rows_of(wanted: Ints, keys: Ints) -> tuple[Times, Times]:
    """For each wanted key the rows that have it, ascending: which of those wanted each is of, and the rows."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first, last = np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")
    of, place = ranges(first, last - first)
    return of, order[place]
