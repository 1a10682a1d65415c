"""Figures and their parts: values as scikit-learn gives them, errors as resampling gives them, differences paired."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leadrules.judging.figure import difference, error_of, estimate, mean_of, share_of
from leadrules.judging.latent import kendall, spearman
from leadrules.judging.rank import average_precision, ordered, precision_at, roc_auc
from leadrules.simulator.draws import Draws

LATENT = {"spearman": spearman, "kendall": kendall}
RANKINGS = {
    "auc": roc_auc,
    "average precision": average_precision,
    "precision": lambda order: precision_at(order, 0.1),
}


def drawn(seed: int, leads: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores in steps, chances that go with them, and outcomes."""
    numbers = np.arange(leads, dtype=np.uint64)
    u, v, w = (Draws(seed).uniforms(name, numbers) for name in ("a", "b", "c"))
    chance = 0.05 + 0.4 * u**2
    return np.round(20 * (0.5 * u + 0.5 * v)), chance, (w < chance).astype(float)


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_an_area_is_the_share_of_pairs_in_order(rows: list[tuple[int, bool]]) -> None:
    won, lost = ([score for score, hit in rows if hit is side] for side in (True, False))
    found = roc_auc(ordered(np.array([r[0] for r in rows], float), np.array([r[1] for r in rows], float)))
    if not won or not lost:
        assert found is None
        return
    pairs = sum((a > b) + (a == b) / 2 for a in won for b in lost)
    assert found is not None and found.value == pytest.approx(pairs / (len(won) * len(lost)))
    assert found.parts.sum() == pytest.approx(0, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), min_size=2, max_size=20))
def test_an_area_by_chances_counts_each_pair_of_two_leads(rows: list[tuple[int, float]]) -> None:
    pairs = [(s > t) + (s == t) / 2 for i, (s, _) in enumerate(rows) for j, (t, _) in enumerate(rows) if i != j]
    weights = [p * (1 - q) for i, (_, p) in enumerate(rows) for j, (_, q) in enumerate(rows) if i != j]
    found = roc_auc(ordered(np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])))
    if sum(weights) > 1e-9:
        assert found is not None and found.value == pytest.approx(np.average(pairs, weights=weights))


@pytest.mark.parametrize("name", RANKINGS)
@pytest.mark.parametrize("certain", [True, False])
def test_the_error_is_what_resampling_gives(name: str, certain: bool) -> None:
    score, chance, won = drawn(3, 4_000)
    likely = won if certain else chance
    figure = RANKINGS[name](ordered(score, likely))
    error, _ = error_of(figure.parts, np.arange(len(score)))
    values = []
    for replicate in range(200):
        picked = (Draws(9).uniforms("pick", np.arange(len(score), dtype=np.uint64), replicate) * len(score)).astype(int)
        values.append(RANKINGS[name](ordered(score[picked], likely[picked])).value)
    assert 0.8 < error / np.std(values, ddof=1) < 1.25


def test_what_is_the_same_differs_by_nothing() -> None:
    score, _, won = drawn(4, 500)
    one, other = (roc_auc(ordered(score * by, won)) for by in (1.0, 3.0))
    found = difference(one, other, np.arange(500))
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_share_has_wilsons_interval_and_nothing_has_none() -> None:
    hits = np.arange(100) < 2
    found = estimate(share_of(hits), np.arange(100))
    assert (found.low, found.high) == pytest.approx((0.0055, 0.0700), abs=5e-4)
    assert estimate(mean_of(np.zeros(3), np.zeros(3, bool)), np.arange(3)).value is None


@pytest.mark.parametrize("name", LATENT)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=3, max_size=40))
def test_rank_correlations_are_those_of_scipy(name: str, rows: list[tuple[int, int]]) -> None:
    score, chance = (np.array(column, float) for column in zip(*rows, strict=True))
    found = LATENT[name](score, chance / 10)
    if len(set(score)) < 2 or len(set(chance)) < 2:
        assert found is None
        return
    expected = {"spearman": stats.spearmanr, "kendall": stats.kendalltau}[name](score, chance).statistic
    assert found is not None and found.value == pytest.approx(expected, abs=1e-9)
    assert found.parts.sum() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", LATENT)
def test_the_error_of_a_rank_correlation_is_what_resampling_gives(name: str) -> None:
    score, chance, _ = drawn(6, 3_000)
    error, _ = error_of(LATENT[name](score, chance).parts, np.arange(3_000))
    values = []
    for replicate in range(200):
        picked = (Draws(8).uniforms("pick", np.arange(3_000, dtype=np.uint64), replicate) * 3_000).astype(int)
        values.append(LATENT[name](score[picked], chance[picked]).value)
    assert 0.8 < error / np.std(values, ddof=1) < 1.25
