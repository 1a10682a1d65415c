"""A hot list and what each call would bring to the runs of its queue: as it is, and with other accounts drawn.

Leads share the capacity: with other leads beside it a lead is called sooner, later or never. So each replicate of the
bootstrap over accounts has a queue of its own, and what a call brings fades or keeps with the wait that it has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.judging.sample import Sample
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import fading
from leadrules.simulator.hot import HotList
from leadrules.simulator.intervals import resampled
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.queue import NEVER
from leadrules.simulator.queue_runs import Queued, queue_figures, queued_again
from leadrules.simulator.threads import in_order
from leadrules.simulator.working_hours import Rounds

REPLICATES = 24
ITSELF = -1  # the run in which each account is drawn once


class Market(Struct, frozen=True):
    """What all rule sets share: the leads, and when sales can call.

    `arriving`: P(won) of each lead at its arrival if nobody calls; `worth`: what a win of it pays on average. (leads,)
    """

    scenario: ScenarioModel
    sales: Sales
    sample: Sample
    rounds: Rounds
    arriving: Floats
    worth: Floats
    draws: Draws


class Prospects(Struct, frozen=True):
    """What a call to each hot lead would bring, all (hot leads,).

    `wait`: seconds until it is called, or would usually be if it never is. `chance`: P(won) then without the call,
    `uplift`: what the call adds to it.
    """

    wait: Floats
    chance: Floats
    uplift: Floats


class Called(Struct, frozen=True):
    """Whom a rule set calls hot, when each of them is called, and what that brings. `contact`: seconds within which to call."""

    hot: HotList
    served: Ticks
    prospects: Prospects
    contact: float | None


def run_sales(market: Market, lists: Sequence[Called]) -> list[Mapping[str, Floats]]:
    """For each rule set the figures of the sample itself, then those of each replicate.

    The same accounts are drawn for all, so that the replicates of two rule sets are paired.
    """
    sums = dict(_by_account(market))
    accounts = len(sums["won"])

    def work(replicate: int) -> list[Mapping[str, float]]:
        itself = replicate == ITSELF
        counts = np.ones(accounts, np.int64) if itself else resampled(market.draws, accounts, replicate)
        others = {name: float((column * counts).sum()) for name, column in sums.items()}  # BLAS would wake its threads
        return [
            _run(market, one, others, _as_it_is(market, one) if itself else _again(market, one, counts))
            for one in lists
        ]

    runs = [*zip(*in_order(work, range(ITSELF, REPLICATES)), strict=True)]
    return [{name: np.array([row[name] for row in rows]) for name in rows[0]} for rows in runs]


def _as_it_is(market: Market, one: Called) -> Queued:
    figures = queue_figures(one.hot, one.served, market.rounds, market.scenario, one.contact)
    return Queued(np.arange(len(one.served)), one.served, figures)


def _again(market: Market, one: Called, counts: Ticks) -> Queued:
    return queued_again(one.hot, counts, market.rounds, market.scenario, one.contact)


def _by_account(market: Market) -> Iterator[tuple[str, Floats]]:
    """Sums over the leads of each account, whoever is called."""
    sample = market.sample
    cost = np.zeros(len(sample)) if sample.cost is None else sample.cost
    for name, column in (("won", market.arriving), ("value", market.arriving * market.worth), ("spent", cost)):
        yield name, np.bincount(sample.account, weights=column).astype(np.float64)


def _run(market: Market, one: Called, others: Mapping[str, float], queued: Queued) -> Mapping[str, float]:
    """One run: the figures of its queue, and what its calls bring and cost."""
    hot, prospects = one.hot, one.prospects
    made = queued.served != NEVER
    rows = queued.rows[made]
    wait = (queued.served[made] - hot.tick[rows]).astype(np.float64)
    uplift = prospects.uplift[rows] * fading(market.sales, wait - prospects.wait[rows])
    paid = float(uplift @ market.worth[hot.lead[rows]])
    costs = len(rows) * market.sales.call_cost.value + market.rounds.hours * market.sales.hour_cost.value
    return {
        **asdict(queued.figures),
        "chance": float(prospects.chance[rows].sum()),
        "won": others["won"] + float(uplift.sum()),
        "won_more": float(uplift.sum()),
        "value": others["value"] + paid,
        "value_more": paid,
        "spent": others["spent"],
        "costs": costs,
        "gain": paid - costs,
    }
