"""The points of criteria in views that stand in turns: worked out once for a lead, or carried along its log."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from leadrules.dsl.rules.model_criteria import Each, Expires, HalfLife, NoDecay
from leadrules.engine.columns import Floats, Ints
from leadrules.engine.criteria import barred, chosen, counting, original, points_of
from leadrules.engine.decay import left
from leadrules.engine.moment import Moment, Times
from leadrules.engine.plan import EachStep, Giving, ScorePlan, VetoStep
from leadrules.engine.track import Track

MOST_HALVINGS = 500.0  # 2^500 and its inverse are far from where floats end


class Worth(Struct, frozen=True):
    """Occurrences that count, in the order of the log, and what each is worth at its own time."""

    lead: Ints
    rows: Ints
    time: Times
    points: Floats


def points_along(part: ScorePlan, moment: Moment) -> Mapping[str, Floats]:
    """What `points_of` gives for each criterion of a score but vetoes, in the least work there is."""
    steps = [step for step in part.steps if not isinstance(step, VetoStep)]
    sums = _sums(steps, moment)
    found = {}
    for step in steps:
        summed = sums.get(step.criterion.name)
        found[step.criterion.name] = _shared(step, moment) if summed is None else summed
    return found


def _shared(step: Giving, moment: Moment) -> Floats:
    """The points of a step, worked out once for all plans that are made of it."""
    if moment.points is None:
        return _points(step, moment)
    if id(step) not in moment.points:
        moment.points[id(step)] = _points(step, moment)
    return moment.points[id(step)]


def _points(step: Giving, moment: Moment) -> Floats:
    track = moment.along(step.fields)
    if track is None:
        return points_of(step, moment)
    if isinstance(step, EachStep):
        return _weighed(step, _latest(step, moment, track), moment)
    found: Floats = points_of(step, moment.log)[track.lead]
    return found


def _weighed(step: EachStep, points: Floats, moment: Moment) -> Floats:
    """Points within what they may be worth, times the weight of their criterion, unless that is barred. In place."""
    criterion = step.criterion
    if criterion.worth is not None:
        np.clip(points, -criterion.worth, criterion.worth, out=points)
    if criterion.weight != 1.0:
        points *= criterion.weight
    return points if step.unless is None else np.where(barred(step, moment), 0.0, points)


def _worth(step: EachStep, log: Moment) -> Worth:
    criterion, matched = step.criterion, step.find(log)
    kept: slice | Ints = slice(None)
    if criterion.which != "last":  # the last of those that a view sees can be any of them
        groups = {name: group(log, matched) for name, group in step.groups.items()}
        kept = chosen(counting(step, matched, log, groups))
    lead = matched.lead[kept]
    points = np.broadcast_to(original(criterion, matched, log, kept), len(lead))
    return Worth(lead, matched.rows[kept], matched.time[kept], points)


# Sums: all criteria of a score are carried together, turn by turn.


def _sums(steps: list[Giving], moment: Moment) -> dict[str, Floats]:
    """The points of all criteria whose sums can be carried."""
    track = moment.track
    if track is None:
        return {}
    own = [step for step in steps if isinstance(step, EachStep) and _adds_up(step, moment)]
    if not own:
        return {}
    sums = np.empty((len(own), len(track)))
    for row, step in enumerate(own):
        _lay(step, moment, track, sums[row])
    track.carry(sums)
    return {
        step.criterion.name: _weighed(step, _left(step.criterion, sums[row], moment), moment)
        for row, step in enumerate(own)
    }


def _adds_up(step: EachStep, moment: Moment) -> bool:
    """Whether the points of a criterion are a sum of which time leaves the same share in all parts, or all of it."""
    if step.criterion.which == "last" or moment.along(step.fields) is None:
        return False
    decay = step.criterion.decay
    return isinstance(decay, NoDecay) or (
        isinstance(decay, HalfLife) and _longest(moment) < MOST_HALVINGS * decay.duration
    )


def _lay(step: EachStep, moment: Moment, track: Track, sums: Floats) -> None:
    """Set `sums` to what comes with each view. Half-lives are counted from the first event of each lead."""
    criterion, worth = step.criterion, _worth(step, moment.log)
    slots, points = track.slots[worth.rows], worth.points
    if isinstance(criterion.decay, HalfLife):
        points = _grown(points, worth, slots, criterion.decay.duration, moment)
    elif criterion.per is None:
        points = np.ones(1)
    track.lay(slots, points, sums)


def _grown(points: Floats, worth: Worth, slots: Times, half_life: float, moment: Moment) -> Floats:
    """What has to be there at the time of each occurrence, that its points are left of it when all views shrink it alike."""
    if moment.track is not None and moment.track.apart:
        found: Floats = points / _shrunk(half_life, moment)[slots]
        return found
    grown: Floats = points * np.exp2((worth.time - _begin(moment)[worth.lead]) * (1.0 / half_life))
    return grown


def _left(criterion: Each, sums: Floats, moment: Moment) -> Floats:
    """What is left of sums, in place; without decay a product, which is nearer to exact."""
    if isinstance(criterion.decay, HalfLife):
        sums *= _shrunk(criterion.decay.duration, moment)
    elif criterion.per is None:
        sums *= criterion.points
    return sums


def _shrunk(half_life: float, moment: Moment) -> Floats:
    """What the time since the first event of its lead leaves in each view; 1 before it. One for all of a half-life."""

    def ages() -> Floats:
        assert moment.track is not None
        age: Floats = np.minimum(_begin(moment)[moment.track.lead] - moment.at, 0).astype(np.float64)
        return age

    def work() -> Floats:
        age: Floats = moment.once("since begin", ages)
        twice: Floats | None = moment.worked_out.get(("shrunk", half_life / 2))
        shrunk: Floats = np.exp2(age * (1.0 / half_life)) if twice is None else np.sqrt(twice)
        return shrunk

    found: Floats = moment.once(("shrunk", half_life), work)
    return found


def _begin(moment: Moment) -> Times:
    """The first event of each lead of the block, 0 where there is none."""
    offsets, time = moment.leads.events.offsets, moment.leads.events.time

    def work() -> Times:
        begin = np.zeros(len(moment.leads), np.int64)
        busy = np.flatnonzero(np.diff(offsets))
        begin[busy] = time[offsets[busy]]
        return begin

    found: Times = moment.once("begin", work)
    return found


def _longest(moment: Moment) -> int:
    """The longest time between two events of one lead, in microseconds."""
    offsets, time = moment.leads.events.offsets, moment.leads.events.time

    def work() -> int:
        busy = np.flatnonzero(np.diff(offsets))
        return int(np.max(time[offsets[busy + 1] - 1] - time[offsets[busy]], initial=0))

    found: int = moment.once("longest", work)
    return found


# What is not summed, or cannot be written as one sum.


def _latest(step: EachStep, moment: Moment, track: Track) -> Floats:
    criterion, worth = step.criterion, _worth(step, moment.log)
    match criterion:
        case Each(decay=NoDecay()):
            return track.last(worth.rows, worth.points, 0.0)
        case Each(which="each", decay=HalfLife(duration)):
            age = np.subtract(track.before(track.at), track.at, dtype=np.float64)
            return track.decay(_on_arrival(worth, duration, track), np.exp2(age / duration))
        case Each(which="each", decay=Expires(duration)):
            return criterion.points * track.within(worth.lead, worth.rows, worth.time, duration)
        case _:
            return _alone(criterion, worth, track)


def _on_arrival(worth: Worth, half_life: float, track: Track) -> Floats:
    """What is left of occurrences where they are first seen (views,)."""
    slots = track.slots[worth.rows]
    seen = np.flatnonzero(slots < len(track))
    age = np.subtract(track.at[slots[seen]], worth.time[seen], dtype=np.float64)
    found = np.empty(len(track))
    track.lay(slots[seen], worth.points[seen] * np.exp2(age * (-1.0 / half_life)), found)
    return found


def _alone(criterion: Each, worth: Worth, track: Track) -> Floats:
    """What is left of the one occurrence that each view sees last, the first of its lead being the only one there is."""
    place = track.last(worth.rows, np.arange(len(worth.rows)), -1)
    there = np.flatnonzero(place >= 0)
    found = np.zeros(len(place))
    at = place[there]
    found[there] = left(
        criterion.decay, worth.points[at], np.subtract(track.at[there], worth.time[at], dtype=np.float64)
    )
    return found
