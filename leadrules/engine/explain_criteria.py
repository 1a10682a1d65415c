"""One criterion at a lead's instant to its account: what it gave, and what of the lead is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model_criteria import Criterion
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.account import CriterionAccount
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Floats, known
from leadrules.engine.criteria import barred, follow, given, in_force, known_for, truth_of
from leadrules.engine.explain_occurrences import occurrences_of
from leadrules.engine.moment import Moment
from leadrules.engine.plan import (
    CasesStep,
    EachStep,
    Giving,
    LevelStep,
    Plan,
    ScaleStep,
    ScorePlan,
    TableStep,
    VetoStep,
)


def account_of(step: Giving, points: float, plan: Plan, moment: Moment) -> CriterionAccount:
    """The account of a criterion that gave so many points: first without its weight, then with it."""
    weight = step.criterion.weight
    account = _unweighed(step, points if weight == 1.0 else float(given(step, moment)[0]), plan, moment)
    if not isinstance(step, EachStep) and not _valid(step.criterion, moment):
        account = replace(account, at_stake=0.0, chosen=None, in_force=False)
    if not isinstance(step, TableStep | CasesStep) and _gives_way(step, moment):
        account = replace(account, at_stake=0.0, gives_way=True)
    if weight == 1.0:
        return account
    at_stake = account.at_stake * weight if weight else 0.0
    return replace(account, points=points, weighing=points - account.points, at_stake=at_stake)


def accounts_of_vetoes(
    part: ScorePlan, plan: Plan, moment: Moment, within: Floats, taken: Mapping[tuple[str, str], Floats]
) -> Iterator[CriterionAccount]:
    """The vetoes of a score, each with the points it takes; at stake is all that lies above the lower bound."""
    for step in part.steps:
        if isinstance(step, VetoStep):
            truth, unknown = _truth(step, moment), unknown_fields(step.criterion, plan, moment)
            low = part.bounds[0] if part.bounds else 0.0
            at_stake = low - float(within[0]) if truth == UNKNOWN else 0.0
            points = float(taken[part.name, step.criterion.name][0])
            account = CriterionAccount(step.criterion, points, truth, (), 0.0, unknown, at_stake)
            yield replace(account, in_force=_valid(step.criterion, moment), gives_way=_gives_way(step, moment))


def _unweighed(step: Giving, points: float, plan: Plan, moment: Moment) -> CriterionAccount:
    criterion = step.criterion
    unknown = unknown_fields(criterion, plan, moment)
    if isinstance(step, EachStep):
        trail = follow(step, moment)
        occurrences = tuple(occurrences_of(trail, step, plan, moment)) if len(trail.matched) else ()
        return CriterionAccount(criterion, points, None, occurrences, points - float(trail.sums[0]), unknown, 0.0)
    if isinstance(step, LevelStep | ScaleStep):
        truth = _truth(step, moment)
        return CriterionAccount(criterion, points, truth, (), 0.0, unknown, _at_stake(step, moment, truth))
    if isinstance(step, CasesStep):
        return _cases(step, points, unknown, moment)
    most = max((row.number for row in step.criterion.by.rows), key=abs, default=0.0)
    return CriterionAccount(criterion, points, None, (), 0.0, unknown, most - points if unknown else 0.0)


def _cases(step: CasesStep, points: float, unknown: tuple[str, ...], moment: Moment) -> CriterionAccount:
    """The row that won; at stake are the rows above it of which it is not known whether they are true."""
    truths = [int(holds(moment)[0]) for _, holds in step.rows]
    winner = truths.index(int(TRUE)) if TRUE in truths else len(truths)
    open_rows = [row for (row, _), truth in zip(step.rows[:winner], truths, strict=False) if truth == UNKNOWN]
    at_stake = max((row.points - points for row in open_rows), key=abs, default=0.0)
    chosen = step.rows[winner][0] if winner < len(truths) else None
    return CriterionAccount(step.criterion, points, None, (), 0.0, unknown, at_stake, chosen)


def _valid(criterion: Criterion, moment: Moment) -> bool:
    return criterion.valid is None or bool(in_force(criterion, moment.at)[0])


def _gives_way(step: LevelStep | EachStep | ScaleStep | VetoStep, moment: Moment) -> bool:
    return step.unless is not None and bool(barred(step, moment)[0])


def _truth(step: LevelStep | ScaleStep | VetoStep, moment: Moment) -> int:
    if not _valid(step.criterion, moment) or _gives_way(step, moment):
        return int(FALSE)
    if step.criterion.known_for is not None and not known_for(moment, step.criterion.known_for)[0]:
        return int(FALSE)
    return int(truth_of(step, moment)[0])


def _at_stake(step: LevelStep | ScaleStep, moment: Moment, truth: int) -> float:
    """The points that hang on what is not known; infinite where they are not known and nothing bounds them."""
    if isinstance(step, LevelStep):
        return step.criterion.points if truth == UNKNOWN else 0.0
    points = float(np.broadcast_to(step.points(moment), 1)[0])
    if np.isnan(points):
        return max(value_reach(step.criterion.points), key=abs) if truth != FALSE else 0.0
    return points if truth == UNKNOWN else 0.0


def unknown_fields(meaning: Meaning, plan: Plan, moment: Moment) -> tuple[str, ...]:
    """The fields something asks for that are not known of the lead."""
    unknown: frozenset[str] = moment.once("unknown fields", lambda: frozenset(_unknown_fields(plan, moment)))
    return tuple(name for name in plan.kept.fields(meaning) if name in unknown)


def _unknown_fields(plan: Plan, moment: Moment) -> Iterator[str]:
    for field in plan.model.fields:
        column = moment.field(field.name)
        if column is None or not known(column)[0]:
            yield field.name
