"""All leads of a log and their ways through the tiers of one rule set, whatever becomes of them. Plain columns."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from leadrules.judging.figure import Accounts
from leadrules.judging.ratings import Paths


class Volume(Struct, frozen=True):
    """`account` (leads,): numbers from 0 without gaps. `paths`: from `start`, when the first lead is known, for `horizon` seconds.

    `start` in microseconds UTC.
    """

    account: Accounts
    tiers: tuple[str, ...]
    paths: Paths
    horizon: int
    start: int

    def same(self, other: Volume) -> bool:
        """Whether all leads go the same ways."""
        alike = (np.array_equal(getattr(self.paths, f), getattr(other.paths, f)) for f in Paths.__struct_fields__)
        return self.tiers == other.tiers and all(alike)
