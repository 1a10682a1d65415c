"""Simulated journeys, without any scoring: leadrules beside SimPy and a loop in Python, by events a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from benchmarks.journeys_law import expected
from benchmarks.journeys_peers import Made, walk_in_a_loop, walk_in_simpy
from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Report, alone, faster
from leadrules.dsl.scenario.model import WON
from leadrules.files.markets import read_market
from leadrules.simulator.blocks import populations
from leadrules.simulator.draws import draws_of
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import build_world

SCENARIO = Path(__file__).with_name("journeys.scenario")
OURS, ONE_THREAD, SIMPY, LOOP = "leadrules", "leadrules, one thread", "SimPy", "Python loop"
LEADS = {OURS: 1_000_000, ONE_THREAD: 1_000_000, SIMPY: 100_000, LOOP: 100_000}  # a million would slow SimPy further
EVENTS_OFF, WON_OFF = 0.02, 0.07  # relative: five standard errors of a single round


def run(rounds: int) -> Report:
    """The race. Times count only where all simulate the same law."""
    tools = {OURS: walk, ONE_THREAD: walk_on_one_thread, SIMPY: walk_in_simpy, LOOP: walk_in_a_loop}
    made: dict[str, list[Made]] = {name: [] for name in tools}
    ours, one, simpy, loop = race([_runner(name, tool, made[name]) for name, tool in tools.items()], rounds)
    lines = (alone(ours), faster(ours, simpy, Gate(100)), faster(ours, loop, Gate(5)))
    ratios = f"{one.rate / simpy.rate:.0f} x SimPy, {one.rate / loop.rate:.1f} x the loop"
    notes = (f"on one thread leadrules makes {one.rate / 1e6:.1f} M events a second: {ratios}", *_agreement(made))
    return Report("journeys: events a second, journeys alone, nothing is scored", lines, notes)


def _runner(name: str, tool: Callable[[int, int], Made], made: list[Made]) -> Runner:
    def run(number: int) -> float:
        made.append(tool(LEADS[name], 1 + number))
        return made[-1].events

    return Runner(name, run)


def _agreement(made: dict[str, list[Made]]) -> list[str]:
    """What each made of a lead on average, beside what the law says. Raises `AssertionError` where they differ."""
    events, won = expected()
    said = [f"the law: {events:.2f} events a lead, P(won) {won:.4f}"]
    for name, runs in made.items():
        leads = sum(run.leads for run in runs)
        mean, share = sum(run.events for run in runs) / leads, sum(run.won for run in runs) / leads
        assert abs(mean / events - 1) < EVENTS_OFF, f"{name} makes {mean:.3f} events a lead, not {events:.3f}"
        assert abs(share / won - 1) < WON_OFF, f"{name} wins {share:.4f} of its leads, not {won:.4f}"
        said.append(f"{name}: {mean:.2f} events a lead, P(won) {share:.4f}, {leads:,} leads")
    return said


def walk(leads: int, seed: int) -> Made:
    """Scenario file to journeys, the way that `leadrules simulate` takes: two threads work ahead."""
    market = read_market(SCENARIO)
    return _made(populations(build_world(market), draws_of(market, seed), leads), leads, int(market.horizon.value))


def walk_on_one_thread(leads: int, seed: int) -> Made:
    """The same blocks one after the other."""
    market = read_market(SCENARIO)
    world, draws = build_world(market), draws_of(market, seed)
    blocks = (simulate(world, draws, first, min(first + BLOCK, leads)) for first in range(0, leads, BLOCK))
    return _made(blocks, leads, int(market.horizon.value))


def _made(blocks: Iterable[Population], leads: int, horizon: int) -> Made:
    found = Made(leads, 0, 0)
    for block in blocks:
        truth = block.truth
        found.events += len(block.leads.events.time)
        found.won += int(np.count_nonzero((truth.outcome == WON) & (truth.ended < horizon)))
    return found
