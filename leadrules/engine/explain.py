"""One lead at an instant to the whole account of its scores.

The account is made by the functions that score, on a block of one lead; nothing is worked out a second way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.rules.model import Score
from leadrules.engine.account import (
    CellAccount,
    Explanation,
    GradeAccount,
    Held,
    Judgement,
    ScoreAccount,
    Term,
)
from leadrules.engine.accounts import accounts_of, leads_of, members_of, rolled
from leadrules.engine.columns import NEVER, TRUE, Floats, Moments
from leadrules.engine.course import follow_course
from leadrules.engine.criteria import known_since
from leadrules.engine.explain_changes import changes_of, reset_of
from leadrules.engine.explain_criteria import account_of, accounts_of_vetoes, unknown_fields
from leadrules.engine.explain_occurrences import show_value
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.plan import AnyPlan, CombinationPlan, Plan, RollUpPlan, VetoStep
from leadrules.engine.scores import Scores
from leadrules.engine.stand import bounded, combined, rounded, stand, vetoed
from leadrules.engine.tiers import NONE
from leadrules.engine.total import total
from leadrules.engine.trajectory import Trajectory


def explain(plan: Plan, leads: Leads, position: int, at: int) -> Explanation:
    """The account of the lead at `position`, as of `at` (microseconds UTC)."""
    trajectory = Trajectory(plan, leads.block(position, position + 1), plan.kept.tables(leads))
    moment = trajectory.at(np.array([at], np.int64))
    moment.accounted = True
    scores = stand(plan, moment)
    since = int(known_since(moment)[0])
    tier, entered = _tier(plan, trajectory.leads, scores, at)
    return Explanation(
        lead=str(leads.ids[position]),
        at=at,
        known_since=None if since == NEVER else since,
        scores=tuple(_score(part, plan, moment, scores) for part in plan.scores),
        checklists=_checklists(plan, moment, scores),
        tiers=tuple(_tiers(plan, moment)),
        tier=tier,
        entered=entered,
        grades=tuple(_grades(plan, moment, scores)),
        cells=tuple(_cells(plan, scores)),
        dated=tuple(_dated(plan, moment)),
    )


def _tier(plan: Plan, lead: Leads, scores: Scores, at: int) -> tuple[str | None, int | None]:
    """The tier of the lead, and, where tiers remember, since when it is in it."""
    if not scores.tier_names:
        return None, None
    if not plan.remembers:
        return scores.tier_names[int(scores.tiers[0])], None
    course = follow_course(plan, lead, np.array([at], np.int64), Tables())
    tiers = course.scores.tiers
    changed = np.flatnonzero(np.diff(tiers, prepend=NONE))
    return scores.tier_names[int(tiers[-1])], int(course.evaluations.views.at[changed[-1]])


def _dated(plan: Plan, moment: Moment) -> Iterator[Held]:
    """The dated values of a moment of one lead, of fields that some rule asks for."""
    asked = plan.kept.fields(plan.model) if moment.leads.histories else ()
    for field in plan.model.fields if asked else ():
        history = moment.leads.histories.get(field.name)
        row = -1 if history is None else int(moment.held(field.name)[0])
        column = moment.field(field.name)
        if history is not None and column is not None and row >= 0 and field.name in asked:
            since = history.columns["since"]
            assert isinstance(since, Moments)
            date = None if since.values[row] == NEVER else int(since.values[row])
            yield Held(field.name, show_value(column, 0, field.type, plan.model.timezone), date)


def _score(part: AnyPlan, plan: Plan, moment: Moment, scores: Scores) -> ScoreAccount:
    declared = next(score for score in plan.model.scores if score.name == part.name)
    if isinstance(part, CombinationPlan):
        terms = tuple(Term(weight, name, float(scores.scores[name][0])) for weight, name in part.terms)
        value = combined(part, scores.scores)
        account = ScoreAccount(declared, terms=terms, constant=part.constant)
        return _ended(account, part, value, bounded(value, part.bounds))
    if isinstance(part, RollUpPlan):
        value = rolled(part, moment, stand)
        return _ended(ScoreAccount(declared, terms=_members(part, moment)), part, value, bounded(value, part.bounds))
    assert isinstance(declared, Score)
    found, taken = total(part, moment), dict[tuple[str, str], Floats]()
    within = bounded(found.value, part.bounds)
    fixed = vetoed(part, within, moment, taken)
    criteria = [
        account_of(step, float(found.points[step.criterion.name][0]), plan, moment)
        for step in part.steps
        if not isinstance(step, VetoStep)
    ]
    criteria += accounts_of_vetoes(part, plan, moment, within, taken)
    account = ScoreAccount(
        declared, tuple(criteria), reset=reset_of(declared, found, moment), changes=changes_of(part, found, moment)
    )
    return _ended(account, part, found.value, within, fixed)


def _members(part: RollUpPlan, moment: Moment) -> tuple[Term, ...]:
    """The members of the lead's account with what each of them adds; of the highest and the lowest that one alone."""
    found = members_of(part, accounts_of(moment), moment.at, moment, stand)
    names = [f"{part.score} of {lead}" if part.score else lead for lead in leads_of(found, moment.leads.whole)]
    share, many = found.share, len(names)
    chosen = {"max": [int(np.argmax(share))], "min": [int(np.argmin(share))]} if many else {}
    each = 1.0 / many if part.measure == "average" and many else 1.0
    return tuple(
        Term(each * float(found.weight[i]), names[i], float(found.value[i]))
        for i in chosen.get(part.measure, range(many))
    )


def _ended(
    account: ScoreAccount, part: AnyPlan, total: Floats, within: Floats, fixed: Floats | None = None
) -> ScoreAccount:
    """The account with its last steps: from the sum of its parts to bounds, to what vetoes leave, to rounding."""
    fixed = within if fixed is None else fixed
    sum, bounded, before = float(total[0]), float(within[0]), float(fixed[0])
    value = float(rounded(fixed, part.rounded)[0])
    return replace(account, sum=sum, bound=bounded - sum, rounding=value - before, value=value)


def _grades(plan: Plan, moment: Moment, scores: Scores) -> Iterator[GradeAccount]:
    for grade in plan.model.grades:
        value = float(moment.judged.numbers["score", grade.score][0])
        yield GradeAccount(grade, _label(grade.name, scores), value)


def _cells(plan: Plan, scores: Scores) -> Iterator[CellAccount]:
    for matrix in plan.model.matrices:
        first, second = (_label(name, scores) for name in matrix.grades)
        yield CellAccount(matrix, _label(matrix.name, scores), (first, second))


def _label(name: str, scores: Scores) -> str:
    labels = scores.grades[name]
    return labels.dictionary.values[int(labels.codes[0])]


def _checklists(plan: Plan, moment: Moment, scores: Scores) -> dict[str, tuple[Judgement, ...]]:
    found = {}
    for checklist in plan.model.checklists:
        truths = scores.checklists[checklist.name]
        found[checklist.name] = tuple(
            Judgement(item.name, int(truths[item.name][0]), unknown_fields(item, plan, moment))
            for item in checklist.items
        )
    return found


def _tiers(plan: Plan, moment: Moment) -> Iterator[Judgement]:
    """The tiers from the top down to the one that holds."""
    for tier, declared in zip(plan.tiers, plan.model.tiers, strict=True):
        truth = int(tier.holds(moment)[0]) if tier.holds else int(TRUE)
        yield Judgement(tier.name, truth, unknown_fields(declared, plan, moment))
        if truth == TRUE:
            return
