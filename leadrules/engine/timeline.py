"""One lead through time: what happened, what each event and the time before it did to the scores, and each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.ahead import Ahead, alone, steps_ahead
from leadrules.engine.columns import Floats
from leadrules.engine.course import Course, follow_course, look
from leadrules.engine.evaluations import FIRST, SCHEDULED
from leadrules.engine.explain_occurrences import tell_properties
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.transitions import Transitions, of_course
from leadrules.engine.views import Views, seen_at

Times = npt.NDArray[np.int64]


class Happening(Struct, frozen=True):
    """An instant of a lead's course that changed something.

    `at`: microseconds UTC. `kind`: an event, time alone, or that the lead became known. `before`: each score at that
    instant without the event; `after`: with it. `tier` is the one that is decided there, `step` whether it is another than
    before, `fired` the places of the actions that it sets off. `event` and `properties` are what happened, as text.
    """

    at: int
    kind: Literal["event", "time", "known"]
    event: str
    properties: Mapping[str, str]
    before: Mapping[str, float]
    after: Mapping[str, float]
    tier: str | None
    step: bool
    fired: tuple[int, ...]


class Timeline(Struct, frozen=True):
    """The course of one lead. `track`: instants, evenly apart, with the value of each score at them."""

    lead: str
    since: int
    until: int
    happenings: tuple[Happening, ...]
    now: Mapping[str, float]
    tier: str | None
    track: tuple[Times, Mapping[str, Floats]]
    ahead: tuple[Ahead, ...]
    ahead_until: int | None


def timeline(
    plan: Plan, leads: Leads, position: int, at: int, *, since: int | None = None, ahead: int = 0, points: int = 72
) -> Timeline:
    """The course of the lead at `position` from `since` to `at`, and on for `ahead` microseconds if nothing happens.

    `since` is where the lead becomes known, unless another instant is given; the track has `points` instants.
    """
    lead = alone(plan, leads, position, at)
    course = follow_course(plan, lead, np.array([at + ahead], np.int64), Tables())
    steps = of_course(plan, lead, course)
    views = course.evaluations.views
    first = int(views.at[0]) if since is None else since
    rows = [row for row in _told(course, steps, at) if views.at[row] >= first]
    now = score(plan, lead, at)
    instants = np.linspace(min(first, at), at + ahead, points).astype(np.int64)
    return Timeline(
        str(leads.ids[position]),
        first,
        at,
        tuple(_happenings(plan, lead, course, steps, rows)),
        {name: float(values[0]) for name, values in now.scores.items()},
        now.tier_names[now.tiers[0]] if plan.tiers and np.any(views.at <= at) else None,
        (instants, stand(plan, Trajectory(plan, lead, Tables()).along(seen_at(lead.events, instants))).scores),
        tuple(steps_ahead(plan, lead, course, steps, Tables(), at)),
        at + ahead if ahead else None,
    )


def _told(course: Course, steps: Transitions, at: int) -> Iterator[int]:
    """The evaluations worth telling: those at events, and those that take a step, up to an instant."""
    found = course.evaluations
    taken = set(steps.rows.tolist())
    for row in range(len(found.views) - 1):
        if found.views.at[row] <= at and (found.cause[row] >= 0 or found.cause[row] == FIRST or row in taken):
            yield row


def _happenings(
    plan: Plan, lead: Leads, course: Course, steps: Transitions, rows: Sequence[int]
) -> Iterator[Happening]:
    views, cause = course.evaluations.views, course.evaluations.cause
    at = np.array(rows, np.int64)
    without = Views(views.lead[at], views.at[at], views.seen[at] - (cause[at] >= 0))
    before, _ = look(plan, Trajectory(plan, lead, Tables()), without)
    names = course.scores.tier_names
    taken = {int(row): place for place, row in enumerate(steps.rows)}
    for place, row in enumerate(rows):
        event, properties = _event(plan, lead, int(cause[row]))
        step = taken.get(row)
        yield Happening(
            int(views.at[row]),
            "event" if cause[row] >= 0 else "time" if cause[row] == SCHEDULED else "known",
            event,
            properties,
            {name: float(values[place]) for name, values in before.scores.items()},
            {name: float(values[row]) for name, values in course.scores.scores.items()},
            names[course.scores.tiers[row]] if names else None,
            step is not None,
            () if step is None else tuple(np.flatnonzero(steps.fired[step]).tolist()),
        )


def _event(plan: Plan, lead: Leads, row: int) -> tuple[str, Mapping[str, str]]:
    if row < 0:
        return "", {}
    name, properties = lead.events.told(row)
    return name, tell_properties(plan.model, name, properties)(0)
