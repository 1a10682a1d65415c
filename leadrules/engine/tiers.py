"""What tiers ask for, evaluation by evaluation, to the tier of each: tiers remember."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import NEVER, TRUE, Bools, Ints, Truths
from leadrules.engine.moment import Moment
from leadrules.engine.plan import Plan
from leadrules.engine.steps import Steps

Times = npt.NDArray[np.int64]
NONE = np.int8(-1)


class Asked(Struct, frozen=True):
    """Which conditions are true at each evaluation.

    `when`, `ends` bool (tiers, evaluations): what a tier asks for (always true of the last), and what ends it.
    `frozen` bool (evaluations).
    """

    when: Bools
    ends: Bools
    frozen: Bools

    def take(self, at: slice | Ints) -> Asked:
        """What is asked for at some evaluations."""
        if isinstance(at, slice):
            return Asked(self.when[:, at], self.ends[:, at], self.frozen[at])
        return Asked(self.when.take(at, axis=1), self.ends.take(at, axis=1), self.frozen.take(at))

    def as_one(self, other: Asked) -> Bools:
        """At which evaluations the same conditions are true as at the one of another."""
        alike: Bools = (self.when == other.when).all(axis=0) & (self.ends == other.ends).all(axis=0)
        alike &= self.frozen == other.frozen
        return alike


def asked(plan: Plan, moment: Moment) -> Asked:
    """What the tiers of a plan ask for at a moment whose scores are judged."""

    def true(condition: object) -> Bools:
        assert callable(condition)
        truths: Truths = condition(moment)
        return np.equal(truths, TRUE)

    nothing = np.zeros(len(moment), bool)
    when = [true(tier.holds) if tier.holds else ~nothing for tier in plan.tiers]
    ends = [true(tier.until) if tier.until else nothing for tier in plan.tiers]
    frozen = true(plan.frozen) if plan.frozen else nothing
    shape = len(plan.tiers), len(moment)
    return Asked(np.array(when, bool).reshape(shape), np.array(ends, bool).reshape(shape), np.array(frozen))


def decide(plan: Plan, told: Asked, at: Times, offsets: Times) -> npt.NDArray[np.int8]:
    """The tier at each evaluation (evaluations,). Those of a lead stand together, in the order of time.

    From the top the first tier that holds: its `until` is not true, and either its condition is (for long enough, where
    the lead is not in it), or the lead is in it and it has an `until`. Where it is frozen a lead keeps its tier.
    """
    if not plan.remembers:
        highest: npt.NDArray[np.int8] = told.when.argmax(axis=0).astype(np.int8)
        return highest
    steps = Steps(offsets)
    memory = _Memory(plan, len(offsets) - 1)
    found = np.full(len(at), NONE, np.int8)
    for leads, rows in steps:
        found[rows] = memory.step(leads, at[rows], told.when[:, rows], told.ends[:, rows], told.frozen[rows])
    return found


class _Memory:
    """The tier each lead is in, and since when the condition of each tier has been true."""

    def __init__(self, plan: Plan, leads: int) -> None:
        self.held_for = np.array([[tier.held_for or 0.0] for tier in plan.tiers])
        self.stays = np.array([[tier.until is not None] for tier in plan.tiers])
        self.places = np.arange(len(plan.tiers))[:, None]
        self.tier = np.full(leads, NONE, np.int8)
        self.since = np.full((len(plan.tiers), leads), NEVER, np.int64)

    def step(self, leads: Ints, at: Times, when: Bools, ends: Bools, frozen: Bools) -> npt.NDArray[np.int8]:
        before = self.tier[leads]
        since = self.since[:, leads]
        since = np.where(when, np.where(since == NEVER, at, since), NEVER)
        self.since[:, leads] = since
        inside = self.places == before
        long_enough = at - np.where(when, since, at) >= self.held_for
        holds = ~ends & ((when & (inside | long_enough)) | (inside & self.stays))
        holds[-1] = True
        new: npt.NDArray[np.int8] = np.where(frozen & (before != NONE), before, holds.argmax(axis=0)).astype(np.int8)
        self.tier[leads] = new
        return new
