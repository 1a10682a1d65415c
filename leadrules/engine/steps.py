"""Rows that stand together by lead, gone through in step: first the first of each lead, then the second of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Ints

Times = npt.NDArray[np.int64]


class Steps:
    """Steps through rows; those of lead i are the rows offsets[i] to offsets[i + 1]."""

    def __init__(self, offsets: Times) -> None:
        sizes = np.diff(offsets)
        self.order = np.argsort(-sizes, kind="stable")  # leads with most rows in front: each step is a slice
        self.starts, self.sizes = offsets[:-1][self.order], sizes[self.order]

    def __iter__(self) -> Iterator[tuple[Ints, Ints]]:
        """The leads that have a k-th row, and those rows."""
        most = int(self.sizes[0]) if len(self.sizes) else 0
        for step, busy in enumerate(np.searchsorted(-self.sizes, -np.arange(1, most + 1), side="right")):
            yield self.order[:busy], self.starts[:busy] + step
