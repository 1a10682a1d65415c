"""Scores to aims: that bounds cut, that resets, floors and ageing act, that each grade is given."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model import AnyScore, Model, Score
from leadrules.dsl.rules.reach import reach
from leadrules.engine.accounts import rolled
from leadrules.engine.columns import Bools, Floats
from leadrules.engine.moment import Find
from leadrules.engine.plan import AnyPlan, CombinationPlan, Plan, RollUpPlan, ScorePlan
from leadrules.engine.stand import combined, stand
from leadrules.verify.goals import Aim, Goal
from leadrules.verify.looks import Looks


def score_aims(plan: Plan) -> Iterator[Aim]:
    """The aims of every score and grade."""
    for part, score in zip(plan.scores, plan.model.scores, strict=True):
        yield from _bounds(part, score, plan.model)
        if isinstance(part, ScorePlan) and isinstance(score, Score):
            yield from _changes(part, score, plan)
    yield from _grades(plan)


def _bounds(part: AnyPlan, score: AnyScore, model: Model) -> Iterator[Aim]:
    """Both bounds of a score, reached where they change it."""
    if score.bounds is None:
        return
    before = model.scores[: model.scores.index(score)]
    least, most = (round(end, 6) for end in reach((*before, replace(score, bounds=None)))[score.name])
    low, high = score.bounds
    for name, bound, possible in (("lower", low, least < low), ("upper", high, most > high)):
        lack = f"the {name} bound, {show_number(bound)}, never changes anything"
        goal = Goal("limit", score.span, score.name, f"{name} bound", "reached", lack)
        yield Aim(goal, partial(_beyond, part, name, bound), possible and math.isfinite(bound))


def _beyond(part: AnyPlan, name: str, bound: float, looks: Looks) -> Bools:
    value = np.round(_unbounded(part, looks), 6)
    found: Bools = value < bound if name == "lower" else value > bound
    return found


def _unbounded(part: AnyPlan, looks: Looks) -> Floats:
    if isinstance(part, CombinationPlan):
        return combined(part, looks.scores.scores)
    if isinstance(part, RollUpPlan):
        return rolled(part, looks.moment, stand)
    return looks.total(part.name).value


def _changes(part: ScorePlan, score: Score, plan: Plan) -> Iterator[Aim]:
    for reset in score.resets:
        goal = Goal("change", reset.span, score.name, "", "acts", "never resets")
        yield Aim(goal, partial(_resets, plan.kept.find(reset.pattern)))
    if part.balance is None:
        return
    if score.floor is not None:
        goal = Goal("change", score.floor.span, score.name, "", "acts", "never keeps the score up")
        yield Aim(goal, partial(_floored, part))
    for place, line in enumerate(score.ageing):
        goal = Goal("change", line.span, score.name, "", "acts", "never takes anything away")
        yield Aim(goal, partial(_aged, part, place))


def _resets(find: Find, looks: Looks) -> Bools:
    seen = find(looks.moment)
    return looks.any_of(seen.lead, np.ones(len(seen), bool))


def _floored(part: ScorePlan, looks: Looks) -> Bools:
    course = looks.total(part.name).course
    assert course is not None
    found: Bools = np.not_equal(course.floored, 0.0)
    return found


def _aged(part: ScorePlan, line: int, looks: Looks) -> Bools:
    course = looks.total(part.name).course
    assert course is not None
    found = np.zeros(len(looks), bool)
    for drop in course.drops:
        found[drop.row[(drop.line == line) & (drop.points != 0.0)]] = True
    return found


def _grades(plan: Plan) -> Iterator[Aim]:
    """Each label of each grade, given."""
    reached = reach(plan.model.scores)
    for grade in plan.model.grades:
        low, high = (round(end, 6) for end in reached[grade.score])
        above = math.inf
        for place, row in enumerate(grade.rows):
            bound = -math.inf if row.bound is None else row.bound
            goal = Goal("row", row.span, grade.name, "", "given", f"{row.label} is never given")
            yield Aim(goal, partial(_given, grade.name, place), bound <= high and low < above)
            above = bound


def _given(grade: str, place: int, looks: Looks) -> Bools:
    found: Bools = looks.scores.grades[grade].codes == place
    return found
