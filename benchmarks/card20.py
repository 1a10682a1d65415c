"""A million leads scored at one instant by twenty criteria: leadrules beside Polars, pandas and a loop in Python."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from benchmarks import card20_loop, card20_ours, card20_pandas, card20_polars
from benchmarks.card20_card import HOT, WARM
from benchmarks.card20_data import Numbers, draw_data
from benchmarks.card20_memory import peak_above_data
from benchmarks.rounds import Laps, Runner, race
from benchmarks.table import Gate, Line, Report, alone, faster, measured, skipped
from leadrules.engine.scores import Scores

LOOP_LEADS = 20_000
AGREE = 1e-6
GATES = {"Polars": Gate(1.5), "pandas": Gate(3), "Python loop": Gate(15)}
MEMORY, MEMORY_NAME = Gate(128, at_least=False, unit=" MiB"), "memory above the data"
Answers = Mapping[str, Numbers]
Tables = TypeVar("Tables")


def run(rounds: int) -> Report:
    """The race, each tool with the data in its own form. Times count only where all give the same answers."""
    data = draw_data()
    plan, leads = card20_ours.read_plan(), card20_ours.resident(data)
    scores = card20_ours.score_leads(plan, leads)
    polars, pandas = card20_polars.resident(data), card20_pandas.resident(data)
    peers = (
        _peer("Polars", card20_polars.score_leads, polars, scores),
        _peer("Polars, by type", card20_polars.score_leads, card20_polars.split(polars), scores),
        _peer("pandas", card20_pandas.score_leads, pandas, scores),
        _peer("pandas, by type", card20_pandas.score_leads, card20_pandas.split(pandas), scores),
        _peer("Python loop", card20_loop.score_leads, card20_loop.resident(data.first(LOOP_LEADS)), scores),
    )
    gc.collect()
    gc.freeze()  # the loop's dictionaries stay: no need to go through them before each run
    laps = race((Runner("leadrules", lambda _: len(card20_ours.score_leads(plan, leads))), *peers), rounds)
    title = f"card20: leads a second, {len(data):,} leads with {len(data.time):,} events, 20 criteria, one thread each"
    notes = (f"all answers agree to {AGREE:g}; the loop scores the first {LOOP_LEADS:,} leads",)
    gc.unfreeze()
    return Report(title, _lines(laps), notes)


def _lines(laps: Sequence[Laps]) -> tuple[Line, ...]:
    ours, *peers = laps
    raced = tuple(faster(ours, peer, GATES.get(peer.name)) for peer in peers)
    peak = peak_above_data()
    memory = skipped(MEMORY_NAME, "Linux only") if peak is None else measured(MEMORY_NAME, peak, MEMORY)
    return (alone(ours), *raced, memory)


def _peer(name: str, score: Callable[[Tables], Answers], tables: Tables, ours: Scores) -> Runner:
    """A peer that gives our answers. Raises `AssertionError` where it does not."""
    answers = score(tables)
    for part, values in answers.items():
        off = float(np.abs(values - ours.scores[part][: len(values)]).max())
        assert off <= AGREE, f"{name}: {part} differs by {off}"
    total = answers["total"]
    tiers = np.where(total >= HOT, 0, np.where(total >= WARM, 1, 2))
    close = np.minimum(np.abs(total - HOT), np.abs(total - WARM)) <= AGREE
    assert ((tiers == ours.tiers[: len(tiers)]) | close).all(), f"{name}: tiers differ"
    return Runner(name, lambda _: len(score(tables)["total"]))
