"""Scores beside the truth, block by block: accumulated anywhere, merged in any order, finished once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.engine.scores import Scores, rank_values
from leadrules.simulator.population import Floats, Ledger


class Rows(Struct, frozen=True):
    """The judged leads of one block, and how many others it had.

    `first`: number of the block's first lead. `score`, `target` (won within the window), `tier`, `account`: (judged,).
    """

    first: int
    leads: int
    ended: int
    late: int
    score: Floats
    target: npt.NDArray[np.bool_]
    tier: npt.NDArray[np.int8]
    account: npt.NDArray[np.int64]


class Tally(Struct, frozen=True):
    """The rows of some blocks, in the order of their leads whatever order they came in."""

    blocks: tuple[Rows, ...] = ()

    def merge(self, other: Tally) -> Tally:
        """Both together. Associative and commutative to the bit: rows are kept, and summed up only at the end."""
        return Tally(tuple(sorted(self.blocks + other.blocks, key=lambda rows: rows.first)))


def accumulate(scenario: ScenarioModel, first: int, scores: Scores, truth: Ledger) -> Tally:
    """The tally of one block: scores at the landmark, against what becomes of leads that are still open then."""
    late = truth.landmark >= int(scenario.horizon.value)
    ended = ~late & (truth.stage_at_landmark < 0)
    judged = np.flatnonzero(~late & ~ended)
    by = truth.landmark[judged] + int(scenario.window.value)
    target = (truth.outcome[judged] == WON) & (truth.ended[judged] <= by)
    values = np.round(rank_values(scores)[judged], 6).astype(np.float64)
    counts = int(np.count_nonzero(ended)), int(np.count_nonzero(late))
    rows = Rows(first, len(scores), *counts, values, target, scores.tiers[judged], truth.account[judged])
    return Tally((rows,))
