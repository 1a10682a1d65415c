"""Tests to coverage: what of the rules they reach, where they look and on the way there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadrules.dsl.rules.model_tests import Test
from leadrules.engine.plan import Plan
from leadrules.verify.aims import aims_of
from leadrules.verify.aims_tiers import steps_taken
from leadrules.verify.cast import Look, cast
from leadrules.verify.coverage import Coverage, Reached
from leadrules.verify.looks import Looks


def cover(plan: Plan, tests: Sequence[Test]) -> Coverage:
    """What tests of the plan's rule set reach.

    An outcome is reached where a test looks: at each instant at which it expects something. What tiers ask for is
    reached at the evaluations on the way there too, since they decide the tier.
    """
    looks = looks_of(plan, tests)
    aims = aims_of(plan)
    times = [int(np.sum(aim.met(looks))) if looks else 0 for aim in aims]
    reached = tuple(Reached(aim.goal, count, aim.possible) for aim, count in zip(aims, times, strict=True))
    tiers = len(plan.model.tiers)
    return Coverage(reached, steps_taken(looks) if looks and tiers else frozenset(), tiers * max(0, tiers - 1))


def looks_of(plan: Plan, tests: Sequence[Test]) -> Looks | None:
    """What tests look at, each once; None where they look at nothing."""
    found = [look for test in tests for look in dict.fromkeys(Look.of(test, e) for e in test.expectations)]
    if not found:
        return None
    return Looks(plan, cast(plan.model, found), np.array([look.at for look in found], np.int64))
