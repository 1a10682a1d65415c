"""What criteria are worth: Shapley values by their axioms, effects as planted, no inversion where there is none."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.judging.criteria import Criteria
from leadrules.judging.effects import effects_of
from leadrules.judging.judge_criteria import judge_criteria
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import holm
from leadrules.judging.ratings import Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.shapley import Sums, shapley_values
from leadrules.simulator.draws import Draws


def area(score: np.ndarray, likely: np.ndarray) -> float:
    """The ROC AUC over all pairs of two leads, the slow way."""
    order = (score[:, None] > score) + 0.5 * (score[:, None] == score)
    weight = likely[:, None] * (1 - likely)
    np.fill_diagonal(weight, 0)
    return float((order * weight).sum() / weight.sum())


@settings(max_examples=25)
@given(st.integers(0, 1_000), st.booleans())
def test_shapley_values_add_up_and_are_those_of_all_orders(seed: int, capped: bool) -> None:
    draws, leads = Draws(seed), np.arange(60, dtype=np.uint64)
    points = np.array([(draws.uniforms(f"c{k}", leads) < 0.4) * (5.0 * (k + 1)) for k in range(3)])
    likely = 0.1 + 0.8 * draws.uniforms("p", leads)
    sums = Sums(points, (0.0, 20.0) if capped else None, False)
    found = shapley_values(sums, likely, draws)
    every = np.zeros(3)
    for order in permutations(range(3)):
        whole = np.zeros(60)
        for place in order:
            before, whole = area(sums.score(whole), likely), whole + points[place]
            every[place] += (area(sums.score(whole), likely) - before) / 6
    assert sum(e.value for e in found) == pytest.approx(area(sums.score(points.sum(0)), likely) - 0.5, abs=1e-9)
    for estimate, exact in zip(found, every, strict=True):
        assert estimate.low - 0.02 <= exact <= estimate.high + 0.02


def test_a_criterion_that_gives_nothing_is_worth_nothing() -> None:
    draws, leads = Draws(3), np.arange(200, dtype=np.uint64)
    points = np.array([draws.uniforms("a", leads) * 10, np.zeros(200)])
    found = shapley_values(Sums(points, None, False), 0.5 + 0 * draws.uniforms("p", leads), draws)
    assert found[1].value == found[1].low == found[1].high == 0.0


def test_effects_are_the_most_likely_ones() -> None:
    draws, leads = Draws(5), np.arange(3_000, dtype=np.uint64)
    doses = np.array([draws.uniforms(f"d{k}", leads) < 0.3 for k in range(3)], float)
    chance = 1 / (1 + np.exp(1.5 - doses.T @ np.array([1.0, 0.3, -0.5])))
    won = (draws.uniforms("w", leads) < chance).astype(float)

    def loss(beta: np.ndarray) -> float:
        line = beta[0] + doses.T @ beta[1:]
        return float((np.logaddexp(0, line) - won * line).sum() + 0.25 * (beta[1:] ** 2).sum())

    found = effects_of(doses, won, np.arange(3_000))
    assert found.values == pytest.approx(optimize.minimize(loss, np.zeros(4), tol=1e-12).x[1:], abs=1e-4)


def test_holm_stops_at_the_first_that_does_not_stand() -> None:
    assert holm([0.01, 0.04, 0.02]) == [True, True, True]
    assert holm([0.01, 0.2, 0.03]) == [True, False, False]
    assert holm([]) == []


CARD = """
ruleset card {{ version 1 }}
lead {{ one flag
  two flag
  three flag }}
score fit {{ criteria {{
  one {0} when one
  two {1} when two
  three {2} when three
}} }}
"""


def planted(seed: int, points: tuple[int, int, int], effects: tuple[float, float, float], leads: int) -> Criteria:
    """Three criteria with these points and these real effects."""
    plan: Plan = compile_model(check(parse(Source("card.lead", CARD.format(*points)))))
    draws, numbers = Draws(seed), np.arange(leads, dtype=np.uint64)
    fires = np.array([draws.uniforms(f"f{k}", numbers) < 0.4 for k in range(3)], float)
    chance = 1 / (1 + np.exp(2.0 - fires.T @ np.array(effects)))
    won = draws.uniforms("w", numbers) < chance
    zeros, judged = np.zeros(leads, np.int32), np.ones(leads, bool)
    sample = Sample(
        np.arange(leads), zeros, zeros, zeros, zeros.astype(np.int8), zeros[None], judged, won, None, zeros.astype(float),
        {}, {}, ("stage",), 1,
    )  # fmt: skip
    given_points = (fires * np.array(points)[:, None]).astype(np.float32)
    ratings = Ratings(given_points.sum(0).astype(float), zeros.astype(np.int8), (), given_points, plan.criteria)
    found = judge_criteria(Showing(sample, ratings, 0.1), plan, draws)
    assert found is not None
    return found


def test_a_planted_inversion_is_found_and_the_others_are_not() -> None:
    found = planted(1, (10, 5, 2), (0.2, 1.2, 0.0), 20_000)
    assert [(inversion.more, inversion.less) for inversion in found.inversions] == [("fit.one", "fit.two")]
    assert found.exact and sum(w.shapley.value for w in found.worth) > 0.05
    assert {w.criterion for w in found.worth if "tells nothing of winning by itself" in w.notes} == {"fit.three"}


def test_equal_effects_are_seldom_called_inverted() -> None:
    claims = sum(bool(planted(seed, (10, 6, 2), (0.5, 0.5, 0.5), 1_500).inversions) for seed in range(200))
    assert claims <= 20  # 5 % of 200, and three standard errors
