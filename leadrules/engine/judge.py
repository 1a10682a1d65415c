"""Leads at instants to moments that know everything a rule set works out: what tests ask their questions of."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import Codes, Dictionary
from leadrules.engine.course import Course, courses, last_tiers
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Judged, Moment, Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.transitions import of_course
from leadrules.engine.views import Views, count_seen


class Step(Struct, frozen=True):
    """A step of a lead from tier to tier at `time`, microseconds UTC; `before` is None for its first tier."""

    time: int
    before: str | None
    after: str


class Bench:
    """Leads at an instant each (int64, microseconds UTC), all scored at once, to be looked at one by one."""

    def __init__(self, plan: Plan, leads: Leads, at: npt.NDArray[np.int64]) -> None:
        self.plan, self.leads = plan, leads
        lead = np.arange(len(leads))
        self.views = Views(lead, at, count_seen(leads.events, lead, at))
        self._trajectory = Trajectory(plan, leads, Tables())
        moment = self._trajectory.at(at)
        scores = stand(plan, moment, criteria=True)
        tiers = last_tiers(self._courses) if plan.remembers else scores.tiers
        self._judged = _judged(scores, tiers, moment.judged)

    def at(self, row: int) -> Moment:
        """The moment of one lead."""
        one, judged = slice(row, row + 1), self._judged
        moment = self._trajectory.along(self.views.take(one))
        moment.judged = Judged(
            {key: values[one] for key, values in judged.numbers.items()},
            {key: truths[one] for key, truths in judged.truths.items()},
            {key: labels.take(one) for key, labels in judged.labels.items()},
        )
        return moment

    def steps(self, row: int) -> tuple[Step, ...]:
        """The steps from tier to tier that a lead took up to its instant, in the order of time."""
        return self._steps[row]

    @cached_property
    def _courses(self) -> tuple[tuple[slice, Course], ...]:
        return tuple(courses(self.plan, self.leads, self.views.at))

    @cached_property
    def _steps(self) -> list[tuple[Step, ...]]:
        found: list[list[Step]] = [[] for _ in range(len(self.leads))]
        for part, course in self._courses:
            taken = of_course(self.plan, self.leads.block(part.start, part.stop), course)
            names = (*taken.tier_names, None)  # -1 is the last: no tier before the first
            for lead, time, before, after in zip(taken.ids, taken.time, taken.before, taken.after, strict=True):
                found[int(lead)].append(Step(int(time), names[int(before)], taken.tier_names[int(after)]))
        return [tuple(steps) for steps in found]


def _judged(scores: Scores, tiers: npt.NDArray[np.int8], judged: Judged) -> Judged:
    """What thresholds can ask of, and beside it what each criterion gave and the tier."""
    gave = {("criterion", ".".join(key)): np.round(points, 6) for key, points in scores.criteria.items()}
    labels = dict(judged.labels)
    if scores.tier_names:
        labels["tier"] = Codes(tiers, Dictionary(scores.tier_names))
    return Judged({**judged.numbers, **gave}, judged.truths, labels)
