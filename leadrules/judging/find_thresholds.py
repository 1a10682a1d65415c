"""Where a threshold of the score would have to lie: for sales to keep up in a busy week, or for leads above it to be good."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.judging.figure import Figure, estimate, share_of
from leadrules.judging.measure_thresholds import BUSY, WEEK
from leadrules.judging.peaks import Peaks
from leadrules.judging.quantile import busy_week
from leadrules.judging.sample import Sample
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

MOST = 128  # scores that are tried for a precision


class Threshold(Struct, frozen=True):
    """The lowest score that a threshold can have to give what is `wanted`.

    `score`: its value; from `low` on chance may have hidden that it does, from `high` on it does but for chance; None
    where no score does. `reached`: what is wanted, as a threshold at `score` gives it. `share`: of leads that are there: ever within the horizon
    for "capacity", which wants so many leads a week at most in a busy week; at the landmark, of the judged leads, for
    "precision", which wants so large a share of winners in time among them.
    """

    purpose: Literal["capacity", "precision"]
    wanted: float
    score: float | None
    low: float | None
    high: float | None
    reached: Estimate
    share: Estimate


def weekly_capacity(scenario: ScenarioModel) -> float | None:
    """How many calls sales can make in a full week; None where a market has no sales."""
    sales = scenario.sales
    return None if sales is None else sales.capacity.value * len(sales.hours.days)


def for_capacity(sample: Sample, peaks: Peaks, wanted: float) -> Threshold:
    """The lowest threshold that no more leads than are wanted reach for the first time in a busy week.

    One week in five is busier. The scores that leads come to at the most are searched by halving, as lower thresholds
    let more leads through. Bounds are the scores at which the interval of the busy week just holds what is wanted.
    """
    scores = np.unique(peaks.highest)
    weeks = sample.horizon // WEEK

    def busy(score: float) -> Estimate:
        return estimate(busy_week(peaks.reach(score), weeks, WEEK, BUSY), sample.account)

    found, low, high = (_lowest(scores, busy, end, wanted) for end in ("value", "low", "high"))
    if found is None:
        return Threshold("capacity", wanted, None, low, high, NOTHING, NOTHING)
    ever = share_of(peaks.reach(found) >= 0)
    return Threshold("capacity", wanted, found, low, high, busy(found), estimate(ever, sample.account))


def _lowest(scores: Floats, busy: Callable[[float], Estimate], end: str, wanted: float) -> float | None:
    """The lowest score at which one end of the interval is not above what is wanted."""
    below, above = -1, len(scores)
    while above - below > 1:
        middle = (below + above) // 2
        value = getattr(busy(float(scores[middle])), end)
        if value is not None and value <= wanted:
            above = middle
        else:
            below = middle
    return float(scores[above]) if above < len(scores) else None


def for_precision(sample: Sample, score: Floats, wanted: float) -> Threshold:
    """The lowest threshold above which so large a share wins in time, of the leads judged at the landmark.

    Bounds are the lowest scores at which the upper and the lower end of that share's interval are as high as wanted.
    """
    judged = sample.judged
    scores = np.unique(score[judged])
    if len(scores) > MOST:
        scores = np.unique(np.quantile(score[judged], np.linspace(0, 1, MOST), method="lower"))
    tried = {float(s): estimate(_precision(sample, score, float(s)), sample.account) for s in scores}
    found, low, high = (next(_good(tried, end, wanted), None) for end in ("value", "high", "low"))
    if found is None:
        return Threshold("precision", wanted, None, low, high, NOTHING, NOTHING)
    share = share_of(score >= found, judged)
    return Threshold("precision", wanted, found, low, high, tried[found], estimate(share, sample.account))


def _good(tried: dict[float, Estimate], end: str, wanted: float) -> Iterator[float]:
    for score, share in tried.items():
        value = getattr(share, end)
        if value is not None and value >= wanted:
            yield score


def _precision(sample: Sample, score: Floats, threshold: float) -> Figure | None:
    return share_of(sample.target, sample.judged & (score >= threshold))
