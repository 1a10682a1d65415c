"""A showing to how steady it is: whether leads that come later are scored, and ranked, as those that came first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from msgspec.structs import replace

from leadrules.engine.as_of import show_instant
from leadrules.engine.zone import SECOND
from leadrules.judging.cohorts import DAY, Cohorts, cohorts, known
from leadrules.judging.figure import Bools, Figure, estimate, share_of
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.measure_ranking import several, spread
from leadrules.judging.rank import ordered, roc_auc
from leadrules.judging.stability import Cohort, Stability
from leadrules.judging.stability_index import index_between
from leadrules.simulator.metrics import NOTHING, Estimate


def measure_stability(showing: Showing) -> Iterator[Measure]:
    """The last cohort against the first: their scores, how well they are ranked, how many are in the best tier."""
    by = cohorts(showing.sample)
    yield Measure(
        "psi",
        "stability index, last cohort",
        "stability",
        "number",
        -1,
        lambda: index_of(showing, by, -1),
    )
    yield Measure(
        "auc drift", "ROC AUC, last cohort less first", "stability", "number", 1, partial(_drift, showing, by)
    )
    if len(showing.ratings.tiers) > 1:
        best = showing.ratings.tiers[0]
        moved = partial(_moved, showing, by)
        yield Measure(f"{best} drift", f"{best}, last cohort less first", "stability", "share", 0, moved)


def index_of(showing: Showing, by: Cohorts, cohort: int) -> Figure | None:
    """How far the scores of a cohort lie from those of the first; None of the first itself."""
    cohort %= by.number
    if not cohort:
        return None
    return index_between(showing.ratings.score, by.of(0), by.of(cohort), showing.sample.account)


def _drift(showing: Showing, by: Cohorts) -> Figure | None:
    return _less(*(area(showing, by.of(cohort)) for cohort in (by.number - 1, 0))) if by.number > 1 else None


def _moved(showing: Showing, by: Cohorts) -> Figure | None:
    hot = showing.ratings.tier == 0
    return _less(*(share_of(hot, by.of(cohort)) for cohort in (by.number - 1, 0))) if by.number > 1 else None


def _less(one: Figure | None, other: Figure | None) -> Figure | None:
    if one is None or other is None:
        return None
    return Figure(one.value - other.value, one.parts - other.parts)


def area(showing: Showing, cohort: Bools) -> Figure | None:
    """The area under the ROC curve among the leads of a cohort; None where hardly any of them win, or lose."""
    sample, among = showing.sample, known(showing.sample, cohort)
    if not all(several(sample.account[among & side]) for side in (sample.target, ~sample.target)):
        return None
    found = roc_auc(ordered(showing.ratings.score[among], sample.target[among].astype(np.float64)))
    return None if found is None else replace(found, parts=spread(found.parts, among))


def judge_cohorts(showing: Showing) -> Stability:
    """Every cohort that has leads, the first one that came first."""
    by = cohorts(showing.sample)
    tiers = showing.ratings.tiers
    each = tuple(_cohort(showing, by, number) for number in range(by.number) if by.of(number).any())
    return Stability(days=by.days, tier=tiers[0] if len(tiers) > 1 else "", cohorts=each)


def _cohort(showing: Showing, by: Cohorts, number: int) -> Cohort:
    sample, among = showing.sample, by.of(number)
    decided, hot = known(sample, among), showing.ratings.tier == 0
    tiered = len(showing.ratings.tiers) > 1

    def told(figure: Figure | None) -> Estimate:
        return estimate(figure, sample.account)

    return Cohort(
        since=show_instant(sample.start + number * by.days * DAY * SECOND, sample.timezone)[:10],
        leads=int(np.count_nonzero(among)),
        index=told(index_of(showing, by, number)),
        auc=told(area(showing, among)),
        win_rate=told(share_of(sample.target, decided)),
        share=told(share_of(hot, among)) if tiered else NOTHING,
        precision=told(share_of(sample.target, decided & hot)) if tiered else NOTHING,
    )
