"""One lead with its whole account: twenty criteria, twenty events, beside a loop that only scores it.

Out of a block of leads, as `leadrules explain` without `--lead` and every use of many accounts tells them, and alone.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks import card20_loop, card20_ours
from benchmarks.card20_data import AS_OF, MONDAY, draw_data
from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Report, alone, faster
from leadrules.engine.explain import explain, explain_block, explain_each
from leadrules.engine.explain_lacks import explain_lacks
from leadrules.engine.find_flips import find_flips

LEADS, EVENTS, GOAL = 5_000, 20, 200e-6
TURNS, AGAIN = 3, 50  # the loop goes over the leads so often, to be as long at work
IN_BLOCK, ALONE = Gate(20, at_least=False), Gate(150, at_least=False)


def run(rounds: int) -> Report:
    """The race over all leads that have so many events."""
    data = draw_data(LEADS)
    plan, leads, rows = card20_ours.read_plan(), card20_ours.resident(data), card20_loop.resident(data)
    at = AS_OF + MONDAY
    instants = np.full(LEADS, at)
    chosen = np.flatnonzero(np.diff(data.offsets) == EVENTS).tolist()
    block = explain_block(plan, leads, instants, plan.kept.tables(leads))
    runners = (
        Runner("Python loop", _each(chosen * AGAIN, lambda lead: card20_loop.score_leads([rows[lead]]))),
        Runner("leadrules, its block scored", _each(chosen * AGAIN, block)),
        Runner("leadrules, alone", _each(chosen, lambda lead: explain(plan, leads, lead, at))),
        Runner("leadrules, all leads", lambda _: sum(1 for _ in explain_each(plan, leads, np.arange(LEADS), instants))),
    )
    loop, warm, single, every = race(runners, rounds * TURNS)
    one = 1 / warm.rate
    lacks = _median(chosen, lambda lead: explain_lacks(plan, leads, lead, at)) * 1e3
    flips = _median(chosen, lambda lead: find_flips(plan, leads, lead, at)) * 1e3
    notes = (
        f"one account, its block scored: {one * 1e6:,.0f} µs (goal: {GOAL * 1e6:g} µs, {'reached' if one <= GOAL else 'not reached'})",
        f"alone, from nothing but its rows: {1e6 / single.rate:,.0f} µs",
        f"of all {LEADS:,} leads, scored and told: {1e6 / every.rate:,.0f} µs each",
        f"what it lacks: {lacks:.1f} ms more; what would move it: {flips:.0f} ms more",
    )
    title = f"explain: leads a second, {len(chosen)} leads with {EVENTS} events each, 20 criteria; the loop only scores"
    lines = (alone(loop), faster(loop, warm, IN_BLOCK), faster(loop, single, ALONE), alone(every))
    return Report(title, lines, notes)


def _each(chosen: Sequence[int], work: Callable[[int], object]) -> Callable[[int], float]:
    def run(_number: int) -> float:
        for lead in chosen:
            work(lead)
        return len(chosen)

    return run


def _median(chosen: Sequence[int], work: Callable[[int], object]) -> float:
    """Seconds for one lead."""
    seconds = []
    for lead in chosen[:20]:
        start = time.perf_counter()
        work(lead)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
