"""Model to the lowest and the highest value each score can have, whatever a lead does."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import assert_never

from leadrules.dsl.expression.model import Type
from leadrules.dsl.rules.model import AnyScore, RollUp, Score
from leadrules.dsl.rules.model_criteria import (
    AtMost,
    Bands,
    Cases,
    Criterion,
    Each,
    Level,
    Limit,
    OncePer,
    Per,
    Scale,
    Table,
    Veto,
)
from leadrules.dsl.rules.reach_balances import whole_reach
from leadrules.dsl.rules.reach_values import Interval, value_reach


def reach(scores: Iterable[AnyScore]) -> Mapping[str, Interval]:
    """The attainable interval of each score, infinite where nothing bounds it. Scores come in order of computation."""
    found: dict[str, Interval] = {}
    for score in scores:
        low, high = _clamped(sum_reach(score, found), score.bounds)
        vetoed = isinstance(score, Score) and any(isinstance(c, Veto) for c in score.criteria)
        found[score.name] = (score.bounds[0], high) if vetoed and score.bounds else (low, high)
    return found


def sum_reach(score: AnyScore, found: Mapping[str, Interval]) -> Interval:
    """The interval of a score before its bounds, where `found` are those of the scores it is made of."""
    if isinstance(score, Score):
        earned = _added(criterion_reach(c) for c in score.criteria if isinstance(c, Each))
        held = _added(criterion_reach(c) for c in score.criteria if not isinstance(c, Each))
        return whole_reach(score, earned, held)
    if isinstance(score, RollUp):
        return _over_members(score, found)
    low, high = _added(_scaled(found.get(name, (-math.inf, math.inf)), weight) for weight, name in score.terms)
    return low + score.constant, high + score.constant


def _over_members(score: RollUp, found: Mapping[str, Interval]) -> Interval:
    """What any number of members can make together; nothing where there are none."""
    if score.score is None:
        return 0.0, math.inf
    interval = found.get(score.score, (-math.inf, math.inf))
    weights = [1.0]
    if score.weight is not None:
        weights = [row.number for row in score.weight.rows] + [score.weight.otherwise, score.weight.unknown]
    ends = [end for weight in weights for end in _scaled(interval, weight)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    many = math.inf if score.measure == "sum" else 1.0
    return low * many if low else 0.0, high * many if high else 0.0


def _added(intervals: Iterable[Interval]) -> Interval:
    lows, highs = zip(*intervals, (0.0, 0.0), strict=True)
    return sum(lows), sum(highs)


def _scaled(interval: Interval, weight: float) -> Interval:
    if weight == 0:
        return 0.0, 0.0
    low, high = sorted(weight * bound for bound in interval)
    return low, high


def _clamped(interval: Interval, bounds: Interval | None) -> Interval:
    low, high = bounds or (-math.inf, math.inf)
    return min(max(interval[0], low), high), min(max(interval[1], low), high)


def criterion_reach(criterion: Criterion) -> Interval:
    """The fewest and the most points a criterion can give; a veto gives none, and is heard after all others."""
    low, high = _scaled(_given(criterion), criterion.weight)
    return (min(low, 0.0), max(high, 0.0)) if criterion.valid else (low, high)


def _given(criterion: Criterion) -> Interval:
    match criterion:
        case Level(points=points):
            return min(points, 0.0), max(points, 0.0)
        case Veto():
            return 0.0, 0.0
        case Cases():
            points_of_rows = [criterion.otherwise, *(row.points for row in criterion.rows)]
            return min(points_of_rows), max(points_of_rows)
        case Scale(points=points):
            low, high = value_reach(points)
            return min(low, 0.0), max(high, 0.0)
        case Table():
            every = [row.number for row in criterion.by.rows] + [criterion.by.otherwise, criterion.by.unknown]
            return min(every), max(every)
        case Each(points=points):
            worth = _worth(criterion)
            return _clamped(_of_all(_of_one(points, criterion.per), most_occurrences(criterion)), (-worth, worth))
        case _:
            assert_never(criterion)


def _of_one(points: float, per: Per | Bands | None) -> Interval:
    """The fewest and the most points that occurrences can be worth, one of them at a time."""
    if isinstance(per, Bands):
        earned = list(itertools.accumulate(0.0 if not b.points else b.size / b.per * b.points for b in per.bands))
        return min(0.0, *earned, 0.0), max(0.0, *earned, 0.0)
    if per is not None and points:
        return -math.inf, math.inf
    return min(points, 0.0), max(points, 0.0)


def _of_all(one: Interval, most: float) -> Interval:
    low, high = (bound * most if bound else 0.0 for bound in one)
    return low, high


def most_occurrences(criterion: Each) -> float:
    """How many occurrences can count, over all time; infinite where nothing bounds it."""
    if criterion.points == 0:
        return 0.0
    return min(map(_count, criterion.limits), default=math.inf) if criterion.which == "each" else 1.0


def _count(limit: Limit) -> float:
    if isinstance(limit, OncePer):
        return _values(limit.property.type)
    return limit.count if isinstance(limit, AtMost) and limit.period == "all" else math.inf


def _worth(criterion: Each) -> float:
    """The magnitude that the sum of all occurrences keeps within."""
    per = criterion.worth_per
    groups = per.points * _values(per.property.type) if per else math.inf
    return groups if criterion.worth is None else min(criterion.worth, groups)


def _values(type: Type) -> float:
    """How many groups a property of the type can make; the missing value is one."""
    match type.name:
        case "one of":
            return len(type.values) + 1.0
        case "flag":
            return 3.0
        case _:
            return math.inf
