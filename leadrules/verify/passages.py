"""Expected steps between tiers, held against those that a lead took."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.rules.model_tests import Passage
from leadrules.engine.as_of import show_instant
from leadrules.engine.judge import Step
from leadrules.verify.verdicts import Part


def passed(passage: Passage, steps: Sequence[Step]) -> bool:
    """Whether the steps are as expected. The first tier of a lead counts as entered."""
    return any(_is(passage, step) for step in steps) is not passage.never


def _is(passage: Passage, step: Step) -> bool:
    if passage.at not in (None, step.time):
        return False
    if passage.step == "entered":
        return step.after == passage.tier
    return step.before == passage.tier and passage.other in (None, step.after)


def parts_of_steps(steps: Sequence[Step], zone: str) -> tuple[Part, ...]:
    """The steps with their times; one part where there is none."""
    told = [
        Part(f"the step at {show_instant(step.time, zone)}", f"{step.before or 'new'} → {step.after}") for step in steps
    ]
    return tuple(told) or (Part("the tier", "decided at no time before"),)
