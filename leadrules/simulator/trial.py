"""Plan and scenario to metrics: a rule set tried on a market, block by block."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.adopt import adopt
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.zone import SECOND
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import calls_of, follow_up, together, waits_for
from leadrules.simulator.hot import HotList, contact_of, hot_leads, joined
from leadrules.simulator.measure import measure
from leadrules.simulator.measure_sales import measure_sales, queue_in_runs
from leadrules.simulator.metrics import Metrics, SalesMetrics
from leadrules.simulator.population import Ledger, Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.tally import Tally, accumulate
from leadrules.simulator.working_hours import rounds_of
from leadrules.simulator.world import World, build_world

WORKERS = 2
DEFAULT_SEED = 1
Progress = Callable[[int], None]
Result = TypeVar("Result")


def try_rules(
    plan: Plan,
    scenario: ScenarioModel,
    *,
    population: int | None = None,
    seed: int | None = None,
    progress: Progress = lambda _leads: None,
) -> Metrics:
    """How a rule set ranks the leads of a market at their landmark.

    `population` leads (else as many as the scenario says), from the draws of `seed` (else the scenario's, else 1).
    `progress` is told how many leads are done. The result depends on nothing else.
    """
    world, draws = build_world(scenario), draws_of(scenario, seed)
    leads = population or scenario.population
    tally, hot = Tally(), []
    for first, done, (part, found) in blocks(lambda a, b: _tried(plan, world, draws, a, b), leads):
        tally = tally.merge(part)
        hot += [found] if found else []
        progress(first + done)
    metrics = measure(tally, scenario, plan, draws)
    return replace(metrics, sales=_followed(plan, world, draws, joined(hot), leads)) if scenario.sales else metrics


def draws_of(scenario: ScenarioModel, seed: int | None) -> Draws:
    """The draws of a seed: the one given, else the scenario's, else 1."""
    return Draws(seed if seed is not None else DEFAULT_SEED if scenario.seed is None else scenario.seed)


def _tried(plan: Plan, world: World, draws: Draws, start: int, stop: int) -> tuple[Tally, HotList | None]:
    population = simulate(world, draws, start, stop)
    leads, truth, scenario = adopt(plan.model, population.leads), population.truth, world.scenario
    hot = hot_leads(plan, leads, truth, scenario, start) if scenario.sales else None
    return tallied(plan, leads, truth, scenario, start), hot


def tallied(plan: Plan, leads: Leads, truth: Ledger, scenario: ScenarioModel, first: int) -> Tally:
    """The tally of a block of leads, each scored at its landmark. `first`: number of the block's first lead."""
    scores = score(plan, leads, scenario.start + truth.landmark * SECOND)
    return accumulate(scenario, first, scores, truth)


def _followed(plan: Plan, world: World, draws: Draws, hot: HotList, leads: int) -> SalesMetrics:
    """What sales make of the hot leads of all blocks: leads share the capacity, so that there is one queue for all."""
    scenario = world.scenario
    assert scenario.sales is not None
    rounds = rounds_of(scenario)
    served = waits_for(scenario.sales, hot, rounds)
    calls = calls_of(hot, served)
    found = together(part for _, _, part in blocks(lambda a, b: follow_up(world, draws, calls, a, b), leads))
    runs = queue_in_runs(hot, served, rounds, found.accounts, scenario, draws, contact_of(plan))
    return measure_sales(hot, served, rounds, found, scenario, plan, runs)


def populations(world: World, draws: Draws, leads: int) -> Iterator[Population]:
    """The leads of a market, block after block, in their order."""
    for _, _, population in blocks(lambda a, b: simulate(world, draws, a, b), leads):
        yield population


def blocks(work: Callable[[int, int], Result], leads: int) -> Iterator[tuple[int, int, Result]]:
    """What `work` makes of each block of leads, in their order: first lead, number of leads, result.

    Two threads work ahead by a block or two; nothing is kept that was handed out.
    """
    _keep_freed_memory()
    ranges = iter([(a, min(a + BLOCK, leads)) for a in range(0, leads, BLOCK)])
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[tuple[int, int, Future[Result]]] = deque()
        while True:
            while len(waiting) < WORKERS + 1 and (following := next(ranges, None)):
                waiting.append((*following, pool.submit(work, *following)))
            if not waiting:
                return
            start, stop, future = waiting.popleft()
            yield start, stop - start, future.result()


def _keep_freed_memory() -> None:
    """Let the C library keep what blocks free for the next block.

    glibc hands large freed pieces back to the system, which then zeroes them anew for every array: a third of the time
    of a block. Having seen one piece of nearly 32 MiB freed it stops doing so (mallopt(3), M_MMAP_THRESHOLD).
    Elsewhere this does nothing.
    """
    np.empty(31 << 20, np.uint8)
