"""A score at a moment to the events that its running balance is made of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.engine.balance import Happenings, group_bars
from leadrules.engine.columns import Bools, Floats, Ints
from leadrules.engine.criteria import Trail, follow
from leadrules.engine.moment import Find, Moment, Times
from leadrules.engine.plan import EachStep, Step
from leadrules.engine.ranges import runs
from leadrules.engine.resets import Fresh, not_taken_back
from leadrules.engine.steps import Steps


class _Part(Struct, frozen=True):
    """Some events with what each means: points of a criterion, or that a clock is set to 0 (`clock`, else -1)."""

    row: Ints
    time: Times
    event: Ints
    points: Floats
    clock: int


def happenings(steps: tuple[Step, ...], clocks: tuple[Find, ...], fresh: Fresh | None, moment: Moment) -> Happenings:
    """Every event that earns points or sets a clock, once; what it earns in several criteria is one sum."""
    parts = [_earning(step, moment) for step in steps if isinstance(step, EachStep)]
    parts += _setting(clocks, fresh, moment)
    row, time, event = (
        np.concatenate([[], *(getattr(p, n) for p in parts)]).astype(np.int64) for n in _Part.__struct_fields__[:3]
    )
    points = np.concatenate([np.zeros(0), *(part.points for part in parts)])
    clock = np.repeat([part.clock for part in parts] or np.zeros(0, np.int64), [len(part.row) for part in parts])
    order = np.lexsort((event, time, row))
    row, time, event, points, clock = row[order], time[order], event[order], points[order], clock[order]
    if not len(row):
        none = np.zeros((len(clocks), 0), bool)
        return Happenings(row, time, points, np.zeros(0, bool), none, none)
    starts = np.flatnonzero(np.concatenate([[True], np.any([np.diff(row), np.diff(time), np.diff(event)], axis=0)]))
    sets = np.array([np.logical_or.reduceat(clock == at, starts) for at in range(len(clocks))], bool)
    sets = sets.reshape(len(clocks), len(starts))
    counts: Bools = np.logical_or.reduceat(clock < 0, starts)
    bars = group_bars(row[starts], time[starts], sets)
    return Happenings(row[starts], time[starts], np.add.reduceat(points, starts), counts, sets, bars)


def _earning(step: EachStep, moment: Moment) -> _Part:
    trail = follow(step, moment)
    kept = np.flatnonzero(trail.counts)
    seen = trail.matched
    return _Part(seen.lead[kept], seen.time[kept], seen.rows[kept], increments(step, trail, moment), -1)


def _setting(clocks: tuple[Find, ...], fresh: Fresh | None, moment: Moment) -> Iterator[_Part]:
    for at, find in enumerate(clocks):
        seen = not_taken_back(find(moment), fresh)
        yield _Part(seen.lead, seen.time, seen.rows, np.zeros(len(seen)), at)


def increments(step: EachStep, trail: Trail, moment: Moment) -> Floats:
    """By how much each occurrence that counts moves what its criterion gives, within what it may be worth."""
    criterion, kept = step.criterion, np.flatnonzero(trail.counts)
    row, found = trail.matched.lead[kept], trail.left
    if criterion.worth_per is not None:
        group = step.groups[criterion.worth_per.property.name](moment, trail.matched)[kept]
        found = _within(row * (group.max(initial=0) + 1) + group, found, criterion.worth_per.points)
    if criterion.worth is not None:
        found = _within(row, found, criterion.worth)
    return found * criterion.weight


def _within(key: Ints, values: Floats, worth: float) -> Floats:
    """Steps of the sum of each key, kept within `worth` to either side of zero. Values stand in order."""
    order = np.argsort(key, kind="stable")
    offsets = runs(key[order])
    found, total = np.zeros(len(values)), np.zeros(len(offsets))
    for keys, places in Steps(offsets):
        rows, before = order[places], np.clip(total[keys], -worth, worth)
        total[keys] += values[rows]
        found[rows] = np.clip(total[keys], -worth, worth) - before
    return found
