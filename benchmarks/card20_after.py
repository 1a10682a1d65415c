"""The same card after every event, and when each lead first was hot: leadrules beside Polars and pandas."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from benchmarks import card20_after_pandas, card20_after_polars, card20_ours, card20_pandas, card20_polars
from benchmarks.card20_card import HOT
from benchmarks.card20_data import MONDAY, NEVER, Numbers, draw_data
from benchmarks.card20_memory import peak_above_data
from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Report, alone, faster, measured, skipped

AGREE = 1e-6
GATES = {"Polars": Gate(6), "pandas": Gate(4)}
MEMORY, MEMORY_NAME = Gate(256, at_least=False, unit=" MiB"), "memory above the data"
Tables = TypeVar("Tables")


def run(rounds: int) -> Report:
    """The race, each tool with the data in its own form. Times count only where all give the same answers."""
    data = draw_data()
    plan, leads = card20_ours.read_plan(), card20_ours.resident(data)
    total, first = card20_ours.score_after_events(plan, leads)
    ours = total, np.where(first == NEVER, NEVER, first - MONDAY)
    peers = (
        _peer("Polars", card20_after_polars.score_after_events, card20_polars.resident(data), ours),
        _peer("pandas", card20_after_pandas.score_after_events, card20_pandas.resident(data), ours),
    )
    gc.collect()
    laps = race((Runner("leadrules", lambda _: len(card20_ours.score_after_events(plan, leads)[0])), *peers), rounds)
    lines = [alone(laps[0]), *(faster(laps[0], peer, GATES[peer.name]) for peer in laps[1:])]
    peak = peak_above_data("events")
    lines.append(skipped(MEMORY_NAME, "Linux only") if peak is None else measured(MEMORY_NAME, peak, MEMORY))
    title = f"card20_after: events a second, {len(data):,} leads scored after each of {len(data.time):,} events"
    hot = int(np.count_nonzero(first != NEVER))
    notes = (f"all totals agree to {AGREE:g}; {hot:,} leads become hot, for all tools at the same events",)
    return Report(title, tuple(lines), notes)


def _peer(
    name: str, score: Callable[[Tables], tuple[Numbers, Numbers]], tables: Tables, ours: tuple[Numbers, Numbers]
) -> Runner:
    """A peer that gives our answers. Raises `AssertionError` where it does not."""
    total, first = score(tables)
    off = float(np.abs(total - ours[0]).max())
    assert off <= AGREE, f"{name}: totals differ by {off}"
    if np.abs(total - HOT).min() > AGREE:  # else the last digits decide who is hot
        assert np.array_equal(first, ours[1]), f"{name}: leads are first hot at other events"
    return Runner(name, lambda _: len(score(tables)[0]))
