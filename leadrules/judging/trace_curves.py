"""Two showings to the curves that a report draws of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec.structs import replace

from leadrules.engine.zone import DAY as DAYS
from leadrules.engine.zone import SECOND
from leadrules.judging.censoring import allowing
from leadrules.judging.curves import Curves, Histogram, Point
from leadrules.judging.figure import Accounts, Figure, difference, estimate, over, share_of, total_of
from leadrules.judging.gains import Gain
from leadrules.judging.measure import Showing
from leadrules.judging.measure_ranking import share_of_likely, spread
from leadrules.judging.rank import Order, ordered, precision_at
from leadrules.judging.sample import Sample
from leadrules.judging.volume import Volume
from leadrules.simulator.intervals import scaled
from leadrules.simulator.metrics import NOTHING
from leadrules.simulator.population import Floats

DAY = DAYS // SECOND
WEEK = 7 * DAY
BINS = 40
NIL = 1e-12  # of what rounding leaves of 0
TAIL = 0.002  # the share of leads at either end whose scores do not widen the axis
SHARES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
FEW_SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
WARNINGS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90)


def trace_curves(old: Showing, new: Showing, volumes: Sequence[Volume] = ()) -> Curves | None:
    """The curves of two rule sets; None where no lead is judged. `volumes`: the ways of all leads of a log under both."""
    sample = old.sample
    if not sample.judged.any():
        return None
    tiered = len(old.ratings.tiers) > 1 and len(new.ratings.tiers) > 1
    weeks = sample.horizon // WEEK
    scores = [showing.ratings.score[sample.judged] for showing in (old, new)]
    start, width, bins = _axis(np.concatenate(scores))
    return Curves(
        old_scores=_histogram(old, start, width, bins),
        new_scores=_histogram(new, start, width, bins),
        gains=tuple(_gains(old, new)),
        weeks=tuple(_weeks(old, new, weeks, volumes)) if tiered else (),
        capacity=None if old.worked is None else tuple(week.capacity for week in old.worked.policy.weeks[:weeks]),
        warning=tuple(_warning(old, new)) if tiered else (),
    )


def _axis(scores: Floats) -> tuple[float, float, int]:
    """Where the bins of scores start, how wide they are, and how many: a round width, in whole steps of the scores."""
    low, high = (float(edge) for edge in np.quantile(scores, [TAIL, 1 - TAIL], method="nearest"))
    if low == high:
        return low - 0.5, 1.0, 1
    width = _round_up((high - low) / BINS)
    values = np.unique(scores[(scores >= low) & (scores <= high)])
    if len(values) <= 4 * BINS:
        step = float(np.diff(values).min())
        width = step * math.ceil(width / step - 1e-9)
    start = math.floor(low / width) * width
    return start, width, math.floor((high - start) / width + 1e-9) + 1


def _round_up(width: float) -> float:
    """The next of 1, 2 and 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(width))
    return next(by * power for by in (1, 2, 5, 10) if by * power >= width * (1 - 1e-9))


def _histogram(showing: Showing, start: float, width: float, bins: int) -> Histogram:
    ratings, judged = showing.ratings, showing.sample.judged
    place = np.floor((ratings.score[judged] - start) / width + 1e-9)
    place = np.clip(place, 0, bins - 1).astype(np.int64)
    tiers = ratings.tiers or ("",)
    found = np.bincount(ratings.tier[judged] * bins + place, minlength=len(tiers) * bins)
    return Histogram(start, width, tiers, tuple(map(tuple, found.reshape(len(tiers), bins).tolist())))


def _gains(old: Showing, new: Showing) -> Iterator[Point]:
    sample = old.sample
    judged, likely = sample.judged, sample.likely[sample.judged]
    weight = None if sample.weight is None else sample.weight[judged]
    orders = [ordered(showing.ratings.score[judged], likely, weight) for showing in (old, new)]
    for share in SHARES:
        found = [reached(order, share) for order in orders]
        if sample.weight is None:
            yield point(share, found, sample.account[judged])
        else:
            yield point(share, [_of_all(figure, sample) for figure in found], sample.account)


def _of_all(figure: Figure | None, sample: Sample) -> Figure | None:
    """A figure of the judged leads in which those have a part that tell how well weights are known."""
    if figure is None:
        return None
    return allowing(replace(figure, parts=spread(figure.parts, sample.judged)), sample.censoring)


def gains_of(showing: Showing) -> Iterator[Gain]:
    """The gains of one rule set at a few shares; none where no lead is judged."""
    sample = showing.sample
    if not sample.judged.any():
        return
    account = sample.account[sample.judged]
    order = ordered(showing.ratings.score[sample.judged], sample.likely[sample.judged])
    for share in FEW_SHARES:
        winners = estimate(reached(order, share), account)
        yield Gain(share, winners, NOTHING if winners.value is None else scaled(winners, 1 / share))


def reached(order: Order, share: float) -> Figure | None:
    """What share of the winners is among the best so many of all leads."""
    precision = precision_at(order, share)
    lift = None if precision is None else over(precision, share_of_likely(order))
    trials = order.counted(order.likely) if order.certain else float(order.likely.sum())
    if lift is None:
        return None
    parts = lift.parts * share
    rounding = (
        np.abs(parts) * len(parts) < NIL
    )  # where all have one score a lead moves nothing, or what rounding leaves
    return replace(lift, value=lift.value * share, parts=np.where(rounding, 0.0, parts), law="logit", trials=trials)


def point(at: float, figures: Sequence[Figure | None], account: Accounts) -> Point:
    """The figure of the old rules and that of the new ones, and the paired difference."""
    one, other = figures
    return Point(at, estimate(one, account), estimate(other, account), difference(other, one, account))


def _weeks(old: Showing, new: Showing, weeks: int, volumes: Sequence[Volume]) -> Iterator[Point]:
    paths = tuple(showing.ratings.paths for showing in (old, new))
    if volumes:
        paths = tuple(volume.paths for volume in volumes)
    account = volumes[0].account if volumes else old.sample.account
    weeks = volumes[0].horizon // WEEK if volumes else weeks
    hot = [path.hot for path in paths if path is not None]
    if len(hot) < 2:
        return
    week = [np.where(ticks < 0, -1, ticks // WEEK) for ticks in hot]
    for number in range(weeks):
        totals = [total_of((weeks_of == number).astype(np.float64)) for weeks_of in week]
        yield point(number, totals, account)


def _warning(old: Showing, new: Showing) -> Iterator[Point]:
    sample = old.sample
    paths = [showing.ratings.paths for showing in (old, new)]
    hot = [path.hot for path in paths if path is not None]
    bought = sample.won & (sample.ended < sample.horizon)
    if len(hot) < 2 or not bought.any():
        return
    ended, account = sample.ended[bought].astype(np.int64), sample.account[bought]
    ahead = [np.where(ticks[bought] < 0, -1, ended - ticks[bought]) for ticks in hot]
    for days in WARNINGS:
        if days * DAY < sample.horizon:
            yield point(days, [share_of(early >= days * DAY) for early in ahead], account)
