"""A hot list and what each call would bring to the runs of its queue: as it is, and with other accounts drawn.

Leads share the capacity: with other leads beside it a lead is called sooner, later or never. So each replicate of the
bootstrap over accounts has a queue of its own, and what a call brings fades or keeps with the wait that it has there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.judging.sample import Sample
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import fading
from leadrules.simulator.hot import HotList
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.queue import NEVER
from leadrules.simulator.queue_runs import Drawn, queue_figures, queue_replicates
from leadrules.simulator.working_hours import Rounds


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


def run_sales(
    market: Market, hot: HotList, served: Ticks, prospects: Prospects, contact: float | None
) -> Mapping[str, Floats]:
    """The figures of the sample itself, then those of each replicate. `contact`: seconds within which to call."""
    scenario, rounds = market.scenario, market.rounds
    sums = dict(_by_account(market))
    accounts = len(sums["won"])
    figures = queue_figures(hot, served, rounds, scenario, contact)
    itself = Drawn(np.ones(accounts, np.int64), np.arange(len(served)), served, figures)
    again = queue_replicates(hot, rounds, accounts, scenario, market.draws, contact)
    rows = [_run(market, hot, prospects, sums, drawn) for drawn in chain([itself], again)]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _by_account(market: Market) -> Iterator[tuple[str, Floats]]:
    """Sums over the leads of each account, whoever is called."""
    sample = market.sample
    cost = np.zeros(len(sample)) if sample.cost is None else sample.cost
    for name, column in (("won", market.arriving), ("value", market.arriving * market.worth), ("spent", cost)):
        yield name, np.bincount(sample.account, weights=column).astype(np.float64)


def _run(
    market: Market, hot: HotList, prospects: Prospects, sums: Mapping[str, Floats], drawn: Drawn
) -> Mapping[str, float]:
    """One run: the figures of its queue, and what its calls bring and cost."""
    made = drawn.served != NEVER
    rows = drawn.rows[made]
    wait = (drawn.served[made] - hot.tick[rows]).astype(np.float64)
    uplift = prospects.uplift[rows] * fading(market.sales, wait - prospects.wait[rows])
    paid = float(uplift @ market.worth[hot.lead[rows]])
    counts = drawn.counts.astype(np.float64)
    others = {name: float((column * counts).sum()) for name, column in sums.items()}  # BLAS would wake its threads
    costs = len(rows) * market.sales.call_cost.value + market.rounds.hours * market.sales.hour_cost.value
    return {
        **asdict(drawn.figures),
        "chance": float(prospects.chance[rows].sum()),
        "won": others["won"] + float(uplift.sum()),
        "won_more": float(uplift.sum()),
        "value": others["value"] + paid,
        "value_more": paid,
        "spent": others["spent"],
        "costs": costs,
        "gain": paid - costs,
    }
