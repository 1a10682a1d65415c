"""Two rule sets on the same simulated leads: all that `leadrules compare` tells, beside the same by hand."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks import compare_by_hand as by_hand
from benchmarks.rounds import Runner, race
from benchmarks.table import Gate, Line, Report, alone, faster, measured
from leadrules.engine.compile import compile_model
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.compare import Asked
from leadrules.judging.compare import measured as measured_of
from leadrules.judging.compare_rules import Wish, compare_rules
from leadrules.judging.comparison import Comparison
from leadrules.judging.figure import difference
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.blocks import populations
from leadrules.simulator.draws import draws_of
from leadrules.simulator.world import build_world

EXAMPLES = Path(__file__).parent.parent / "examples"
OLD, NEW, MARKET = (EXAMPLES / name for name in ("points_card.lead", "points_card_new.lead", "points_card.scenario"))
LEADS, MANY, FEW = 65_536, 1_000_000, 10_000
REPLICATES = 200
FIGURES = ("auc", "average_precision", "precision at top", "share of hot")
CARDS = {"old": by_hand.OLD, "new": by_hand.NEW}
GATE, MEMORY = Gate(3), Gate(950, at_least=False, unit=" MiB")


def run(rounds: int) -> Report:
    """The race, then a million leads and ten thousand, each as a process of its own."""
    check(4_096)
    seconds, peak = whole("compare", MANY)  # first: a process inherits the peak of what starts it
    runners = (
        Runner("leadrules, four figures", lambda number: same(LEADS, 1 + number)),
        Runner("Polars + scikit-learn, the same four", lambda number: hand(LEADS, 1 + number)),
        Runner("leadrules, all figures, queue and criteria", lambda number: ours(LEADS, 1 + number).leads),
    )
    mine, other, whole_set = race(runners, rounds)
    lines, notes = [alone(mine), faster(mine, other, GATE), alone(whole_set)], []
    lines.append(_peak(peak))
    notes.append(f"{MANY:,} leads x 2 rule sets, a whole process: {seconds:.1f} s (goal: 30 s)")
    for command in ("compare", "simulate"):
        took = min(whole(command, FEW)[0] for _ in range(rounds))
        notes.append(f"leadrules {command}, {FEW:,} leads, a whole process: {took:.2f} s at best (goal: 1 s)")
    return Report("compare: two point cards on the same leads, leads a second", tuple(lines), tuple(notes))


def _peak(mebibytes: float) -> Line:
    return measured(f"peak memory, {MANY:,} leads", mebibytes, MEMORY)


def ours(leads: int, seed: int) -> Comparison:
    """Every figure, table and claim."""
    plans = compile_model(read_model(OLD)), compile_model(read_model(NEW))
    market = read_market(MARKET)
    times = market.landmark.value, market.window.value
    asked = Asked(old="old", new="new", source=market.name, seed=seed, landmark=times[0], window=times[1])
    return compare_rules(plans, market, asked, Wish(population=leads, seed=seed))


def same(leads: int, seed: int) -> int:
    """What is done by hand, and no more: four differences with intervals, at the landmark."""
    plans = compile_model(read_model(OLD)), compile_model(read_model(NEW))
    market = read_market(MARKET)
    tried = try_rules(plans, build_world(market), draws_of(market, seed), leads, paths=False, replayed=0)
    old, new = ({m.name: m for m in measured_of(showing) if m.name in FIGURES} for showing in show(plans, tried))
    found = [difference(new[name].figure(), old[name].figure(), tried.sample.account) for name in FIGURES]
    assert all(one.low is not None for one in found)
    return leads


def hand(leads: int, seed: int) -> int:
    """The same journeys, scored once a lead at its landmark: four differences with intervals."""
    market = read_market(MARKET)
    tables = by_hand.frames(populations(build_world(market), draws_of(market, seed), leads), market)
    by_hand.compare(by_hand.score(tables, CARDS), REPLICATES)
    return leads


def check(leads: int) -> None:
    """Both ways give every lead the same points."""
    market = read_market(MARKET)
    world, draws = build_world(market), draws_of(market, 1)
    scored = by_hand.score(by_hand.frames(populations(world, draws, leads), market), CARDS)
    plans = [compile_model(read_model(path)) for path in (OLD, NEW)]
    tried = try_rules(plans, world, draws, leads, replayed=0)
    for name, ratings in zip(CARDS, tried.ratings, strict=True):
        np.testing.assert_array_equal(scored[name].to_numpy(), ratings.score[tried.sample.judged])


def whole(command: str, leads: int) -> tuple[float, float]:
    """Seconds of a process from the shell, and the most MiB that any such process took until now."""
    rules = [OLD, NEW] if command == "compare" else [OLD]
    arguments = [*rules, MARKET, "--population", leads, "--format", "json"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "leadrules", command, *map(str, arguments)], check=False, capture_output=True
    )
    took = time.perf_counter() - start
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
