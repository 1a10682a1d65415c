"""Simulated journeys of the full model beside SimPy on the simple one, by events a second, without any scoring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from msgspec import Struct, field

from benchmarks.journeys import LEADS as LEADS_OF
from benchmarks.journeys import SIMPY
from benchmarks.journeys_peers import walk_in_simpy
from benchmarks.rounds import Laps, Runner, race
from benchmarks.table import Gate, Report, alone, faster
from leadrules.files.markets import read_market
from leadrules.simulator.blocks import populations
from leadrules.simulator.draws import draws_of
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World, build_world

SCENARIO = Path(__file__).with_name("journeys_full.scenario")
LEADS = 10 * BLOCK
GATE, GOAL = Gate(20), 60
CAUSES = ("lead visit", "sender sent", "lead opened", "machine opened", "lead clicked", "scanner clicked")


class Made(Struct):
    """What a run made: leads, the events that rules see, and those that happened, by their cause."""

    leads: int
    seen: int = 0
    happened: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """All that happened."""
        return self.happened.total()


def run(rounds: int) -> Report:
    """The race. SimPy walks the simple model: the full one would make it slower still."""
    made: list[Made] = []

    def walks(number: int) -> int:
        made.append(walk(LEADS, 1 + number))
        return made[-1].events

    tools = (
        Runner("leadrules, full model", walks),
        Runner("one thread", lambda number: walk_on_one_thread(LEADS, 1 + number).events),
        Runner("SimPy, simple model", lambda number: walk_in_simpy(LEADS_OF[SIMPY], 1 + number).events),
    )
    ours, one, simpy = race(tools, rounds)
    notes = (_speed(ours, one, simpy), *_content(made))
    return Report("journeys_full: events a second, nothing is scored", (alone(ours), faster(ours, simpy, GATE)), notes)


def walk(leads: int, seed: int) -> Made:
    """Scenario file to journeys, the way that `leadrules simulate` takes: two threads work ahead."""
    market = read_market(SCENARIO)
    world = build_world(market)
    return _made(world, populations(world, draws_of(market, seed), leads), leads)


def walk_on_one_thread(leads: int, seed: int) -> Made:
    """The same blocks one after the other."""
    market = read_market(SCENARIO)
    world, draws = build_world(market), draws_of(market, seed)
    blocks = (simulate(world, draws, first, min(first + BLOCK, leads)) for first in range(0, leads, BLOCK))
    return _made(world, blocks, leads)


def _made(world: World, blocks: Iterable[Population], leads: int) -> Made:
    found = Made(leads)
    causes = [f"{action.cause.by} {action.cause.what}" for action in world.actions]
    for block in blocks:
        found.seen += len(block.leads.events.time)
        counts = np.bincount(block.happenings.action, minlength=len(causes)).tolist()
        for cause, count in zip(causes, counts, strict=True):
            found.happened[cause] += count
    return found


def _speed(ours: Laps, one: Laps, simpy: Laps) -> str:
    goal = "" if ours.rate >= GOAL * simpy.rate else ", not reached"
    return (
        f"on one thread {one.rate / 1e6:.2f} M events a second, {one.rate / simpy.rate:.0f} x SimPy; "
        f"goal: {GOAL} x{goal}"
    )


def _content(made: list[Made]) -> list[str]:
    """What happens in such a market. Raises `AssertionError` where it is not the full one."""
    leads, happened = sum(run.leads for run in made), sum((run.happened for run in made), Counter[str]())
    assert all(happened[cause] for cause in CAUSES), f"of these nothing happens: {set(CAUSES) - set(+happened)}"
    events, seen = happened.total(), sum(run.seen for run in made)
    shares = ", ".join(f"{cause} {count / events:.1%}" for cause, count in happened.most_common())
    return [f"{events / leads:.2f} events a lead, {seen / leads:.2f} of them seen", shares]
