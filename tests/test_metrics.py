"""The figures of a trial: as their definitions say, whatever the blocks and the order, and the same in every report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.adopt import adopt
from leadrules.engine.plan import Plan
from leadrules.report.trial import draw_metrics, html_metrics, metrics_as_json
from leadrules.simulator.draws import Draws
from leadrules.simulator.measure import Ranking, figures, measure
from leadrules.simulator.metrics import NOTHING, Estimate, Metrics
from leadrules.simulator.ranking import bins_of, histogram, precision_at
from leadrules.simulator.simulate import simulate
from leadrules.simulator.tally import Rows, Tally
from leadrules.simulator.trial import tallied, try_rules
from leadrules.simulator.world import build_world
from tests import naive_metrics as naive
from tests.build import plan_of
from tests.naive_metrics import Ranked, ranked
from tests.terminal import typed
from tests.test_laws import law

TENTH = Fraction(1, 10)
MARKET = """
scenario market "Three sizes of company" {
  version 1
  seed 5
  population 700
  timezone UTC
  horizon 200 days from 2026-01-05
  arrivals over 190 days
  landmark 20 days after arrival
  target won within 60 days
}
lead { size number
  keen flag }
event visit
accounts { size 3; intent spread 1 }
everyone { size normal mean 0 spread 1
  keen 40% }
persona any 100% { intent 0 }
intent { spread 0.5
  by size { under 0: -1; else: 1; unknown: 0 } }
stage thinking {
  lasts exponential mean 40 days
  visits 1 per week
  events { visit 100% }
  then won logit -1 + 1 * intent, else lost
}
"""
RULES = """
ruleset card { version 1
  timezone UTC }
lead { size number
  keen flag }
event visit
score points { criteria {
  big 10 when size >= 1
  medium 5 when size >= 0
  keen 3 when keen
  visits 2 each visit, at most 4
} }
thresholds {
  hot when points >= 15
  warm when points >= 5
  cold otherwise
}
"""
PLAN = plan_of(RULES)


MODEL = check(parse(Source("market", MARKET)))
WORLD, DRAWS = build_world(MODEL), Draws(5)
POPULATION = 700


def figures_of(leads: Ranked) -> Ranking:
    bins, size = bins_of(np.array(leads.score, np.float64))
    return figures(histogram(bins, size, np.array(leads.target, bool), None))


def rows_of(leads: Ranked, account: Sequence[int] | None = None, tier: Sequence[int] | None = None) -> Rows:
    n = len(leads.score)
    tiers = np.array([0] * n if tier is None else tier, np.int8)
    accounts = np.array(range(n) if account is None else account, np.int64)
    return Rows(0, n, 0, 0, np.array(leads.score, np.float64), np.array(leads.target, bool), tiers, accounts)


def measured(*blocks: Rows, account_size: int = 1) -> Metrics:
    return measure(Tally(blocks), replace(MODEL, account_size=account_size), PLAN, DRAWS)


def block(first: int, stop: int, plan: Plan = PLAN) -> Tally:
    """The tally of the leads of a range."""
    population = simulate(WORLD, DRAWS, first, stop)
    return tallied(plan, adopt(plan.model, population.leads), population.truth, MODEL, first)


def finished(tally: Tally) -> Metrics:
    return measure(tally, MODEL, PLAN, DRAWS)


WHOLE = block(0, POPULATION)


# Definitions


@law(300)
@given(ranked())
def test_figures_are_what_their_definitions_say(leads: Ranked) -> None:
    best = naive.precision(*leads, TENTH), naive.lift(*leads, TENTH)
    same(figures_of(leads), Ranking(naive.auc(*leads), naive.average_precision(*leads), *best))


def same(one: Ranking, other: Ranking) -> None:
    for name in Ranking.__struct_fields__:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12, nan_ok=True), name


@law(100)
@given(ranked(most=6), st.sampled_from([TENTH, Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(1)]))
def test_a_tie_at_the_cut_counts_as_the_mean_of_all_its_orders(leads: Ranked, share: Fraction) -> None:
    wanted = naive.precision_over_all_orders(*leads, share)
    assert naive.precision(*leads, share) == pytest.approx(wanted, abs=1e-12)
    bins, size = bins_of(np.array(leads.score))
    counts = histogram(bins, size, np.array(leads.target), None)
    assert precision_at(counts, float(share * len(leads.score))) == pytest.approx(wanted, abs=1e-12)


@law(150)
@given(ranked(), st.data())
def test_a_weight_counts_a_lead_so_many_times(leads: Ranked, data: st.DataObject) -> None:
    n = len(leads.score)
    weights = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    assume(any(weights))
    expanded = Ranked(naive.repeated(leads.score, weights), [*map(bool, naive.repeated(leads.target, weights))])
    bins, size = bins_of(np.array(leads.score))
    found = figures(histogram(bins, size, np.array(leads.target), np.array(weights, np.float64)))
    same(found, figures_of(expanded))


@law(100)
@given(ranked())
def test_scikit_learn_finds_the_same(leads: Ranked) -> None:
    reference = pytest.importorskip("sklearn.metrics")
    assume(0 < sum(leads.target) < len(leads.target))
    found = figures_of(leads)
    assert found.auc == pytest.approx(reference.roc_auc_score(leads.target, leads.score), abs=1e-12)
    assert found.average == pytest.approx(reference.average_precision_score(leads.target, leads.score), abs=1e-12)


@law(100)
@given(st.permutations(range(30)), st.lists(st.booleans(), min_size=30, max_size=30))
def test_scikit_learn_finds_the_same_among_the_best(places: list[int], target: list[bool]) -> None:
    reference = pytest.importorskip("sklearn.metrics")
    assume(any(target))
    best = [place >= 27 for place in places]
    found = figures_of(Ranked([*map(float, places)], target))
    wanted = reference.precision_score(target, best)
    assert found.precision == pytest.approx(wanted, abs=1e-12)
    assert found.lift == pytest.approx(wanted * 30 / sum(target), abs=1e-12)


@law(60)
@given(ranked(), st.integers(1, 4), st.data())
def test_a_tier_counts_its_leads_and_how_many_of_them_win(leads: Ranked, size: int, data: st.DataObject) -> None:
    n = len(leads.score)
    tiers = data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    account = [i // size for i in range(n)]
    found = measured(rows_of(leads, account, tiers), account_size=size)
    is_rate(found.base_rate, leads.target, account)
    assert [tier.tier for tier in found.tiers] == ["hot", "warm", "cold"]
    for place, tier in enumerate(found.tiers):
        inside = [i for i in range(n) if tiers[i] == place]
        assert (tier.leads, tier.won) == (len(inside), sum(leads.target[i] for i in inside))
        is_rate(tier.share, [own == place for own in tiers], account)
        is_rate(tier.win_rate, [leads.target[i] for i in inside], [account[i] for i in inside])


def is_rate(found: Estimate, hits: Sequence[bool], account: Sequence[int]) -> None:
    """A share and, unless none or all are hit, Wilson's interval with the design effect of accounts."""
    assert found.value == (pytest.approx(sum(hits) / len(hits)) if hits else None)
    if 0 < sum(hits) < len(hits):
        design = naive.design_effect(hits, account)
        assert (found.low, found.high) == pytest.approx(naive.wilson(sum(hits) / design, len(hits) / design), abs=1e-9)


# Blocks and order


@law(30)
@given(st.lists(st.integers(1, POPULATION - 1), max_size=8, unique=True), st.randoms(use_true_random=False))
def test_any_blocks_merged_in_any_order_are_one(cuts: list[int], random: Any) -> None:
    parts = [block(*ends) for ends in pairwise([0, *sorted(cuts), POPULATION])]
    random.shuffle(parts)
    while len(parts) > 1:
        at = random.randrange(len(parts) - 1)
        parts[at : at + 2] = [parts[at].merge(parts[at + 1])]
    assert finished(parts[0]) == finished(WHOLE)


def test_merging_is_associative_and_commutative_and_nothing_changes_nothing() -> None:
    a, b, c = block(0, 100), block(100, 350), block(350, POPULATION)
    assert [rows.first for rows in c.merge(b).merge(a).blocks] == [0, 100, 350]
    assert finished(a.merge(b)) == finished(b.merge(a))
    assert finished(a.merge(b).merge(c)) == finished(a.merge(b.merge(c))) == finished(c.merge(a).merge(b))
    assert finished(Tally().merge(a)) == finished(a.merge(Tally())) == finished(a)


@pytest.mark.parametrize("size", [1, 64, 333, 699])
def test_a_trial_in_blocks_of_any_size_is_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadrules.simulator.trial.BLOCK", size)
    leads = 60 if size == 1 else POPULATION
    assert try_rules(PLAN, MODEL, population=leads) == finished(block(0, leads))


@law(40)
@given(ranked(), st.randoms(use_true_random=False))
def test_the_order_of_leads_changes_nothing(leads: Ranked, random: Any) -> None:
    n = len(leads.score)
    account, tier, order = [i // 3 for i in range(n)], [i % 3 for i in range(n)], [*range(n)]
    random.shuffle(order)
    moved = Ranked([leads.score[i] for i in order], [leads.target[i] for i in order])
    one = measured(rows_of(leads, account, tier), account_size=3)
    other = measured(rows_of(moved, [account[i] for i in order], [tier[i] for i in order]), account_size=3)
    alike(json.loads(metrics_as_json(one)), json.loads(metrics_as_json(other)))


def alike(one: Any, other: Any) -> None:
    """The same but for the last digits of numbers."""
    if isinstance(one, dict | list):
        pairs = zip(one, other, strict=True) if isinstance(one, list) else ((one[k], other[k]) for k in one | other)
        for parts in pairs:
            alike(*parts)
    else:
        assert one == (pytest.approx(other, abs=1e-9) if isinstance(other, float) else other)


@law(60)
@given(st.integers(0, POPULATION - 40))
def test_a_lead_is_judged_where_its_journey_is_open_and_wins_within_the_window(first: int) -> None:
    truth, found = simulate(WORLD, DRAWS, first, first + 40).truth, block(first, first + 40).blocks[0]
    day, wanted, ended, late = 86_400, [], 0, 0
    for i in range(40):
        landmark = truth.arrival[i] + 20 * day
        late += landmark >= 200 * day
        ended += landmark < 200 * day and truth.ended[i] <= landmark
        if landmark < 200 * day and truth.ended[i] > landmark:
            wanted.append((truth.account[i], truth.outcome[i] == 0 and truth.ended[i] <= landmark + 60 * day))
    assert (found.leads, found.ended, found.late) == (40, ended, late)
    assert [*zip(found.account, found.target, strict=True)] == wanted


# Undecided


def test_without_a_judged_lead_nothing_is_said() -> None:
    found = measure(Tally(), MODEL, PLAN, DRAWS)
    assert (found.leads, found.judged, found.won) == (0, 0, 0)
    figures = (found.base_rate, found.roc_auc, found.average_precision, found.precision_at_top, found.lift_at_top)
    assert {*figures, *(e for tier in found.tiers for e in (tier.share, tier.win_rate))} == {NOTHING}
    assert "cannot be said" in draw_metrics(found)


@pytest.mark.parametrize("won", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_where_all_win_or_none_does_the_ranking_is_undecided(won: bool, n: int) -> None:
    found = measured(rows_of(Ranked([*map(float, range(n))], [won] * n)))
    assert {found.roc_auc, found.average_precision, found.precision_at_top, found.lift_at_top} == {NOTHING}
    assert found.base_rate.value == float(won)
    assert json.loads(metrics_as_json(found))["roc_auc"] == {"value": None, "low": None, "high": None}
    assert draw_metrics(found).count("cannot be said: not enough leads won and lost") == 4
    assert html_metrics(found).count("cannot be said") == 4


@pytest.mark.parametrize(
    ("market", "code"),
    [
        (MARKET, 0),
        (MARKET.replace("then won logit -1 + 1 * intent", "then won 0%"), 3),
        (MARKET.replace("any 100%", "any 100% never buys"), 3),
        (MARKET.replace("landmark 20 days", "landmark 199 days").replace("exponential mean", "exactly"), 3),
        (MARKET.replace("exponential mean 40", "exactly 40").replace("logit -1 + 1 * intent", "100%"), 3),
    ],
    ids=["decided", "none can win", "nobody buys", "nobody is judged", "everybody wins"],
)
def test_an_undecided_trial_ends_with_code_3(market: str, code: int, tmp_path: Path) -> None:
    (tmp_path / "card.lead").write_text(RULES)
    (tmp_path / "market.scenario").write_text(market)
    for form in ("text", "json"):
        shown = typed(f"leadrules simulate {tmp_path}/card.lead {tmp_path}/market.scenario --format {form}")
        assert shown.code == code, shown.errors
    assert (json.loads(shown.output)["roc_auc"]["value"] is None) == (code == 3)


# Rules that change, and what does not


def with_points(change: Callable[[int], str]) -> Plan:
    """The rules with other points."""
    pattern = r"^(  (?:big|medium|keen|visits)) (\d+)"
    return plan_of(re.sub(pattern, lambda m: f"{m[1]} {change(int(m[2]))}", RULES, flags=re.MULTILINE))


@pytest.mark.parametrize("factor", [0.5, 3, 10, 1_000])
def test_points_times_a_factor_rank_the_same(factor: float) -> None:
    other = with_points(lambda points: f"{points * factor:g}")
    assert other.scores != PLAN.scores
    assert ranking(try_rules(other, MODEL)) == ranking(try_rules(PLAN, MODEL))


def ranking(metrics: Metrics) -> list[object]:
    """All but the tiers."""
    return [getattr(metrics, name) for name in metrics.__struct_fields__ if name != "tiers"]


def test_a_criterion_that_never_fires_changes_no_figure() -> None:
    other = plan_of(RULES.replace("criteria {", "criteria {\n  giant 50 when size >= 1_000_000"))
    assert try_rules(other, MODEL) == try_rules(PLAN, MODEL)


def test_without_criteria_ranking_is_as_good_as_chance() -> None:
    for plan in (PLAN.without(*PLAN.criteria), plan_of("ruleset none { }\nthresholds { all otherwise }\n")):
        found = try_rules(plan, MODEL)
        base = found.won / found.judged
        assert (found.roc_auc.value, found.roc_auc.low, found.roc_auc.high) == (0.5, 0.5, 0.5)
        assert found.average_precision.value == pytest.approx(base)
        assert found.precision_at_top.value == pytest.approx(base)
        assert found.lift_at_top.value == pytest.approx(1.0)


def test_ranking_the_other_way_round_mirrors_the_area() -> None:
    found, other = try_rules(PLAN, MODEL), try_rules(with_points(lambda points: f"-{points}"), MODEL)
    assert found.roc_auc.value and found.roc_auc.value > 0.55
    assert other.roc_auc.value == pytest.approx(1 - found.roc_auc.value, abs=1e-12)


# Reports


def agrees(cells: Sequence[str], estimate: dict[str, float]) -> None:
    """The printed figure and interval are those of the JSON, rounded."""
    shown = [cells[0], *cells[1].split(" to ")]
    for text, wanted in zip(shown, (estimate["value"], estimate["low"], estimate["high"]), strict=True):
        digits = len(text.rstrip("%").partition(".")[2]) + 2 * text.endswith("%")
        assert digits >= 3
        printed = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
        assert abs(printed - wanted) <= 0.5 * 10.0**-digits + 1e-12


LINES = ("roc_auc", "average_precision", "precision_at_top", "lift_at_top", "base_rate")


@pytest.mark.parametrize("leads", [50, 200, POPULATION])
def test_text_and_json_tell_the_same(leads: int) -> None:
    metrics = try_rules(PLAN, MODEL, population=leads)
    told, text = json.loads(metrics_as_json(metrics)), draw_metrics(metrics)
    lines = [re.split(r"\s{2,}", line) for line in text.splitlines()]
    first = next(i for i, line in enumerate(lines) if line[0] == "ROC AUC")
    for line, name in zip(lines[first:], LINES, strict=False):
        agrees(line[1:], told[name])
    by_name = {line[0]: line for line in lines if len(line) == 6}
    for tier in told["tiers"]:
        cells = by_name[tier["tier"]]
        assert int(cells[1].replace(",", "")) == tier["leads"]
        agrees(cells[2:4], tier["share"])
        if tier["leads"]:
            agrees(cells[4:6], tier["win_rate"])
    counts = (f"{told[key]:,} " for key in ("leads", "judged", "won", "ended", "late"))
    assert all(re.search(rf"\b{count}", text) for count in counts)
    assert f"seed {told['seed']}," in text


def test_a_notebook_shows_the_cells_of_the_terminal() -> None:
    metrics = try_rules(PLAN, MODEL)
    cells = [
        cell for line in draw_metrics(metrics).splitlines() if "─" not in line for cell in re.split(r"\s{2,}", line)
    ]
    html = html_metrics(metrics)
    assert not [cell for cell in cells if cell not in html]
