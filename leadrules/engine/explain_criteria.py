"""One criterion in a moment to its account for each lead: what it gave, and what of the lead is not known.

Columns are worked out once for all leads of the moment; what is given back tells of one of them after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model_criteria import Scale
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.account import CriterionAccount
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Floats, Truths, known
from leadrules.engine.criteria import barred, follow, given, in_force, known_for, truth_of
from leadrules.engine.explain_occurrences import tell_occurrences
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

Tell = Callable[[int], CriterionAccount]


def tell_criterion(step: Giving, points: Floats, plan: Plan, moment: Moment) -> Tell:
    """The account of a criterion that gives leads these points: first without its weight, then with it."""
    weight = step.criterion.weight
    before = points if weight == 1.0 else given(step, moment)
    tell = _unweighed(step, before, plan, moment)
    if not isinstance(step, EachStep) and step.criterion.valid is not None:
        tell = _in_time(tell, in_force(step.criterion, moment.at).tolist())
    if not isinstance(step, TableStep | CasesStep) and step.unless is not None:
        tell = _giving_way(tell, barred(step, moment).tolist())
    return tell if weight == 1.0 else _weighed(tell, weight, points.tolist())


def tell_vetoes(
    part: ScorePlan, plan: Plan, moment: Moment, within: Floats, taken: Mapping[tuple[str, str], Floats]
) -> Iterator[Tell]:
    """The vetoes of a score, each with the points it takes."""
    for step in part.steps:
        if isinstance(step, VetoStep):
            tell = _veto(step, part, within, taken[part.name, step.criterion.name], plan, moment)
            yield _giving_way(tell, barred(step, moment).tolist()) if step.unless is not None else tell


def _veto(step: VetoStep, part: ScorePlan, within: Floats, points: Floats, plan: Plan, moment: Moment) -> Tell:
    """At stake is all that lies above the lower bound."""
    low = part.bounds[0] if part.bounds else 0.0
    truths, taken, height = _truths(step, moment).tolist(), points.tolist(), within.tolist()
    unknown, valid = tell_unknown(step.criterion, plan, moment), in_force(step.criterion, moment.at).tolist()

    def tell(lead: int) -> CriterionAccount:
        at_stake = low - height[lead] if truths[lead] == UNKNOWN else 0.0
        account = CriterionAccount(step.criterion, taken[lead], truths[lead], (), 0.0, unknown(lead), at_stake)
        return account if valid[lead] else replace(account, in_force=False)

    return tell


def _in_time(tell: Tell, valid: list[bool]) -> Tell:
    def told(lead: int) -> CriterionAccount:
        account = tell(lead)
        return account if valid[lead] else replace(account, at_stake=0.0, chosen=None, in_force=False)

    return told


def _giving_way(tell: Tell, gives_way: list[bool]) -> Tell:
    def told(lead: int) -> CriterionAccount:
        account = tell(lead)
        return replace(account, at_stake=0.0, gives_way=True) if gives_way[lead] else account

    return told


def _weighed(tell: Tell, weight: float, points: list[float]) -> Tell:
    def told(lead: int) -> CriterionAccount:
        account = tell(lead)
        at_stake = account.at_stake * weight if weight else 0.0
        return replace(account, points=points[lead], weighing=points[lead] - account.points, at_stake=at_stake)

    return told


def _unweighed(step: Giving, points: Floats, plan: Plan, moment: Moment) -> Tell:
    match step:
        case EachStep():
            return _each(step, points, plan, moment)
        case LevelStep():
            return _level(step, points, plan, moment)
        case ScaleStep():
            return _scale(step, points, plan, moment)
        case CasesStep():
            return _cases(step, points, plan, moment)
        case TableStep():
            return _table(step, points, plan, moment)


def _each(step: EachStep, points: Floats, plan: Plan, moment: Moment) -> Tell:
    trail, gave = follow(step, moment), points.tolist()
    criterion, unknown, limit = step.criterion, tell_unknown(step.criterion, plan, moment), points - trail.sums
    occurrences, limits = tell_occurrences(trail, step, plan, moment), limit.tolist()
    return lambda lead: CriterionAccount(
        criterion, gave[lead], None, occurrences(lead), limits[lead], unknown(lead), 0.0
    )


def _level(step: LevelStep, points: Floats, plan: Plan, moment: Moment) -> Tell:
    criterion, unknown = step.criterion, tell_unknown(step.criterion, plan, moment)
    truths, gave = _truths(step, moment).tolist(), points.tolist()

    def tell(lead: int) -> CriterionAccount:
        truth = truths[lead]
        at_stake = criterion.points if truth == UNKNOWN else 0.0
        return CriterionAccount(criterion, gave[lead], truth, (), 0.0, unknown(lead), at_stake)

    return tell


def _scale(step: ScaleStep, points: Floats, plan: Plan, moment: Moment) -> Tell:
    """At stake are the points where it is not known whether they are given, and all there can be where they are not known."""
    criterion, unknown = step.criterion, tell_unknown(step.criterion, plan, moment)
    truths, gave = _truths(step, moment), points.tolist()
    own = np.broadcast_to(step.points(moment), len(moment))
    at_stake = np.where(truths == UNKNOWN, own, 0.0)
    at_stake[np.isnan(own) & (truths != FALSE)] = _most(criterion)
    at_stake[np.isnan(own) & (truths == FALSE)] = 0.0
    stakes, told = at_stake.tolist(), truths.tolist()
    return lambda lead: CriterionAccount(criterion, gave[lead], told[lead], (), 0.0, unknown(lead), stakes[lead])


def _most(criterion: Scale) -> float:
    return max(value_reach(criterion.points), key=abs)


def _table(step: TableStep, points: Floats, plan: Plan, moment: Moment) -> Tell:
    criterion, gave = step.criterion, points.tolist()
    unknown = tell_unknown(criterion, plan, moment)
    most = max((row.number for row in criterion.by.rows), key=abs, default=0.0)

    def tell(lead: int) -> CriterionAccount:
        missing = unknown(lead)
        return CriterionAccount(criterion, gave[lead], None, (), 0.0, missing, most - gave[lead] if missing else 0.0)

    return tell


def _cases(step: CasesStep, points: Floats, plan: Plan, moment: Moment) -> Tell:
    """The row that won; at stake are the rows above it of which it is not known whether they are true."""
    unknown, gave = tell_unknown(step.criterion, plan, moment), points.tolist()
    rows = [row for row, _ in step.rows]
    every = [holds(moment).tolist() for _, holds in step.rows]

    def tell(lead: int) -> CriterionAccount:
        truths = [truth[lead] for truth in every]
        winner = truths.index(TRUE) if TRUE in truths else len(truths)
        open_rows = [row for row, truth in zip(rows[:winner], truths, strict=False) if truth == UNKNOWN]
        at_stake = max((row.points - gave[lead] for row in open_rows), key=abs, default=0.0)
        chosen = rows[winner] if winner < len(rows) else None
        return CriterionAccount(step.criterion, gave[lead], None, (), 0.0, unknown(lead), at_stake, chosen)

    return tell


def _truths(step: LevelStep | ScaleStep | VetoStep, moment: Moment) -> Truths:
    """Kleene's truth of a criterion: false where it is not valid, gives way, or the lead is not known for long enough."""
    truths = truth_of(step, moment)
    if step.criterion.valid is not None:
        truths = np.where(in_force(step.criterion, moment.at), truths, FALSE)
    if step.unless is not None:
        truths = np.where(barred(step, moment), FALSE, truths)
    if step.criterion.known_for is not None:
        truths = np.where(known_for(moment, step.criterion.known_for), truths, FALSE)
    return truths


def tell_unknown(meaning: Meaning, plan: Plan, moment: Moment) -> Callable[[int], tuple[str, ...]]:
    """The fields something asks for that are not known of a lead."""
    blank: dict[str, list[bool]] = moment.once("unknown fields", lambda: dict(_blank(plan, moment)))
    asked = [(name, blank[name]) for name in plan.kept.fields(meaning) if name in blank]
    if not asked:
        return lambda lead: ()
    return lambda lead: tuple([name for name, unknown in asked if unknown[lead]])


def _blank(plan: Plan, moment: Moment) -> Iterator[tuple[str, list[bool]]]:
    """The fields that are not known of some lead, and of which."""
    for field in plan.model.fields:
        column = moment.field(field.name)
        unknown = np.ones(len(moment), bool) if column is None else ~known(column)
        if unknown.any():
            yield field.name, unknown.tolist()
