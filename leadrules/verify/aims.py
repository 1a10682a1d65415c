"""Plan to aims: every outcome of every part of the rules that tests can reach."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Bools
from leadrules.engine.plan import Plan
from leadrules.verify.aims_criteria import criterion_aims
from leadrules.verify.aims_scores import score_aims
from leadrules.verify.aims_tiers import tier_aims
from leadrules.verify.asked import Asked, asked_in
from leadrules.verify.goals import Aim, Goal
from leadrules.verify.looks import Looks
from leadrules.verify.possible import Possible, Truth

OUTCOMES: tuple[tuple[Truth, int], ...] = (("true", int(TRUE)), ("false", int(FALSE)), ("unknown", int(UNKNOWN)))


def aims_of(plan: Plan) -> list[Aim]:
    """The aims of a rule set, in the order of kinds and of the text."""
    possible = Possible.in_rules(plan.model)
    return [
        *condition_aims(plan, possible),
        *criterion_aims(plan, possible),
        *score_aims(plan),
        *tier_aims(plan, possible),
    ]


def condition_aims(plan: Plan, possible: Possible) -> Iterator[Aim]:
    """Each condition, and each part of one, true and false; that it is unknown is told where it can be."""
    for asked in asked_in(plan.model):
        truths = possible.truths(asked.condition)
        for outcome, truth in OUTCOMES:
            needed = outcome != "unknown"
            if needed or outcome in truths:
                goal = Goal("condition", asked.condition.span, asked.owner, "", outcome, f"never {outcome}", needed)
                yield Aim(goal, partial(_has_truth, plan, asked, truth), outcome in truths)


def _has_truth(plan: Plan, asked: Asked, truth: int, looks: Looks) -> Bools:
    rows = looks.rows(asked.base, asked.pattern)
    if not len(rows.lead):
        return np.zeros(len(looks), bool)
    truths = np.broadcast_to(plan.kept.truth(asked.condition)(rows.frame), len(rows.lead))
    return looks.any_of(rows.lead, truths == truth)
