"""One lead at an instant to the steps that it takes from there on if nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.course import Course, follow_course, look
from leadrules.engine.evaluations import evaluations
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import rank_values
from leadrules.engine.tiers import Asked
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.transitions import Transitions, of_course
from leadrules.engine.until import until as known_until
from leadrules.engine.views import seen_at
from leadrules.engine.zone import DAY

Times = npt.NDArray[np.int64]
HORIZON = 730  # days
FIRST_LOOK = 32  # days that are looked at first, as most steps come soon
PARTS = 32  # of an interval that is searched


class Ahead(Struct, frozen=True):
    """A step that a lead takes if nothing happens.

    `at` is the evaluation that decides it. `crossing` is the first instant (to the microsecond) from which what the
    tiers ask for is as it is then.
    """

    at: int
    crossing: int
    before: str
    after: str
    fired: tuple[int, ...]


class Outlook(Struct, frozen=True):
    """What comes of a lead if nothing happens within `HORIZON` days.

    `step` is the first that it takes, None where it takes none, and `value` what it is ranked by then. `decided` is the
    tier that its latest evaluation gave it, None where there was none yet. `looks` says whether there are evaluations
    in that time.
    """

    step: Ahead | None
    value: float
    decided: str | None
    looks: bool


def look_ahead(plan: Plan, leads: Leads, position: int, at: int) -> Outlook:
    """What comes of the lead at `position` after `at` (microseconds UTC): the first of the steps that a timeline tells."""
    lead, tables = alone(plan, leads, position, at), plan.kept.tables(leads).of_others()
    for days in (FIRST_LOOK, HORIZON):
        course = follow_course(plan, lead, np.array([at + days * DAY], np.int64), tables, plan.turning)
        found = _first_step(plan, lead, course, tables, at)
        if found.step is not None:
            break
    return found


def _first_step(plan: Plan, lead: Leads, course: Course, tables: Tables, at: int) -> Outlook:
    """The first step of a course that may leave out evaluations which show nothing new."""
    steps, views, tiers = of_course(plan, lead, course, tables=tables), course.evaluations.views, course.scores.tiers
    row = int(np.searchsorted(views.at[:-1], at, side="right"))
    decided = course.scores.tier_names[tiers[row - 1]] if row else None
    place = int(np.searchsorted(steps.time, at, side="right"))
    if place == len(steps):
        return Outlook(None, 0.0, decided, _is_looked_at(plan, lead, int(views.at[-1]), at))
    row = int(steps.rows[place])
    step = _ahead(plan, lead, course, steps, tables, place, _evaluated_before(plan, lead, int(views.at[row]), at))
    return Outlook(step, float(rank_values(course.scores)[row]), decided, True)


def _is_looked_at(plan: Plan, lead: Leads, until: int, at: int) -> bool:
    return _evaluated_before(plan, lead, until, at) > at


def _evaluated_before(plan: Plan, lead: Leads, instant: int, at: int) -> int:
    """The last evaluation before an instant; not before `at`."""
    every = evaluations(lead, plan.model.evaluation, plan.setting, np.array([instant], np.int64)).views.at[:-1]
    before = every[every < instant]
    return max(at, int(before[-1])) if len(before) else at


def alone(plan: Plan, leads: Leads, position: int, at: int) -> Leads:
    """The lead as it was known at an instant; with all others, as they were, where a score asks for members."""
    if plan.rolls_up:
        return known_until(leads, at).block(position, position + 1)
    return known_until(leads.block(position, position + 1), at)


def steps_ahead(
    plan: Plan, lead: Leads, course: Course, steps: Transitions, tables: Tables, at: int
) -> Iterator[Ahead]:
    """The steps after an instant, each with the instant from which it was due. The course has every evaluation."""
    times = course.evaluations.views.at
    for place, row in enumerate(steps.rows.tolist()):
        if times[row] > at:
            yield _ahead(plan, lead, course, steps, tables, place, max(int(times[row - 1]), at) if row else at)


def _ahead(plan: Plan, lead: Leads, course: Course, steps: Transitions, tables: Tables, place: int, last: int) -> Ahead:
    """One step; `last` is the evaluation before it."""
    row, names = int(steps.rows[place]), course.scores.tier_names
    at = int(course.evaluations.views.at[row])
    return Ahead(
        at,
        _crossing(Trajectory(plan, lead, tables), course.asked.take(slice(row, row + 1)), last, at),
        names[steps.before[place]] if steps.before[place] >= 0 else "",
        names[steps.after[place]],
        tuple(np.flatnonzero(steps.fired[place]).tolist()),
    )


def _crossing(trajectory: Trajectory, wanted: Asked, low: int, high: int) -> int:
    """The first instant in (low, high] from which the conditions of the tiers are as wanted, part by part."""
    while high - low > 1:
        instants = np.unique(np.linspace(low, high, PARTS + 1).astype(np.int64))[1:]
        _, told = look(trajectory.plan, trajectory, seen_at(trajectory.leads.events, instants))
        same = told.as_one(wanted)
        same[-1] = True
        first = len(same) - int(np.argmin(same[::-1])) if not same.all() else 0
        low, high = (low if first == 0 else int(instants[first - 1])), int(instants[first])
    return high
