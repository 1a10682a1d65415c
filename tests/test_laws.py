"""Laws of the evaluator, for rule sets, leads and events drawn at random."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source
from leadrules.engine.columns import FALSE, TRUE
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from tests.build import leads_of, plan_of
from tests.oracle import Outcome, score_lead
from tests.specs import render
from tests.worlds import World, worlds

TRUTHS = {int(FALSE): False, int(TRUE): True}
WEEK = 7 * 86_400_000_000


def law(examples: int, full: int) -> Any:
    """Settings of a property: few examples in every run, many with `--full`."""
    return lambda test: pytest.mark.slow(
        settings(
            max_examples=examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
        )(test)
    )


def scored(world: World, **options: Any) -> Scores:
    plan = plan_of(render(world.spec))
    return score(plan, leads_of(plan.model, world.leads, world.events), world.now, criteria=True, **options)


def near_a_boundary(outcome: Outcome) -> bool:
    """Whether a score lies so near to where rounding to 1e-6 turns that the order of a sum decides it."""
    return any(abs(abs(value * 1e6 % 1.0) - 0.5) < 1e-3 for value in outcome.scores.values())


def compare(scores: Scores, i: int, outcome: Outcome) -> None:
    for name, points in outcome.criteria.items():
        assert scores.criteria[name][i] == pytest.approx(points, abs=1e-9), name
    if near_a_boundary(outcome):
        return
    for name, value in outcome.scores.items():
        assert scores.scores[name][i] == pytest.approx(value, abs=1e-9), name
    for name, items in outcome.checklists.items():
        assert {item: TRUTHS.get(int(truths[i])) for item, truths in scores.checklists[name].items()} == items
    tier = scores.tier_names[scores.tiers[i]] if scores.tier_names else None
    assert tier == outcome.tier


@law(400, 5_000)
@given(worlds())
def test_columns_and_oracle_agree(world: World) -> None:
    scores = scored(world)
    for i, lead in enumerate(world.leads):
        compare(scores, i, score_lead(world.spec, lead, world.events, world.now))
