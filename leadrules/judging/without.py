"""Leads scored anew without each criterion in turn: what tiers and ranks hang on it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score_each
from leadrules.engine.scores import rank_values
from leadrules.judging.stack import stacked


class Without(Struct, frozen=True):
    """Some rows of a sample without each criterion: `rows` (rows,), `score` float64 and `tier` int8 (criteria, rows)."""

    rows: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    tier: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.rows)


def score_without(plan: Plan, leads: Leads, at: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> Without:
    """The scores and tiers of leads at an instant each (leads,), as if each criterion in turn gave no points.

    `rows`: which rows of the sample they are.
    """
    found = score_each([plan.without(criterion) for criterion in plan.criteria], leads, at)
    shape = len(found), len(leads)
    ranked = [np.round(rank_values(scores), 6) for scores in found]
    return Without(
        rows,
        np.array(ranked, np.float64).reshape(shape),
        np.array([scores.tiers for scores in found], np.int8).reshape(shape),
    )


def joined(parts: Iterable[Without | None]) -> Without | None:
    """Those of several parts, in the order given, as one, where there are any."""
    known = [part for part in parts if part is not None]
    return stacked(known) if known else None
