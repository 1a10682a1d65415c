"""Plan and leads to the course of their tiers: every evaluation, what it shows, and what it decides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.evaluations import Evaluations, evaluations, first_known
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores, merge
from leadrules.engine.stand import stand
from leadrules.engine.tiers import Asked, asked, decide
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views
from leadrules.engine.zone import DAY

Times = npt.NDArray[np.int64]
PAIRS, OWN = 1_000_000, 8  # pairs of a view and an event it sees, worked on at once; what a view weighs by itself


class Course(Struct, frozen=True):
    """The evaluations of a block of leads. `scores` has a row for each, with the tier that it decides."""

    evaluations: Evaluations
    asked: Asked
    scores: Scores


def follow_course(plan: Plan, leads: Leads, until: Times, tables: Tables) -> Course:
    """The course of leads up to an instant each (leads,), where the last evaluation of each is."""
    found = evaluations(leads, plan.model.evaluation, plan.setting, until)
    trajectory = Trajectory(plan, leads, tables)
    scores, told = zip(*(look(plan, trajectory, part) for part in _slices(found.views)), strict=True)
    every = Asked(
        np.concatenate([part.when for part in told], axis=1),
        np.concatenate([part.ends for part in told], axis=1),
        np.concatenate([part.frozen for part in told]),
    )
    shown = merge(scores)
    if plan.tiers:
        shown = replace(shown, tiers=decide(plan, every, found.views.at, found.offsets))
    return Course(found, every, shown)


def look(plan: Plan, trajectory: Trajectory, views: Views) -> tuple[Scores, Asked]:
    """How leads stand in some views, and what of that their tiers ask for."""
    moment = trajectory.along(views)
    scores = stand(plan, moment)
    return scores, asked(plan, moment)


def courses(plan: Plan, leads: Leads, until: Times) -> Iterator[tuple[slice, Course]]:
    """The courses of leads in blocks, with the place of each block: memory is bounded by blocks, not by leads."""
    tables = Tables()
    first = np.minimum(first_known(leads, plan.setting), until)
    views = np.diff(leads.events.offsets) + (until - first) // DAY * len(plan.model.evaluation.daily) + 3
    for part in _ranges(views * (np.diff(leads.events.offsets) + OWN), PAIRS):
        yield part, follow_course(plan, leads.block(part.start, part.stop), until[part], tables)


def _slices(views: Views) -> Iterator[Views]:
    for part in _ranges(views.seen + OWN, PAIRS):
        yield views.take(part)


def _ranges(weights: Times, most: int) -> Iterator[slice]:
    """Rows in ranges that weigh so much at most, or are one row; at least one range, be it empty."""
    total = np.cumsum(weights)
    start = 0
    while start < len(weights) or start == 0:
        done = total[start - 1] if start else 0
        stop = int(np.searchsorted(total, done + most, side="right"))
        stop = min(max(stop, start + 1), len(weights))
        yield slice(start, stop)
        start = max(stop, 1)
