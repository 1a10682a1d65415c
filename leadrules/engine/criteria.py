"""One criterion at a moment: the points of each lead, and the occurrences they come from."""

from __future__ import annotations

from typing import assert_never

import numpy as np
from msgspec import Struct

from leadrules.dsl.rules.model import Criterion, NoDecay
from leadrules.engine.columns import NEVER, TRUE, Bools, Floats, Ints, Moments
from leadrules.engine.moment import Moment, Seen, Times
from leadrules.engine.occurrences import counted, factor
from leadrules.engine.plan import CasesStep, EachStep, Giving, LevelStep, ScaleStep, TableStep, VetoStep


class Trail(Struct, frozen=True):
    """How the points of an `each` criterion came about.

    `matched`: the occurrences that match; `counts` says which of them count, `factors` what share of their points is
    left (of those that count, in order). `sums` (leads): the decayed sum; `points` (leads): that sum within bounds.
    """

    matched: Seen
    counts: Bools
    factors: Floats
    sums: Floats
    points: Floats


def points_of(step: Giving, moment: Moment) -> Floats:
    """The points a criterion gives each lead, before the bounds of its score. Shape (leads,), float64."""
    weight, points = step.criterion.weight, given(step, moment)
    return points if weight == 1.0 else weight * points


def given(step: Giving, moment: Moment) -> Floats:
    """The points of a criterion before its weight. Shape (leads,), float64."""
    match step:
        case LevelStep():
            return np.where(level_holds(step, moment), step.criterion.points, 0.0)
        case EachStep():
            return follow(step, moment).points
        case TableStep():
            return _timely(step.points(moment), step.criterion, moment)
        case CasesStep():
            return _timely(won(step, moment), step.criterion, moment)
        case ScaleStep():
            return scaled(step, moment)
        case _:
            assert_never(step)


def won(step: CasesStep, moment: Moment) -> Floats:
    """The points of the row that wins, or those of `otherwise`."""
    points = np.full(len(moment), step.criterion.otherwise)
    for row, holds in reversed(step.rows):
        points[np.broadcast_to(holds(moment) == TRUE, len(moment))] = row.points
    return points


def scaled(step: ScaleStep, moment: Moment) -> Floats:
    """The points of a scale: nothing where it does not hold, and where its value is not known."""
    points = np.asarray(step.points(moment), np.float64)
    return np.where(level_holds(step, moment) & ~np.isnan(points), points, 0.0)


def in_force(criterion: Criterion, time: Times) -> Bools:
    """At which of these times a criterion is valid."""
    if criterion.valid is None:
        return np.ones(len(time), bool)
    start, end = criterion.valid
    found: Bools = (time >= start) & (time < end)
    return found


def _timely(points: Floats, criterion: Criterion, moment: Moment) -> Floats:
    return points if criterion.valid is None else np.where(in_force(criterion, moment.at), points, 0.0)


def level_holds(step: LevelStep | ScaleStep | VetoStep, moment: Moment) -> Bools:
    """Where the condition of a level criterion is true, and the lead known for long enough."""
    holds = np.broadcast_to(step.holds is None or step.holds(moment) == TRUE, len(moment))
    if step.criterion.valid is not None:
        holds = holds & in_force(step.criterion, moment.at)
    if step.criterion.known_for is None:
        return holds
    return holds & known_for(moment, step.criterion.known_for)


def known_for(moment: Moment, duration: float) -> Bools:
    """Which leads are known for so many microseconds; those of which it is not known since when, are not."""
    since = known_since(moment)
    there = since != NEVER
    found: Bools = there & (moment.at - np.where(there, since, moment.at) >= duration)
    return found


def known_since(moment: Moment) -> Times:
    """Since when each lead is known: the field that says so, else its first visible event; `NEVER` without either."""
    since: Times = moment.once("known since", lambda: _known_since(moment))
    return since


def _known_since(moment: Moment) -> Times:
    first = np.full(len(moment), NEVER, np.int64)
    every = moment.seen_of(moment.setting.events)
    first[every.lead[::-1]] = every.time[::-1]
    name = moment.setting.known_from
    field = moment.leads.fields.get(name) if name else None
    if not isinstance(field, Moments):
        return first
    return np.where(field.values == NEVER, first, field.values)


def follow(step: EachStep, moment: Moment) -> Trail:
    """The points of an `each` criterion with everything they are made of."""
    criterion = step.criterion
    matched = step.find(moment)
    if criterion.valid is not None:
        matched = matched.only(in_force(criterion, matched.time))
    counts = np.ones(len(matched), bool)
    kept: slice | Ints = slice(None)
    if criterion.first or criterion.limits:
        counts = counted(matched, criterion.first, criterion.limits, moment.setting.zone)
        kept = np.flatnonzero(counts)
    factors = factor(criterion.decay, matched.age[kept])
    weights = None if isinstance(criterion.decay, NoDecay) else factors
    sums = criterion.points * np.bincount(matched.lead[kept], weights, len(moment)).astype(np.float64) + 0.0
    points = sums if criterion.worth is None else np.clip(sums, -criterion.worth, criterion.worth)
    return Trail(matched, counts, factors, sums, points)
