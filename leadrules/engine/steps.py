"""Rows that stand together by lead, gone through in step: first the first of each lead, then the second of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Ints

Times = npt.NDArray[np.int64]


class Steps:
    """Steps through rows; those of lead i are the rows offsets[i] to offsets[i + 1].

    `order` (leads): those with most rows first. `busy` (steps): how many of these have a k-th row.
    """

    def __init__(self, offsets: Times) -> None:
        sizes = np.diff(offsets)
        self.order = np.argsort(-sizes, kind="stable")  # leads with most rows in front: each step is a slice
        self.starts, most = offsets[:-1][self.order], int(sizes.max(initial=0))
        self.busy = np.searchsorted(-sizes[self.order], -np.arange(1, most + 1), side="right")

    def __iter__(self) -> Iterator[tuple[Ints, Ints]]:
        """The leads that have a k-th row, and those rows."""
        for step, busy in enumerate(self.busy):
            yield self.order[:busy], self.starts[:busy] + step
