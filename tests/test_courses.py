"""Laws of courses: tiers that remember, the steps between them, and what they set off, against the naive course."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from leadrules.engine.transitions import Transitions, transitions
from tests.build import leads_of, plan_of
from tests.oracle_facts import gone
from tests.oracle_tiers import Step, remembers, steps_until
from tests.specs_write import render
from tests.test_laws import WEEK, law
from tests.worlds import World, worlds


def steps_of(found: Transitions, lead: str) -> list[Step]:
    """The steps of one lead, as the oracle gives them."""
    names = found.tier_names
    return [
        Step(
            int(found.time[row]),
            names[found.before[row]] if found.before[row] >= 0 else None,
            names[found.after[row]],
            tuple(np.flatnonzero(found.fired[row]).tolist()),
        )
        for row in np.flatnonzero(found.ids == lead)
    ]


@law(80)
@given(worlds(), st.booleans())
def test_steps_between_tiers_and_what_they_set_off_agree_with_the_oracle(world: World, remembering: bool) -> None:
    assume(world.spec.tiers and (remembers(world.spec) or not remembering))
    plan = plan_of(render(world.spec))
    (found,) = transitions(plan, leads_of(plan.model, world.leads, world.events, world.beside), world.now)
    for lead in world.leads:
        until = int(min(world.now, gone(lead["lead"], world.beside) - 1))
        assert steps_of(found, lead["lead"]) == steps_until(world.spec, lead, world.events, until, world.beside)


@law(20)
@given(worlds(), st.integers(-3 * WEEK, WEEK))
def test_what_came_before_is_remembered_and_not_shown(world: World, back: int) -> None:
    assume(world.spec.tiers)
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    (every,), (late,) = transitions(plan, leads, world.now), transitions(plan, leads, world.now, world.now + back)
    kept = every.time >= world.now + back
    np.testing.assert_array_equal(every.time[kept], late.time)
    np.testing.assert_array_equal(every.after[kept], late.after)
    np.testing.assert_array_equal(every.fired[kept], late.fired)
