"""Laws of durations as functions, against scipy and against what is drawn from them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.simulator.draws import Draws
from leadrules.simulator.gamma import gamma_quantile, gamma_tails, normal_tail
from leadrules.simulator.laws import Dwell, dwell_of, mean, quantile, survival
from leadrules.simulator.simulate import BLOCK, simulate
from tests.graph import DAY, market
from tests.phase_type import judge, mean_z, seeds, world_of, z_of
from tests.test_draws import several

shapes = st.floats(0.1, 100.0)


def law(text: str) -> Dwell:
    """A law as it is written behind `lasts`."""
    scenario = check(parse(Source("market", market(f"stage s {{ lasts {text}; then won 100% }}"))))
    return dwell_of(scenario.personas[0].stages["s"].lasts)


# The incomplete gamma function


@given(several, shapes)
def test_quantiles_of_the_gamma_law_are_those_of_scipy(u: Any, shape: float) -> None:
    found = gamma_quantile(np.full(len(u), shape), u)
    expected = np.where(u > 0.5, special.gammaincinv(shape, 1.0 - u), special.gammainccinv(shape, u))
    np.testing.assert_allclose(found, expected, rtol=1e-11)


@given(st.lists(st.floats(1e-6, 500.0), min_size=1, max_size=20).map(np.array), shapes)
def test_tails_of_the_gamma_law_are_those_of_scipy(x: Any, shape: float) -> None:
    lower, upper = gamma_tails(np.asarray(shape), x)
    smaller = np.where(lower < upper, special.gammainc(shape, x), special.gammaincc(shape, x))
    np.testing.assert_allclose(np.minimum(lower, upper), smaller, rtol=1e-11, atol=1e-290)
    np.testing.assert_allclose(lower + upper, 1.0, rtol=1e-15)


@given(several, several, shapes)
def test_a_gamma_quantile_does_not_depend_on_its_neighbours(u: Any, others: Any, shape: float) -> None:
    alone = gamma_quantile(np.full(len(u), shape), u)
    together = gamma_quantile(np.full(len(u) + len(others), shape), np.concatenate([u, others]))
    np.testing.assert_array_equal(alone, together[: len(u)])


@given(shapes, st.integers(0, 2**31))
def test_a_lower_draw_is_no_shorter_stay(shape: float, seed: int) -> None:
    u = np.sort(np.random.default_rng(seed).random(300))
    found = gamma_quantile(np.full(len(u), shape), u)
    assert (np.diff(found) <= 1e-13 * found[1:]).all()


@given(st.lists(st.floats(-30.0, 30.0), min_size=1).map(np.array))
def test_tails_of_the_normal_law_are_those_of_scipy(z: Any) -> None:
    np.testing.assert_allclose(normal_tail(z), stats.norm.sf(z), rtol=1e-11)


# Survival, quantiles and means belong together

EXACT: dict[str, Any] = {
    "exponential mean 20 days": stats.expon(scale=20 * DAY),
    "weibull mean 20 days shape 1.7": stats.weibull_min(1.7, scale=20 * DAY / math.gamma(1 + 1 / 1.7)),
    "lognormal median 20 days spread 0.9": stats.lognorm(0.9, scale=20 * DAY),
    "log-logistic median 20 days shape 2.5": stats.fisk(2.5, scale=20 * DAY),
    "gamma mean 20 days shape 2": stats.gamma(2, scale=10 * DAY),
    "gamma mean 20 days shape 0.4": stats.gamma(0.4, scale=50 * DAY),
    "gamma mean 5 days shape 30": stats.gamma(30, scale=5 * DAY / 30),
}
TABLE = "as in { 0%: 1 day; 50%: 6 days; 90%: 15 days; 100%: 40 days }"
MIXED = "mixture { 70% lognormal median 9 days spread 0.8; 20% gamma mean 40 days shape 3; 10% exactly 7 days }"


@pytest.mark.parametrize("text", EXACT)
def test_laws_are_those_of_scipy(text: str) -> None:
    found, exact = law(text), EXACT[text]
    days = np.linspace(0.0, 300.0, 601) * DAY
    np.testing.assert_allclose(survival(found, days), exact.sf(days), rtol=1e-9, atol=1e-280)
    assert mean(found) == pytest.approx(exact.mean(), rel=1e-12)
    u = np.linspace(0.001, 0.999, 999)
    np.testing.assert_allclose(quantile(found.components[0], u), exact.isf(u), rtol=1e-9)


def test_a_table_is_linear_between_its_rows() -> None:
    found = law(TABLE)
    (table,) = found.components
    u = 1.0 - np.array([0.0, 0.25, 0.5, 0.7, 0.9, 0.95, 1.0])
    np.testing.assert_allclose(quantile(table, u) / DAY, [1.0, 3.5, 6.0, 10.5, 15.0, 27.5, 40.0])
    np.testing.assert_allclose(survival(found, quantile(table, u)), u, atol=1e-15)
    assert mean(found) / DAY == pytest.approx(0.5 * 3.5 + 0.4 * 10.5 + 0.1 * 27.5)


def test_a_mixture_has_the_moments_of_its_parts() -> None:
    found = law(MIXED)
    parts = (stats.lognorm(0.8, scale=9 * DAY), stats.gamma(3, scale=40 * DAY / 3))
    expected = 0.7 * parts[0].mean() + 0.2 * parts[1].mean() + 0.1 * 7 * DAY
    assert mean(found) == pytest.approx(expected, rel=1e-12)
    days = np.array([1.0, 6.9, 7.1, 30.0, 200.0]) * DAY
    tails = 0.7 * parts[0].sf(days) + 0.2 * parts[1].sf(days) + 0.1 * (days <= 7 * DAY)
    np.testing.assert_allclose(survival(found, days), tails, rtol=1e-10)


@pytest.mark.parametrize("text", [*EXACT, TABLE, MIXED, "exactly 9 days", "log-logistic median 9 days shape 1.2"])
@pytest.mark.parametrize("least", [0.5, 8.0, 50.0])
def test_the_mean_of_the_longer_of_a_stay_and_a_minimum(text: str, least: float) -> None:
    """m + the integral of the survival function above m, by scipy, over the logarithm of time."""
    found, low = law(text), math.log(least * DAY)
    rows = {math.log(day * DAY) for day in (1, 6, 7, 9, 15, 40) if day > least}
    breaks = sorted({*rows, *(low + step for step in (*np.arange(0.0, 12.0, 0.5), 20.0, 40.0, 130.0))})
    pieces = [
        integrate.quad(lambda y: float(survival(found, np.exp(y))) * math.exp(y), a, b, epsrel=1e-11, limit=500)[0]
        for a, b in itertools.pairwise(breaks)
    ]
    assert mean(found, least * DAY) == pytest.approx(least * DAY + math.fsum(pieces), rel=1e-7)


def test_a_law_without_a_mean_says_so() -> None:
    found = law("log-logistic median 9 days shape 0.9")
    assert math.isinf(mean(found))
    assert math.isinf(mean(found, DAY))


# What is drawn


def stays(text: str, seed: int) -> Any:
    """Stays of a stage in seconds, and the intent they depend on."""
    people = "persona one 60% { intent 0.7 }\npersona two 40% { }\nintent { spread 0.8 }"
    found = simulate(
        world_of(market(f"stage s {{ lasts {text}; then won 100% }}", people=people)), Draws(seed), 0, BLOCK
    )
    return found.truth.ended - found.truth.arrival, found.truth.intent


def distribution(text: str) -> Callable[[Any], Any]:
    found = law(text)
    return lambda seconds: 1.0 - survival(found, np.asarray(seconds))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["gamma mean 20 days shape 2", "gamma mean 20 days shape 0.4", TABLE])
def test_stages_last_by_their_law(text: str, full: bool) -> None:
    figures = []
    for seed in seeds(full):
        seconds, intent = stays(f"{text}, faster with intent 0.4", seed)
        stretched = (seconds + 0.5) * np.exp(0.4 * intent)
        figures.append(z_of(stats.kstest(stretched, distribution(text)).pvalue))
    judge(figures)


@pytest.mark.slow
def test_stays_of_a_mixture_have_its_moments(full: bool) -> None:
    figures: list[list[float]] = [[], [], []]
    for seed in seeds(full):
        seconds, _ = stays(MIXED, seed)
        parts = (stats.lognorm(0.8, scale=9 * DAY), stats.gamma(3, scale=40 * DAY / 3))
        figures[0].append(mean_z(seconds + 0.5, mean(law(MIXED))))
        figures[1].append(mean_z(np.minimum(seconds + 0.5, 90 * DAY) ** 2, capped_square(parts, 90 * DAY)))
        figures[2].append(mean_z(seconds == 7 * DAY, 0.1))
    for found in figures:
        judge(found)


def capped_square(parts: tuple[Any, Any], cap: float) -> float:
    """E[min(W, cap)²] of the mixture."""
    squares = [integrate.quad(lambda x, p=part: 2 * x * p.sf(x), 0, cap, epsrel=1e-10)[0] for part in parts]
    return 0.7 * squares[0] + 0.2 * squares[1] + 0.1 * (7.0 * DAY) ** 2


@pytest.mark.slow
def test_no_stay_is_shorter_than_the_least(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        seconds, intent = stays("gamma mean 20 days shape 2, faster with intent 0.4, at least 9 days", seed)
        assert seconds.min() == 9 * DAY
        at_least = stats.gamma(2, scale=10 * DAY).cdf(9 * DAY * np.exp(0.4 * intent))
        figures.append(
            float(((seconds == 9 * DAY).sum() - at_least.sum()) / np.sqrt((at_least * (1 - at_least)).sum()))
        )
    judge(figures)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**40))
def test_a_mixture_of_one_law_is_that_law(seed: int) -> None:
    one, other = (stays(text, seed)[0][:500] for text in ("exactly 3 days", "mixture { 100% exactly 3 days }"))
    np.testing.assert_array_equal(one, other)
    one, other = (stays(text, seed)[0][:500] for text in (TABLE, f"mixture {{ 100% {TABLE} }}"))
    np.testing.assert_array_equal(one, other)
