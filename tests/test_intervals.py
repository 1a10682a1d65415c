"""Intervals of a trial: computed as their docstrings say, inside what is possible, and right in 95 of 100 markets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from leadrules.judging.figure import estimate as estimated
from leadrules.judging.latent import bins_of, kendall
from leadrules.judging.metrics import Metrics
from leadrules.judging.rank import ordered, roc_auc
from leadrules.simulator.intervals import area_interval, design_effect, hanley_mcneil, wilson
from leadrules.simulator.metrics import Estimate
from tests import naive_metrics as naive
from tests.naive_metrics import Ranked, ranked
from tests.test_laws import law
from tests.test_metrics import measured_of

Floats = npt.NDArray[np.float64]
TOLERANCE = 0.92
FIGURES: Mapping[str, Callable[[Metrics], Estimate]] = {
    "ROC AUC": lambda metrics: metrics.roc_auc,
    "average precision": lambda metrics: metrics.average_precision,
    "precision": lambda metrics: metrics.precision_at_top,
    "lift": lambda metrics: metrics.lift_at_top,
    "base rate": lambda metrics: metrics.base_rate,
    "share of a tier": lambda metrics: metrics.tiers[0].share,
    "win rate of a tier": lambda metrics: metrics.tiers[0].win_rate,
}


def bounds(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None and estimate.high is not None
    return estimate.low, estimate.high


# Formulas


@law(150)
@given(ranked(most=120))
def test_leads_move_an_area_by_their_placement_values(leads: Ranked) -> None:
    """DeLong's: how far each lies from the mean of its side, over the leads of that side."""
    winners, others = ([s for s, t in zip(*leads, strict=True) if t == side] for side in (True, False))
    assume(winners and others)
    found = roc_auc(ordered(np.array(leads.score), np.array(leads.target, float)))
    assert found is not None
    for score, target, part in zip(*leads, found.parts, strict=True):
        place = naive.placement(score, others) if target else 1 - naive.placement(score, winners)
        assert part == pytest.approx((place - found.value) / len(winners if target else others), abs=1e-12)


@law(150)
@given(st.floats(0, 1), st.floats(0.5, 4), st.integers(2, 200), st.integers(2, 200))
def test_the_interval_of_an_area_is_normal_for_many_leads_else_newcombes(
    area: float, wider: float, won: int, others: int
) -> None:
    error = wider * math.sqrt(hanley_mcneil(area, won, others))
    design = max(1.0, wider * wider) if error else 1.0
    assume(abs(min(won, others) / design - 50) > 1e-6 and min(abs(area - 0.05), abs(area - 0.95)) > 1e-9)
    many = min(won, others) / design > 50 and 0.05 < area < 0.95
    normal = area - naive.Z * error, area + naive.Z * error
    wanted = normal if many else naive.newcombe(area, won / design, others / design)
    assert bounds(area_interval(area, error, won, others)) == pytest.approx(wanted, abs=1e-9)


@law(150)
@given(st.integers(1, 300), st.floats(0, 1), st.floats(1, 8))
def test_wilson_holds_the_rates_that_a_test_does_not_reject(trials: int, share: float, design: float) -> None:
    successes = round(share * trials)
    reference = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert bounds(wilson(successes, trials)) == pytest.approx((reference.low, reference.high), abs=1e-9)
    wanted = naive.wilson(successes / design, trials / design)
    assert bounds(wilson(successes, trials, design)) == pytest.approx(wanted, abs=1e-9)


@law(150)
@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 5)), min_size=1, max_size=40))
def test_the_design_effect_is_sandwich_over_binomial(trials: list[tuple[bool, int]]) -> None:
    hits, clusters = zip(*trials, strict=True)
    wanted = naive.design_effect(hits, clusters)
    assert design_effect(np.array(hits, np.float64), np.array(clusters)) == pytest.approx(wanted)


@law(100)
@given(ranked(), st.integers(1, 12))
def test_bins_keep_the_order_of_scores_and_their_ties(leads: Ranked, most: int) -> None:
    bins, size = bins_of(np.array(leads.score), most)
    assert size <= max(most, 1) and set(bins) == set(range(size))
    placed = sorted(zip(leads.score, bins, strict=True))
    assert all(a[1] <= b[1] and (a[0] != b[0] or a[1] == b[1]) for a, b in pairwise(placed))


def test_shared_bins_cost_next_to_nothing() -> None:
    drawn = np.random.default_rng(1)
    chance = drawn.random(60_000)
    values = drawn.normal(size=60_000) + chance
    found = kendall(values, chance)
    assert found is not None and found.value == pytest.approx(stats.kendalltau(values, chance).statistic, abs=1e-3)


# What can be


def ladder(winners: int, others: int, below: int = 0) -> Ranked:
    """Leads with different scores: `below` others, then the winners, then the other others on top."""
    target = [False] * below + [True] * winners + [False] * (others - below)
    return Ranked([*map(float, range(len(target)))], target)


@law(60)
@given(ranked(), st.integers(1, 5))
@example(ladder(60, 4, below=3), 1)
@example(ladder(3, 20, below=19), 5)
def test_no_interval_reaches_beyond_what_a_share_can_be(leads: Ranked, size: int) -> None:
    assume(0 < sum(leads.target) < len(leads.target))
    found = measured_of(leads, [i // size for i in range(len(leads.score))])
    for name, figure in FIGURES.items():
        if (estimate := figure(found)).value is not None:
            low, high = bounds(estimate)
            assert low - 1e-12 <= estimate.value <= high + 1e-12, name
            assert low >= 0 and high <= (10 if name == "lift" else 1) + 1e-9, f"{name}: {low} to {high}"


CERTAIN = {
    "a perfect ranking of 3 winners and 5 others": (ladder(3, 5, below=5), 1, "ROC AUC"),
    "a perfect ranking by accounts": (ladder(10, 20, below=20), 5, "ROC AUC"),
    "every winner above the others": (ladder(3, 5, below=5), 1, "average precision"),
    "no winner among the 3 best of 30": (ladder(5, 25), 1, "precision"),
    "only winners among the 3 best of 30": (ladder(5, 25, below=25), 1, "precision"),
    "no lift among the 3 best of 30": (ladder(5, 25), 1, "lift"),
    "all the lift there can be": (ladder(3, 27, below=27), 1, "lift"),
    "all in one account": (ladder(5, 25, below=10), 30, "ROC AUC"),
}


@pytest.mark.parametrize("case", CERTAIN)
def test_what_a_few_leads_show_is_never_certain(case: str) -> None:
    leads, size, name = CERTAIN[case]
    account = [i // size for i in range(len(leads.score))]
    estimate = FIGURES[name](measured_of(leads, account))
    assert estimate.value is None or bounds(estimate)[1] - bounds(estimate)[0] > 0.05, estimate


# Coverage


def close_to_95(found: list[bool], what: str) -> None:
    """Not 5 standard errors below the coverage that is promised. Where nothing was said, nothing was wrong."""
    if found:
        error = math.sqrt(TOLERANCE * (1 - TOLERANCE) / len(found))
        assert np.mean(found) > TOLERANCE - 5 * error, f"{what}: {np.mean(found):.3f} of {len(found)} intervals"


def holds(estimate: Estimate, truth: float) -> list[bool]:
    return [] if estimate.value is None else [bounds(estimate)[0] <= truth <= bounds(estimate)[1]]


def distance(area: float) -> float:
    """How far apart two normal laws lie whose ROC curve has this area."""
    return float(stats.norm.ppf(area) * math.sqrt(2))


@pytest.mark.slow
@pytest.mark.parametrize("area", [0.5, 0.76, 0.92, 0.98, 0.995])
@pytest.mark.parametrize("sizes", [(10, 200), (20, 200), (30, 200), (60, 200), (60, 20), (500, 500)], ids=str)
def test_delong_covers_the_area(sizes: tuple[int, int], area: float, full: bool) -> None:
    close_to_95(delong_coverage(sizes, area, 10_000 if full else 2_000), f"area {area} of {sizes}")


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [(1, 100), (2, 100), (3, 100), (5, 100), (60, 1), (60, 3), (60, 5)], ids=str)
def test_of_very_few_winners_or_others_nothing_wrong_is_said(sizes: tuple[int, int], full: bool) -> None:
    """A trial with so few of either leaves code 3 or an interval that is wide enough."""
    drawn, found = np.random.default_rng(1), []
    for _ in range(2_000 if full else 100):
        values = drawn.normal(size=sum(sizes))
        values[: sizes[0]] += distance(0.76)
        metrics = measured_of(Ranked(values.tolist(), [i < sizes[0] for i in range(sum(sizes))]))
        found += holds(metrics.roc_auc, 0.76)
    close_to_95(found, f"area 0.76 of {sizes}")


def delong_coverage(sizes: tuple[int, int], area: float, repetitions: int) -> list[bool]:
    drawn, found = np.random.default_rng(1), []
    won, accounts = np.repeat([1.0, 0.0], sizes), np.arange(sum(sizes))
    for _ in range(repetitions):
        values = drawn.normal(size=len(won)) + distance(area) * won
        found += holds(estimated(roc_auc(ordered(values, won)), accounts), area)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("alike", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("rate", [0.5, 0.2, 0.05, 0.02])
@pytest.mark.parametrize("accounts", [400, 60, 20])
def test_wilson_covers_the_rate_of_leads_in_accounts(accounts: int, rate: float, alike: float, full: bool) -> None:
    drawn, found, clusters = np.random.default_rng(1), [], np.repeat(np.arange(accounts), 5)
    for _ in range(10_000 if full else 1_000):
        copied = drawn.random(len(clusters)) < math.sqrt(alike)
        own, shared = drawn.random(len(clusters)), np.repeat(drawn.random(accounts), 5)
        hits = (np.where(copied, shared, own) < rate).astype(np.float64)
        found += holds(wilson(hits.sum(), len(hits), design_effect(hits, clusters)), rate)
    close_to_95(found, f"rate {rate} of {accounts} accounts of 5, correlation {alike}")


class Market(NamedTuple):
    """Winners score `apart` above others, both normal; leads of an account share `alike` of what they are."""

    rate: float
    area: float
    leads: int
    size: int = 1
    alike: float = 0.0

    def draw(self, drawn: Any) -> tuple[Ranked, npt.NDArray[np.int64]]:
        account = np.arange(self.leads) // self.size
        target = self.noise(drawn, account) < stats.norm.ppf(self.rate)
        score = self.noise(drawn, account) + distance(self.area) * target
        return Ranked(np.round(score, 6).tolist(), target.tolist()), account

    def noise(self, drawn: Any, account: npt.NDArray[np.int64]) -> Floats:
        shared, own = drawn.normal(size=len(account))[account], drawn.normal(size=len(account))
        found: Floats = math.sqrt(self.alike) * shared + math.sqrt(1 - self.alike) * own
        return found

    def precision(self, cut: float) -> float:
        """The share of winners above a score."""
        return self.rate * stats.norm.sf(cut - distance(self.area)) / self.above(cut)

    def above(self, cut: float) -> float:
        """The share of leads above a score."""
        return float(self.rate * stats.norm.sf(cut - distance(self.area)) + (1 - self.rate) * stats.norm.sf(cut))

    def truth(self) -> dict[str, float]:
        """Each figure of a market without end, in closed form. The tier is all that score above 1."""
        cut, apart = optimize.brentq(lambda c: self.above(c) - 0.1, -10, 20), distance(self.area)
        average = integrate.quad(lambda s: self.precision(s) * stats.norm.pdf(s - apart), apart - 9, apart + 9)[0]
        best = self.precision(cut)
        return dict(
            zip(FIGURES, (self.area, average, best, best / self.rate, self.rate, self.above(1), self.precision(1)), strict=True)
        )  # fmt: skip


MARKETS = {
    "many winners": Market(0.3, 0.71, 1_000),
    "about 20 winners": Market(0.1, 0.76, 200),
    "about 20 winners among many": Market(0.02, 0.76, 1_000),
    "about 30 winners, nearly all on top": Market(0.1, 0.98, 300),
    "accounts of 5": Market(0.2, 0.76, 1_000, 5, 0.6),
    "accounts of 5, few winners": Market(0.05, 0.76, 600, 5, 0.6),
    "about 10 winners, hardly told apart": Market(0.03, 0.58, 300),
}


@cache
def coverage(name: str, repetitions: int) -> dict[str, list[bool]]:
    """For each figure, whether each interval that was given holds the truth."""
    market, drawn = MARKETS[name], np.random.default_rng(1)
    truth, found = market.truth(), {figure: [] for figure in FIGURES}  # type: dict[str, float], dict[str, list[bool]]
    for _ in range(repetitions):
        leads, account = market.draw(drawn)
        tier = [int(score <= 1) for score in leads.score]
        metrics = measured_of(leads, account, tier)
        for figure, of in FIGURES.items():
            found[figure] += holds(of(metrics), truth[figure])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("market", MARKETS)
def test_an_interval_covers_what_it_should(market: str, figure: str, full: bool) -> None:
    close_to_95(coverage(market, 2_000 if full else 60)[figure], figure)
