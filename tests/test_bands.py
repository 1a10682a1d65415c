"""Win rates by band and by kind of lead: counted by hand, monotone where they are, no alarm where nothing is planted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.judging.figure import Figure
from leadrules.judging.judge_bands import _falls, bands_of, isotonic, judge_bands
from leadrules.judging.judge_segments import judge_segments
from leadrules.judging.measure import Showing
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.simulator.draws import Draws


def shown(seed: int, leads: int, slope: float, unfair: float = 0.0) -> Showing:
    """Leads whose chance to win rises with the score, and a kind of them that is seldom selected."""
    numbers = np.arange(leads, dtype=np.uint64)
    u, w, k = (Draws(seed).uniforms(name, numbers) for name in "uwk")
    kind = (k < 0.5).astype(np.int16)
    score = np.floor(u * 100 * (1 - unfair * kind))
    chance = np.clip(0.3 + slope * (u - 0.5), 0.01, 0.99)
    zeros = np.zeros(leads, np.int32)
    sample = Sample(
        numbers.astype(np.int64), zeros, zeros, zeros, zeros.astype(np.int8), zeros[None], np.ones(leads, bool),
        w < chance, chance, zeros.astype(float), {"kind": kind}, {"kind": ("one", "other")}, ("stage",), 1,
    )  # fmt: skip
    tier = (score < 70).astype(np.int8)
    return Showing(sample, Ratings(score, tier, ("hot", "cold"), np.zeros((0, leads), np.float32), ()), 0.1)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=200))
def test_no_score_is_in_two_bands_and_higher_bands_have_higher_scores(scores: list[int]) -> None:
    score = np.array(scores, float)
    place = bands_of(score)
    for one in range(int(place.max())):
        assert score[place == one].min() > score[place == one + 1].max()
    assert set(place) == set(range(int(place.max()) + 1))


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9)), min_size=1, max_size=12))
def test_isotonic_values_never_fall_and_keep_the_mean(rows: list[tuple[float, int]]) -> None:
    values, weights = (np.array(column, float) for column in zip(*rows, strict=True))
    found = isotonic(values, weights)
    assert np.all(np.diff(found) >= -1e-12)
    assert (found * weights).sum() == pytest.approx((values * weights).sum())
    if np.all(np.diff(values) >= 0):
        assert found == pytest.approx(values)


def test_bands_are_counted_and_rise_where_chances_do() -> None:
    showing = shown(1, 6_000, 0.5)
    found = judge_bands(showing)
    assert found is not None and not found.falls and found.trend.low > 0
    best = found.bands[0]
    inside = showing.ratings.score >= best.low
    assert best.leads == inside.sum()
    assert best.win_rate.value == pytest.approx(showing.sample.target[inside].mean())
    assert best.expected.low <= showing.sample.chance[inside].mean() <= best.expected.high


def test_bands_that_fall_are_found() -> None:
    found = judge_bands(shown(2, 6_000, -0.5))
    assert found is not None and found.falls and found.trend.high < 0 and found.miscalibration > 0.005


def test_flat_bands_seldom_fall() -> None:
    claims = sum(bool(judge_bands(shown(seed, 600, 0.0)).falls) for seed in range(200))
    assert claims <= 20


@pytest.mark.parametrize(("leads", "base"), [(50, 0.4), (100, 0.4), (100, 0.15), (200, 0.8)])
@pytest.mark.parametrize("size", [1, 4])
def test_bands_of_few_leads_do_not_fall_surely_by_chance(leads: int, base: float, size: int) -> None:
    """Of five leads all may win and of their neighbours none; half of the leads of an account win alike."""
    claims = 0
    for seed in range(200):
        showing = shown(seed, leads, 0.0)
        numbers = np.arange(leads, dtype=np.uint64)
        account = (numbers // size).astype(np.int64)
        own, alike = (Draws(seed).uniforms(name, numbers) for name in ("own", "alike"))
        together = Draws(seed).uniforms("together", numbers)[account]
        won = np.where((alike < 0.5) & (size > 1), together, own) < base
        claims += bool(judge_bands(replace(showing, sample=replace(showing.sample, account=account, target=won))).falls)
    assert claims <= 20  # 5 % and three errors


@pytest.mark.parametrize("trials", [(0.0, 0.0), (0.0, 30.0), (30.0, 0.0)])
def test_a_band_whose_leads_count_for_nothing_falls_below_no_other(trials: tuple[float, float]) -> None:
    higher, lower = (Figure(rate, np.zeros(4), "share", trials=n) for rate, n in zip((0.2, 0.8), trials, strict=True))
    assert _falls([higher, lower], np.arange(4)) == []


def test_a_kind_that_is_seldom_selected_is_found_and_equal_kinds_are_not() -> None:
    one, other = judge_segments(shown(3, 4_000, 0.3, unfair=0.2))
    assert (one.below_four_fifths, other.below_four_fifths) == (False, True)
    assert other.ratio.value == pytest.approx(other.selected.value / one.selected.value)
    assert not any(segment.below_four_fifths for segment in judge_segments(shown(3, 4_000, 0.3)))
