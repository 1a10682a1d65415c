"""Draws are what their contract says, to the bit: so a lead is the same however, and beside whomever, it is simulated."""

from __future__ import annotations

import hashlib
import importlib
import itertools
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leadrules.engine.columns import Codes, Column
from leadrules.simulator import blocks, threads
from leadrules.simulator.blocks import populations
from leadrules.simulator.draws import Draws, mix, salted
from leadrules.simulator.normal import normal
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World
from tests.phase_type import RICH, SIMPLE, judge, seeds, world_of, z_of

WORD = 1 << 64
GOLDEN = 0x9E3779B97F4A7C15
UNMIX = pow(0x94D049BB133111EB, -1, WORD), pow(0xBF58476D1CE4E5B9, -1, WORD)

words = st.integers(0, WORD - 1)
several = st.lists(st.floats(2.0**-53, 1.0 - 2.0**-53), min_size=1, max_size=20).map(np.array)
streams = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def mixed(z: int) -> int:
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


def word(seed: int, stream: str, who: int, k: int = 0) -> int:
    """The 52 bits of a draw, by the text of the contract."""
    digest = hashlib.blake2b(f"v1/{seed}/{stream}".encode(), digest_size=8).digest()
    state = mixed((who * GOLDEN + int.from_bytes(digest, "little")) % WORD)
    return mixed((state + (k + 1) * GOLDEN) % WORD) >> 12


def uniform(seed: int, stream: str, who: int, k: int = 0) -> float:
    """A draw: the quotient of whole numbers is rounded once, to the nearest."""
    return (2 * word(seed, stream, who, k) + 1) / (1 << 53)


def unshifted(z: int, by: int) -> int:
    found = z
    for _ in range(64 // by + 1):
        found = z ^ (found >> by)
    return found


def before_mixing(z: int) -> int:
    """The word that is mixed to a given one."""
    z = unshifted(z, 31) * UNMIX[0] % WORD
    z = unshifted(z, 27) * UNMIX[1] % WORD
    return unshifted(z, 30)


def drawn(seed: int, stream: str, leads: int, k: int = 0, first: int = 0) -> Any:
    return Draws(seed).uniforms(stream, np.arange(first, first + leads, dtype=np.uint64), k)


# The contract


@given(words, streams, st.lists(words, min_size=1, max_size=4), words)
def test_draws_are_those_of_the_contract(seed: int, stream: str, who: list[int], k: int) -> None:
    found = Draws(seed).uniforms(stream, np.array(who, np.uint64), k)
    assert found.tolist() == [uniform(seed, stream, lead, k) for lead in who]


def test_draws_stay_what_they_were() -> None:
    """Words worked out once, apart from this package: a change of them is a change of every market."""
    stored = {
        (1, "arrival", 0, 0): 296_451_961_983_792,
        (1, "persona", 41, 0): 3_215_931_807_125_320,
        (7, "stages/decision/then", 10_000_000, 0): 1_831_552_462_190_442,
        (2**63, "attributes/industry", 2**64 - 1, 3): 2_150_031_000_715_499,
        (0, "stages/aware/times", 5, (4 << 32) + 1): 117_782_510_425_090,
    }
    for (seed, stream, who, k), bits in stored.items():
        found = Draws(seed).uniforms(stream, np.array([who], np.uint64), k)[0]
        assert (word(seed, stream, who, k), found) == (bits, (2 * bits + 1) / (1 << 53))


@given(words)
def test_mixing_loses_nothing(z: int) -> None:
    assert int(mix(np.array([z], np.uint64))[0]) == mixed(z)
    assert mixed(before_mixing(z)) == z


@pytest.mark.parametrize("bits", [0, 1, 2**51 - 1, 2**51, 2**52 - 1])
def test_draws_lie_inside_the_unit_interval(bits: int) -> None:
    found = salted(np.array([before_mixing(bits << 12)], np.uint64))[0]
    assert 0.0 < found < 1.0
    assert found == (2 * bits + 1) / (1 << 53)


def test_the_largest_draw_lies_below_one() -> None:
    assert salted(np.array([before_mixing(WORD - 1)], np.uint64))[0] < 1.0


# How draws spread, and that they know nothing of each other


@settings(max_examples=25, deadline=None)
@given(words, streams, st.integers(0, 2**40), st.integers(0, 2**62))
def test_draws_are_uniform_over_leads(seed: int, stream: str, k: int, first: int) -> None:
    p = stats.kstest(drawn(seed, stream, 20_000, k, first), "uniform").pvalue
    assert p > 1e-7


def pairs(kind: str, seed: int) -> tuple[Any, Any]:
    one = drawn(seed, "arrival", 20_000)
    match kind:
        case "the next draw":
            return one, drawn(seed, "arrival", 20_000, 1)
        case "a draw of the next place in a visit":
            return one, drawn(seed, "arrival", 20_000, 1 << 32)
        case "the next lead":
            return one, drawn(seed, "arrival", 20_000, 0, 1)
        case "another stream":
            return one, drawn(seed, "persona", 20_000)
        case "a stream of a like name":
            return one, drawn(seed, "arrivak", 20_000)
        case _:
            return one, drawn(seed + 1, "arrival", 20_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        "the next draw",
        "a draw of the next place in a visit",
        "the next lead",
        "another stream",
        "a stream of a like name",
        "the next seed",
    ],
)
def test_draws_know_nothing_of(kind: str, full: bool) -> None:
    correlations, tables = [], []
    for seed in seeds(full, 20):
        a, b = pairs(kind, seed)
        correlations.append(float(np.corrcoef(normal(a), normal(b))[0, 1] * math.sqrt(len(a))))
        cells = np.bincount((a * 16).astype(int) * 16 + (b * 16).astype(int), minlength=256)
        tables.append(z_of(stats.chisquare(cells).pvalue))
    judge(correlations)
    judge(tables)


def test_no_two_leads_share_a_state() -> None:
    states = Draws(seeds(False)[0]).states("arrival", np.arange(1_000_000, dtype=np.uint64))
    assert len(np.unique(states)) == 1_000_000


# What a population is, as plain columns


def columns(population: Population) -> dict[str, Any]:
    """Everything in a population by name; of each event its lead, time and type."""
    truth, leads = population.truth, population.leads
    found = {name: getattr(truth, name) for name in truth.__struct_fields__}
    money = found.pop("money")
    found |= {f"money/{name}": getattr(money, name) for name in (money.__struct_fields__ if money else ())}
    found |= {f"entered/{stage}": row for stage, row in enumerate(found.pop("entered"))}
    found |= {f"fields/{name}": plain(column) for name, column in leads.fields.items()}
    events = leads.events
    found |= {"ids": leads.ids, "accounts": leads.accounts, "events": events.time, "kinds": events.kinds}
    found["leads of events"] = np.repeat(leads.ids, np.diff(events.offsets))
    for name, told in events.of_type.items():
        found |= {f"properties/{name}/{key}": plain(column) for key, column in told.properties.items()}
    return found


def plain(column: Column) -> Any:
    return column.codes if isinstance(column, Codes) else column.values


def together(parts: Sequence[Population]) -> dict[str, Any]:
    each = [columns(part) for part in parts]
    return {name: np.concatenate([part[name] for part in each]) for name in each[0]}


def same(one: dict[str, Any], other: dict[str, Any], but: Sequence[str] = ()) -> None:
    for name, values in one.items():
        if not name.startswith(tuple(but)):
            np.testing.assert_array_equal(values, other[name], name)


def in_blocks(world: World, seed: int, cuts: Sequence[int]) -> dict[str, Any]:
    draws = Draws(seed)
    return together([simulate(world, draws, a, b) for a, b in itertools.pairwise(cuts)])


# However a lead is simulated


@pytest.mark.parametrize("text", [SIMPLE, RICH], ids=["simple", "rich"])
@pytest.mark.parametrize("pattern", [(1000, 37, 4096, 1), (4096,), (1, 2, 3, 5, 8, 13, 997)], ids=str)
def test_a_block_of_any_size_gives_the_same_journeys(text: str, pattern: tuple[int, ...]) -> None:
    world, leads, cuts = world_of(text), 12_000, [0]
    while cuts[-1] < leads:
        cuts.append(min(leads, cuts[-1] + pattern[len(cuts) % len(pattern)]))
    for seed in seeds(False, 2):
        same(in_blocks(world, seed, [0, leads]), in_blocks(world, seed, cuts))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**63), st.lists(st.integers(0, 400), max_size=8), st.integers(0, 10**7))
def test_blocks_cut_anywhere_give_the_same_journeys(seed: int, cuts: list[int], first: int) -> None:
    world, whole = world_of(RICH), sorted({first, first + 400})
    same(in_blocks(world, seed, whole), in_blocks(world, seed, sorted({*whole, *(first + cut for cut in cuts)})))


def test_a_busy_lead_leaves_the_others_as_they_are() -> None:
    """Leads with hundreds of visits in one stay are drawn in pieces; that is nobody else's affair."""
    world = world_of(SIMPLE.replace("visits 0.2 per day", "visits 30 per day"))
    same(in_blocks(world, 3, [0, 200]), in_blocks(world, 3, [0, 1, 60, 200]))


def test_one_lead_alone_is_its_part_of_the_whole() -> None:
    world, seed = world_of(RICH), seeds(False)[0]
    whole = in_blocks(world, seed, [0, 5_000])
    for lead in (0, 1, 66, 4_097, 4_999):
        alone = columns(simulate(world, Draws(seed), lead, lead + 1))
        rows = whole["leads of events"] == lead
        np.testing.assert_array_equal(alone["events"], whole["events"][rows])
        np.testing.assert_array_equal(alone["kinds"], whole["kinds"][rows])
        same(
            alone, {name: values[lead : lead + 1] for name, values in whole.items()}, ("events", "kinds", "leads", "p")
        )


def test_the_order_of_blocks_changes_nothing() -> None:
    world, draws = world_of(RICH), Draws(4)
    parts = [simulate(world, draws, a, a + 500) for a in (1_500, 500, 0, 1_000)]
    same(together([parts[2], parts[1], parts[3], parts[0]]), in_blocks(world, 4, [0, 2_000]))


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "WORKERS", workers)
    monkeypatch.setattr(blocks, "BLOCK", 700)
    world = world_of(RICH)
    same(together(list(populations(world, Draws(9), 5_000))), in_blocks(world, 9, [0, 5_000]))


def test_no_leads_are_a_population_too() -> None:
    assert len(simulate(world_of(RICH), Draws(1), 7, 7).leads) == 0


TICKS = """
import hashlib, sys
from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.simulator.draws import Draws
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
found = simulate(build_world(check(parse(Source("market", sys.stdin.read())))), Draws(5), 0, 4_000)
happened, events = found.happenings, found.leads.events
ticks = found.truth.arrival, found.truth.entered, found.truth.ended, happened.tick, happened.action, events.time, events.kinds
print(*(hashlib.sha256(part.tobytes()).hexdigest() for part in ticks))
"""


def test_another_processor_gives_the_same_ticks() -> None:
    """Floats may differ in their last digit; whole seconds, orders and counts do not."""
    assert ticks(False, RICH) == ticks(True, RICH)


def ticks(plain: bool, text: str) -> str:
    """Hashes of what happens in a market, on a processor with all it has or with what every one has."""
    core = importlib.import_module("numpy._core._multiarray_umath")
    extras = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]] if plain else []
    without, home = " ".join(extras), str(Path(__file__).parent.parent)
    environment = {**os.environ, "NPY_DISABLE_CPU_FEATURES": without, "PYTHONPATH": home}
    command = [sys.executable, "-c", TICKS]
    run = subprocess.run(command, input=text, env=environment, capture_output=True, text=True, check=True)
    return run.stdout


# A change in one place is felt in no other

EVENTS = ("events", "kinds", "leads of events", "properties")
JUDGED = ("landmark", "stage_at_landmark", "chance")
AFTER_FIRST = ("ended", "entered/1", "entered/2", "entered/3", *JUDGED[1:], *EVENTS)
LONGER = """then won logit -0.2 + 0.9 * intent, else longer
}
stage longer { lasts exactly 3 days; then won 10%, else lost }"""
PUPILS = """persona student 15% never buys { employees lognormal median 8 spread 0.5 }
persona pupil 10% never buys {"""
CHANGES = {
    "how long the last stage lasts": ("exactly 5 days", "exactly 9 days", ("ended", *JUDGED[1:], *EVENTS)),
    "how long the first stage lasts": ("median 15 days", "median 11 days", AFTER_FIRST),
    "how often visits come": ("visits 0.5 per day", "visits 0.8 per day", EVENTS),
    "how long visits are": ("has 2.9 events", "has 1.2 events", EVENTS),
    "what happens in a visit": ('page path "/" 50%; demo 50%', 'page path "/" 45%; demo 55%', ("kinds", "properties")),
    "a way out of a stage": (
        "test 40%",
        "test 20%",
        ("outcome", "ended", "entered/2", "entered/3", *JUDGED[1:], *EVENTS),
    ),
    "how leads differ in activity": ("spread 0.6\n", "spread 0.2\n", ("activity", *EVENTS)),
    "how activity goes with intent": ("intent 0.3\n}", "intent -0.8\n}", ("activity", *EVENTS)),
    "how leads differ in intent": ("spread 0.9\n", "spread 0.5\n", ("intent", "outcome", *AFTER_FIRST)),
    "how accounts differ": ("intent spread 0.4", "intent spread 0.1", ("intent", "outcome", *AFTER_FIRST)),
    "what a field adds": ("customer 0.8", "customer 0.1", ("intent", "outcome", *AFTER_FIRST)),
    "a field that adds nothing": ("evenly 10 days", "evenly 20 days", ("fields/runway",)),
    "how often a field is known": ("1.1, unknown 15%", "1.1, unknown 30%", ("fields/employees",)),
    "when leads are judged": ("landmark 30 days", "landmark 20 days", JUDGED),
    "what leads are judged by": ("within 60 days", "within 90 days", ()),
    "another field": ("customer  flag\n", "customer  flag\n  more number\n", ()),
    "another event": ("event demo", "event demo\nevent other", ()),
    "another stage at the end": (
        "then won logit -0.2 + 0.9 * intent, else lost\n}",
        LONGER,
        ("outcome", "ended", *JUDGED[1:]),
    ),
    "a persona from another one's share": ("persona student 25% never buys {", PUPILS, ("persona",)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_felt_nowhere_else(what: str) -> None:
    old, new, felt = CHANGES[what]
    assert RICH.count(old) == 1
    for seed in seeds(False, 2):
        before = in_blocks(world_of(RICH), seed, [0, 6_000])
        after = in_blocks(world_of(RICH.replace(old, new)), seed, [0, 6_000])
        same(before, after, felt)
        assert not felt or any(name.startswith(felt) and differ(before[name], after[name]) for name in before)


def differ(one: Any, other: Any) -> bool:
    return one.shape != other.shape or bool(np.any((one != other) & ~(np.isnan(one) & np.isnan(other))))


def test_what_a_later_stage_does_leaves_what_was_before_it() -> None:
    before = in_blocks(world_of(RICH), 8, [0, 6_000])
    after = in_blocks(world_of(RICH.replace("exactly 5 days", "exactly 9 days")), 8, [0, 6_000])
    kept = [earlier(found) for found in (before, after)]
    assert kept[0].shape[1] > 10_000
    np.testing.assert_array_equal(*kept)


def earlier(found: dict[str, Any]) -> Any:
    """The events of leads before they come to the last stage."""
    lead = found["leads of events"]
    entered = found["entered/3"][lead] * 1_000_000 + int(world_of(RICH).scenario.start)
    keep = (found["entered/3"][lead] < 0) | (found["events"] < entered)
    return np.stack([lead, found["events"], found["kinds"]])[:, keep]
