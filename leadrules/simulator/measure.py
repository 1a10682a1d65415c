"""Tally to metrics: how well the scores at the landmark tell who will win, each figure with its interval."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import (
    REPLICATES,
    area_interval,
    delong_error,
    design_effect,
    logit_interval,
    poisson_weights,
    scaled,
    share_interval,
    wilson,
)
from leadrules.simulator.metrics import NOTHING, Estimate, Metrics, TierMetrics
from leadrules.simulator.population import Floats
from leadrules.simulator.ranking import Histogram, average_precision, bins_of, histogram, lift_at, precision_at, roc_auc
from leadrules.simulator.tally import Rows, Tally

TOP = 0.10
MOST_BINS = 4_096


class Ranking(Struct, frozen=True):
    """The four figures of a ranking."""

    auc: float
    average: float
    precision: float
    lift: float


class Ranked(Struct, frozen=True):
    """The same with their intervals."""

    auc: Estimate
    average: Estimate
    precision: Estimate
    lift: Estimate


def measure(tally: Tally, scenario: ScenarioModel, plan: Plan, draws: Draws) -> Metrics:
    """The metrics of everything tallied. `draws` feed the bootstrap, from a stream of their own."""
    rows = joined(tally)
    return describe(rows, scenario, plan, draws.seed, _ranking(rows, draws, _mean_size(scenario) > 1))


def describe(rows: Rows, scenario: ScenarioModel, plan: Plan, seed: int, ranked: Ranked) -> Metrics:
    """The metrics of leads that are ranked so well: counts, rates, and what they hold under."""
    won = int(np.count_nonzero(rows.target))
    design = design_effect(rows.target.astype(np.float64), rows.account) if len(rows.target) else 1.0
    return Metrics(
        ruleset=plan.model.name,
        scenario=scenario.name,
        seed=seed,
        leads=rows.leads,
        judged=len(rows.target),
        ended=rows.ended,
        late=rows.late,
        won=won,
        landmark=scenario.landmark.value,
        window=scenario.window.value,
        ranking=plan.model.ranking or (plan.checklists[-1].name if plan.checklists else "tier"),
        account_size=_mean_size(scenario),
        base_rate=wilson(won, len(rows.target), design),
        roc_auc=ranked.auc,
        average_precision=ranked.average,
        top_share=TOP,
        precision_at_top=ranked.precision,
        lift_at_top=ranked.lift,
        tiers=tuple(_tier(position, tier.name, rows) for position, tier in enumerate(plan.tiers)),
    )


def _mean_size(scenario: ScenarioModel) -> float:
    """Leads in an account, on average where sizes are drawn."""
    return scenario.sizes.mean.value if scenario.sizes else scenario.account_size


def joined(tally: Tally) -> Rows:
    """The rows of all blocks as one."""
    blocks = tally.blocks
    return Rows(
        0,
        sum(block.leads for block in blocks),
        sum(block.ended for block in blocks),
        sum(block.late for block in blocks),
        np.concatenate([np.zeros(0), *(block.score for block in blocks)]),
        np.concatenate([np.zeros(0, bool), *(block.target for block in blocks)]),
        np.concatenate([np.zeros(0, np.int8), *(block.tier for block in blocks)]),
        np.concatenate([np.zeros(0, np.int64), *(block.account for block in blocks)]),
    )


def _tier(position: int, name: str, rows: Rows) -> TierMetrics:
    """A tier's share of the judged leads and its win rate, with the design effect of accounts."""
    inside = rows.tier == position
    leads, won = int(np.count_nonzero(inside)), int(np.count_nonzero(inside & rows.target))
    share, rate = NOTHING, NOTHING
    if len(inside):
        share = wilson(leads, len(inside), design_effect(inside.astype(np.float64), rows.account))
    if leads:
        rate = wilson(won, leads, design_effect(rows.target[inside].astype(np.float64), rows.account[inside]))
    return TierMetrics(name, leads, won, share, rate)


def _ranking(rows: Rows, draws: Draws, clustered: bool) -> Ranked:
    """ROC AUC with DeLong's error (with accounts of several leads the bootstrap's), the other figures by bootstrap.

    Nothing is said where fewer than two accounts win, or fewer than two have a lead that does not. Lift is the share of
    the winners that are among the best, over the share of leads that are: that share is what has the interval.
    """
    if not parted(rows.target, rows.account):
        return Ranked(NOTHING, NOTHING, NOTHING, NOTHING)
    sides = rows.target, ~rows.target
    won, other = (int(np.count_nonzero(side)) for side in sides)
    bins, size = bins_of(rows.score)
    exact, errors = figures(histogram(bins, size, rows.target, None)), _errors(rows, draws)
    error = errors.auc if clustered else delong_error(*(rows.score[side] for side in sides))
    largest = int(np.unique(rows.account, return_counts=True)[1].max())
    return Ranked(
        area_interval(exact.auc, error, won, other),
        logit_interval(exact.average, errors.average, won, largest),
        share_interval(exact.precision, errors.precision, TOP * len(rows.target), largest),
        scaled(share_interval(TOP * exact.lift, TOP * errors.lift, won, largest), 1 / TOP),
    )


def parted(target: npt.NDArray[np.bool_], account: npt.NDArray[np.int64]) -> bool:
    """Whether at least two accounts win, and two have a lead that does not: else nothing can be said of a ranking."""
    return all(len(np.unique(account[side])) >= 2 for side in (target, ~target))


def figures(counts: Histogram) -> Ranking:
    """The figures of a histogram, weighted or not."""
    k = float((counts.won + counts.other).sum()) * TOP
    return Ranking(roc_auc(counts), average_precision(counts), precision_at(counts, k), lift_at(counts, k))


def _errors(rows: Rows, draws: Draws) -> Ranking:
    """Standard errors by the Poisson bootstrap over accounts, on bins fine enough not to matter."""
    bins, size = bins_of(rows.score, MOST_BINS)
    found = []
    for replicate in range(0, REPLICATES, 4):
        weights = poisson_weights(draws, rows.account, replicate // 4)
        for column in range(4):
            counts = histogram(bins, size, rows.target, weights[:, column].astype(np.float64))
            if counts.won.any() and counts.other.any():
                found.append(figures(counts))
    return Ranking(*(_spread(np.array([getattr(f, name) for f in found])) for name in Ranking.__struct_fields__))


def _spread(values: Floats) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else math.nan
