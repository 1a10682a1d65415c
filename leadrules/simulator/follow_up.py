"""The second pass: what becomes of leads that sales call, beside what becomes of them if nobody does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.dsl.scenario.model_sales import Sales
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import HotList
from leadrules.simulator.journeys import walk
from leadrules.simulator.money import draw_money
from leadrules.simulator.nudge import Nudge
from leadrules.simulator.people import People, draw_people
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.queue import NEVER, serve
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


def waits_for(sales: Sales, hot: HotList, rounds: Rounds) -> Ticks:
    """When each hot lead is called, or `NEVER`, under the rules of these sales."""
    expire = int(sales.expire.value) if sales.expire else None
    return serve(hot.tick.astype(np.int64), hot.score if sales.by_score else None, rounds, expire)


def calls_of(hot: HotList, served: Ticks) -> Calls:
    """The calls that are made, in the order of leads."""
    at = np.flatnonzero(served != NEVER)
    at = at[np.argsort(hot.lead[at])]
    return Calls(hot.lead[at].astype(np.int64), hot.tick[at].astype(np.int64), served[at])


def follow_up(world: World, draws: Draws, calls: Calls, start: int, stop: int) -> Followed:
    """The leads from `start` to `stop` (excluded), once untreated and once with the calls that are made to them."""
    people = draw_people(world, draws, start, stop)
    mine = calls.of(start, stop)
    at = mine.lead - start
    untreated = walk(world, draws, people)
    nudge = nudged(world, draws, people, at, mine)
    treated = walk(world, draws, people, nudge)
    called, late = np.zeros(len(people.ids), bool), np.zeros(len(people.ids), bool)
    called[at] = True
    late[at] = untreated.ended[at] <= mine.served
    before, after = untreated.outcome == WON, treated.outcome == WON
    rows = np.flatnonzero(called | before | after)
    money = draw_money(world, draws, people)
    return Followed(
        first=start,
        leads=stop - start,
        accounts=int(people.account.max(initial=-1)) + 1,
        lead=rows + start,
        account=people.account[rows],
        called=called[rows],
        reached=nudge.at[rows] != NEVER,
        late=late[rows],
        before=before[rows],
        after=after[rows],
        worth=money.worth[rows] if money else np.zeros(len(rows)),
    )


def together(parts: Iterable[Followed]) -> Followed:
    """Several blocks, handed over in any order, as one."""
    blocks = sorted(parts, key=lambda block: block.first)
    names = ("lead", "account", "called", "reached", "late", "before", "after", "worth")
    columns = {name: np.concatenate([getattr(block, name) for block in blocks]) for name in names}
    return Followed(blocks[0].first, sum(b.leads for b in blocks), max(b.accounts for b in blocks), **columns)


def nudged(world: World, draws: Draws, people: People, at: Ticks, calls: Calls) -> Nudge:
    """What calls to the leads at these places do: each reaches its lead by a coin of its own, the same for all policies."""
    scenario = world.scenario
    sales = scenario.sales
    assert sales is not None
    wait = calls.served - calls.hot
    coin = draws.uniforms("sales/reached", people.ids[at])
    reached = coin < sales.reached.value * _left(wait, sales.reached_half_life)
    logit, when = np.zeros(len(people.ids)), np.full(len(people.ids), NEVER, np.int64)
    by_persona = np.array([_times(sales.personas.get(kind.name)) for kind in scenario.personas])
    logit[at] = sales.effect.value * _left(wait, sales.effect_half_life) * by_persona[people.persona[at]]
    when[at[reached]] = calls.served[reached]
    by_stage = np.array([_times(sales.stages.get(name)) for name in scenario.stages])
    return Nudge(when, logit, draws.uniforms("sales/way", people.ids), by_stage)


def _left(wait: Ticks, half_life: Parameter | None) -> Floats:
    """What is left of something after a wait; all of it where it does not fade."""
    return np.ones(len(wait)) if half_life is None else np.exp2(-wait / half_life.value)


def _times(factor: Parameter | None) -> float:
    return 1.0 if factor is None else factor.value


def currency(scenario: ScenarioModel) -> str:
    """What the money of a market is counted in; "" where it has none."""
    amounts = [scenario.value.median] if scenario.value else []
    amounts += [scenario.sales.call_cost, scenario.sales.hour_cost] if scenario.sales else []
    return next((amount.unit for amount in amounts if amount.unit), "")
