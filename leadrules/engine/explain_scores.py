"""Scores in a moment to the account of each lead: what they are made of, and their last steps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.dsl.rules.model import AnyScore, Score
from leadrules.engine.account import ScoreAccount, Term
from leadrules.engine.accounts import accounts_of, leads_of, members_of, rolled
from leadrules.engine.columns import Floats
from leadrules.engine.explain_changes import changes_of, reset_of
from leadrules.engine.explain_criteria import tell_criterion, tell_vetoes
from leadrules.engine.moment import Moment
from leadrules.engine.plan import AnyPlan, CombinationPlan, Plan, RollUpPlan, ScorePlan, VetoStep
from leadrules.engine.scores import Scores
from leadrules.engine.stand import bounded, combined, rounded, stand, vetoed
from leadrules.engine.total import total

Tell = Callable[[int], ScoreAccount]


def tell_score(part: AnyPlan, plan: Plan, moment: Moment, scores: Scores) -> Tell:
    """The account of a score."""
    declared = next(score for score in plan.model.scores if score.name == part.name)
    match part:
        case CombinationPlan():
            return _combination(part, declared, scores)
        case RollUpPlan():
            return _roll_up(part, declared, moment)
        case ScorePlan():
            assert isinstance(declared, Score)
            return _sum(part, declared, plan, moment)


def _combination(part: CombinationPlan, declared: AnyScore, scores: Scores) -> Tell:
    terms = [(weight, name, scores.scores[name].tolist()) for weight, name in part.terms]
    value = combined(part, scores.scores)
    ends = _Ends(value, bounded(value, part.bounds), None, part.rounded)
    return lambda lead: ScoreAccount(
        declared,
        (),
        tuple([Term(weight, name, values[lead]) for weight, name, values in terms]),
        part.constant,
        *ends.of(lead),
    )


def _roll_up(part: RollUpPlan, declared: AnyScore, moment: Moment) -> Tell:
    value = rolled(part, moment, stand)
    ends = _Ends(value, bounded(value, part.bounds), None, part.rounded)
    return lambda lead: ScoreAccount(declared, (), _members(part, moment, lead), 0.0, *ends.of(lead))


def _sum(part: ScorePlan, declared: Score, plan: Plan, moment: Moment) -> Tell:
    found, taken = total(part, moment), dict[tuple[str, str], Floats]()
    within = bounded(found.value, part.bounds)
    ends = _Ends(found.value, within, vetoed(part, within, moment, taken), part.rounded)
    criteria = [
        tell_criterion(step, found.points[step.criterion.name], plan, moment)
        for step in part.steps
        if not isinstance(step, VetoStep)
    ]
    criteria += tell_vetoes(part, plan, moment, within, taken)
    return lambda lead: ScoreAccount(
        declared,
        tuple([tell(lead) for tell in criteria]),
        (),
        0.0,
        *ends.of(lead),
        reset_of(declared, found.fresh, moment, lead),
        changes_of(part, found, moment, lead),
    )


def _members(part: RollUpPlan, moment: Moment, lead: int) -> tuple[Term, ...]:
    """The members of a lead's account with what each of them adds; of the highest and the lowest that one alone."""
    one = slice(lead, lead + 1)
    found = members_of(part, accounts_of(moment)[one], moment.at[one], moment, stand)
    names = [f"{part.score} of {member}" if part.score else member for member in leads_of(found, moment.leads.whole)]
    share, many = found.share, len(names)
    chosen = {"max": [int(np.argmax(share))], "min": [int(np.argmin(share))]} if many else {}
    each = 1.0 / many if part.measure == "average" and many else 1.0
    return tuple(
        Term(each * float(found.weight[i]), names[i], float(found.value[i]))
        for i in chosen.get(part.measure, range(many))
    )


class _Ends:
    """The last steps of a score: from the sum of its parts to bounds, to what vetoes leave, to rounding."""

    def __init__(self, total: Floats, within: Floats, fixed: Floats | None, whole: bool) -> None:
        before = within if fixed is None else fixed
        value = rounded(before, whole)
        self.steps = [step.tolist() for step in (total, within - total, value - before, value)]

    def of(self, lead: int) -> tuple[float, float, float, float]:
        """The sum, what bounds gave or took, what rounding did, and the value."""
        sum, bound, rounding, value = self.steps
        return sum[lead], bound[lead], rounding[lead], value[lead]
