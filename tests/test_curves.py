"""Curves of a report: as counting gives them, exactly 0 between equal rule sets, and single leads as they went."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from leadrules.judging.figure import estimate
from leadrules.judging.measure import Showing
from leadrules.judging.rank import ordered
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.show_lives import most_risen_and_fallen
from leadrules.judging.trace_curves import FEW_SHARES, SHARES, WEEK, gains_of, reached, trace_curves
from leadrules.simulator.intervals import share_interval
from tests.paired import EXAMPLES, Pair, pair
from tests.terminal import typed

DAY = 86_400


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp("two"))


@pytest.fixture(scope="module")
def equal(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return pair(tmp_path_factory.mktemp("equal"), same=True)


def sides(two: Pair) -> list[tuple[str, Showing]]:
    return [("old", two.old), ("new", two.new)]


def test_gains_are_what_the_best_leads_hold(two: Pair) -> None:
    sample = two.old.sample
    likely = sample.chance[sample.judged]
    for side, showing in sides(two):
        score = showing.ratings.score[sample.judged]
        for point in two.comparison.curves.gains:
            k, held = point.at * len(score), 0.0
            for value in sorted(set(score), reverse=True):
                tied = score == value
                held += min(1.0, max(0.0, k) / tied.sum()) * likely[tied].sum()
                k -= tied.sum()
            found = getattr(point, side)
            assert found.value == pytest.approx(held / likely.sum())
            assert found.low < found.value < found.high


def test_the_gains_of_one_rule_set_are_those_of_its_side_and_their_lift(two: Pair) -> None:
    points = {point.at: point.new for point in two.comparison.curves.gains}
    found = list(gains_of(two.new))
    assert [gain.share for gain in found] == list(FEW_SHARES)
    for gain in found:
        assert gain.winners == points[gain.share]
        ends = zip(astuple(gain.lift), astuple(gain.winners), strict=True)
        assert all(lift == pytest.approx(winners / gain.share) for lift, winners in ends)


@pytest.mark.parametrize("leads", [100, 997, 1_000])
def test_where_all_leads_have_one_score_rounding_makes_no_gain_surer_than_another(leads: int) -> None:
    """Of so many winners among as many leads: as sure as a share of that many is, at every share."""
    won = (np.arange(leads) % 7 == 0).astype(np.float64)
    order = ordered(np.zeros(leads), won)
    for share in SHARES:
        found = reached(order, share)
        assert found is not None and found.value == pytest.approx(share) and not found.parts.any()
        told = estimate(found, np.arange(leads))
        assert told == share_interval(found.value, 0.0, won.sum(), 1)


def test_of_nobody_who_wins_or_is_judged_there_are_no_gains(two: Pair) -> None:
    sample = two.new.sample
    nobody = np.zeros(len(sample), bool)
    none_wins = replace(two.new, sample=replace(sample, target=nobody, chance=None))
    assert [gain.lift.value for gain in gains_of(none_wins)] == [None] * len(FEW_SHARES)
    assert not list(gains_of(replace(two.new, sample=replace(sample, judged=nobody))))


def test_simulate_tells_the_gains() -> None:
    command = ["leadrules", "simulate", *(str(EXAMPLES / f"points_card.{end}") for end in ("lead", "scenario"))]
    told = json.loads(typed([*command, "--population", "500", "--format", "json"]).output)["gains"]
    assert [gain["share"] for gain in told] == list(FEW_SHARES)
    shown = typed([*command, "--population", "500", "--show", "ranking"]).output
    for gain in told:
        winners = gain["winners"]
        assert f"{gain['share']:.0%}" in shown and f"{winners['low']:.1%} to {winners['high']:.1%}" in shown


def test_weeks_count_who_gets_hot(two: Pair) -> None:
    points = two.comparison.curves.weeks
    assert len(points) == 180 // 7
    for side, showing in sides(two):
        hot = showing.ratings.paths.hot.tolist()
        for point in points:
            inside = [at for at in hot if at >= 0 and at // WEEK == point.at]
            assert getattr(point, side).value == len(inside)


def test_capacity_is_every_call_of_a_week(two: Pair) -> None:
    assert two.comparison.curves.capacity == (125,) * (180 // 7)  # 25 a day, five days a week


def test_a_warning_is_as_early_as_the_first_time_hot(two: Pair) -> None:
    sample = two.old.sample
    buyers = [row for row in range(len(sample)) if sample.won[row] and sample.ended[row] < sample.horizon]
    for side, showing in sides(two):
        hot = showing.ratings.paths.hot
        for point in two.comparison.curves.warning:
            early = [row for row in buyers if 0 <= hot[row] <= sample.ended[row] - point.at * DAY]
            assert getattr(point, side).value == pytest.approx(len(early) / len(buyers))


def test_equal_rule_sets_have_equal_curves(equal: Pair) -> None:
    found = equal.comparison.curves
    assert found.old_scores == found.new_scores
    for point in (*found.gains, *found.weeks, *found.warning):
        assert (point.difference.value, point.difference.low, point.difference.high) == (0.0, 0.0, 0.0)
    assert equal.comparison.lives == ()


@given(st.lists(st.integers(-400, 400), min_size=1, max_size=60), st.sampled_from([0.001, 0.25, 1.0, 7.5, 5e5]))
def test_every_score_is_in_the_bin_that_holds_it(numbers: list[int], step: float) -> None:
    score = np.array(numbers) * step
    sides = [showing(score[::turn]) for turn in (1, -1)]
    found = trace_curves(*sides)
    assert found is not None
    histogram = found.old_scores
    counted = histogram.leads[0]
    assert sum(counted) == len(score) and len(counted) <= 42
    ends = histogram.start + histogram.width * np.arange(len(counted) + 1)
    slack = histogram.width * 1e-6
    for number in range(1, len(counted) - 1):
        assert counted[number] == ((score >= ends[number] - slack) & (score < ends[number + 1] - slack)).sum()


def showing(score: np.ndarray) -> Showing:
    """Leads that are all judged and never hot; every second one wins."""
    n = len(score)
    zeros = np.zeros(n, np.int32)
    target = np.arange(n) % 2 == 0
    sample = Sample(
        np.arange(n), zeros, zeros, zeros, zeros.astype(np.int8), np.zeros((0, n), np.int32), np.ones(n, bool), target,
        None, np.zeros(n), {}, {}, (), 100 * DAY,
    )  # fmt: skip
    return Showing(sample, Ratings(score, np.zeros(n, np.int8), (), np.zeros((0, n), np.float32), ()), 0.1)


def test_nobody_judged_has_no_curves(two: Pair) -> None:
    sample = replace(two.old.sample, judged=np.zeros(len(two.old.sample), bool))
    assert trace_curves(replace(two.old, sample=sample), replace(two.new, sample=sample)) is None


def test_shown_leads_went_as_the_simulation_went(two: Pair) -> None:
    """A lead simulated alone gets hot when it did among all others."""
    sample, lives = two.old.sample, two.comparison.lives
    assert [life.lead for life in lives] == [str(number) for number in most_risen_and_fallen(two.old, two.new)]
    for life in lives:
        number = int(life.lead)
        for side, showing in sides(two):
            moments = getattr(life, side).moments
            hot = showing.ratings.paths.hot[number] - sample.arrival[number]
            first = next((moment.at for moment in moments if moment.tier == "hot"), None)
            ended = sample.ended[number] - sample.arrival[number]
            if first is not None:
                assert first == pytest.approx(hot, abs=1)
            else:
                assert showing.ratings.paths.hot[number] < 0 or hot > ended


def test_the_leads_that_move_most_are_shown(two: Pair) -> None:
    judged = np.flatnonzero(two.old.sample.judged)
    place = []
    for _, showing in sides(two):
        score = showing.ratings.score[judged]
        place.append([((score > own).sum() + (score >= own).sum()) / 2 for own in score])
    rise = np.array(place[0]) - np.array(place[1])
    shown = [int(np.flatnonzero(judged == int(life.lead))[0]) for life in two.comparison.lives]
    assert sorted(rise[shown[:2]]) == sorted(np.sort(rise)[-2:])
    assert sorted(rise[shown[2:]]) == sorted(np.sort(rise)[:2])
