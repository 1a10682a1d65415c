"""Hot lists to what sales make of them: the second pass over a market, the same leads for every rule set.

Wins and what they pay are expectations (conditional Monte Carlo): P(won) at arrival, by how much each call raises it as
the lead then stands, and what a win of such a lead pays on average. So nothing of the difference between two rule sets is left to the coins of leads that both
treat alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.plan import Plan
from leadrules.judging.run_sales import Called, Market, Prospects, run_sales
from leadrules.judging.try_rules import Tried
from leadrules.judging.worked import Policy, Worked
from leadrules.simulator.blocks import blocks
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import (
    Calls,
    Followed,
    at_arrival,
    calls_of,
    currency,
    followed,
    together,
    untreated,
    uplifts,
    waits_for,
)
from leadrules.simulator.hot import HotList, contact_of
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.queue import NEVER
from leadrules.simulator.queue_runs import expired, weekly
from leadrules.simulator.working_hours import rounds_of
from leadrules.simulator.world import World


def follow_rules(plans: Sequence[Plan], tried: Tried, world: World, draws: Draws) -> Tried:
    """The same with what sales make of the leads that each rule set calls hot, where a market has sales."""
    scenario = world.scenario
    if scenario.sales is None:
        return replace(tried, worked=tuple(None for _ in plans))
    rounds = rounds_of(scenario)
    own = {id(hot): number for number, hot in reversed([*enumerate(tried.hot)])}
    served = {number: waits_for(scenario.sales, tried.hot[number], rounds) for number in own.values()}
    calls = [(calls_of(tried.hot[number], times), usual(tried.hot[number], times)) for number, times in served.items()]
    (arriving, worth), parts = _second_pass(world, draws, calls, len(tried.sample))
    market = Market(scenario, scenario.sales, tried.sample, rounds, arriving, worth, draws)
    mine = [(plans[number], tried.hot[number], times) for number, times in served.items()]
    lists = [_called(*one, part) for one, part in zip(mine, parts, strict=True)]
    runs = run_sales(market, lists)
    found = [_worked(market, *one, part.rows, run) for one, part, run in zip(mine, parts, runs, strict=True)]
    worked = dict(zip(served, found, strict=True))
    return replace(tried, worked=tuple(worked[own[id(hot)]] for hot in tried.hot))


def usual(hot: HotList, served: Ticks) -> Calls:
    """A call to every hot lead, in the order of leads: when it is made, or when it usually would be if it never is."""
    tick, made = hot.tick.astype(np.int64), served != NEVER
    wait = int(np.median((served - tick)[made])) if made.any() else 0
    order = np.argsort(hot.lead)
    when = np.where(made, served, tick + wait)
    return Calls(hot.lead[order].astype(np.int64), tick[order], when[order])


class _Part(Struct, frozen=True):
    """What becomes of the leads that are called, and what a call to each hot lead would bring; that (leads,)."""

    rows: Followed
    chance: Floats
    uplift: Floats


def _second_pass(
    world: World, draws: Draws, calls: Sequence[tuple[Calls, Calls]], leads: int
) -> tuple[Floats, list[_Part]]:
    """P(won) at arrival and mean worth of all leads (2, leads); then of each rule set what its calls do.

    `calls`: those that are made, and those that are only thought of.
    """

    def work(start: int, stop: int) -> tuple[Floats, list[_Part]]:
        block = untreated(world, draws, start, stop)
        parts = [
            _Part(followed(world, draws, block, made), *uplifts(world, draws, block, thought))
            for made, thought in calls
        ]
        return np.array([at_arrival(world, block), block.mean_worth]), parts

    found = [part for _, _, part in blocks(work, leads)]
    each = [[parts[number] for _, parts in found] for number in range(len(calls))]
    return np.concatenate([both for both, _ in found], axis=1), [_joined(parts) for parts in each]


def _joined(parts: Sequence[_Part]) -> _Part:
    chance, uplift = (np.concatenate([getattr(part, name) for part in parts]) for name in ("chance", "uplift"))
    return _Part(together(part.rows for part in parts), chance, uplift)


def _called(plan: Plan, hot: HotList, served: Ticks, part: _Part) -> Called:
    thought = usual(hot, served)
    wait = np.zeros(len(part.chance))
    wait[thought.lead] = thought.served - thought.hot
    prospects = Prospects(wait[hot.lead], part.chance[hot.lead], part.uplift[hot.lead])
    return Called(hot, served, prospects, contact_of(plan))


def _worked(
    market: Market, plan: Plan, hot: HotList, served: Ticks, rows: Followed, runs: Mapping[str, Floats]
) -> Worked:
    leads = len(market.sample)
    when = np.full(leads, NEVER, np.int32)
    when[hot.lead] = served
    after = np.zeros(leads, bool)
    after[rows.lead] = rows.after
    policy = _policy(market, plan, hot, served, rows)
    return Worked(policy, when, after, market.scenario.value is not None, runs, rows)


def _policy(market: Market, plan: Plan, hot: HotList, served: Ticks, rows: Followed) -> Policy:
    gone = expired(hot, served, market.scenario)
    return Policy(
        tier=plan.tiers[0].name if plan.tiers else None,
        contact=contact_of(plan),
        currency=currency(market.scenario),
        hot=len(served),
        called=int(np.count_nonzero(rows.called)),
        reached=int(np.count_nonzero(rows.reached)),
        late=int(np.count_nonzero(rows.late)),
        expired=int(np.count_nonzero(gone)),
        waiting=int(np.count_nonzero((served == NEVER) & ~gone)),
        weeks=weekly(hot, served, gone, market.rounds, market.scenario),
    )
