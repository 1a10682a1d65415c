"""Stability: cohorts and indices counted lead by lead, intervals that hold, and a planted change that is found."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import stats

from leadrules.engine.zone import SECOND
from leadrules.judging.cohorts import cohorts, known
from leadrules.judging.compare import measured
from leadrules.judging.figure import difference, estimate
from leadrules.judging.judge_stability import judge_stability
from leadrules.judging.measure import Showing
from leadrules.judging.measure_stability import judge_cohorts
from leadrules.judging.show import show
from leadrules.judging.stability import Stability
from leadrules.judging.stability_index import bands_by, index_between, index_of_change
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.index_interval import index_interval
from leadrules.simulator.world import World
from tests.build import plan_of
from tests.phase_type import world_of
from tests.terminal import typed

EXAMPLES = Path(__file__).parent.parent / "examples"
DAY = 86_400
RULES = (EXAMPLES / "points_card.lead").read_text(encoding="utf-8").split("# What the card must show")[0]
MARKET = (EXAMPLES / "points_card.scenario").read_text(encoding="utf-8")


def market(change: str = "") -> World:
    return world_of(MARKET.rstrip().removesuffix("}") + "}\n" + change)


def shown(world: World, leads: int = 2_500) -> Showing:
    (showing,) = show([plan_of(RULES)], try_rules([plan_of(RULES)], world, Draws(5), leads, replayed=0))
    return showing


@pytest.fixture(scope="module")
def showing() -> Showing:
    return shown(market())


def naive_index(first: list[float], last: list[float]) -> float:
    """The index, score by score; bands are those between the tenths of the first group."""
    edges = sorted(set(np.quantile(first, [tenth / 10 for tenth in range(1, 10)]).tolist()))
    shares = []
    for group in (first, last):
        counts = [0.5] * (len(edges) + 1)
        for score in group:
            counts[sum(score >= edge for edge in edges)] += 1
        shares.append([count / sum(counts) for count in counts])
    return sum((new - old) * math.log(new / old) for old, new in zip(*shares, strict=True))


def naive_area(scores: list[float], won: list[bool]) -> float:
    pairs = [(s, o) for s, w in zip(scores, won, strict=True) if w for o, v in zip(scores, won, strict=True) if not v]
    return sum((s > o) + 0.5 * (s == o) for s, o in pairs) / len(pairs)


def test_each_cohort_is_counted_lead_by_lead(showing: Showing) -> None:
    sample, ratings, found = showing.sample, showing.ratings, judge_cohorts(showing)
    assert found.days == 28 and found.tier == "hot"
    assert [cohort.since for cohort in found.cohorts] == ["2026-01-05", "2026-02-02", "2026-03-02", "2026-03-30"]
    groups: list[list[int]] = [[] for _ in found.cohorts]
    for lead in range(len(sample)):
        if sample.judged[lead]:
            groups[min(int(sample.arrival[lead]) // (28 * DAY), 3)].append(lead)
    first = ratings.score[groups[0]].tolist()
    for cohort, leads in zip(found.cohorts, groups, strict=True):
        scores, won = ratings.score[leads].tolist(), sample.target[leads].tolist()
        hot = [lead for lead in leads if ratings.tier[lead] == 0]
        assert cohort.leads == len(leads)
        assert cohort.auc.value == pytest.approx(naive_area(scores, won))
        assert cohort.win_rate.value == pytest.approx(sum(won) / len(won))
        assert cohort.share.value == pytest.approx(len(hot) / len(leads))
        assert cohort.precision.value == pytest.approx(sum(sample.target[hot]) / len(hot))
        if leads is groups[0]:
            assert cohort.index.value is None
        else:
            assert cohort.index.value == pytest.approx(naive_index(first, scores))


def test_the_figures_are_those_of_the_first_and_the_last_cohort(showing: Showing) -> None:
    first, *_, last = judge_cohorts(showing).cohorts
    told = {m.name: estimate(m.figure(), showing.sample.account) for m in measured(showing) if m.group == "stability"}
    assert told["psi"] == last.index
    assert told["auc drift"].value == pytest.approx(last.auc.value - first.auc.value)
    assert told["hot drift"].value == pytest.approx(last.share.value - first.share.value)
    for name, part in (("auc drift", "auc"), ("hot drift", "share")):
        half = math.hypot(*(getattr(c, part).high - getattr(c, part).low for c in (first, last))) / 2
        assert (told[name].high - told[name].low) / 2 == pytest.approx(half, rel=0.05)


@given(st.integers(1, 900), st.integers(2, 60))
def test_cohorts_are_whole_weeks_and_hold_every_lead(days: int, leads: int) -> None:
    arrival = (Draws(days).uniforms("arrival", np.arange(leads, dtype=np.uint64)) * days * DAY).astype(np.int32)
    arrival[0] = days * DAY - 1
    sample = replace(TINY, account=np.arange(leads), arrival=arrival, judged=np.ones(leads, bool))
    by = cohorts(sample)
    assert by.days % 7 == 0 and (by.number <= 14 or by.days == 91)
    assert all(lead // (by.days * DAY) in (place, place + 1) for lead, place in zip(arrival, by.place, strict=True))
    assert set(by.place) <= set(range(by.number)) and by.place[0] == by.number - 1


TINY = shown(market(), 3).sample


def test_a_late_cohort_of_a_log_is_not_said_to_win() -> None:
    """Of leads that are not followed up for long enough, those alone are known that were quick to win."""
    among = np.ones(100, bool)
    for unknown, told in ((4, 96), (6, 0)):
        judged = np.arange(100) >= unknown
        sample = replace(TINY, account=np.arange(100), judged=judged)
        assert np.count_nonzero(known(sample, among)) == told


def test_the_same_scores_have_an_index_of_nothing() -> None:
    score = np.tile(np.arange(50.0), 2)
    first = np.arange(100) < 50
    figure = index_between(score, first, ~first, np.arange(100))
    assert figure and figure.value == 0 and estimate(figure, np.arange(100)).low == 0
    assert difference(figure, figure, np.arange(100)).high == 0
    assert index_between(np.zeros(100), first, ~first, np.arange(100)) is None


@pytest.mark.parametrize("freedom", [1, 4, 9])
@pytest.mark.parametrize("x", [2.0, 9.0, 30.0, 200.0, 5_000.0])
def test_the_interval_inverts_the_law(x: float, freedom: int) -> None:
    """Against SciPy's non-central χ², within what an approximation leaves."""
    leads = 700.0
    found = index_interval(x / leads, leads, freedom)
    for limit, tail in ((found.high, 0.025), (found.low, 0.975)):
        if 0 < limit != x / leads:
            assert stats.ncx2.cdf(x, freedom, leads * limit) == pytest.approx(tail, abs=0.004)
    if not found.low:
        assert stats.chi2.cdf(x, freedom) <= 0.98


@pytest.mark.parametrize(("size", "shift"), [(1, 0.0), (4, 0.0), (1, 0.3), (4, 0.3), (2, 0.8)])
def test_the_interval_of_an_index_holds_the_truth(size: int, shift: float) -> None:
    """Leads of one account are alike; the truth is that of normal scores, in bands of tenths."""
    edges = stats.norm.ppf(np.arange(1, 10) / 10)
    old, new = (np.diff(np.concatenate([[0.0], stats.norm.cdf(edges - move), [1.0]])) for move in (0.0, shift))
    truth = float(((new - old) * np.log(new / old)).sum())
    held = 0
    for seed in range(200):
        numbers = np.arange(800, dtype=np.uint64)
        u, w, side = (Draws(seed).uniforms(name, numbers) for name in ("own", "shared", "side"))
        account = np.arange(800) // size
        score = (stats.norm.ppf(u) + stats.norm.ppf(w[account])) / math.sqrt(2)
        last = side < 0.4
        found = estimate(index_between(score + shift * last, ~last, last, account), account)
        held += found.low <= truth <= found.high
    assert held / 200 >= 0.91  # three errors below 0.95


def test_two_scores_that_drift_alike_differ_by_chance_alone() -> None:
    held = 0
    for seed in range(200):
        u, w, side = (Draws(seed).uniforms(name, np.arange(600, dtype=np.uint64)) for name in ("own", "other", "side"))
        last, account = side < 0.5, np.arange(600)
        score = stats.norm.ppf(u) + 0.4 * last
        one, other = (
            index_between(score + noise * stats.norm.ppf(v), ~last, last, account)
            for noise, v in ((0.3, w), (0.3, np.roll(w, 1)))
        )
        found = difference(other, one, account)
        held += found.low <= 0 <= found.high
    assert held / 200 >= 0.91


def judged(change: str, leads: int = 2_500) -> Stability:
    world, plan = market(change), plan_of(RULES)
    return judge_stability(shown(world, leads), plan, world, Draws(5))


def test_a_planted_change_is_found_and_told_apart_from_chance() -> None:
    found = judged("from 2026-03-01 { visits times 0.3 }\n")
    told = {one.name: one.difference for one in found.changes}
    assert told["share of hot"].high < 0 and found.cohorts[-1].index.low > 0.05
    assert found.cohorts[-1].share.high < found.cohorts[0].share.low
    assert not judged("").changes


def test_a_change_that_changes_nothing_makes_a_difference_of_exactly_nothing() -> None:
    found = judged("from 2026-03-01 { visits times 1 }\n", 600)
    assert found.changes
    for one in found.changes:
        assert one.difference.value is None or (one.difference.low, one.difference.high) == (0, 0), one.name


def test_simulate_tells_of_stability(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "m.scenario").write_text(
        MARKET.rstrip().removesuffix("}") + "}\nfrom 2026-03-01 { visits times 0.3 }\n"
    )
    (tmp_path / "card.lead").write_text(RULES)
    command = ["leadrules", "simulate", f"{tmp_path}/card.lead", f"{tmp_path}/m.scenario", "--population", "1500"]
    text = typed([*command, "--show", "stability"]).output
    assert "leads from" in text and "2026-02-02" in text and "what changes of the market do" in text
    plain = json.loads(typed([*command, "--format", "json"]).output)["stability"]
    assert plain["days"] == 28 and {one["name"] for one in plain["changes"]} >= {"auc", "share of hot"}
    assert typed([*command, "--show", "summary", "--fail-if", "psi > 0.02"]).code == 1
    assert typed([*command, "--show", "summary", "--fail-if", "hot_drift > 10%"]).code == 0


def test_cohorts_begin_on_local_dates() -> None:
    """The market begins at midnight in Berlin, which in UTC is the day before."""
    sample = TINY
    assert sample.timezone == "Europe/Berlin" and sample.start % (DAY * SECOND) == 23 * 3_600 * SECOND


def changed_scores(leads: int, rate: float, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Scores of 0 to 99, and the same where a share of those from 40 to 59 gets 25 points more; alike in accounts of 2."""
    kind = np.repeat(draw.integers(0, 100, leads // 2), 2)
    new = kind + 25 * ((kind >= 40) & (kind < 60) & np.repeat(draw.random(leads // 2) < rate, 2))
    return kind.astype(np.float64), new.astype(np.float64)


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.7])
def test_the_interval_of_the_index_between_two_rule_sets_holds(rate: float) -> None:
    """2,000 leads in pairs, 300 times; the truth is that of all scores in just these shares, in the bands of each time."""
    score = np.arange(100.0)
    rises = np.where((score >= 40) & (score < 60), rate, 0.0) / 100
    draw, kept = np.random.default_rng(7), 0
    account = np.repeat(np.arange(1_000), 2)
    for _ in range(300):
        old, new = changed_scores(2_000, rate, draw)
        found, edges = index_of_change(old, new, np.ones(2_000, bool)), bands_by(old)
        assert found is not None and edges is not None
        own, other = (np.searchsorted(edges, side, side="right") for side in (score, score + 25))
        before = np.bincount(own, minlength=len(edges) + 1) / 100
        after = before - np.bincount(own, rises, len(before)) + np.bincount(other, rises, len(before))
        truth = float(((after - before) * np.log(after / before)).sum())
        told = estimate(found, account)
        assert told.low is not None and told.high is not None
        kept += told.low <= truth <= told.high
    assert stats.binomtest(kept, 300, 0.95, "less").pvalue > 1e-3, kept  # too wide where bands hold just a tenth each


def test_the_index_between_two_rule_sets_is_counted_band_by_band() -> None:
    old, new = changed_scores(600, 0.5, np.random.default_rng(1))
    among = np.arange(600) % 3 > 0
    found = index_of_change(old, new, among)
    assert found is not None and not found.parts[~among].any()
    assert found.value == pytest.approx(naive_index(old[among].tolist(), new[among].tolist()), rel=1e-12)
    assert index_of_change(np.ones(600), new, among) is None


def test_a_comparison_tells_the_index_between_its_rule_sets_and_can_be_bound_by_it(tmp_path: Path) -> None:
    (tmp_path / "new.lead").write_text(RULES.replace("important each page_view", "major each page_view"))
    files = [str(EXAMPLES / "points_card.lead"), str(tmp_path / "new.lead"), str(EXAMPLES / "points_card.scenario")]
    command = ["leadrules", "compare", *files, "--population", "400"]
    told = json.loads(typed([*command, "--format", "json"]).output)["psi"]
    assert 0 <= told["low"] < told["value"] < told["high"]
    words = f"{told['value']:.3f} ({told['low']:.4f} to {told['high']:.4f})"
    for form in ("text", "markdown"):
        shown = typed([*command, "--format", form]).output
        assert words in " ".join(shown.split()), form
    above = typed([*command, "--fail-if", f"psi_of_change > {told['low'] / 2:.9f}"])
    assert above.code == 1 and "stability index of the scores, new against old" in above.errors
    assert typed([*command, "--fail-if", f"psi_of_change > {told['high'] * 2:.9f}"]).code == 0
