"""Leads that are looked at, and what a rule set works out for them: there, on the way, and for each thing that happened."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import Pattern
from leadrules.engine.columns import Bools, Ints
from leadrules.engine.course import Course, follow_course
from leadrules.engine.evaluations import at_events
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Frame, Moment, Occasion, Tables
from leadrules.engine.plan import Plan
from leadrules.engine.stand import stand
from leadrules.engine.total import Total, total
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.transitions import Transitions, of_course
from leadrules.engine.views import Views

Base = Literal["look", "event", "evaluation"]


class Rows(Struct, frozen=True):
    """Rows that a condition is worked out for, and the lead of each. `lead` int64 (rows)."""

    frame: Frame
    lead: Ints


class Looks:
    """Leads at an instant each (int64, microseconds UTC), all worked out at once."""

    def __init__(self, plan: Plan, leads: Leads, at: npt.NDArray[np.int64]) -> None:
        self.plan, self.leads, self.at = plan, leads, at
        self._trajectory = Trajectory(plan, leads, Tables())
        self.moment = self._trajectory.at(at)
        self.scores = stand(plan, self.moment)
        self._rows: dict[tuple[Base, int], Rows] = {}

    def __len__(self) -> int:
        return len(self.at)

    def rows(self, base: Base, pattern: Pattern | None = None) -> Rows:
        """The leads as they are looked at, after and before each event, or where tiers are decided; of a pattern its occurrences there."""
        key = base, id(pattern)
        if key not in self._rows:
            self._rows[key] = self._found(base, pattern)
        return self._rows[key]

    def _found(self, base: Base, pattern: Pattern | None) -> Rows:
        moment = {"look": lambda: self.moment, "event": lambda: self._events, "evaluation": lambda: self._evaluated}[
            base
        ]()
        lead = np.arange(len(self)) if moment.views is None else moment.views.lead
        if pattern is None:
            return Rows(moment, lead)
        bare = Pattern(pattern.event, None, pattern.window, span=pattern.span)
        seen = self.plan.kept.compiler.find(bare)(moment)
        return Rows(Occasion(moment, seen), lead[seen.lead])

    def any_of(self, lead: Ints, which: Bools) -> Bools:
        """Which leads have a row that is one of some. `lead`, `which` (rows); shape (leads,)."""
        found = np.zeros(len(self), bool)
        found[lead[np.broadcast_to(which, len(lead))]] = True
        return found

    def total(self, name: str) -> Total:
        """How a score of criteria came about."""
        part = next(part for part in self.plan.scores if part.name == name)
        found: Total = self.moment.once(("total of", name), lambda: total(part, self.moment))  # type: ignore[arg-type]
        return found

    @cached_property
    def course(self) -> Course:
        """Every evaluation of tiers up to where each lead is looked at, that one included."""
        return follow_course(self.plan, self.leads, self.at, Tables())

    @cached_property
    def transitions(self) -> Transitions:
        """The steps from tier to tier on the way."""
        return of_course(self.plan, self.leads, self.course)

    @cached_property
    def _evaluated(self) -> Moment:
        moment = self._trajectory.along(self.course.evaluations.views)
        stand(self.plan, moment)
        return moment

    @cached_property
    def _events(self) -> Moment:
        after = at_events(self.leads)[0]
        after = after.take(np.flatnonzero(after.at <= self.at[after.lead]))
        before = Views(after.lead, after.at, after.seen - 1)
        return self._trajectory.along(_joined(after, before))


def _joined(one: Views, other: Views) -> Views:
    at, seen = np.concatenate([one.at, other.at]), np.concatenate([one.seen, other.seen])
    return Views(np.concatenate([one.lead, other.lead]), at, seen)
