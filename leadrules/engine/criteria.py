"""One criterion at a moment: the points of each lead, and the occurrences they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import numpy as np
from msgspec import Struct

from leadrules.dsl.rules.model_criteria import Bands, Criterion, Each, NoDecay, Per, WorthPer
from leadrules.engine.columns import NEVER, TRUE, Bools, Floats, Ints, Moments, Numbers, Truths
from leadrules.engine.decay import left
from leadrules.engine.keep import keep, keep_finite
from leadrules.engine.moment import Moment, Occasion, Seen, Times
from leadrules.engine.occurrences import counted
from leadrules.engine.plan import CasesStep, EachStep, Giving, LevelStep, ScaleStep, TableStep, VetoStep


class Trail(Struct, frozen=True):
    """How the points of an `each` criterion came about.

    `matched`: the occurrences that match; `counts` says which of them count, `left` what is left of their points (of
    those that count, in order). `sums` (leads): the decayed sum; `points` (leads): that sum within bounds.
    """

    matched: Seen
    counts: Bools
    left: Floats
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
            return level_holds(step, moment) * np.float64(step.criterion.points) + 0.0  # no -0
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
        points[holds(moment) == TRUE] = row.points
    return points


def scaled(step: ScaleStep, moment: Moment) -> Floats:
    """The points of a scale: nothing where it does not hold, and where its value is not known."""
    points = np.asarray(step.points(moment), np.float64)
    return keep(np.where(level_holds(step, moment) & ~np.isnan(points), points, 0.0))


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
    holds: Bools = truth_of(step, moment) == TRUE
    if step.criterion.valid is not None:
        holds = holds & in_force(step.criterion, moment.at)
    if step.unless is not None:
        holds = holds & ~barred(step, moment)
    if step.criterion.known_for is None:
        return holds
    return holds & known_for(moment, step.criterion.known_for)


def barred(step: LevelStep | EachStep | ScaleStep | VetoStep, moment: Moment) -> Bools:
    """Where the `unless` of a criterion is true, so that it gives nothing."""
    return np.zeros(len(moment), bool) if step.unless is None else np.equal(step.unless(moment), TRUE)


def truth_of(step: LevelStep | ScaleStep | VetoStep, moment: Moment) -> Truths:
    """Kleene's truth of the condition of a level criterion; true where it has none. Shape (leads,), int8."""
    if step.holds is None:
        return np.full(len(moment), TRUE)
    holds = step.holds
    truths: Truths = moment.step(("truth", id(step)), lambda: holds(moment))
    return truths


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
    first = _first_seen(moment)
    name = moment.setting.known_from
    field = moment.field(name) if name else None
    if not isinstance(field, Moments):
        return first
    return np.where(field.values == NEVER, first, field.values)


def _first_seen(moment: Moment) -> Times:
    first = np.full(len(moment), NEVER, np.int64)
    if moment.track is None or moment.views is None:
        every = moment.seen_of(moment.setting.events)
        first[every.lead[::-1]] = every.time[::-1]
        return first
    events, views = moment.leads.events, moment.views
    some = np.flatnonzero(views.seen)
    first[some] = events.time[events.offsets[views.lead[some]]]
    return first


def follow(step: EachStep, moment: Moment) -> Trail:
    """The points of an `each` criterion with everything they are made of."""
    trail: Trail = moment.step(("trail", id(step)), lambda: _follow(step, moment))
    return trail


def _follow(step: EachStep, moment: Moment) -> Trail:
    criterion = step.criterion
    matched = step.find(moment)
    if not len(matched):
        nothing = np.zeros(len(moment))
        return Trail(matched, np.zeros(0, bool), np.zeros(0), nothing, nothing)
    groups = {name: group(moment, matched) for name, group in step.groups.items()}
    counts = counting(step, matched, moment, groups)
    if step.unless is not None:
        counts = counts & ~barred(step, moment)[matched.lead]
    kept = chosen(counts)
    lead = matched.lead[kept]
    rest = left(criterion.decay, original(criterion, matched, moment, kept), matched.age[kept])
    sums = points = _added(criterion, rest, lead, len(moment))
    if criterion.worth_per is not None:
        points = _within_groups(criterion.worth_per, rest, lead, groups[criterion.worth_per.property.name][kept], sums)
    if criterion.worth is not None:
        points = np.clip(points, -criterion.worth, criterion.worth)
    return Trail(matched, counts, rest, sums, points)


def counting(step: EachStep, matched: Seen, moment: Moment, groups: Mapping[str, Ints]) -> Bools:
    """Which of the occurrences that match count, whatever bars the criterion."""
    if step.criterion.which == "each" and not step.criterion.limits:
        return np.ones(len(matched), bool)
    return counted(step.criterion, matched, moment.setting.zone, groups)


def chosen(counts: Bools) -> slice | Ints:
    """The rows that count; all of them as a slice, which copies nothing."""
    return slice(None) if counts.all() else np.flatnonzero(counts)


def original(criterion: Each, matched: Seen, moment: Moment, kept: slice | Ints) -> float | Floats:
    """The points of some occurrences at their own time: of every one the same, or of each its own."""
    if criterion.per is None:
        return criterion.points
    with np.errstate(over="ignore"):
        return keep(criterion.points * times(criterion.per, matched, moment)[kept])


def times(per: Per | Bands, seen: Seen, moment: Moment) -> Floats:
    """How often each occurrence counts: as often as the size goes into its property, never where that is not known.

    With bands: what the property earns in all of them.
    """
    column = Occasion(moment, seen).column(per.property)
    assert isinstance(column, Numbers)
    if isinstance(per, Bands):
        return _in_bands(np.nan_to_num(column.values, nan=0.0), per)
    with np.errstate(over="ignore"):
        found: Floats = np.nan_to_num(column.values / per.size, nan=0.0)
    whole: Floats = np.trunc(found)
    return whole if per.full else found


def _in_bands(amounts: Floats, bands: Bands) -> Floats:
    """What amounts earn, each cut into bands from zero upwards."""
    earned, start = np.zeros(len(amounts)), 0.0
    for band in bands.bands:
        with np.errstate(over="ignore"):
            earned += keep(keep_finite(np.clip(amounts - start, 0.0, band.size) / band.per) * band.points)
        start += band.size
    return earned


def _within_groups(worth: WorthPer, rest: Floats, lead: Ints, group: Ints, sums: Floats) -> Floats:
    """The sum of each lead's groups, each kept within what it may be worth.

    Groups are added up in the order of their first occurrence, so that no other lead has a part in the last digit.
    """
    key = lead * (group.max(initial=0) + 1) + group
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    within = np.clip(np.bincount(place, rest, len(first)), -worth.points, worth.points)
    order = np.argsort(first)
    return np.bincount(lead[first[order]], within[order], len(sums)) + 0.0


def _added(criterion: Each, rest: Floats, place: Ints, places: int) -> Floats:
    """The sum of what is left at each place, such as a lead; without decay a product, which is nearer to exact."""
    if isinstance(criterion.decay, NoDecay) and criterion.per is None:
        return criterion.points * np.bincount(place, minlength=places) + 0.0
    return np.bincount(place, rest, places) + 0.0
