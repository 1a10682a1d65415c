"""Rule sets that were tried to showings, by which they are measured."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.engine.plan import Plan
from leadrules.judging.measure import Showing
from leadrules.judging.try_rules import Tried

TOP = 0.10  # the share of leads at which precision and lift are taken


def show(plans: Sequence[Plan], tried: Tried) -> list[Showing]:
    """A showing for each rule set."""
    worked = tried.worked or [None] * len(plans)
    return [
        Showing(tried.sample, ratings, TOP, plan.model.actions, followed)
        for plan, ratings, followed in zip(plans, tried.ratings, worked, strict=True)
    ]
