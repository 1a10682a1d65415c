"""Several plans scored at once, which work out what they share once: each is as it is alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from leadrules.engine.score import score, score_each
from tests.build import leads_of, plan_of
from tests.specs_write import render
from tests.test_laws import law
from tests.worlds import World, worlds


@law(60)
@given(worlds())
def test_plans_without_a_criterion_are_scored_as_alone(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    plans = [*(plan.without(criterion) for criterion in plan.criteria), plan]
    found = score_each(plans, leads, world.now, criteria=True, block=2)
    assert len(found) == len(plans)
    for one, own in zip(found, plans, strict=True):
        alone = score(own, leads, world.now, criteria=True)
        np.testing.assert_array_equal(one.tiers, alone.tiers)
        for kind in ("scores", "criteria"):
            told, expected = getattr(one, kind), getattr(alone, kind)
            assert told.keys() == expected.keys()
            for name, values in expected.items():
                np.testing.assert_array_equal(told[name], values)
