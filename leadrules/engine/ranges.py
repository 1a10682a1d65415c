"""Ranges of rows that stand one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Bools, Ints

Times: TypeAlias = npt.NDArray[np.int64]


def offsets_of(counts: Ints | Bools) -> Times:
    """Where ranges of so many rows begin, and the last one ends. Shape (ranges + 1,)."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def runs(keys: Ints) -> Times:
    """Where the runs of equal keys (>= 0) begin, and the last one ends. Shape (runs + 1,); of no keys (0,)."""
    return np.flatnonzero(np.diff(keys, prepend=-1, append=-1))


def ranges(first: Ints, counts: Ints) -> tuple[Times, Times]:
    """So many whole numbers from a first one on, range after range: which range each is of, and the numbers."""
    of = np.repeat(np.arange(len(counts)), counts)
    numbers = np.arange(len(of))
    numbers += np.take(first - np.cumsum(counts) + counts, of)
    return of, numbers


def rows_of(wanted: Ints, keys: Ints) -> tuple[Times, Times]:
    """For each wanted key the rows that have it, ascending: which of those wanted each is of, and the rows."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    first, last = np.searchsorted(ordered, wanted), np.searchsorted(ordered, wanted, side="right")
    of, place = ranges(first, last - first)
    return of, order[place]


def portions(weights: Times, most: int) -> Iterator[slice]:
    """Rows in ranges that weigh so much at most, or are one row; at least one range, be it empty."""
    total = np.cumsum(weights)
    start = 0
    while start < len(weights) or start == 0:
        done = total[start - 1] if start else 0
        stop = int(np.searchsorted(total, done + most, side="right"))
        stop = min(max(stop, start + 1), len(weights))
        yield slice(start, stop)
        start = max(stop, 1)
