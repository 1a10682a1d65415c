"""A follow-up and its figures to the metrics of it in short: what capacity is used, what calls bring and cost.

What is measured is taken as it was. Beside it stand the wins of these very leads and what they pay, as nobody calls and
as sales do: sums by account, which take the queue as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.judging.figure import estimate
from leadrules.judging.measure_sales import of_runs
from leadrules.judging.metrics import SalesMetrics
from leadrules.judging.worked import Worked
from leadrules.simulator.follow_up import Bools, Followed
from leadrules.simulator.intervals import Z, difference, scaled, share_interval
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

FEW = 15
NONE = Estimate(0.0, 0.0, 0.0)
MEASURED = {
    "utilisation": "utilisation",
    "expired_share": "expired share",
    "wait_median": "wait median",
    "wait_90": "wait 90",
    "overflow_per_week": "overflow per week",
    "sla_kept": "sla kept",
    "won_more_expected": "won more",
    "value_more_expected": "value more",
    "gain_expected": "gain",
}


def sum_up_sales(worked: Worked, figures: Mapping[str, Estimate], scenario: ScenarioModel) -> SalesMetrics:
    """The figures of a follow-up, of which these were measured, by name."""
    sales, policy, rows, priced = scenario.sales, worked.policy, worked.rows, worked.priced
    assert sales is not None
    costs = figures.get("costs", NONE)
    more = _sum(rows.worth * rows.after - rows.worth * rows.before, rows)
    return SalesMetrics(
        tier=policy.tier,
        capacity=sales.capacity.value,
        hot=policy.hot,
        called=policy.called,
        reached=policy.reached,
        late=policy.late,
        expired=policy.expired,
        waiting=policy.waiting,
        hot_per_week=_hot_per_week(worked, figures),
        won_untreated=_wins(rows.before, rows),
        won_treated=_wins(rows.after, rows),
        won_more=_won_more(rows, sales),
        currency=policy.currency,
        value_untreated=_sum(rows.worth * rows.before, rows) if priced else NOTHING,
        value_treated=_sum(rows.worth * rows.after, rows) if priced else NOTHING,
        value_more=more if priced else NOTHING,
        costs=costs,
        gain=difference(more, costs) if priced else NOTHING,
        weeks=policy.weeks,
        **{field: figures.get(name, NOTHING) for field, name in MEASURED.items()},
    )


def _hot_per_week(worked: Worked, figures: Mapping[str, Estimate]) -> Estimate:
    """Of a single tier, or of none, nothing is measured: then by the runs of the queue."""
    found = figures.get(f"{worked.policy.tier} per week")
    return found or estimate(of_runs(worked.runs["hot_per_week"], "count"), np.zeros(0, np.int64))


def _error(amounts: Floats, rows: Followed) -> float:
    """The standard error of a sum over all leads; accounts are drawn, and those without rows have nothing."""
    sums = np.bincount(np.unique(rows.account, return_inverse=True)[1], weights=amounts)
    accounts = rows.accounts
    spread = float((sums**2).sum()) - float(sums.sum()) ** 2 / accounts
    return math.sqrt(max(0.0, spread) * accounts / max(1, accounts - 1))


def _wins(hits: Bools, rows: Followed) -> Estimate:
    """A number of leads among all, with Wilson's interval at the error of accounts."""
    leads, count = rows.leads, float(hits.sum())
    largest = max(1, math.ceil(leads / rows.accounts))
    error = _error(hits.astype(np.float64), rows) / leads
    return scaled(share_interval(count / leads, error, leads, largest), leads)


def _won_more(rows: Followed, sales: Sales) -> Estimate:
    """Wins gained less wins lost, on the same leads with the same draws; exactly 0 where nobody is called.

    Where no call can do harm none is lost, and where none can do good none is gained.
    """
    factors = [p.value for p in (*sales.stages.values(), *sales.personas.values())]
    sure = sales.effect.value if min(factors, default=1.0) >= 0 else math.nan
    gained = _wins(rows.after & ~rows.before, rows) if rows.called.any() and not sure <= 0 else NONE
    lost = _wins(rows.before & ~rows.after, rows) if rows.called.any() and not sure >= 0 else NONE
    return difference(gained, lost)


def _sum(amounts: Floats, rows: Followed) -> Estimate:
    """An amount of money summed over leads, with the interval of a mean over accounts.

    Too few accounts that pay something say nothing of how far their sum is known.
    """
    total = float(amounts.sum())
    if len(np.unique(rows.account[amounts != 0])) < FEW:
        return Estimate(total, None, None) if rows.called.any() or total else NONE
    half = Z * _error(amounts, rows)
    return Estimate(total, total - half, total + half)
