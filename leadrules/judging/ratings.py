"""What one rule set says of the leads of a sample: one row each, in the order of the sample."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.scores import Scores, rank_values
from leadrules.judging.stack import stacked
from leadrules.judging.without import Without
from leadrules.judging.without import joined as joined_without
from leadrules.simulator.population import Floats


class Paths(Struct, frozen=True):
    """Where tiers led over the whole horizon. All (leads,) unless said otherwise; times in seconds of the market.

    `first` (tiers, leads): when a lead is in each tier for the first time, -1 where it never is. `ups`, `downs`: how
    often it gets into the best tier and out of it. `again`: how often it gets back within seven days. `spent` float32
    (tiers, leads): seconds in each. `last`: the tier at the end of the horizon, -1 of a lead that is not known by then.
    """

    first: npt.NDArray[np.int32]
    ups: npt.NDArray[np.int16]
    downs: npt.NDArray[np.int16]
    again: npt.NDArray[np.int16]
    spent: npt.NDArray[np.float32]
    last: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.last)

    def take(self, rows: npt.NDArray[np.int64]) -> Paths:
        """Those of some leads."""
        return Paths(*(getattr(self, name)[..., rows] for name in self.__struct_fields__))

    @property
    def hot(self) -> npt.NDArray[np.int32]:
        """When a lead is in the best tier for the first time, -1 where it never is."""
        hot: npt.NDArray[np.int32] = self.first[0]
        return hot


class Ratings(Struct, frozen=True):
    """Scores at the landmark, and what they are made of. All (leads,) unless said otherwise.

    `score`: what leads are ranked by, higher first, to a millionth. `tier`: position in `tiers`, which are highest
    first (all 0 where the rule set has none). `points` float32 (criteria, leads): what each of `criteria` (score, criterion) gives.
    `paths`: None where they were not asked for. `without`: some rows of the sample as they are without each
    criterion; None where nobody asked.
    """

    score: Floats
    tier: npt.NDArray[np.int8]
    tiers: tuple[str, ...]
    points: npt.NDArray[np.float32]
    criteria: tuple[tuple[str, str], ...]
    paths: Paths | None = None
    without: Without | None = None

    def __len__(self) -> int:
        return len(self.score)


def rated(scores: Scores, paths: Paths | None = None) -> Ratings:
    """The ratings of one block: scores, with the points of each criterion where those were kept."""
    return Ratings(
        score=np.round(rank_values(scores), 6).astype(np.float64),
        tier=scores.tiers,
        tiers=scores.tier_names,
        points=np.array([*scores.criteria.values()], np.float32).reshape(len(scores.criteria), len(scores)),
        criteria=tuple(scores.criteria),
        paths=paths,
    )


def joined(parts: Sequence[Ratings]) -> Ratings:
    """The ratings of several ranges of leads, in the order given, as one."""
    found = stacked([replace(part, without=None) for part in parts])
    return replace(found, without=joined_without(part.without for part in parts))
