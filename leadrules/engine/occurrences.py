"""Which occurrences count: limits, array at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import numpy as np
import numpy.typing as npt

from leadrules.dsl.rules.model_criteria import AtMost, AtMostInAny, Each, Limit, OncePer
from leadrules.engine.columns import Bools, Ints
from leadrules.engine.moment import Seen
from leadrules.engine.ranges import runs
from leadrules.engine.steps import Steps
from leadrules.engine.zone import Times, Zone

BEFORE_ALL = np.iinfo(np.int64).min // 2


def counted(criterion: Each, seen: Seen, zone: Zone, groups: Mapping[str, Ints]) -> Bools:
    """Which occurrences count: the first or the last of each lead alone, or those that every limit allows.

    `groups` numbers the occurrences by the value of each property that a limit tells them apart by.
    """
    match criterion.which:
        case "last":
            return np.not_equal(np.diff(seen.lead, append=-1), 0)
        case "first" | "each":
            return _allowed(seen, _limits(criterion), zone, groups)
        case _:
            assert_never(criterion.which)


def refusing(criterion: Each, seen: Seen, counts: Bools, zone: Zone, groups: Mapping[str, Ints]) -> tuple[Limit, ...]:
    """The limits that refuse the last of one lead's occurrences, each for itself, by which of those before it counted."""
    return tuple(limit for limit in _limits(criterion) if _refuses(limit, seen, counts, zone, groups))


def _limits(criterion: Each) -> tuple[Limit, ...]:
    return (*criterion.limits, AtMost(1, "all")) if criterion.which == "first" else tuple(criterion.limits)


def _refuses(limit: Limit, seen: Seen, counts: Bools, zone: Zone, groups: Mapping[str, Ints]) -> bool:
    if isinstance(limit, AtMostInAny):
        together = seen.time[-1] - seen.time < limit.window
    else:
        group = _group(limit, seen, zone, groups)
        together = group == group[-1]
    return int(np.count_nonzero((counts & together)[:-1])) >= _count(limit)


def _allowed(seen: Seen, limits: Sequence[Limit], zone: Zone, groups: Mapping[str, Ints]) -> Bools:
    """Which occurrences every limit allows, earliest first.

    Limits in nested periods (a day in a month in all time) can be applied one after the other: once a longer period
    is full nothing more counts in it, and until then only the shorter ones decide. So it is with the values of a
    property in all time. Weeks are not nested in months, values not in periods, and rolling windows in nothing, so
    that these are stepped through occurrence by occurrence.
    """
    if np.bincount(seen.lead).max(initial=0) <= min(map(_count, limits)):
        return np.ones(len(seen), bool)  # a limit refuses none before it is full
    if not _nested(limits):
        return _stepped(seen, limits, zone, groups)
    keep = np.arange(len(seen))
    for limit in sorted(limits, key=_length):
        assert not isinstance(limit, AtMostInAny)
        keep = keep[_rank(seen.lead[keep], _group(limit, seen, zone, groups, keep)) < _count(limit)]
    found = np.zeros(len(seen), bool)
    found[keep] = True
    return found


def _nested(limits: Sequence[Limit]) -> bool:
    periods = {limit.period for limit in limits if isinstance(limit, AtMost)}
    apart = sum(isinstance(limit, OncePer) for limit in limits)
    fits = periods <= {"all"} if apart else not {"week", "month"} <= periods
    return fits and apart <= 1 and not any(isinstance(limit, AtMostInAny) for limit in limits)


def _length(limit: Limit) -> int:
    return ("day", "week", "month", "all").index(limit.period) if isinstance(limit, AtMost) else -1


def _count(limit: Limit) -> int:
    return 1 if isinstance(limit, OncePer) else limit.count


def _group(
    limit: AtMost | OncePer, seen: Seen, zone: Zone, groups: Mapping[str, Ints], at: slice | Ints = slice(None)
) -> Ints:
    """The numbers of what a limit counts in, for the occurrences at some rows: calendar periods, or values."""
    return groups[limit.property.name][at] if isinstance(limit, OncePer) else _period(seen.time[at], limit.period, zone)


def _period(time: Times, period: str, zone: Zone) -> Times:
    """The number of the calendar period that each time lies in."""
    match period:
        case "day":
            return zone.day(time)
        case "week":
            return zone.week(time)
        case "month":
            return zone.month(time)
        case _:
            return np.zeros(len(time), np.int64)


def _rank(lead: Ints, group: Ints) -> npt.NDArray[np.int64]:
    """How many occurrences of the same lead and group come before each. Leads ascend, and groups as a rule."""
    if not len(lead):
        return np.zeros(0, np.int64)
    changes = (lead[1:] != lead[:-1]) | (group[1:] != group[:-1])
    if np.any((lead[1:] == lead[:-1]) & (group[1:] < group[:-1])):  # clocks set back over midnight
        order = np.lexsort((group, lead))
        found = np.empty(len(lead), np.int64)
        found[order] = _rank(lead[order], group[order])
        return found
    starts = np.flatnonzero(np.concatenate([[True], changes]))
    return np.arange(len(lead)) - np.repeat(starts, np.diff(starts, append=len(lead)))


class _Rolling:
    """The times of the last counted occurrences of each lead, the oldest first."""

    def __init__(self, limit: AtMostInAny, leads: int) -> None:
        self.window = limit.window
        self.last = np.full((limit.count, leads), BEFORE_ALL, np.int64)

    def allows(self, leads: Ints, rows: Ints, time: Times) -> Bools:
        allowed: Bools = time - self.last[0, leads] >= self.window
        return allowed

    def count(self, leads: Ints, rows: Ints, time: Times, allowed: Bools) -> None:
        more = leads[allowed]
        self.last[:-1, more] = self.last[1:, more]
        self.last[-1, more] = time[allowed]


class _Grouped:
    """How many occurrences counted in each group of each lead: in a calendar period, of a value."""

    def __init__(self, count: int, lead: Ints, group: Ints) -> None:
        low, high = group.min(initial=0), group.max(initial=0)
        groups, self.group = np.unique(lead * (high - low + 1) + (group - low), return_inverse=True)
        self.limit, self.used = count, np.zeros(len(groups), np.int64)

    def allows(self, leads: Ints, rows: Ints, time: Times) -> Bools:
        allowed: Bools = self.used[self.group[rows]] < self.limit
        return allowed

    def count(self, leads: Ints, rows: Ints, time: Times, allowed: Bools) -> None:
        self.used[self.group[rows]] += allowed


def _stepped(seen: Seen, limits: Sequence[Limit], zone: Zone, groups: Mapping[str, Ints]) -> Bools:
    """Step k looks at the k-th occurrence of every lead that has so many."""
    found, offsets = np.zeros(len(seen), bool), runs(seen.lead)
    keepers = [_keeper(limit, seen, len(offsets), zone, groups) for limit in limits]
    for leads, rows in Steps(offsets):
        time = seen.time[rows]
        allowed = np.logical_and.reduce([keeper.allows(leads, rows, time) for keeper in keepers])
        for keeper in keepers:
            keeper.count(leads, rows, time, allowed)
        found[rows] = allowed
    return found


def _keeper(limit: Limit, seen: Seen, leads: int, zone: Zone, groups: Mapping[str, Ints]) -> _Rolling | _Grouped:
    if isinstance(limit, AtMostInAny):
        return _Rolling(limit, leads)
    return _Grouped(_count(limit), seen.lead, _group(limit, seen, zone, groups))
