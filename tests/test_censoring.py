"""Leads that are not followed up for long enough: weights as Kaplan and Meier's by hand, areas pair by pair, errors by resampling."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.judging.censoring import allowing, censoring
from leadrules.judging.figure import Figure, difference, error_of, share_of
from leadrules.judging.rank import average_precision, ordered, precision_at, roc_auc
from leadrules.simulator.draws import Draws

WINDOW = 10
OPEN = np.iinfo(np.int64).max
FATES = st.lists(st.tuples(st.integers(1, 14) | st.none(), st.integers(1, 14)), min_size=1, max_size=30)
RANKINGS = {
    "auc": roc_auc,
    "average precision": average_precision,
    "precision": lambda order: precision_at(order, 0.2),
}


def naive_weights(rows: list[tuple[float, float]], window: float) -> list[float]:
    """One over the chance to be followed up until the fate is known: a product over the times before it."""

    def ends(row: tuple[float, float]) -> tuple[float, bool]:
        ended, followed = row
        last = min(ended, followed, window)
        return last, last in (ended, window)

    seen = [ends(row) for row in rows]

    stay = {}
    for end in {last for last, known in seen if not known}:
        stop = sum(last == end and not known for last, known in seen)
        there = sum(last > end or (last == end and not known) for last, known in seen)
        stay[end] = 1 - stop / there

    def followed_up_to(time: float) -> float:
        return math.prod(share for end, share in stay.items() if end < time)

    return [1 / followed_up_to(last) if known else 0.0 for last, known in seen]


def as_arrays(rows: list[tuple[int | None, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([OPEN if e is None else e for e, _ in rows], np.int64), np.array([f for _, f in rows], np.int64)


@given(FATES)
def test_a_lead_stands_for_those_that_were_not_followed_up_as_long(rows: list[tuple[int | None, int]]) -> None:
    found = censoring(*as_arrays(rows), WINDOW)
    expected = naive_weights([(np.inf if e is None else e, f) for e, f in rows], WINDOW)
    assert found.weight == pytest.approx(expected)
    if any(f >= WINDOW and (e is None or e > WINDOW) for e, f in rows):
        assert found.weight.sum() == pytest.approx(len(rows))


def test_weights_are_the_textbooks() -> None:
    """Ends at 2, 5 and 8, follow-up to 3 and to 6: 3 of 4 are followed up beyond 3, 1 of 2 of these beyond 6."""
    found = censoring(np.array([2, OPEN, 5, OPEN, 8]), np.array([20, 3, 20, 6, 20]), WINDOW)
    assert found.weight == pytest.approx([1, 0, 4 / 3, 0, 8 / 3])


def test_who_wins_when_follow_up_ends_is_known_to_win() -> None:
    found = censoring(np.array([4, OPEN]), np.array([4, 20]), WINDOW)
    assert found.weight.tolist() == [1, 1]


@given(FATES, st.data())
def test_an_area_counts_each_pair_by_both_weights(rows: list[tuple[int | None, int]], data: st.DataObject) -> None:
    """Blanche et al. (2013), second definition: who is lost in the window is a control with a weight of its own time."""
    ended, followed = as_arrays(rows)
    weight = censoring(ended, followed, WINDOW).weight
    some = st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows))
    score, wins = np.array(data.draw(some), float), np.array(data.draw(some)) > 1
    case = wins & (ended <= np.minimum(followed, WINDOW))
    pairs = [
        (weight[i] * weight[j], (score[i] > score[j]) + (score[i] == score[j]) / 2)
        for i in np.flatnonzero(case)
        for j in np.flatnonzero(~case)
    ]
    total = sum(w for w, _ in pairs)
    found = roc_auc(ordered(score, case.astype(float), weight))
    if not total:
        assert found is None
        return
    assert found is not None and found.value == pytest.approx(sum(w * hit for w, hit in pairs) / total)
    assert found.parts.sum() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("name", RANKINGS)
def test_a_lead_of_weight_three_is_three_leads(name: str) -> None:
    score, won, weight = (
        np.array([9, 7, 7, 5, 4, 2, 1.0]),
        np.array([1, 0, 1, 0, 1, 0, 0.0]),
        np.array([1, 3, 2, 1, 2, 3, 1]),
    )
    found = RANKINGS[name](ordered(score, won, weight.astype(float)))
    repeated = RANKINGS[name](ordered(np.repeat(score, weight), np.repeat(won, weight)))
    assert found.value == pytest.approx(repeated.value)
    whole = np.repeat(np.arange(7), weight)
    assert found.parts == pytest.approx(np.bincount(whole, repeated.parts))


@pytest.mark.parametrize("name", RANKINGS)
def test_leads_that_stand_for_themselves_need_no_weight(name: str) -> None:
    score, won, _, _ = drawn(5, 300)
    plain, weighed = (RANKINGS[name](ordered(score, won, weight)) for weight in (None, np.ones(300)))
    assert plain.value == weighed.value and plain.trials == pytest.approx(weighed.trials)
    assert np.array_equal(plain.parts, weighed.parts)


def drawn(seed: int, leads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scores, whether leads win rather than lose, when that is, and until when they are followed up: some together."""
    numbers = np.arange(leads, dtype=np.uint64)
    u, v, w, x, y = (Draws(seed).uniforms(name, numbers) for name in "abcde")
    ended = 1 + (-60 * np.log(v) * (1.4 - u)).astype(np.int64)
    return (
        np.round(20 * (0.6 * u + 0.4 * y)),
        (w < 0.2 + 0.6 * u).astype(float),
        ended,
        1 + (x * 140).astype(np.int64) // 7 * 7,
    )


def area(score: np.ndarray, wins: np.ndarray, ended: np.ndarray, followed: np.ndarray) -> Figure:
    """The area of those who win within 60, with parts that know where weights come from."""
    found = censoring(ended, followed, 60)
    case = wins * (ended <= np.minimum(followed, 60))
    figure = allowing(roc_auc(ordered(score, case, found.weight)), found)
    assert figure is not None
    return figure


def share(score: np.ndarray, wins: np.ndarray, ended: np.ndarray, followed: np.ndarray) -> Figure:
    """The share of those with a high score who win within 60."""
    found = censoring(ended, followed, 60)
    case = (wins > 0) & (ended <= np.minimum(followed, 60))
    figure = allowing(share_of(case, score > 12, found.weight), found)
    assert figure is not None
    return figure


@pytest.mark.parametrize("estimator", [area, share])
def test_the_error_is_what_resampling_gives_with_new_weights(estimator: Callable[..., Figure]) -> None:
    columns = drawn(7, 3_000)
    error, _ = error_of(estimator(*columns).parts, np.arange(3_000))
    values = []
    for replicate in range(300):
        picked = (Draws(8).uniforms("pick", np.arange(3_000, dtype=np.uint64), replicate) * 3_000).astype(int)
        values.append(estimator(*(column[picked] for column in columns)).value)
    assert 0.87 < error / np.std(values, ddof=1) < 1.15


def test_parts_move_the_figure_as_leaving_a_lead_out_does() -> None:
    """The jackknife: what a lead adds is what the estimate loses without it, weights worked out anew."""
    columns = drawn(9, 400)
    figure = share(*columns)
    without = [share(*(np.delete(column, row) for column in columns)).value for row in range(400)]
    assert np.corrcoef(figure.parts, figure.value - np.array(without))[0, 1] > 0.999
    assert np.std(figure.parts) == pytest.approx(np.std(without), rel=0.02)


@pytest.mark.parametrize("estimator", [area, share])
def test_censoring_leaves_a_figure_where_it_was(estimator: Callable[..., Figure]) -> None:
    score, wins, ended, followed = drawn(11, 60_000)
    whole = estimator(score, wins, ended, np.full(len(ended), 1_000))
    found = estimator(score, wins, ended, followed)
    assert abs(found.value - whole.value) < 4 * error_of(found.parts, np.arange(len(ended)))[0]


def test_leaving_out_who_is_not_followed_up_would_be_off() -> None:
    """They are those who take long: of the others more win."""
    score, wins, ended, followed = drawn(11, 60_000)
    whole, found = share(score, wins, ended, np.full(len(ended), 1_000)), share(score, wins, ended, followed)
    known = (ended <= np.minimum(followed, 60)) | (followed >= 60)
    left = share_of((wins > 0) & (ended <= 60), known & (score > 12))
    assert left is not None
    assert left.value - whole.value > 5 * error_of(found.parts, np.arange(len(ended)))[0]


def test_what_is_the_same_differs_by_nothing() -> None:
    score, wins, ended, followed = drawn(12, 500)
    found = difference(area(score, wins, ended, followed), area(score * 3, wins, ended, followed), np.arange(500))
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_intervals_hold_what_they_promise() -> None:
    """An area with censoring lies in its interval about as often as said: 0.93 to 0.97 of 300 samples of 600 leads."""
    score, wins, ended, _ = drawn(13, 400_000)
    truth = area(score, wins, ended, np.full(len(ended), 1_000)).value
    inside = 0
    for sample in range(300):
        figure = area(*drawn(1_000 + sample, 600))
        error, _ = error_of(figure.parts, np.arange(600))
        inside += abs(figure.value - truth) < 1.96 * error
    assert 0.93 <= inside / 300 <= 0.98


def test_a_figure_without_censoring_stays_as_it_is() -> None:
    figure = share_of(np.array([True, False, True]))
    assert figure is not None and allowing(figure, None) is figure
    everyone = censoring(np.array([OPEN, 3, OPEN]), np.full(3, 20), WINDOW)
    assert allowing(figure, everyone) is figure
    assert allowing(None, everyone) is None
