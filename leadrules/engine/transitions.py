"""Courses to transitions: each step of a lead from tier to tier, why it was taken, and what it sets off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model_tiers import On
from leadrules.engine.columns import NEVER, Bools, Floats, Ints
from leadrules.engine.course import Course, courses, look
from leadrules.engine.evaluations import FIRST
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.steps import Steps
from leadrules.engine.tiers import NONE
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views

Times = npt.NDArray[np.int64]
TIME, KNOWN = -1, -2


class Transitions(Struct, frozen=True):
    """Steps from tier to tier, a row each, by lead and then time.

    `ids`: what the data calls the lead. `rows` int64: the evaluation of the course that decides it. `time` int64: microseconds UTC. `before`, `after` int8: positions in
    `tier_names`; `before` is -1 for the first tier of a lead. `cause` int: the position in `events` of the type of the
    event that made the step, `TIME` where time alone did, `KNOWN` where the lead became known. `fired` bool (rows, actions):
    which of the declared actions it sets off. `scores`: the value of each score right after.
    """

    ids: npt.NDArray[np.object_] | Ints
    rows: Times
    time: Times
    before: npt.NDArray[np.int8]
    after: npt.NDArray[np.int8]
    cause: Ints
    fired: Bools
    scores: Mapping[str, Floats]
    tier_names: tuple[str, ...]
    events: tuple[str, ...]
    actions: tuple[On, ...]

    def __len__(self) -> int:
        return len(self.time)


def transitions(plan: Plan, leads: Leads, until: int, since: int | None = None) -> Iterator[Transitions]:
    """The transitions of all leads from `since` (the beginning where None) to `until`, both included, in blocks.

    What came before `since` counts for tiers and cool-downs all the same. A lead that is merged into another takes no
    step from then on.
    """
    ends = np.full(len(leads), until, np.int64)
    if leads.merged is not None:
        ends = np.minimum(ends, leads.merged.at - 1)
    for part, course in courses(plan, leads, ends):
        block = leads.block(part.start, part.stop)
        yield of_course(plan, block, course, since)


def of_course(
    plan: Plan, leads: Leads, course: Course, since: int | None = None, tables: Tables | None = None
) -> Transitions:
    """The transitions of one course, whose tables of texts can be given. What somebody asks for at its end is none."""
    found, tiers = course.evaluations, course.scores.tiers
    before = np.concatenate([[NONE], tiers[:-1]]).astype(np.int8)
    before[found.offsets[:-1]] = NONE
    asked = np.zeros(len(tiers), bool)
    asked[found.offsets[1:] - 1] = True
    rows = np.flatnonzero((before != tiers) & ~asked)
    lead, time = found.views.lead[rows], found.views.at[rows]
    offsets = np.searchsorted(lead, np.arange(len(leads) + 1))
    actions = plan.model.actions
    names = course.scores.tier_names
    fired = np.zeros((len(rows), len(actions)), bool)
    for place, on in enumerate(actions):
        fired[:, place] = _fired(on, names, time, before[rows], tiers[rows], offsets)
    cause = _causes(plan, leads, course, rows, tables or Tables())
    kept = slice(None) if since is None else time >= since
    return Transitions(
        leads.ids[lead[kept]],
        rows[kept],
        time[kept],
        before[rows][kept],
        tiers[rows][kept],
        cause[kept],
        fired[kept],
        {name: values[rows][kept] for name, values in course.scores.scores.items()},
        names,
        leads.events.names,
        actions,
    )


def _fired(on: On, names: tuple[str, ...], time: Times, before: Ints, after: Ints, offsets: Times) -> Bools:
    """Which transitions set off an action: those it names, unless it was set off too short a time ago."""
    tier = names.index(on.tier)
    other = names.index(on.other) if on.other else None
    match on.step:
        case "entering":
            named = after == tier
        case "leaving":
            named = (before == tier) & (np.bool_(other is None) | (after == other))
        case "falling":
            named = _falls(tier, other, before, after, offsets)
    return named if on.cooldown is None else _cooled(named, time, offsets, on.cooldown)


def _falls(tier: int, through: int | None, before: Ints, after: Ints, offsets: Times) -> Bools:
    """Which steps come down to a tier after another one, in which the lead was since it was last in this one."""
    was_there = np.zeros(len(offsets) - 1, bool)
    found = np.zeros(len(after), bool)
    for leads, rows in Steps(offsets):
        reached, left = after[rows] == tier, before[rows]
        found[rows] = reached & was_there[leads] & (left < tier) & (left != NONE)
        was_there[leads] = ~reached & (was_there[leads] | (after[rows] == through))
    return found


def _cooled(named: Bools, time: Times, offsets: Times, cooldown: float) -> Bools:
    last = np.full(len(offsets) - 1, NEVER, np.int64)
    found = np.zeros(len(time), bool)
    for leads, rows in Steps(offsets):
        before = last[leads]
        ready = (before == NEVER) | (time[rows] - np.where(before == NEVER, 0, before) >= cooldown)
        found[rows] = named[rows] & ready
        last[leads] = np.where(found[rows], time[rows], before)
    return found


def _causes(plan: Plan, leads: Leads, course: Course, rows: Ints, tables: Tables) -> Ints:
    """The type of the event of each transition, `TIME` where no condition of a tier would be another without it."""
    events = leads.events
    cause = course.evaluations.cause[rows]
    causes = np.where(cause == FIRST, KNOWN, TIME)
    at_event = np.flatnonzero(cause >= 0)
    if not len(at_event):
        return causes
    views = course.evaluations.views.take(rows[at_event])
    unseen = Views(views.lead, views.at, views.seen - 1)
    _, told = look(plan, Trajectory(plan, leads, tables), unseen)
    at = rows[at_event]
    other = (told.when != course.asked.when[:, at]) | (told.ends != course.asked.ends[:, at])
    changed = other.any(axis=0) | (told.frozen != course.asked.frozen[at]) | (views.seen == 1)
    kinds = events.kinds[cause[at_event]]
    causes[at_event] = np.where(changed, kinds, TIME)
    return causes
