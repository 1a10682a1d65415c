"""Two showings to who changes place: from tier to tier, in and out of the best one, up and down, and by what criteria."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from leadrules.judging.comparison import BOUND, Cause, Crossing, Migration, Moved
from leadrules.judging.figure import estimate
from leadrules.judging.measure import Showing
from leadrules.judging.ratings import Ratings
from leadrules.simulator.population import Floats

MOST = 10


def migration(old: Showing, new: Showing) -> Migration:
    """The judged leads by old and new tier."""
    sample, rows = old.sample, len(old.ratings.tiers)
    columns = len(new.ratings.tiers)
    cell = old.ratings.tier.astype(np.int64) * columns + new.ratings.tier
    counts = [np.bincount(cell[among], minlength=rows * columns) for among in (sample.judged, sample.target)]
    leads, won = (tuple(tuple(row) for row in count.reshape(rows, columns).tolist()) for count in counts)
    return Migration(old.ratings.tiers, new.ratings.tiers, leads, won)


def crossing(inside: Showing, outside: Showing, sign: float) -> Crossing:
    """The judged leads in the best tier of one rule set and not in that of the other; `sign` 1 where the first is new.

    The criterion that a lead crosses by is the one that adds most to its change of score in the direction of the change;
    of a lead whose score stays the same it is what the tier asks for.
    """
    sample = inside.sample
    across = sample.judged & (inside.ratings.tier == 0) & (outside.ratings.tier != 0)
    new, old = (inside, outside) if sign > 0 else (outside, inside)
    names, change = changes_of_points(old.ratings, new.ratings, np.flatnonzero(across))
    causes: list[Cause] = []
    if len(names) and across.any():
        main = (sign * change).argmax(axis=0)
        told = (sign * change).max(axis=0) > 0
        for place, name in enumerate(names):
            mine = told & (main == place)
            if mine.any():
                causes.append(Cause(name, int(mine.sum()), float(change[place, mine].sum())))
    else:
        told = np.zeros(int(across.sum()), bool)
    stays = (old.ratings.score[across] == new.ratings.score[across]) & ~told
    causes += [Cause(name, int(rows.sum()), 0.0) for name, rows in ((BOUND, stays), ("", ~told & ~stays)) if rows.any()]
    causes.sort(key=lambda cause: -cause.leads)
    rate = estimate(sample.share(sample.target, across), sample.account)
    return Crossing(int(across.sum()), rate, tuple(causes))


def changes_of_points(
    old: Ratings, new: Ratings, leads: npt.NDArray[np.int64]
) -> tuple[list[str], npt.NDArray[np.float32]]:
    """By how much each criterion's points change for some leads: names, and (criteria, leads)."""
    names = list(dict.fromkeys([*old.criteria, *new.criteria]))
    found = np.zeros((len(names), len(leads)), np.float32)
    for ratings, sign in ((old, -1), (new, 1)):
        for place, criterion in enumerate(ratings.criteria):
            found[names.index(criterion)] += sign * ratings.points[place, leads]
    return [".".join(name) for name in names], found


def most_moved(old: Showing, new: Showing) -> tuple[Moved, ...]:
    """The judged leads that get another score or tier, those first whose place among all changes most; of equal ones
    the first. Who only makes room for others has not moved."""
    judged = np.flatnonzero(old.sample.judged)
    places = [places_of(showing.ratings.score[judged]) for showing in (old, new)]
    by = np.abs(places[1] - places[0])
    moves = np.flatnonzero(moves_of(old.ratings, new.ratings)[judged])
    chosen = moves[np.lexsort((judged[moves], -by[moves]))[:MOST]]
    rows = judged[chosen]
    names, change = changes_of_points(old.ratings, new.ratings, rows)
    return tuple(
        Moved(
            old.sample.id_of(int(row)),
            float(old.ratings.score[row]),
            float(new.ratings.score[row]),
            _tier(old.ratings, row),
            _tier(new.ratings, row),
            float(places[0][place]),
            float(places[1][place]),
            bool(old.sample.target[row]),
            _reasons(names, change[:, number]),
        )
        for number, (row, place) in enumerate(zip(rows.tolist(), chosen.tolist(), strict=True))
    )


def moves_of(old: Ratings, new: Ratings) -> npt.NDArray[np.bool_]:
    """Which leads get another score or tier, all (leads,): the best tier is one, whatever it is called."""
    moved: npt.NDArray[np.bool_] = old.score != new.score
    if not old.tiers or not new.tiers:
        return moved
    names = list(dict.fromkeys([*old.tiers, *new.tiers]))
    one, other = (np.array([names.index(tier) for tier in each.tiers])[each.tier] for each in (old, new))
    moved |= (one != other) & ((old.tier != 0) | (new.tier != 0))
    return moved


def places_of(score: Floats) -> Floats:
    """The share of leads above each, equal ones counted half."""
    ordered = np.sort(-score)
    left, right = np.searchsorted(ordered, -score), np.searchsorted(ordered, -score, side="right")
    found: Floats = (left + right) / (2 * max(1, len(score)))
    return found


def _tier(ratings: Ratings, row: int) -> str:
    return ratings.tiers[int(ratings.tier[row])] if ratings.tiers else ""


def _reasons(names: list[str], change: npt.NDArray[np.float32]) -> Mapping[str, float]:
    order = np.argsort(-np.abs(change), kind="stable")
    return {names[place]: round(float(change[place]), 6) for place in order.tolist() if change[place]}
