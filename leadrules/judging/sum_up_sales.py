"""A follow-up to its figures in short: what capacity is used, how long hot leads wait, what calls bring and cost.

Intervals of the queue's own figures come from its replicates: leads share the capacity, so that no formula for leads one
by one would do. Intervals of wins and of what they pay sum up by account, and take the queue as it was.
"""

from __future__ import annotations

import math

import numpy as np

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.judging.worked import Worked
from leadrules.simulator.follow_up import Bools, Followed
from leadrules.simulator.intervals import Z, difference, scaled, share_interval
from leadrules.simulator.metrics import NOTHING, Estimate, SalesMetrics
from leadrules.simulator.population import Floats
from leadrules.simulator.working_hours import Rounds, rounds_of

FEW = 15
NONE = Estimate(0.0, 0.0, 0.0)
STUDENT = 2.0686576104190477  # the 97.5 % quantile with 23 degrees of freedom
MOST = {
    "hot_per_week": math.inf,
    "utilisation": 1.0,
    "expired_share": 1.0,
    "wait_median": math.inf,
    "wait_90": math.inf,
    "overflow_per_week": math.inf,
    "sla_kept": 1.0,
}


def sum_up_sales(worked: Worked, scenario: ScenarioModel) -> SalesMetrics:
    """The figures of a follow-up."""
    sales, policy, rows = scenario.sales, worked.policy, worked.rows
    assert sales is not None
    queue = {name: _around(worked.runs[name], most) for name, most in MOST.items()}
    costs = _costs(queue["utilisation"], rounds_of(scenario), sales)
    more = _sum(rows.worth * rows.after - rows.worth * rows.before, rows)
    expected = _expected(rows.uplift * rows.mean_worth, rows)
    priced = worked.priced
    return SalesMetrics(
        tier=policy.tier,
        capacity=sales.capacity.value,
        hot=policy.hot,
        called=policy.called,
        reached=policy.reached,
        late=policy.late,
        expired=policy.expired,
        waiting=policy.waiting,
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
        won_more_expected=_expected(rows.uplift, rows),
        value_more_expected=expected if priced else NOTHING,
        gain_expected=difference(expected, costs) if priced else NOTHING,
        **queue,
    )


def _around(runs: Floats, most: float) -> Estimate:
    """A figure of the queue within so many standard deviations of its replicates, and within what it can be."""
    value, replicates = float(runs[0]), runs[1:]
    known = replicates[~np.isnan(replicates)]
    if math.isnan(value) or len(known) < 2:
        return NOTHING
    half = STUDENT * float(known.std(ddof=1))
    return Estimate(value, max(0.0, value - half), min(most, value + half))


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


def _expected(amounts: Floats, rows: Followed) -> Estimate:
    """A sum of what calls can be expected to bring: exactly 0 where no call can bring anything."""
    return _sum(amounts, rows) if amounts.any() else NONE


def _costs(utilisation: Estimate, rounds: Rounds, sales: Sales) -> Estimate:
    """What the calls cost that are made, and the hours whether they are or not."""
    full, hours = int(rounds.calls.sum()) * sales.call_cost.value, rounds.hours * sales.hour_cost.value
    if utilisation.value is None or utilisation.low is None or utilisation.high is None:
        return Estimate(hours, hours, hours)
    calls = scaled(utilisation, full)
    assert calls.value is not None and calls.low is not None and calls.high is not None
    return Estimate(hours + calls.value, hours + calls.low, hours + calls.high)
