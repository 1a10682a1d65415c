"""Tiers to aims: that leads enter and leave each, and that each action is set off."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from leadrules.dsl.quantity import show_duration
from leadrules.engine.columns import Bools, Ints
from leadrules.engine.plan import Plan
from leadrules.engine.tiers import NONE
from leadrules.verify.goals import Aim, Goal
from leadrules.verify.looks import Looks
from leadrules.verify.possible import Possible


def tier_aims(plan: Plan, possible: Possible) -> Iterator[Aim]:
    """The aims of every tier, and of every action."""
    entered = possible.entered(plan.model.tiers)
    for place, tier in enumerate(plan.model.tiers):
        others = any(there for name, there in entered.items() if name != tier.name)
        held = Goal("tier", tier.span, tier.name, "", "entered", "never entered")
        yield Aim(held, partial(_entered, place), entered[tier.name])
        left = Goal("tier", tier.span, tier.name, "", "left", "never left")
        yield Aim(left, partial(_left, place), entered[tier.name] and others)
        if tier.held_for:
            said = f"for at least {show_duration(tier.held_for)}"
            delay = Goal("limit", tier.span, tier.name, said, "reached", f"`{said}` never delays anything")
            yield Aim(delay, partial(_delayed, place), entered[tier.name])
    for place, on in enumerate(plan.model.actions):
        goal = Goal("tier", on.span, on.tier, "on", "set off", "never set off")
        yield Aim(goal, partial(_set_off, place), all(entered[name] for name in (on.tier, on.other) if name))


def _entered(place: int, looks: Looks) -> Bools:
    course = looks.course
    return looks.any_of(course.evaluations.views.lead, course.scores.tiers == place)


def _left(place: int, looks: Looks) -> Bools:
    return looks.any_of(_leads(looks), looks.transitions.before == place)


def _delayed(place: int, looks: Looks) -> Bools:
    """Whether a tier is asked for, and the lead is in a lower one all the same."""
    course = looks.course
    asked = course.asked.when[place] & ~course.asked.ends[place] & ~course.asked.frozen
    return looks.any_of(course.evaluations.views.lead, asked & (course.scores.tiers > place))


def _set_off(place: int, looks: Looks) -> Bools:
    return looks.any_of(_leads(looks), looks.transitions.fired[:, place])


def _leads(looks: Looks) -> Ints:
    """The lead of each step from tier to tier."""
    lead: Ints = looks.course.evaluations.views.lead[looks.transitions.rows]
    return lead


def steps_taken(looks: Looks) -> frozenset[tuple[str, str]]:
    """The direct steps from tier to another tier that some lead takes."""
    taken = looks.transitions
    names = taken.tier_names
    pairs = zip(taken.before.tolist(), taken.after.tolist(), strict=True)
    return frozenset((names[before], names[after]) for before, after in pairs if before != NONE)
