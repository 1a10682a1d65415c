"""Correlated fields: they go together as said, and each keeps its own law."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.scenario.correlation import eigen, matrix_of, repaired, weights_of
from leadrules.engine.columns import TRUE
from leadrules.simulator.draws import Draws
from leadrules.simulator.latent import below
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from tests.people import MARKET, correlation_z, one_block, own_intent
from tests.phase_type import counts_z, judge, seeds, share_z, world_of, z_of
from tests.test_draws import in_blocks, plain, same


def standard(population: Population) -> dict[str, Any]:
    """The normal draws behind fields, worked back from their values."""
    found = {name: plain(column) for name, column in population.leads.fields.items()}
    return {"budget": np.log(found["budget"] / 5_000) / 0.8, "rating": found["rating"] - 3, "senior": found["senior"]}


@pytest.mark.slow
def test_fields_go_together_as_said_and_no_further(full: bool) -> None:
    figures: dict[str, list[float]] = {}
    world = world_of(MARKET)
    for seed in seeds(full):
        z, own = standard(simulate(world, Draws(seed), 0, BLOCK)), own_intent(world, seed)
        found = {
            "budget with rating": correlation_z(z["budget"], z["rating"], 0.45),
            "rating with intent": correlation_z(z["rating"], own, 0.4),
            "budget with intent": correlation_z(z["budget"], own, 0.0),
        }
        for name, figure in found.items():
            figures.setdefault(name, []).append(figure)
    for found_z in figures.values():
        judge(found_z)


@pytest.mark.slow
def test_a_flag_is_set_as_often_together_with_another_as_two_normals_say(full: bool) -> None:
    """The tetrachoric correlation: both above their cuts as often as correlated normals are."""
    cut = stats.norm.isf(0.3)
    both = stats.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([-cut, 0.0])
    figures = []
    for seed in seeds(full):
        z = standard(one_block(MARKET, seed))
        figures.append(share_z((z["senior"] == TRUE) & (z["budget"] > 0), float(both)))
    judge(figures)


@pytest.mark.slow
def test_correlations_leave_every_law_of_its_own_as_it_is(full: bool) -> None:
    figures: dict[str, list[float]] = {}
    for seed in seeds(full):
        z = standard(one_block(MARKET, seed))
        rated = z["rating"][~np.isnan(z["rating"])]
        found = {
            "budget": z_of(stats.kstest(z["budget"], "norm").pvalue),
            "rating": z_of(stats.kstest(rated, "norm").pvalue),
            "rating known": share_z(~np.isnan(z["rating"]), 0.9),
            "senior": share_z(z["senior"] == TRUE, 0.3),
        }
        for name, figure in found.items():
            figures.setdefault(name, []).append(figure)
    for found_z in figures.values():
        judge(found_z)


ORDINAL = """
scenario o { horizon 100 days from 2026-01-05 }
lead { size one of small, middle, large; level one of low, high; amount number }
everyone {
  size { small 50%; middle 30%; large 10%; unknown 10% }
  level { low 70%; high 30% }
  amount evenly 2 to 4
}
correlate size with level 0.5
correlate level with amount -1
correlate size with amount -0.5
persona one 100% { }
stage s { lasts exactly 3 days; then won 10%, else lost }
"""


@pytest.mark.slow
def test_values_in_an_order_are_cut_from_correlated_normals(full: bool) -> None:
    """What is not known goes with nothing: the others have their shares among each other."""
    cuts = [-np.inf, *stats.norm.ppf([5 / 9, 8 / 9]), np.inf]
    law = stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]])
    below_level = [float(law.cdf([min(cut, 9), stats.norm.ppf(0.7)])) if cut > -9 else 0.0 for cut in cuts]
    low, whole = np.diff(below_level), np.diff(stats.norm.cdf(cuts))
    expected = 0.9 * np.concatenate([low, whole - low])
    figures = []
    for seed in seeds(full):
        fields = one_block(ORDINAL, seed).leads.fields
        size, level = plain(fields["size"]), plain(fields["level"])
        told = size >= 0
        counts = np.bincount(3 * level[told] + size[told], minlength=6)
        unknown = [np.count_nonzero(~told & (level == 0)), np.count_nonzero(~told & (level == 1))]
        figures.append(counts_z(np.array([*counts, *unknown]), np.array([*expected, 0.07, 0.03])))
    judge(figures)


def test_a_correlation_of_minus_one_turns_an_order_round() -> None:
    fields = one_block(ORDINAL, 3).leads.fields
    level, amount = plain(fields["level"]), plain(fields["amount"])
    assert amount[level == 1].max() < amount[level == 0].min()


def test_without_its_correlations_a_market_is_otherwise_the_same() -> None:
    bare = re.sub(r"^correlate .*$", "", MARKET, flags=re.MULTILINE)
    felt = ("fields/rating", "fields/senior")
    same(in_blocks(world_of(MARKET), 6, [0, 5_000]), in_blocks(world_of(bare), 6, [0, 5_000]), felt)


symmetric = st.integers(2, 6).flatmap(lambda n: st.lists(st.floats(-1, 1), min_size=n * n, max_size=n * n))


@given(symmetric)
def test_matrices_are_taken_apart_as_numpy_does(numbers: list[float]) -> None:
    size = int(np.sqrt(len(numbers)))
    half = np.array(numbers).reshape(size, size)
    matrix = (half + half.T) / 2
    np.fill_diagonal(matrix, 1.0)
    values, vectors = (np.array(part) for part in eigen(matrix.tolist()))
    np.testing.assert_allclose(vectors @ np.diag(values) @ vectors.T, matrix, atol=1e-10)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(matrix), atol=1e-10)
    triangle = weights_of(matrix.tolist())
    if values.min() > 1e-6:
        np.testing.assert_allclose(triangle, np.linalg.cholesky(matrix), atol=1e-6)
    elif values.min() < -1e-6:
        assert triangle is None
    mended = np.array(repaired(matrix.tolist()))
    assert np.linalg.eigvalsh(mended).min() > 0
    np.testing.assert_allclose(np.diag(mended), 1.0)
    if values.min() > 1e-5:
        np.testing.assert_allclose(mended, matrix, atol=1e-9)


def test_correlations_that_cannot_all_hold_are_mended() -> None:
    text = MARKET.replace("budget with senior 0.6", "budget with senior 0.6\ncorrelate rating with senior -0.9")
    world = world_of(text)
    weights = {name: dict(row) for name, row in world.people.weights.items()}
    names = list(weights)
    triangle = np.array([[weights[name].get(other, 0.0) for other in names] for name in names])
    pairs = {frozenset((c.left, c.right)): c.number.value for c in world.scenario.correlations}
    pairs[frozenset(("activity", "intent"))] = 0.3
    wanted = matrix_of(names, pairs)
    assert np.linalg.eigvalsh(wanted).min() < 0
    np.testing.assert_allclose(triangle @ triangle.T, repaired(wanted), atol=1e-9)
    assert 0 < np.abs(triangle @ triangle.T - wanted).max() < 0.3


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=50))
def test_the_chance_below_a_normal(z: list[float]) -> None:
    found = below(np.array(z))
    np.testing.assert_allclose(found, special.ndtr(z), atol=1e-14)
    assert (found > 0).all()
    assert (found < 1).all()
