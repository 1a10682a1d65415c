"""A showing and its figures to the metrics in short: counts and rates, with the definitions they hold under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.judging.measure import Showing
from leadrules.judging.metrics import Metrics, TierMetrics
from leadrules.judging.sample import Bools, Sample
from leadrules.judging.sum_up_sales import sum_up_sales
from leadrules.simulator.intervals import design_effect, wilson
from leadrules.simulator.metrics import Estimate


def sum_up(
    showing: Showing, figures: Mapping[str, Estimate], plan: Plan, scenario: ScenarioModel, seed: int
) -> Metrics:
    """The metrics of a rule set in a market, of which these figures were measured, by name."""
    sample, worked = showing.sample, showing.worked
    late = sample.landmark >= sample.horizon
    return Metrics(
        ruleset=plan.model.name,
        scenario=scenario.name,
        seed=seed,
        leads=len(sample),
        judged=int(np.count_nonzero(sample.judged)),
        ended=int(np.count_nonzero(~late & ~sample.judged)),
        late=int(np.count_nonzero(late)),
        won=int(np.count_nonzero(sample.target)),
        landmark=scenario.landmark.value,
        window=scenario.window.value,
        ranking=plan.model.ranking or (plan.checklists[-1].name if plan.checklists else "tier"),
        account_size=scenario.sizes.mean.value if scenario.sizes else scenario.account_size,
        base_rate=_share(sample, sample.target, sample.judged),
        roc_auc=figures["auc"],
        average_precision=figures["average_precision"],
        top_share=showing.top,
        precision_at_top=figures["precision at top"],
        lift_at_top=figures["lift"],
        tiers=tuple(_tiers(showing, figures)),
        sales=None if worked is None else sum_up_sales(worked, figures, scenario),
    )


def _tiers(showing: Showing, figures: Mapping[str, Estimate]) -> Iterator[TierMetrics]:
    """Each tier; a single one, of which nothing is measured, holds everybody."""
    sample = showing.sample
    for place, tier in enumerate(showing.ratings.tiers):
        inside = sample.judged & (showing.ratings.tier == place)
        leads, won = (int(np.count_nonzero(who)) for who in (inside, inside & sample.target))
        share, rate = (figures.get(f"{name} of {tier}") for name in ("share", "precision"))
        yield TierMetrics(
            tier,
            leads,
            won,
            share or _share(sample, inside, sample.judged),
            rate or _share(sample, sample.target, inside),
        )


def _share(sample: Sample, hits: Bools, among: Bools) -> Estimate:
    """The share of some leads that something holds of, with the design effect of accounts."""
    hit, account = hits[among], sample.account[among]
    return wilson(int(np.count_nonzero(hit)), len(hit), design_effect(hit.astype(np.float64), account))
