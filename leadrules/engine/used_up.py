"""One lead at a moment to the criteria that one more occurrence like their latest would bring nothing, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Bands, Each, Limit, OncePer, Per, WorthPer
from leadrules.engine.change import Change, Happens
from leadrules.engine.change_lead import change_lead
from leadrules.engine.columns import Floats, Ints
from leadrules.engine.compile_begins import NO_EVENT
from leadrules.engine.criteria import follow
from leadrules.engine.explain_occurrences import tell_properties
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.occurrences import refusing
from leadrules.engine.plan import EachStep, Plan, ScorePlan
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.values import single


class Worth(Struct, frozen=True):
    """What a criterion is worth at most, in all."""

    points: float


class Refusal(Struct, frozen=True):
    """What keeps an occurrence from bringing points: a limit, a bound of worth, or a property that makes it worth nothing.

    `value` is the one of the property that it asks for, as people write it; None where it is not known or asks for none.
    """

    by: Limit | WorthPer | Worth | Per | Bands
    value: str | None = None


class UsedUp(Struct, frozen=True):
    """A criterion that one more `event` like its latest brings nothing, for all of these reasons."""

    criterion: Each
    event: str
    refusals: tuple[Refusal, ...]


def find_used_up(plan: Plan, moment: Moment) -> dict[tuple[str, str], UsedUp]:
    """The criteria, by score and name, whose points would be the same after one more occurrence like their latest."""
    fed = {
        (part.name, step.criterion.name): step
        for part in plan.scores
        if isinstance(part, ScorePlan)
        for step in part.steps
        if isinstance(step, EachStep) and _limited(step.criterion) and _by_event(step, moment)
    }
    if not fed:
        return {}
    added = [_again(step, moment) for step in fed.values()]
    changes: list[Change | None] = [None, *added]
    at = int(moment.at[0])
    tried = change_lead(plan.model, moment.leads, at, changes)
    again = Trajectory(plan, tried, Tables()).at(np.full(len(tried), at, np.int64))
    told = (tuple(_refusals(step, again, copy, plan.model)) for copy, step in enumerate(fed.values(), 1))
    every = zip(fed.items(), added, told, strict=True)
    return {key: UsedUp(step.criterion, happens.event, found) for (key, step), happens, found in every if found}


def _by_event(step: EachStep, moment: Moment) -> bool:
    """Whether there are occurrences, and the latest of them is an event."""
    rows = step.find(moment).rows
    return len(rows) > 0 and rows[-1] != NO_EVENT


def _limited(criterion: Each) -> bool:
    """Whether limits alone can be why another occurrence gives nothing."""
    bounded = criterion.limits or criterion.worth is not None or criterion.worth_per or criterion.which == "first"
    otherwise = criterion.gap is not None or criterion.sequence or criterion.valid or criterion.which == "last"
    return bool(bounded and not otherwise and criterion.points and criterion.weight)


def _again(step: EachStep, moment: Moment) -> Happens:
    """The latest occurrence of a criterion, once more."""
    name, properties = moment.leads.events.told(int(step.find(moment).rows[-1]))
    return Happens(name, {key: single(column, 0) for key, column in properties.items()})


def _refusals(step: EachStep, again: Moment, copy: int, model: Model) -> Iterator[Refusal]:
    """Why the last event of a copy of the lead brings nothing; the first copy is without it."""
    trail, criterion, last = follow(step, again), step.criterion, int(again.leads.events.offsets[copy + 1]) - 1
    rows = np.flatnonzero(trail.matched.lead == copy)
    if trail.points[copy] != trail.points[0] or not len(rows) or trail.matched.rows[rows[-1]] != last:
        return
    groups = {name: group(again, trail.matched)[rows] for name, group in step.groups.items()}
    name, columns = again.leads.events.told(last)
    known = tell_properties(model, name, columns)(0)
    if not trail.counts[rows[-1]]:
        mine = trail.matched.only(trail.matched.lead == copy)
        for limit in refusing(criterion, mine, trail.counts[rows], again.setting.zone, groups):
            yield Refusal(limit, known.get(limit.property.name) if isinstance(limit, OncePer) else None)
        return
    left = np.zeros(len(trail.matched))
    left[trail.counts] = trail.left
    yield from _bounded(criterion, left[rows], groups, known)


def _bounded(criterion: Each, left: Floats, groups: Mapping[str, Ints], known: Mapping[str, str]) -> Iterator[Refusal]:
    """Why an occurrence that counts, the last of these, brings nothing. `left` is what each is worth."""
    if left[-1] == 0:
        if criterion.per is not None:
            yield Refusal(criterion.per, known.get(criterion.per.property.name))
        return
    per = criterion.worth_per
    if per is not None:
        name = per.property.name
        same = left[groups[name] == groups[name][-1]]
        before, after = np.clip([same[:-1].sum(), same.sum()], -per.points, per.points)
        if before == after:
            yield Refusal(per, known.get(name))
            return
    if criterion.worth is not None:
        yield Refusal(Worth(criterion.worth))
