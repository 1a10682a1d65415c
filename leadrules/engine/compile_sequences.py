"""Occurrences that lie in some time, or follow something: one of another kind, or a gap."""

from __future__ import annotations

import numpy as np

from leadrules.dsl.rules.model_criteria import Each
from leadrules.engine.columns import Bools, Ints
from leadrules.engine.criteria import in_force
from leadrules.engine.moment import Find, Moment, Seen, Times


def compile_dates(find: Find, criterion: Each) -> Find:
    """The occurrences that lie in the time in which a criterion is valid."""

    def timely(moment: Moment) -> Seen:
        seen = find(moment)
        return seen.only(in_force(criterion, seen.time))

    return timely


def compile_gap(find: Find, gap: float) -> Find:
    """The occurrences that come at least `gap` microseconds after the one before them. The first of a lead is none."""

    def returns(moment: Moment) -> Seen:
        seen = find(moment)
        late = np.zeros(len(seen), bool)
        late[1:] = (np.diff(seen.lead) == 0) & (np.diff(seen.time) >= gap)
        return seen.only(late)

    return returns


def compile_visits(find: Find, gap: float) -> Find:
    """The occurrences that begin a visit: the first of a lead, and those that come `gap` or more after the one before."""

    def first_of_each(moment: Moment) -> Seen:
        seen = find(moment)
        begins = np.ones(len(seen), bool)
        begins[1:] = (np.diff(seen.lead) != 0) | (np.diff(seen.time) >= gap)
        return seen.only(begins)

    return first_of_each


def compile_sequence(before: Find, after: Find, within: float) -> Find:
    """The occurrences of `after` that take one of `before`: the latest that none took, strictly earlier, within time."""

    def followers(moment: Moment) -> Seen:
        first, second = before(moment), after(moment)
        mates = latest_untaken(first.lead, first.time, second.lead, second.time)
        there = np.flatnonzero(mates >= 0)
        found = np.zeros(len(second), bool)
        found[there] = second.time[there] - first.time[mates[there]] < within
        return second.only(found)

    return followers


def latest_untaken(lead: Ints, time: Times, then_lead: Ints, then_time: Times) -> Ints:
    """For each of the latter its mate among the former, -1 where there is none. Both are sorted by lead and time.

    Each of the latter closes what the latest of the former has opened, as brackets do. One whose mate lies too far back
    takes it all the same: whoever comes later finds it further back still.
    """
    # At one instant the latter come first: what they take is strictly earlier.
    opens = np.repeat([False, True], [len(then_lead), len(lead)])
    leads, times = np.concatenate([then_lead, lead]), np.concatenate([then_time, time])
    order = np.lexsort((opens, times, leads))
    level, closed = _levels(leads[order], opens[order])
    kept = np.flatnonzero(opens[order] | closed)
    kept = kept[np.lexsort((kept, level[kept], leads[order][kept]))]
    mates = np.full(len(then_lead), -1, np.int64)
    closing = np.flatnonzero(~opens[order][kept])
    mates[order[kept[closing]]] = order[kept[closing - 1]] - len(then_lead)
    return mates


def _levels(lead: Ints, opens: Bools) -> tuple[Ints, Bools]:
    """How deep each bracket lies in its lead, and which closing ones have something to close. Leads ascend."""
    steps = np.where(opens, 1, -1)
    height = np.cumsum(steps)
    starts = np.flatnonzero(np.diff(lead, prepend=-1))
    base = np.repeat(height[starts] - steps[starts], np.diff(starts, append=len(lead))) if len(lead) else height
    below = height - base - lead.astype(np.int64) * (2 * len(lead) + 2)  # each lead lies lower than all before it
    floor = np.minimum.accumulate(np.minimum(below, -lead.astype(np.int64) * (2 * len(lead) + 2)))
    depth = below - floor
    lowest = np.concatenate([[0], floor[:-1]]) if len(floor) else floor
    fresh = np.zeros(len(lead), bool)
    fresh[starts] = True
    closes = ~opens & ~fresh & (floor == lowest)
    return np.where(opens, depth, depth + 1), closes
