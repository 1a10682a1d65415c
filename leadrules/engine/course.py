"""Plan and leads to the course of their tiers: every evaluation, what it shows, and what it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.blocks import blocks, slices
from leadrules.engine.evaluations import Evaluations, evaluations, first_known
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores, merge
from leadrules.engine.stand import stand
from leadrules.engine.tiers import Asked, asked, decide
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.turning import Turning
from leadrules.engine.views import Views
from leadrules.engine.zone import DAY

Times = npt.NDArray[np.int64]


class Course(Struct, frozen=True):
    """The evaluations of a block of leads. `scores` has a row for each, with the tier that it decides."""

    evaluations: Evaluations
    asked: Asked
    scores: Scores


def follow_course(plan: Plan, leads: Leads, until: Times, tables: Tables, turning: Turning | None = None) -> Course:
    """The course of leads up to an instant each (leads,), where the last evaluation of each is.

    Every evaluation is in it, or, with `turning`, those that can show anything new.
    """
    found = evaluations(leads, plan.model.evaluation, plan.setting, until, turning)
    trajectory = Trajectory(plan, leads, tables)
    scores, told = zip(
        *(look(plan, trajectory, found.views.take(rows)) for rows in slices(plan, leads, found.views)), strict=True
    )
    every = Asked(
        np.concatenate([part.when for part in told], axis=1),
        np.concatenate([part.ends for part in told], axis=1),
        np.concatenate([part.frozen for part in told]),
    )
    shown = merge(scores)
    if plan.tiers:
        shown = replace(shown, tiers=decide(plan, every, found.views.at, found.offsets))
    return Course(found, every, shown)


def last_tiers(found: Iterable[tuple[slice, Course]]) -> npt.NDArray[np.int8]:
    """The tier of each lead at the end of its course, after all it was in before; the courses are in order."""
    last = (course.scores.tiers[course.evaluations.offsets[1:] - 1] for _, course in found)
    return np.concatenate([np.zeros(0, np.int8), *last])


def look(plan: Plan, trajectory: Trajectory, views: Views) -> tuple[Scores, Asked]:
    """How leads stand in some views, and what of that their tiers ask for."""
    moment, _, places = trajectory.in_turns(views)
    scores = stand(plan, moment)
    return scores.take(places), asked(plan, moment).take(places)


def courses(plan: Plan, leads: Leads, until: Times) -> Iterator[tuple[slice, Course]]:
    """The courses of leads in blocks, with the place of each block: memory is bounded by blocks, not by leads.

    They have the evaluations that can show anything new: tiers and steps between them are those of all there are.
    """
    tables = Tables()
    first = np.minimum(first_known(leads, plan.setting), until)
    events = np.diff(leads.events.offsets)
    daily = (until - first) // DAY * len(plan.model.evaluation.daily)
    if plan.turning is not None and plan.turning.brief:
        daily = np.minimum(daily, len(plan.turning.spans) * events)
    views = events + daily + 3
    for part in blocks(plan, leads, views):
        yield part, follow_course(plan, leads.block(part.start, part.stop), until[part], tables, plan.turning)
