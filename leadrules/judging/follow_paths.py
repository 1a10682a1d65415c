"""Courses of a block to paths: when leads get hot, how often they fall back, and how long they stay in each tier."""

from __future__ import annotations

import numpy as np

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.course import Course, courses
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.scores import rank_values
from leadrules.engine.zone import DAY, SECOND
from leadrules.judging.figure import Bools
from leadrules.judging.ratings import Paths
from leadrules.judging.stack import stacked
from leadrules.simulator.hot import HotList, joined, last_looks
from leadrules.simulator.population import Floats, Ledger, Ticks

WEEK = 7 * DAY // SECOND


def follow_paths(plan: Plan, leads: Leads, truth: Ledger, scenario: ScenarioModel, first: int) -> tuple[Paths, HotList]:
    """The paths of a block's leads, and who of them gets hot. `first`: number of the block's first lead.

    Tiers are decided when the rule set says: at events, or at times of day. Without tiers nobody is hot.
    """
    if not plan.tiers:
        return _nowhere(len(leads)), joined([])
    paths, hot = [], []
    for part, course in courses(plan, leads, last_looks(leads, scenario.start + int(scenario.horizon.value) * SECOND)):
        numbers = np.arange(part.start, part.stop)
        ticks = _ticks(course, scenario.start, truth.arrival[part])
        path, rows = _path(course, ticks, len(plan.tiers))
        paths.append(path)
        hot.append(_hot(course, ticks, rows, truth.account[part], numbers + first))
    return stacked(paths), joined(hot)


def paths_of(plan: Plan, leads: Leads, start: int, arrival: Ticks, until: Ticks) -> Paths:
    """The paths of leads up to an instant each (leads,); `arrival` (leads,) in seconds since the instant `start`."""
    return stacked(
        [
            _path(course, _ticks(course, start, arrival[part]), len(plan.tiers))[0]
            for part, course in courses(plan, leads, until)
        ]
    )


def _ticks(course: Course, start: int, arrival: Ticks) -> Ticks:
    """When each evaluation is, in seconds since the start, and not before its lead is there."""
    return np.maximum((course.evaluations.views.at - start) // SECOND, arrival[course.evaluations.views.lead])


def _nowhere(leads: int) -> Paths:
    none, zeros = np.full((1, leads), -1, np.int32), np.zeros(leads, np.int16)
    return Paths(none, zeros, zeros, zeros, np.zeros((1, leads), np.float32), np.zeros(leads, np.int8))


def _path(course: Course, ticks: Ticks, tiers: int) -> tuple[Paths, Ticks]:
    """The paths of one course, and the rows at which leads get into the best tier for the first time."""
    offsets, lead = course.evaluations.offsets, course.evaluations.views.lead.astype(np.int64)
    leads = len(offsets) - 1
    asked = np.zeros(len(lead), bool)
    asked[offsets[1:] - 1] = True  # there somebody asks, and no tier is decided
    tier = course.scores.tiers.astype(np.int64)
    before = np.append(np.int64(-1), tier[:-1])
    before[offsets[:-1]] = -1
    up = np.flatnonzero((tier == 0) & (before != 0) & ~asked)
    down = np.flatnonzero((tier != 0) & (before == 0) & ~asked)
    opened = up[np.diff(lead[up], prepend=-1) != 0]
    stay = np.append(ticks[1:] - ticks[:-1], 0)
    stay[offsets[1:] - 1] = 0
    spent = np.bincount(tier * leads + lead, weights=stay, minlength=tiers * leads)
    return (
        Paths(
            _first(lead, tier, ticks, asked, tiers),
            _count(lead[up], leads),
            _count(lead[down], leads),
            _count(_again(lead, ticks, up, down), leads),
            spent.reshape(tiers, leads).astype(np.float32),
            tier[offsets[1:] - 1].astype(np.int8),
        ),
        opened,
    )


def _first(
    lead: Ticks, tier: Ticks, ticks: Ticks, asked: Bools, tiers: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """When each lead is in each tier for the first time (tiers, leads); the last is where somebody asks, for each lead."""
    leads = int(np.count_nonzero(asked))
    found = np.full((tiers, leads), -1, np.int32)
    rows = np.flatnonzero(~asked)[::-1]  # of several the first is written last
    found[tier[rows], lead[rows]] = ticks[rows]
    return found


def _count(leads: Ticks, size: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.bincount(leads, minlength=size).astype(np.int16)


def _again(lead: Ticks, ticks: Ticks, up: Ticks, down: Ticks) -> Ticks:
    """The lead of each step up that comes within seven days of the step down before it."""
    place = np.searchsorted(down, up) - 1
    known = place >= 0
    before = down[place[known]]
    rows = up[known]
    soon = (lead[before] == lead[rows]) & (ticks[rows] - ticks[before] <= WEEK)
    found: Ticks = lead[rows[soon]]
    return found


def _hot(course: Course, ticks: Ticks, rows: Ticks, account: Ticks, number: Ticks) -> HotList:
    lead = course.evaluations.views.lead[rows]
    score: Floats = np.round(rank_values(course.scores)[rows], 6).astype(np.float64)
    numbers = [column.astype(np.uint32) for column in (number[lead], account[lead], ticks[rows])]
    return HotList(numbers[0], numbers[1], numbers[2], score)
