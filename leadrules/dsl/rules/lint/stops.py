"""The few values that a score can have, where it has but a few: it stops at each of them."""

from __future__ import annotations

from collections.abc import Mapping

from leadrules.dsl.rules.model import AnyScore, Score
from leadrules.dsl.rules.model_criteria import Cases, Criterion, Each, Level, NoDecay, Table, Veto
from leadrules.dsl.rules.reach import most_occurrences

FEW = 20


def stops(scores: Mapping[str, AnyScore], name: str) -> frozenset[float]:
    """All values that a score can have, to a millionth; empty where they are many, or cannot be counted."""
    score = scores.get(name)
    if not isinstance(score, Score) or score.is_balance or score.resets or score.multipliers or score.rounded:
        return frozenset()
    found = frozenset((0.0,))
    for criterion in score.criteria:
        given = _given(criterion)
        found = frozenset(round(one + criterion.weight * points, 6) for one in found for points in given)
        if not given or len(found) > FEW:
            return frozenset()
    if score.bounds is None:
        return found
    low, high = score.bounds
    vetoed = any(isinstance(criterion, Veto) for criterion in score.criteria)
    return frozenset(min(max(value, low), high) for value in found) | ({low} if vetoed else frozenset())


def _given(criterion: Criterion) -> frozenset[float]:
    """The points a criterion can give; empty where that may be any number."""
    match criterion:
        case Level(points=points):
            return frozenset((0.0, points))
        case Veto():
            return frozenset((0.0,))
        case Cases():
            return frozenset((0.0, criterion.otherwise, *(row.points for row in criterion.rows)))
        case Table():
            return frozenset(
                (0.0, *(row.number for row in criterion.by.rows), criterion.by.otherwise, criterion.by.unknown)
            )
        case Each(points=points, decay=NoDecay(), per=None) if most_occurrences(criterion) == 1 and not _cut(criterion):
            return frozenset((0.0, points))
        case _:
            return frozenset()


def _cut(criterion: Each) -> bool:
    return criterion.worth is not None or criterion.worth_per is not None
