"""A showing to precision at the capacity of sales: of as many of the best leads a week as can be called, how many win.

A lead is looked at once, at its landmark, when it is open and nobody has worked it; it competes with those whose landmark
lies in the same seven days of the market. Of leads with one score at the cut each counts in part.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.as_of import show_instant
from leadrules.engine.zone import SECOND
from leadrules.judging.figure import Bools, Figure, estimate
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.rank import ordered, win_rate_about
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.population import Floats
from leadrules.simulator.queue_runs import WEEK

Weeks = npt.NDArray[np.int16]


class AtCapacity(Struct, frozen=True):
    """Seven days from `since` on, a local date: leads that come to their landmark then, calls that can be made, and what
    share of the best so many win; `expected`: the same by P(won)."""

    since: str
    leads: int
    capacity: int
    precision: Estimate
    expected: Estimate


class Taken(Struct, frozen=True):
    """The best leads of each week, all (leads,).

    `week`: -1 of those that are not judged. `part`: how much of each is taken. `pull`: by how much the sum over those
    that are taken would rise with one more lead like this, `room` by how much their number.
    """

    week: Weeks
    part: Floats
    pull: Floats
    room: Floats


def measure_capacity(showing: Showing) -> Iterator[Measure]:
    """The share of winners among the best leads of all weeks; none where nobody calls."""
    if showing.worked is None:
        return
    title = "precision at the capacity of sales"
    yield _measure("precision at capacity", title, showing, showing.sample.target.astype(np.float64))
    if showing.sample.chance is not None:
        yield _measure("expected precision at capacity", f"{title}, by P(won)", showing, showing.sample.chance)


def _measure(name: str, title: str, showing: Showing, likely: Floats) -> Measure:
    return Measure(name, title, "ranking", "share", 1, lambda: precision_at_capacity(showing, likely), "queue")


def precision_at_capacity(showing: Showing, likely: Floats) -> Figure | None:
    """That share over all weeks together. `likely` (leads,): what counts as winning."""
    return _share(take(showing, likely), likely)


def by_week(showing: Showing) -> tuple[AtCapacity, ...]:
    """Week after week; those in which no lead comes to its landmark are left out."""
    if showing.worked is None:
        return ()
    sample = showing.sample
    likely = sample.target.astype(np.float64), sample.likely
    taken = [take(showing, each) for each in likely]
    found = []
    for number, week in enumerate(showing.worked.policy.weeks):
        among = taken[0].week == number
        if among.any():
            figures = (_share(one, each, among) for one, each in zip(taken, likely, strict=True))
            told = (estimate(figure, sample.account) for figure in figures)
            since = show_instant(sample.start + number * WEEK * SECOND, sample.timezone)[:10]
            found.append(AtCapacity(since, int(np.count_nonzero(among)), week.capacity, *told))
    return tuple(found)


def take(showing: Showing, likely: Floats) -> Taken:
    """The best leads of each week, as many as can be called in it. `likely` (leads,): what counts as winning."""
    assert showing.worked is not None
    sample, score = showing.sample, showing.ratings.score
    week = np.where(sample.judged, sample.landmark // WEEK, -1).astype(np.int16)
    part, pull, room = np.zeros(len(sample)), np.zeros(len(sample)), np.zeros(len(sample))
    order = np.argsort(week, kind="stable")
    ends = np.searchsorted(week[order], np.arange(len(showing.worked.policy.weeks) + 1))
    for number, (first, last) in enumerate(pairwise(ends.tolist())):
        rows = order[first:last]
        capacity = showing.worked.policy.weeks[number].capacity
        if len(rows) <= capacity:
            part[rows], pull[rows], room[rows] = 1.0, likely[rows], 1.0
        elif capacity:
            ranks = ordered(score[rows], likely[rows])
            before = np.cumsum(ranks.leads) - ranks.leads
            part[rows] = (np.clip(capacity - before, 0.0, ranks.leads) / ranks.leads)[ranks.bins]
            pull[rows] = part[rows] * (likely[rows] - win_rate_about(ranks, capacity))
    return Taken(week, part, pull, room)


def _share(taken: Taken, likely: Floats, among: Bools | None = None) -> Figure | None:
    """The share of those that are taken, in some weeks; a lead that pushes another one out stands in its place."""
    chosen = taken.week >= 0 if among is None else among
    number = float((taken.part * chosen).sum())
    if not number:
        return None
    value = float((taken.part * likely * chosen).sum()) / number
    parts = (taken.pull - value * taken.room) * chosen / number
    found = Figure(value, parts - float(parts.mean()))
    certain = bool(np.all((likely == 0) | (likely == 1)))
    return replace(found, law="share", trials=number) if certain else found
