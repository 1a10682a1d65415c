"""What scoring gives: a number a score, a tier a lead, and on demand the points of each criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import TRUE, Codes, Floats, Ints, Truths


class Scores(Struct, frozen=True):
    """Scores of leads, each at its own instant.

    `ids` (leads). `at` int64 (leads), microseconds UTC. `scores`: name to float64 (leads). `criteria`: (score,
    criterion) to the points it gave, float64 (leads); empty unless asked for. `checklists`: name, then item, to
    Kleene truths (leads). `tiers` (leads): positions in `tier_names`, which are highest first; all 0 where the rule
    set has no tiers. `ranking` is the score that leads are ranked by; None where there is none. `grades`: the labels of
    grades and of cells, by name (leads).
    """

    ids: npt.NDArray[np.object_] | Ints
    at: npt.NDArray[np.int64]
    scores: Mapping[str, Floats]
    criteria: Mapping[tuple[str, str], Floats]
    checklists: Mapping[str, Mapping[str, Truths]]
    tiers: npt.NDArray[np.int8]
    tier_names: tuple[str, ...]
    ranking: str | None
    grades: Mapping[str, Codes] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, at: slice | Ints) -> Scores:
        """The scores of some leads."""
        return Scores(
            self.ids[at],
            self.at[at],
            {name: values[at] for name, values in self.scores.items()},
            {name: values[at] for name, values in self.criteria.items()},
            {name: {item: truths[at] for item, truths in items.items()} for name, items in self.checklists.items()},
            self.tiers[at],
            self.tier_names,
            self.ranking,
            {name: labels.take(at) for name, labels in self.grades.items()},
        )


def merge(parts: Sequence[Scores]) -> Scores:
    """The scores of several blocks as one."""
    first = parts[0]
    lists = {
        name: {item: np.concatenate([part.checklists[name][item] for part in parts]) for item in items}
        for name, items in first.checklists.items()
    }
    return Scores(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.at for part in parts]),
        {name: np.concatenate([part.scores[name] for part in parts]) for name in first.scores},
        {name: np.concatenate([part.criteria[name] for part in parts]) for name in first.criteria},
        lists,
        np.concatenate([part.tiers for part in parts]),
        first.tier_names,
        first.ranking,
        {name: _joined([part.grades[name] for part in parts]) for name in first.grades},
    )


def _joined(parts: Sequence[Codes]) -> Codes:
    return Codes(np.concatenate([part.codes for part in parts]), parts[0].dictionary)


def rank_values(scores: Scores) -> Floats:
    """What leads are ranked by, higher first.

    The ranking score; without a score, the items met of the last checklist; without either, the tier.
    """
    if scores.ranking is not None:
        return scores.scores[scores.ranking]
    if scores.checklists:
        *_, last = scores.checklists.values()
        met: Floats = np.sum([truths == TRUE for truths in last.values()], axis=0).astype(np.float64)
        return met
    return -scores.tiers.astype(np.float64)


def ranks(values: Floats) -> npt.NDArray[np.int64]:
    """The place of each lead, 1 for the best; leads with the same value share the better place."""
    ordered = np.sort(-values)
    return np.searchsorted(ordered, -values, side="left") + 1


def percentiles(values: Floats) -> Floats:
    """The share of leads, in percent, that rank no higher than each: the best has 100."""
    ordered = np.sort(values)
    found: Floats = np.searchsorted(ordered, values, side="right") * (100.0 / max(1, len(values)))
    return found
