"""One lead with its whole account: twenty criteria, twenty events, warm, beside a loop that only scores it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks import card20_loop, card20_ours
from benchmarks.card20_data import AS_OF, MONDAY, draw_data
from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Report, alone, faster
from leadrules.engine.explain import explain
from leadrules.engine.explain_lacks import explain_lacks
from leadrules.engine.find_flips import find_flips

LEADS, EVENTS, GOAL = 5_000, 20, 200e-6
TURNS, AGAIN = 3, 50  # the loop goes over the leads so often, to be as long at work
GATE = Gate(150, at_least=False)


def run(rounds: int) -> Report:
    """The race over all leads that have so many events."""
    data = draw_data(LEADS)
    plan, leads, rows = card20_ours.read_plan(), card20_ours.resident(data), card20_loop.resident(data)
    at = AS_OF + MONDAY
    chosen = np.flatnonzero(np.diff(data.offsets) == EVENTS).tolist()
    explained = _each(chosen, lambda lead: explain(plan, leads, lead, at))
    looped = _each(chosen * AGAIN, lambda lead: card20_loop.score_leads([rows[lead]]))
    explained(0)  # the tables of texts are made once
    ours, loop = race((Runner("leadrules", explained), Runner("Python loop", looped)), rounds * TURNS)
    one = 1 / ours.rate
    lacks = _median(chosen, lambda lead: explain_lacks(plan, leads, lead, at)) * 1e3
    flips = _median(chosen, lambda lead: find_flips(plan, leads, lead, at)) * 1e3
    notes = (
        f"one account: {one * 1e6:,.0f} µs (goal: {GOAL * 1e6:g} µs, {'reached' if one <= GOAL else 'not reached'})",
        f"what it lacks: {lacks:.1f} ms more; what would move it: {flips:.0f} ms more",
    )
    title = f"explain: leads a second, one at a time, {len(chosen)} leads with {EVENTS} events each, 20 criteria"
    return Report(title, (alone(loop), faster(loop, ours, GATE)), notes)


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
