"""Differences that few leads make: limits that know what those few cannot show, and are 0 to 0 where rules say the same."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from leadrules.judging.comparison import Compared
from leadrules.judging.conclude import conclude
from leadrules.judging.figure import difference, estimate, mean_of, share_of, times, total_of
from leadrules.judging.limits import limits, score_reach
from leadrules.judging.quantile import busy_week, quantile_of
from leadrules.judging.taken import reach
from leadrules.simulator.intervals import Z
from leadrules.simulator.metrics import Estimate

Bools = npt.NDArray[np.bool_]
NOBODY = np.arange(0)


def holds(found: Estimate, truth: float) -> bool:
    assert found.low is not None and found.high is not None
    return found.low <= truth <= found.high


# Limits


@given(st.integers(0, 500), st.floats(0.01, 100))
def test_a_sum_of_equal_contributions_has_the_score_limits_of_their_count(count: int, unit: float) -> None:
    squares = count * unit * unit
    high = count + score_reach(squares, unit) / unit
    low = count - score_reach(squares, -unit) / unit
    for limit in (low, high):  # the counts that lie 1.96 of their own errors away
        assert (count - limit) ** 2 == pytest.approx(Z * Z * limit, abs=1e-6 * (1 + count))
    assert low <= count + 1e-9 and count < high


def test_limits_of_many_small_contributions_are_normal() -> None:
    sums = np.random.default_rng(1).normal(size=40_000)
    wanted = Z * math.sqrt(float((sums**2).sum()))
    assert limits(sums) == pytest.approx((wanted, wanted), rel=0.02)


def test_limits_reach_further_to_the_side_of_rare_large_contributions() -> None:
    low, high = limits(np.array([-1.0] * 90 + [30.0] * 3))
    assert high > 1.5 * low
    assert limits(np.array([30.0] * 3))[0] < 90 < 90 + limits(np.array([30.0] * 3))[1]


def test_the_next_account_may_bring_more_than_any_that_was_seen() -> None:
    few = np.array([-1.0, -1.0, -1.0])
    assert limits(few, up=5.0)[1] > 5 * Z * Z > limits(few)[1]
    assert limits(np.zeros(0), down=1.0) == pytest.approx((Z * Z, 0.0))


# What one more lead could bring

LEADS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=3, max_size=30)


@given(LEADS)
def test_no_lead_of_those_let_in_or_out_could_have_brought_more(rows: list[tuple[bool, bool, bool]]) -> None:
    hits, old, new = (np.array(column) for column in zip(*rows, strict=True))
    one, other = share_of(hits, old), share_of(hits, new)
    assume(one is not None and other is not None)
    assert one is not None and other is not None and one.taken is not None and other.taken is not None
    down, up = reach(one.taken, one.value, other.taken, other.value)
    could = [0.0]
    for was, is_ in zip(old.tolist(), new.tolist(), strict=True):
        for hit in (0, 1):
            part = is_ * (hit - other.value) / new.sum() - was * (hit - one.value) / old.sum()
            could += [part] * (was != is_)
    assert (down, up) == pytest.approx((-min(could), max(could)), abs=1e-12)


def test_values_change_by_what_they_change_of_any_lead() -> None:
    old, new = np.array([1.0, 4.0, math.nan, 9.0]), np.array([1.0, 2.0, 7.0, 9.5])
    among = np.array([True, True, False, False])
    one, other = mean_of(old, among), mean_of(new, among)
    assert one is not None and other is not None and one.taken is not None and other.taken is not None
    assert reach(one.taken, one.value, other.taken, other.value) == pytest.approx((1.0, 0.25))


# Differences


def test_rules_that_say_the_same_differ_by_exactly_nothing() -> None:
    drawn = np.random.default_rng(2)
    values, among = drawn.normal(size=90), drawn.random(90) < 0.5
    values[~among] = math.nan
    hits, account = drawn.random(90) < 0.3, np.arange(90) // 3
    for make in (
        lambda: mean_of(values, among),
        lambda: share_of(hits, among),
        lambda: quantile_of(values, 0.5, among),
        lambda: mean_of(values, among, drawn.random(90) * 0 + 0.7),
    ):
        assert difference(make(), make(), account) == Estimate(0.0, 0.0, 0.0)


def test_movers_none_of_whom_won_may_yet_win() -> None:
    """30 leads enter a tier of 100 with 40 winners, and lose: the win rate falls, but by how much is not sure."""
    hits = np.arange(130) < 40
    found = difference(share_of(hits), share_of(hits, np.arange(130) < 100), np.arange(130))
    assert found.value == pytest.approx(40 / 130 - 0.4) and found.low is not None and found.high is not None
    assert found.high > -0.07  # three or four winners of the 30 are not unlikely
    assert found.high - found.value > 1.1 * (found.value - found.low)


def test_what_moves_other_leads_might_move_winners() -> None:
    """None of 200 winners changes its tier, but ten others get into it: up to four winners in 200 might."""
    won, old = np.arange(1_000) < 200, np.arange(1_000) % 2 == 0
    new = old | (np.arange(1_000) > 980)
    found = difference(share_of(new, won), share_of(old, won), np.arange(1_000))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(Z * Z / 200)


def test_leads_of_one_account_tell_nothing_of_others() -> None:
    hits = np.arange(10) < 4
    found = difference(share_of(hits, np.arange(10) < 8), share_of(hits), np.zeros(10, np.int64))
    assert found.value is not None and (found.low, found.high) == (None, None)


def test_a_difference_of_shares_is_never_beyond_1() -> None:
    won = np.array([True, False])
    found = difference(share_of(won, won), share_of(won, ~won), np.arange(2))
    assert (found.value, found.high) == (1.0, 1.0)


def precision_changes(rate: float, seed: int, size: int) -> Estimate:
    """A tier of 200 leads of whom 30 % win gets some 15 more, of whom this share wins."""
    drawn = np.random.default_rng(seed)
    account = np.arange(1_200) // size
    kind = drawn.random(-(-1_200 // size))[account]
    old, enter = kind < 1 / 6, (kind > 0.5) & (kind < 0.5 + 1 / 80)
    hits = drawn.random(1_200) < np.where(old, 0.3, rate)
    return difference(share_of(hits, old | enter), share_of(hits, old), account)


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("rate", [0.02, 0.08, 0.9])
def test_few_movers_have_intervals_that_hold(rate: float, size: int) -> None:
    share = (1 / 80) / (1 / 6 + 1 / 80)
    held = [
        holds(found, share * (rate - 0.3)) for seed in range(400) if (found := precision_changes(rate, seed, size)).low
    ]
    assert np.mean(held) > 0.92


# Quantiles


@pytest.mark.parametrize("n", [6, 9, 40, 200])
def test_the_limits_of_a_median_are_about_those_of_the_binomial_law(n: int) -> None:
    found = estimate(quantile_of(np.arange(n, dtype=float), 0.5, np.ones(n, bool)), np.arange(n))
    assert found.low is not None and found.high is not None
    rank = int(stats.binom.ppf(0.025, n, 0.5)) - 1  # of the value that at most one median in 40 lies below
    assert abs(found.low - rank) <= 1 and abs(n - 1 - found.high - rank) <= 1


def test_few_values_have_none_so_low_or_so_high() -> None:
    found = estimate(quantile_of(np.arange(5.0), 0.5, np.ones(5, bool)), np.arange(5))
    assert (found.value, found.low, found.high) == (2.0, None, None)


@pytest.mark.parametrize("size", [1, 4])
def test_the_interval_of_a_median_holds_it(size: int) -> None:
    held = []
    for seed in range(500):
        drawn = np.random.default_rng(seed)
        shared, own = np.repeat(drawn.normal(size=80 // size), size), drawn.normal(size=80)
        values = np.exp((shared * (size > 1) + own) / math.sqrt(1 + (size > 1)))
        held.append(holds(estimate(quantile_of(values, 0.5, np.ones(80, bool)), np.arange(80) // size), 1.0))
    assert 0.92 < np.mean(held) < 0.985


# Means


def test_the_interval_of_a_mean_leans_to_where_values_are_rare_and_large() -> None:
    held = []
    for seed in range(500):
        values = np.random.default_rng(seed).gamma(0.2, size=150)
        held.append(holds(estimate(mean_of(values), np.arange(150)), 0.2))
    assert 0.925 < np.mean(held) < 0.985
    count = estimate(total_of(np.arange(500) < 3.0), np.arange(500))
    assert count.low is not None and 0 < count.low < 3


# Conclusions


def test_a_chance_is_below_5_percent_where_the_interval_leaves_out_0() -> None:
    def claimed(value: float, low: float, high: float) -> str:
        figure = Compared(
            "auc", "", "ranking", "number", 1, Estimate(0.5, 0, 1), Estimate(0.5, 0, 1), Estimate(value, low, high)
        )
        return conclude([figure], None, {})[0].tells

    assert claimed(1.0, 0.01, 9.0) == "more" and claimed(1.0, -0.01, 1.2) == "no evidence"
    assert claimed(-1.0, -9.0, -0.01) == "less" and claimed(-1.0, -1.2, 0.01) == "no evidence"
    assert claimed(0.0, 0.0, 1.0) == "no evidence" and claimed(0.0, 0.0, 0.0) == "same"


@given(st.lists(st.integers(0, 3), min_size=2, max_size=12), st.floats(0.01, 9))
def test_a_number_of_leads_is_not_less_than_none(steps: list[int], by: float) -> None:
    """One of a dozen gets hot: the limits of so small a sum would reach below 0."""
    values, account = np.array(steps, float), np.arange(len(steps))
    every = estimate(times(total_of(values), by), account)
    busy = estimate(busy_week(np.array(steps) * 7 - 7, 3, 7, 0.8), account)
    for told in (every, busy):
        assert told.low is None or 0 <= told.low <= told.value <= told.high
    assert every.value == pytest.approx(values.sum() * by)
