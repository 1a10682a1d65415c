"""Measures of tiers over time: incidence, quantiles and busy weeks against naive ones and resampling, names as gates spell them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.engine.adopt import adopt
from leadrules.engine.compile import compile_model
from leadrules.engine.transitions import transitions
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.figure import difference, error_of, estimate
from leadrules.judging.follow_paths import follow_paths
from leadrules.judging.incidence import incidence
from leadrules.judging.measure import Showing
from leadrules.judging.measure_funnel import funnel, measure_funnel
from leadrules.judging.measure_thresholds import measure_thresholds, time_to_hot
from leadrules.judging.quantile import busy_week, harrell_davis, quantile_of
from leadrules.judging.ratings import Paths, Ratings
from leadrules.judging.sample import Sample
from leadrules.simulator.draws import Draws
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world

WEEK = 604_800
Row = tuple[int, int, int]
ROWS = st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 6), st.integers(0, 6)), min_size=1, max_size=12)


def uniforms(name: str, count: int, seed: int = 5) -> np.ndarray:
    return Draws(seed).uniforms(name, np.arange(count, dtype=np.uint64))


def arrays(rows: list[Row]) -> list[np.ndarray]:
    return [np.array(column, np.int64) for column in zip(*rows, strict=True)]


def naive_incidence(rows: list[Row], age: int, weights: list[float] | None = None) -> float:
    """Aalen and Johansen's estimate, age by age, of leads that stand for `weights` each."""
    weigh = weights or [1.0] * len(rows)
    told = []
    for hit, other, end in rows:
        hit, other = (math.inf if at < 0 else at for at in (hit, other))
        first = min(hit, other, end)
        told.append((first, "hit" if hit == first else "gone" if other == first else "censored"))
    value, there = 0.0, 1.0
    for now in range(age + 1):
        risk = sum(w for w, (at, _) in zip(weigh, told, strict=True) if at >= now)
        hits, outs = (sum(w for w, t in zip(weigh, told, strict=True) if t == (now, what)) for what in ("hit", "gone"))
        if risk > 0:
            value += there * hits / risk
            there *= 1 - (hits + outs) / risk
    return value


@given(ROWS, st.integers(0, 7))
def test_incidence_is_aalen_and_johansens(rows: list[Row], age: int) -> None:
    found = incidence(*arrays(rows)).by(age)
    assert found is not None and found.value == pytest.approx(naive_incidence(rows, age))
    assert found.parts.sum() == pytest.approx(0, abs=1e-9)


@given(ROWS, st.integers(0, 7), st.data())
def test_parts_of_an_incidence_are_its_slopes(rows: list[Row], age: int, data: st.DataObject) -> None:
    found = incidence(*arrays(rows)).by(age)
    lead = data.draw(st.integers(0, len(rows) - 1))
    more, less = ([1.0 + by * (i == lead) for i in range(len(rows))] for by in (1e-5, -1e-5))
    slope = (naive_incidence(rows, age, more) - naive_incidence(rows, age, less)) / 2e-5
    assert found is not None and found.parts[lead] == pytest.approx(slope, abs=1e-6)


def test_without_censoring_an_incidence_is_a_share() -> None:
    hit = np.floor(40 * uniforms("hit", 500)).astype(np.int64)
    found = incidence(np.where(hit < 30, hit, -1), np.full(500, -1), np.full(500, 99)).by(10)
    assert found is not None
    np.testing.assert_allclose(found.parts, ((hit <= 10) - found.value) / 500, atol=1e-15)


@pytest.mark.parametrize("q", [0.5, 0.8])
def test_the_error_of_a_quantile_is_what_resampling_gives(q: float) -> None:
    values, among = -np.log(uniforms("v", 3_000)), uniforms("w", 3_000) < 0.6
    found = quantile_of(values, q, among)
    assert found is not None and found.value == np.quantile(values[among], q)
    picks = [(uniforms("pick", 3_000, seed) * 3_000).astype(int) for seed in range(200)]
    spread = np.std([np.quantile(values[p][among[p]], q) for p in picks], ddof=1)
    assert 0.8 < error_of(found.parts, np.arange(3_000))[0] / spread < 1.25


def test_weights_of_ordered_weeks_are_those_of_the_beta_law() -> None:
    stats = pytest.importorskip("scipy.stats")
    for n, q in ((1, 0.8), (5, 0.5), (26, 0.8)):
        expected = np.diff(stats.beta.cdf(np.arange(n + 1) / n, (n + 1) * q, (n + 1) * (1 - q)))
        np.testing.assert_allclose(harrell_davis(n, q), expected, atol=2e-4)


def test_the_interval_of_a_busy_week_holds_its_mean_over_markets() -> None:
    def market(seed: int) -> np.ndarray:
        u = uniforms("when", 2_000, seed)
        return np.where(u < 0.4, np.floor(u / 0.4 * 26 * WEEK), -1).astype(np.int64)

    figures = [busy_week(market(seed), 26, WEEK, 0.8) for seed in range(300)]
    mean = np.mean([f.value for f in figures if f])
    found = [estimate(f, np.arange(2_000)) for f in figures]
    assert np.mean([e.low <= mean <= e.high for e in found]) >= 0.93


def showing(leads: int = 400, seed: int = 3) -> Showing:
    """Leads with paths at random, in two tiers."""
    u = [uniforms(name, leads, seed) for name in "abcdefg"]
    horizon = 12 * WEEK
    arrival = (u[0] * horizon / 2).astype(np.int32)
    ended = (arrival + u[1] * horizon).astype(np.int32)
    hot = np.where(u[2] < 0.4, arrival + u[3] * (horizon - arrival), -1).astype(np.int32)
    tier = (u[4] > 0.3).astype(np.int8)
    won = u[5] < 0.3
    spent = np.array([np.where(hot >= 0, horizon - hot, 0), np.where(hot >= 0, hot - arrival, horizon - arrival)])
    ups = (hot >= 0).astype(np.int16)
    sample = Sample(
        account=np.arange(leads) // 2,
        arrival=arrival,
        landmark=arrival + WEEK,
        ended=ended,
        outcome=np.where(won, 0, 1).astype(np.int8),
        entered=np.array([arrival, np.where(u[6] < 0.5, (arrival + ended) // 2, -1)], np.int32),
        judged=ended > arrival + WEEK,
        target=won & (ended > arrival + WEEK),
        chance=u[5],
        worth=np.ones(leads),
        segments={},
        labels={},
        stages=("aware", "decide"),
        horizon=horizon,
    )
    paths = Paths(
        np.array([hot, arrival]), ups, ups, (ups * (u[6] < 0.2)).astype(np.int16), spent.astype(np.float32), tier
    )
    ratings = Ratings(u[4], tier, ("hot", "cold"), np.zeros((0, leads), np.float32), (), paths)
    return Showing(sample, ratings, 0.1)


def naive(s: Showing) -> dict[str, float]:
    """The measures, lead by lead."""
    sample, tier = s.sample, s.ratings.tier
    paths = s.ratings.paths
    assert paths is not None
    leads, hot, ended = range(len(sample)), paths.hot, sample.ended
    judged = [i for i in leads if sample.judged[i]]
    inside = [i for i in judged if tier[i] == 0]
    winners = [i for i in leads if sample.outcome[i] == 0 and ended[i] <= sample.horizon]
    in_time = [i for i in winners if 0 <= hot[i] < ended[i]]
    ever = [i for i in leads if hot[i] >= 0]
    ahead = [int(ended[i] - hot[i]) for i in in_time]
    return {
        "precision of hot": sum(sample.target[i] for i in inside) / len(inside),
        "expected precision of hot": sum(sample.chance[i] for i in inside) / len(inside),
        "recall of hot": sum(tier[i] == 0 for i in judged if sample.target[i]) / sum(sample.target[i] for i in judged),
        "share of hot": len(inside) / len(judged),
        "precision at first hot": sum(sample.outcome[i] == 0 and hot[i] < ended[i] for i in ever) / len(ever),
        "winners hot in time": len(in_time) / len(winners),
        "winners hot too late": sum(hot[i] >= ended[i] for i in winners) / len(winners),
        "winners never hot": sum(hot[i] < 0 for i in winners) / len(winners),
        "lead time of hot before purchase": sum(ahead) / len(ahead),
        "median lead time of hot before purchase": float(np.median(ahead)),
        "hot per day": len(ever) * 86_400 / sample.horizon,
        "hot per week": len(ever) * WEEK / sample.horizon,
        "steps into hot": float(sum(paths.ups)) / (float(paths.spent.sum()) / (90 * 86_400)),
        "back in hot": sum(paths.again) / sum(paths.downs),
        "time in hot": float(paths.spent[0].sum() / paths.spent.sum()),
    }


def test_measures_are_what_counting_lead_by_lead_gives() -> None:
    found = {measure.name: measure.figure() for measure in measure_thresholds(showing())}
    for name, value in naive(showing()).items():
        figure = found[name]
        assert figure is not None and figure.value == pytest.approx(value, rel=1e-5), name
        assert figure.parts.sum() == pytest.approx(0, abs=1e-6 * max(1.0, abs(value))) or "median" in name, name


def test_each_measure_differs_from_itself_by_nothing_and_has_a_name_of_its_own() -> None:
    one, other = ([*measure_thresholds(showing())] for _ in range(2))
    assert len({m.name for m in one}) == len(one)
    account = np.arange(400) // 2
    for a, b in zip(one, other, strict=True):
        found = difference(a.figure(), b.figure(), account)
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0), a.name


def test_what_gates_ask_for_is_measured() -> None:
    names = {measure.name for measure in measure_thresholds(showing())}
    assert names >= {f"{what} of {tier}" for what in ("precision", "share") for tier in ("hot", "cold")}
    assert names >= {f"{tier} per {span}" for span in ("day", "week") for tier in ("hot", "cold")}


def test_curves_rise_and_agree_with_the_measure() -> None:
    own = showing()
    curve = {point.days: point.share for point in time_to_hot(own)}
    (month,) = [m.figure() for m in measure_thresholds(own) if m.name == "hot within 30 days"]
    assert curve[30] == estimate(month, own.sample.account)
    values = [share.value for share in curve.values()]
    assert (
        values == sorted(values) and max(curve) == 60 and all(0 <= s.low <= s.value <= s.high for s in curve.values())
    )


def naive_tier(own: Showing, lead: int, when: int) -> str:
    paths = own.ratings.paths
    assert paths is not None
    been = [name for name, first in zip(own.ratings.tiers, paths.first[:, lead], strict=True) if 0 <= first <= when]
    return been[0] if been else "not yet known"


def test_the_funnel_is_what_counting_lead_by_lead_gives() -> None:
    own = showing()
    sample, entered = own.sample, own.sample.entered
    found = {(row.stage, row.tier): row for row in funnel(own)}
    assert sum(row.leads for row in found.values()) == np.count_nonzero((entered >= 0) & (entered < sample.horizon))
    for place, stage in enumerate(sample.stages):
        here = [i for i in range(len(sample)) if 0 <= entered[place, i] < sample.horizon]
        for tier in ("hot", "cold"):
            inside = [i for i in here if naive_tier(own, i, entered[place, i]) == tier]
            won = sum(sample.outcome[i] == 0 for i in inside)
            last = [i for i in inside if sample.outcome[i] != 0 and (place == 1 or entered[1, i] < 0)]
            row = found.pop((stage, tier), None)
            assert (row.leads if row else 0) == len(inside)
            if row:
                assert row.share.value == pytest.approx(len(inside) / len(here))
                assert (row.won.value, row.stopped.value) == pytest.approx((won / len(inside), len(last) / len(inside)))
    assert not found
    by = {measure.name: measure.figure() for measure in measure_funnel(own)}
    rows = {(row.stage, row.tier): row for row in funnel(own)}
    assert by["hot by decide"].value == rows["decide", "hot"].share.value


def test_first_times_are_those_of_the_steps() -> None:
    market = read_market("examples/points_card.scenario")
    plan = compile_model(read_model("examples/points_card.lead"))
    population = simulate(build_world(market), Draws(11), 0, 200)
    leads = adopt(plan.model, population.leads)
    paths, hot = follow_paths(plan, leads, population.truth, market, 0)
    (steps,) = transitions(plan, leads, market.start + int(market.horizon.value) * 1_000_000 - 1)
    expected = np.full_like(paths.first, -1)
    ids = {id_: row for row, id_ in enumerate(leads.ids)}
    for row in reversed(range(len(steps))):
        lead = ids[steps.ids[row]]
        tick = max((int(steps.time[row]) - market.start) // 1_000_000, int(population.truth.arrival[lead]))
        expected[steps.after[row], lead] = tick
    np.testing.assert_array_equal(paths.first, expected)
    np.testing.assert_array_equal(np.flatnonzero(paths.hot >= 0), np.sort(hot.lead))
    assert 0 < len(hot.lead) < 200
