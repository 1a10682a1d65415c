"""Thresholds that capacity or a precision asks for, against counting lead by lead; peaks against all evaluations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.engine.adopt import adopt
from leadrules.engine.compile import compile_model
from leadrules.engine.course import courses
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.comparison import FunnelRow
from leadrules.judging.figure import estimate, share_of
from leadrules.judging.find_thresholds import for_capacity, for_precision
from leadrules.judging.peaks import Peaks, follow_peaks, joined
from leadrules.judging.quantile import busy_week
from leadrules.report.funnel import funnels_grid
from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from tests.terminal import typed
from tests.test_thresholds import WEEK, showing, uniforms

CARD, MARKET = "examples/points_card.lead", "examples/points_card.scenario"
SIMULATE = ("leadrules", "simulate", CARD, MARKET)
ROWS = st.lists(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), max_size=5), min_size=1, max_size=5)


def peaks_of(leads: list[list[tuple[int, int]]]) -> Peaks:
    """Peaks of leads that have ticks and scores each."""
    rows = []
    for lead, told in enumerate(leads):
        highest = -1
        for tick, score in sorted(told):
            if score > highest:
                rows.append((lead, tick, score))
                highest = score
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    return Peaks(len(leads), columns[0].astype(np.int32), columns[1].astype(np.int32), columns[2].astype(float))


@given(ROWS, ROWS, st.integers(0, 6))
def test_a_score_is_reached_when_it_is_first_seen(
    one: list[list[tuple[int, int]]], other: list[list[tuple[int, int]]], score: int
) -> None:
    found = joined([peaks_of(one), peaks_of(other)])
    for lead, told in enumerate([*one, *other]):
        expected = min((tick for tick, had in told if had >= score), default=-1)
        assert found.reach(score)[lead] == expected
    assert found.highest.tolist() == sorted(max(s for _, s in told) for told in [*one, *other] if told)


def test_peaks_are_the_rises_among_all_evaluations() -> None:
    market, plan = read_market(MARKET), compile_model(read_model(CARD))
    population = simulate(build_world(market), Draws(11), 0, 300)
    leads, truth = adopt(plan.model, population.leads), population.truth
    end = market.start + int(market.horizon.value) * 1_000_000 - 1
    rows = []
    for part, course in courses(replace(plan, turning=None), leads, np.full(300, end)):
        views, score = course.evaluations.views, course.scores.scores["points"]
        for lead in range(part.stop - part.start):
            highest = -np.inf
            for row in range(course.evaluations.offsets[lead], course.evaluations.offsets[lead + 1] - 1):
                if score[row] > highest:
                    highest = score[row]
                    tick = max((views.at[row] - market.start) // 1_000_000, truth.arrival[part.start + lead])
                    rows.append((part.start + lead, tick, highest))
    found = follow_peaks(plan, leads, truth, market)
    assert [*zip(found.lead.tolist(), found.tick.tolist(), found.score.tolist(), strict=True)] == rows
    assert len(rows) > 300


def climbing(leads: int = 400) -> Peaks:
    """Two peaks of each lead, at random."""
    horizon = showing().sample.horizon
    when = np.sort(np.array([uniforms(name, leads) for name in "xy"]) * horizon, axis=0).T.ravel()
    score = np.sort(np.floor(np.array([uniforms(name, leads) for name in "uv"]) * 30), axis=0)
    score[1] += 1
    return Peaks(leads, np.repeat(np.arange(leads), 2).astype(np.int32), when.astype(np.int32), score.T.ravel())


def test_a_threshold_for_capacity_is_the_lowest_that_keeps_to_it() -> None:
    sample, peaks = showing().sample, climbing()
    busy = {s: estimate(busy_week(peaks.reach(s), 12, WEEK, 0.8), sample.account) for s in np.unique(peaks.highest)}
    told = [for_capacity(sample, peaks, wanted) for wanted in (1.0, 8.0, 20.0, 30.0)]
    for found in told:
        fitting = {
            end: [s for s, e in busy.items() if getattr(e, end) <= found.wanted] for end in ("value", "low", "high")
        }
        lowest = [min(fitting[end], default=None) for end in ("value", "low", "high")]
        assert [found.score, found.low, found.high] == lowest
        if found.score is not None:
            assert found.reached == busy[found.score]
            assert found.share.value == pytest.approx(np.mean(peaks.reach(found.score) >= 0))
    assert len({found.score for found in told}) >= 3


def test_a_threshold_for_a_precision_is_the_lowest_that_has_it() -> None:
    own = showing()
    sample, score = own.sample, np.round(own.ratings.score * 12)
    told = {s: estimate(share_of(sample.target, sample.judged & (score >= s)), sample.account) for s in range(13)}
    for wanted in (0.05, 0.25, max(e.value for e in told.values())):
        found = for_precision(sample, score, wanted)
        reached = {end: [s for s, e in told.items() if getattr(e, end) >= wanted] for end in ("value", "low", "high")}
        assert (found.score, found.low) == (min(reached["value"]), min(reached["high"]))
        assert found.high == min(reached["low"], default=None)
    assert for_precision(sample, score, 0.999).score is None


def test_the_score_for_a_precision_is_most_often_within_its_interval() -> None:
    def found(seed: int) -> tuple[float, float, float]:
        leads = 4_000
        score = np.floor(uniforms("score", leads, seed) * 20)
        target = uniforms("won", leads, seed) < 0.02 + 0.02 * score
        everyone = replace(showing(leads).sample, target=target, judged=np.ones(leads, bool))
        told = for_precision(replace(everyone, account=np.arange(leads)), score, 0.275)  # just reached from 7 on
        return told.score, told.low, told.high

    told = [found(seed) for seed in range(100)]
    assert np.mean([low <= 7 <= high for _, low, high in told]) >= 0.93
    assert {low < high for _, low, high in told} == {True}


def test_simulate_looks_for_thresholds() -> None:
    shown = typed(
        [*SIMULATE, "--population", "2000", "--for-capacity", "30", "--for-precision", "0.3", "--format", "json"]
    )
    capacity, precision = json.loads(shown.output)["thresholds"]
    assert capacity["reached"]["value"] <= 30 and precision["reached"]["value"] >= 0.3
    assert capacity["low"] <= capacity["score"] <= capacity["high"]
    text = typed([*SIMULATE, "--population", "2000", "--for-precision", "0.99"]).output
    assert "99%" in text and "no score" in text


def test_simulate_shows_stages_by_tier() -> None:
    shown = typed([*SIMULATE, "--population", "1000", "--show", "funnel"]).output
    told = [line.split()[:2] for line in shown.splitlines() if line.startswith(("aware", "consider", "decide"))]
    assert ["decide", "hot"] in told and ["aware", "not"] in told
    found = json.loads(typed([*SIMULATE, "--population", "1000", "--show", "funnel", "--format", "json"]).output)
    by_stage: dict[str, float] = {}
    for row in found["funnel"]:
        by_stage[row["stage"]] = by_stage.get(row["stage"], 0) + row["share"]["value"]
    assert by_stage == pytest.approx({"aware": 1, "consider": 1, "decide": 1})
    assert "thresholds" not in found


def test_two_funnels_stand_side_by_side_tier_by_tier() -> None:
    one = FunnelRow("decide", "not yet known", 7, *[Estimate(0.5, 0.4, 0.6)] * 3)
    grid = funnels_grid([one], [FunnelRow("decide", "hot", 3, *[Estimate(0.25, 0.2, 0.3)] * 3), one])
    assert [*grid.rows] == [
        ("decide", "hot", "0", "3", "–", "25.0%", "–", "25.0%"),
        ("decide", "not yet known", "7", "7", "50.0%", "50.0%", "50.0%", "50.0%"),
    ]


@pytest.mark.parametrize("given", ["0", "many", "nan"])
def test_a_capacity_that_is_none_is_said_to_be_none(given: str) -> None:
    shown = typed([*SIMULATE, "--for-capacity", given])
    assert shown.code == 2 and "--for-capacity" in shown.errors and "Traceback" not in shown.errors


def test_sales_that_are_none_are_said_to_be_none() -> None:
    examples = Path(__file__).parent.parent / "examples"
    words = ["leadrules", "simulate", str(examples / "bant.lead"), str(examples / "bant.scenario"), "--for-capacity"]
    shown = typed([*words, "sales"])
    assert shown.code == 2 and "--for-capacity" in shown.errors and "Traceback" not in shown.errors
