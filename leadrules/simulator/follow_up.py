"""The second pass: what becomes of leads that sales call, beside what becomes of them if nobody does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.simulator.chances import ahead_of, chances
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import HotList
from leadrules.simulator.journeys import Journeys, walk
from leadrules.simulator.money import draw_money, mean_worth
from leadrules.simulator.nudge import Nudge
from leadrules.simulator.people import People, draw_people
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.queue import NEVER, serve
from leadrules.simulator.stand import stand
from leadrules.simulator.working_hours import Rounds
from leadrules.simulator.world import World

Bools = npt.NDArray[np.bool_]


class Calls(Struct, frozen=True):
    """Who is called when: hot leads by number (`lead`), with the ticks they are `hot` and `served`. All (calls,)."""

    lead: Ticks
    hot: Ticks
    served: Ticks

    def of(self, start: int, stop: int) -> Calls:
        """The calls to the leads of a block."""
        at = slice(*np.searchsorted(self.lead, (start, stop)).tolist())
        return Calls(self.lead[at], self.hot[at], self.served[at])


class Followed(Struct, frozen=True):
    """The leads of a block, or of several, that are called, or won one way or the other; for all others nothing changes.

    `called`, `reached`, `late` (called when their journey was over), `before` (won if nobody calls), `after` (won as
    sales call), `worth` (what a win pays, 0 where that is not said) and `account`: (leads,). `first`: number of the
    block's first lead; it has so many `leads`; `accounts`: the largest number of an account in it, plus 1.
    """

    first: int
    leads: int
    accounts: int
    lead: Ticks
    account: Ticks
    called: Bools
    reached: Bools
    late: Bools
    before: Bools
    after: Bools
    worth: Floats


class Untreated(Struct, frozen=True):
    """A block of leads as nobody calls them: number of the first, who they are, their journeys, what each win pays.

    `mean_worth`: what it pays on average, given the fields and the intent of the lead.
    """

    first: int
    people: People
    journeys: Journeys
    worth: Floats
    mean_worth: Floats


def waits_for(sales: Sales, hot: HotList, rounds: Rounds) -> Ticks:
    """When each hot lead is called, or `NEVER`, under the rules of these sales."""
    expire = int(sales.expire.value) if sales.expire else None
    return serve(hot.tick.astype(np.int64), hot.score if sales.by_score else None, rounds, expire)


def calls_of(hot: HotList, served: Ticks) -> Calls:
    """The calls that are made, in the order of leads."""
    at = np.flatnonzero(served != NEVER)
    at = at[np.argsort(hot.lead[at])]
    return Calls(hot.lead[at].astype(np.int64), hot.tick[at].astype(np.int64), served[at])


def untreated(world: World, draws: Draws, start: int, stop: int) -> Untreated:
    """The leads from `start` to `stop` (excluded) if nobody calls."""
    people = draw_people(world, draws, start, stop)
    money = draw_money(world, draws, people)
    worth = money.worth if money else np.zeros(len(people.ids))
    return Untreated(start, people, walk(world, draws, people), worth, mean_worth(world, people))


def followed(world: World, draws: Draws, block: Untreated, calls: Calls) -> Followed:
    """The same leads with the calls that are made to them."""
    people, leads = block.people, len(block.people.ids)
    mine = calls.of(block.first, block.first + leads)
    at = mine.lead - block.first
    nudge = nudged(world, draws, people, at, mine)
    treated = walk(world, draws, people, nudge)
    called, late = np.zeros(leads, bool), np.zeros(leads, bool)
    called[at] = True
    late[at] = block.journeys.ended[at] <= mine.served
    before, after = block.journeys.outcome == WON, treated.outcome == WON
    rows = np.flatnonzero(called | before | after)
    return Followed(
        first=block.first,
        leads=leads,
        accounts=int(people.account.max(initial=-1)) + 1,
        lead=rows + block.first,
        account=people.account[rows],
        called=called[rows],
        reached=nudge.at[rows] != NEVER,
        late=late[rows],
        before=before[rows],
        after=after[rows],
        worth=block.worth[rows],
    )


def uplifts(world: World, draws: Draws, block: Untreated, calls: Calls) -> tuple[Floats, Floats]:
    """P(won) of each lead as it stands when it is called, and by how much the call raises that; 0 of all others.

    The expectation of what a call brings, given all that went before it (conditional Monte Carlo): it is reached by its
    chance, and pushed as strongly as the market says. Who had won or left by then has nothing left to raise.
    """
    assert world.scenario.sales is not None
    leads = len(block.people.ids)
    mine = calls.of(block.first, block.first + leads)
    at, tick = mine.lead - block.first, np.full(leads, NEVER, np.int64)
    tick[at] = mine.served
    nudge = nudged(world, draws, block.people, at, mine)
    chance, uplift, reach = np.zeros(leads), np.zeros(leads), np.zeros(leads)
    chance[at] = block.journeys.outcome[at] == WON
    reach[at] = reach_of(world.scenario.sales, mine)
    there, standing = stand(world, block.people, block.journeys, tick)
    for ahead, part, which in ahead_of(world, standing):
        who = there[which]
        push = nudge.logit[who] * nudge.stages[part.stage]
        chance[who] = ahead.pushed(part, np.zeros(len(who)))
        uplift[who] = reach[who] * (ahead.pushed(part, push) - chance[who])
    return chance, uplift


def fading(sales: Sales, wait: Floats) -> Floats:
    """How many times as much a call brings that comes so many seconds later, by its half-lives alone."""
    return _left(wait, sales.reached_half_life) * _left(wait, sales.effect_half_life)


def at_arrival(world: World, block: Untreated) -> Floats:
    """P(won) of each lead as it comes, if nobody calls."""
    there, standing = stand(world, block.people, block.journeys, block.people.arrival)
    found = np.zeros(len(block.people.ids))
    found[there] = chances(world, standing)
    return found


def together(parts: Iterable[Followed]) -> Followed:
    """Several blocks, handed over in any order, as one."""
    blocks = sorted(parts, key=lambda block: block.first)
    names = (
        "lead",
        "account",
        "called",
        "reached",
        "late",
        "before",
        "after",
        "worth",
    )
    columns = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in names}
    return Followed(blocks[0].first, sum(b.leads for b in blocks), max(b.accounts for b in blocks), **columns)


def nudged(world: World, draws: Draws, people: People, at: Ticks, calls: Calls) -> Nudge:
    """What calls to the leads at these places do: each reaches its lead by a coin of its own, the same for all policies."""
    scenario = world.scenario
    sales = scenario.sales
    assert sales is not None
    wait = calls.served - calls.hot
    coin = draws.uniforms("sales/reached", people.ids[at])
    reached = coin < reach_of(sales, calls)
    logit, when = np.zeros(len(people.ids)), np.full(len(people.ids), NEVER, np.int64)
    by_persona = np.array([_times(sales.personas.get(kind.name)) for kind in scenario.personas])
    logit[at] = sales.effect.value * _left(wait, sales.effect_half_life) * by_persona[people.persona[at]]
    when[at[reached]] = calls.served[reached]
    by_stage = np.array([_times(sales.stages.get(name)) for name in scenario.stages])
    return Nudge(when, logit, draws.uniforms("sales/way", people.ids), by_stage)


def reach_of(sales: Sales, calls: Calls) -> Floats:
    """The chance of each call to reach its lead."""
    return sales.reached.value * _left(calls.served - calls.hot, sales.reached_half_life)


def _left(wait: Ticks | Floats, half_life: Parameter | None) -> Floats:
    """What is left of something after a wait; all of it where it does not fade."""
    return np.ones(len(wait)) if half_life is None else np.exp2(-wait / half_life.value)


def _times(factor: Parameter | None) -> float:
    return 1.0 if factor is None else factor.value


def currency(scenario: ScenarioModel) -> str:
    """What the money of a market is counted in; "" where it has none."""
    amounts = [scenario.value.median] if scenario.value else []
    amounts += [scenario.sales.call_cost, scenario.sales.hour_cost] if scenario.sales else []
    return next((amount.unit for amount in amounts if amount.unit), "")
