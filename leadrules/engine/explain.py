"""One lead at an instant to the whole account of its scores.

The account is made by the functions that score, on a block of one lead; nothing is worked out a second way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leadrules.engine.account import CriterionAccount, Explanation, Judgement, ScoreAccount, Term
from leadrules.engine.columns import NEVER, TRUE, Floats
from leadrules.engine.criteria import known_since
from leadrules.engine.explain_criteria import account_of, accounts_of_vetoes, unknown_fields
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.plan import CombinationPlan, Plan, ScorePlan, VetoStep
from leadrules.engine.scores import Scores
from leadrules.engine.stand import bounded, combined, rounded, stand, vetoed
from leadrules.engine.trajectory import Trajectory


def explain(plan: Plan, leads: Leads, position: int, at: int) -> Explanation:
    """The account of the lead at `position`, as of `at` (microseconds UTC)."""
    trajectory = Trajectory(plan, leads.block(position, position + 1), Tables())
    moment = trajectory.at(np.array([at], np.int64))
    scores = stand(plan, moment)
    since = int(known_since(moment)[0])
    return Explanation(
        lead=str(leads.ids[position]),
        at=at,
        known_since=None if since == NEVER else since,
        scores=tuple(_score(part, plan, moment, scores) for part in plan.scores),
        checklists=_checklists(plan, moment, scores),
        tiers=tuple(_tiers(plan, moment)),
        tier=scores.tier_names[int(scores.tiers[0])] if scores.tier_names else None,
    )


def _score(part: ScorePlan | CombinationPlan, plan: Plan, moment: Moment, scores: Scores) -> ScoreAccount:
    declared = next(score for score in plan.model.scores if score.name == part.name)
    criteria: tuple[CriterionAccount, ...] = ()
    terms: tuple[Term, ...] = ()
    constant = 0.0
    if isinstance(part, CombinationPlan):
        terms = tuple(Term(weight, name, float(scores.scores[name][0])) for weight, name in part.terms)
        constant, total = part.constant, combined(part, scores.scores)
    else:
        criteria = tuple(account_of(step, plan, moment) for step in part.steps if not isinstance(step, VetoStep))
        total = np.array([sum(account.points for account in criteria)], np.float64)
    within = fixed = bounded(total, part.bounds)
    if isinstance(part, ScorePlan):
        taken: dict[tuple[str, str], Floats] = {}
        fixed = vetoed(part, within, moment, taken)
        criteria += tuple(accounts_of_vetoes(part, plan, moment, within, taken))
    value = rounded(fixed, part.rounded)
    bound, rounding = float((within - total)[0]), float((value - fixed)[0])
    return ScoreAccount(declared, criteria, terms, constant, float(total[0]), bound, rounding, float(value[0]))


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
        truth = int(np.broadcast_to(tier.holds(moment), 1)[0]) if tier.holds else int(TRUE)
        yield Judgement(tier.name, truth, unknown_fields(declared, plan, moment))
        if truth == TRUE:
            return
