"""The figures of a trial: as their definitions say, whatever the blocks and the order, and the same in every report."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.plan import Plan
from leadrules.judging.compare import measured
from leadrules.judging.measure import Showing
from leadrules.judging.metrics import Metrics
from leadrules.judging.rank import Order, average_precision, ordered, precision_at
from leadrules.judging.try_rules import Tried, joined, try_rules
from leadrules.report.judgement import judgement_as_json
from leadrules.report.metrics import draw_metrics, html_metrics
from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from tests import naive_metrics as naive
from tests.build import plan_of
from tests.judged import judged, metrics_of, tried_on, unjudged
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


class Ranking(NamedTuple):
    """The four figures of a ranking; NaN where they have no value."""

    auc: float
    average: float
    precision: float
    lift: float


def figures_of(leads: Ranked) -> Ranking:
    tried = tried_on(leads)
    found = {one.name: one.figure for one in measured(Showing(tried.sample, tried.ratings[0], 0.1))}
    figures = [found[name]() for name in ("auc", "average_precision", "precision at top", "lift")]
    return Ranking(*(math.nan if figure is None else figure.value for figure in figures))


def order_of(leads: Ranked, weights: Sequence[int] | None = None) -> Order:
    weight = None if weights is None else np.array(weights, np.float64)
    return ordered(np.array(leads.score, np.float64), np.array(leads.target, np.float64), weight)


def measured_of(leads: Ranked, account: Sequence[int] | None = None, tier: Sequence[int] | None = None) -> Metrics:
    return metrics_of(tried_on(leads, account, tier), PLAN, WORLD)


def block(first: int, stop: int) -> Tried:
    """The leads of a range."""
    return try_rules([PLAN], WORLD, DRAWS, stop, first=first, paths=False, replayed=0)


def finished(tried: Tried) -> Metrics:
    return metrics_of(tried, PLAN, WORLD)


def in_market(plan: Plan, market: ScenarioModel = MODEL, population: int | None = None) -> Metrics:
    return judged(plan, market, population).metrics


WHOLE = block(0, POPULATION)


# Definitions


@law(300)
@given(ranked())
def test_figures_are_what_their_definitions_say(leads: Ranked) -> None:
    nothing, n = Ranking(math.nan, math.nan, math.nan, math.nan), len(leads.score)
    if not several(leads):
        same(figures_of(leads), nothing)
        return
    wanted = nothing._replace(auc=naive.auc(*leads), average=naive.average_precision(*leads))
    if n >= 10:  # a tenth of fewer is not a lead
        wanted = wanted._replace(precision=naive.precision(*leads, TENTH), lift=naive.lift(*leads, TENTH))
    same(figures_of(leads), wanted)


def several(leads: Ranked) -> bool:
    """Whether there are two winners at least, and two others: else nothing is said."""
    return 2 <= sum(leads.target) <= len(leads.target) - 2


def same(one: Ranking, other: Ranking) -> None:
    for name in Ranking._fields:
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12, nan_ok=True), name


@law(100)
@given(ranked(most=6), st.sampled_from([TENTH, Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(1)]))
def test_a_tie_at_the_cut_counts_as_the_mean_of_all_its_orders(leads: Ranked, share: Fraction) -> None:
    wanted = naive.precision_over_all_orders(*leads, share)
    assert naive.precision(*leads, share) == pytest.approx(wanted, abs=1e-12)
    found = precision_at(order_of(leads), float(share))
    if share * len(leads.score) < 1:
        assert found is None
    else:
        assert found is not None and found.value == pytest.approx(wanted, abs=1e-12)


@law(150)
@given(ranked(), st.data())
def test_a_weight_counts_a_lead_so_many_times(leads: Ranked, data: st.DataObject) -> None:
    n = len(leads.score)
    weights = data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    expanded = Ranked(naive.repeated(leads.score, weights), [*map(bool, naive.repeated(leads.target, weights))])
    found = average_precision(order_of(leads, weights)), precision_at(order_of(leads, weights), 0.1)
    wanted = average_precision(order_of(expanded)), precision_at(order_of(expanded), 0.1)
    for one, other in zip(found, wanted, strict=True):
        assert (one and one.value) == (other and pytest.approx(other.value, abs=1e-12))


@law(100)
@given(ranked())
def test_scikit_learn_finds_the_same(leads: Ranked) -> None:
    reference = pytest.importorskip("sklearn.metrics")
    assume(several(leads))
    found = figures_of(leads)
    assert found.auc == pytest.approx(reference.roc_auc_score(leads.target, leads.score), abs=1e-12)
    assert found.average == pytest.approx(reference.average_precision_score(leads.target, leads.score), abs=1e-12)


@law(100)
@given(ranked(), st.data())
def test_scikit_learn_weighs_the_same(leads: Ranked, data: st.DataObject) -> None:
    reference = pytest.importorskip("sklearn.metrics")
    assume(0 < sum(leads.target) < len(leads.target))
    n = len(leads.score)
    weights = data.draw(st.lists(st.integers(1, 3), min_size=n, max_size=n))
    found = average_precision(order_of(leads, weights))
    wanted = reference.average_precision_score(leads.target, leads.score, sample_weight=weights)
    assert found is not None and found.value == pytest.approx(wanted, abs=1e-12)


@law(100)
@given(st.permutations(range(30)), st.lists(st.booleans(), min_size=30, max_size=30))
def test_scikit_learn_finds_the_same_among_the_best(places: list[int], target: list[bool]) -> None:
    reference = pytest.importorskip("sklearn.metrics")
    assume(several(Ranked([], target)))
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
    found = measured_of(leads, account, tiers)
    is_rate(found.base_rate, leads.target, account)
    assert [tier.tier for tier in found.tiers] == ["hot", "warm", "cold"]
    for place, tier in enumerate(found.tiers):
        inside = [i for i in range(n) if tiers[i] == place]
        assert (tier.leads, tier.won) == (len(inside), sum(leads.target[i] for i in inside))
        is_share(tier.share, [own == place for own in tiers])
        is_share(tier.win_rate, [leads.target[i] for i in inside])


def is_rate(found: Estimate, hits: Sequence[bool], account: Sequence[int]) -> None:
    """A share and, unless none or all are hit, Wilson's interval with the design effect of accounts."""
    assert found.value == (pytest.approx(sum(hits) / len(hits)) if hits else None)
    if 0 < sum(hits) < len(hits):
        design = naive.design_effect(hits, account)
        assert (found.low, found.high) == pytest.approx(naive.wilson(sum(hits) / design, len(hits) / design), abs=1e-9)


def is_share(found: Estimate, hits: Sequence[bool]) -> None:
    """A share that is known no better than by as many leads, each an account of its own."""
    assert found.value == (pytest.approx(sum(hits) / len(hits)) if hits else None)
    if hits:
        low, high = naive.wilson(sum(hits), len(hits))
        assert found.low is not None and found.high is not None
        assert 0 <= found.low <= low + 1e-9 and high - 1e-9 <= found.high <= 1


# Blocks and order


@law(30)
@given(st.lists(st.integers(1, POPULATION - 1), max_size=8, unique=True))
def test_any_blocks_joined_are_one(cuts: list[int]) -> None:
    parts = [block(*ends) for ends in pairwise([0, *sorted(cuts), POPULATION])]
    assert finished(joined(parts)) == finished(WHOLE)


def test_joining_is_associative_and_of_one_it_is_that() -> None:
    a, b, c = block(0, 100), block(100, 350), block(350, POPULATION)
    assert finished(joined([joined([a, b]), c])) == finished(joined([a, joined([b, c])])) == finished(WHOLE)
    assert joined([a]) is a


@pytest.mark.parametrize("size", [1, 64, 333, 699])
def test_a_trial_in_blocks_of_any_size_is_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadrules.simulator.blocks.BLOCK", size)
    leads = 60 if size == 1 else POPULATION
    found = finished(block(0, leads))
    monkeypatch.undo()
    assert found == finished(block(0, leads)) == replace(in_market(PLAN, population=leads), sales=None)


@law(40)
@given(ranked(), st.randoms(use_true_random=False))
def test_the_order_of_leads_changes_nothing(leads: Ranked, random: Any) -> None:
    n = len(leads.score)
    account, tier, order = [i // 3 for i in range(n)], [i % 3 for i in range(n)], [*range(n)]
    random.shuffle(order)
    moved = Ranked([leads.score[i] for i in order], [leads.target[i] for i in order])
    one, other = (
        measured_of(leads, account, tier),
        measured_of(moved, *([of[i] for i in order] for of in (account, tier))),
    )
    alike(to_builtins(one), to_builtins(other))


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
    truth, tried = simulate(WORLD, DRAWS, first, first + 40).truth, block(first, first + 40)
    found, sample = finished(tried), tried.sample
    day, wanted, ended, late = 86_400, [], 0, 0
    for i in range(40):
        landmark = truth.arrival[i] + 20 * day
        late += landmark >= 200 * day
        ended += landmark < 200 * day and truth.ended[i] <= landmark
        if landmark < 200 * day and truth.ended[i] > landmark:
            wanted.append((truth.account[i], truth.outcome[i] == 0 and truth.ended[i] <= landmark + 60 * day))
    assert (found.leads, found.ended, found.late) == (40, ended, late)
    assert [*zip(sample.account[sample.judged], sample.target[sample.judged], strict=True)] == wanted
    assert (found.judged, found.won) == (len(wanted), sum(won for _, won in wanted))


# Undecided


def test_without_a_judged_lead_nothing_is_said() -> None:
    found = finished(unjudged(tried_on(Ranked([1.0, 2.0, 3.0], [True, False, True]))))
    assert (found.leads, found.judged, found.won) == (3, 0, 0)
    figures = (found.base_rate, found.roc_auc, found.average_precision, found.precision_at_top, found.lift_at_top)
    assert {*figures, *(e for tier in found.tiers for e in (tier.share, tier.win_rate))} == {NOTHING}
    assert "cannot be said" in draw_metrics(found)


@pytest.mark.parametrize("won", [False, True])
@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_where_all_win_or_none_does_the_ranking_is_undecided(won: bool, n: int) -> None:
    found = measured_of(Ranked([*map(float, range(n))], [won] * n))
    assert {found.roc_auc, found.average_precision, found.precision_at_top, found.lift_at_top} == {NOTHING}
    assert found.base_rate.value == float(won)
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
    assert ranking(in_market(other)) == ranking(in_market(PLAN))


def ranking(metrics: Metrics) -> list[object]:
    """All but the tiers."""
    return [getattr(metrics, name) for name in metrics.__struct_fields__ if name != "tiers"]


def test_a_criterion_that_never_fires_changes_no_figure() -> None:
    other = plan_of(RULES.replace("criteria {", "criteria {\n  giant 50 when size >= 1_000_000"))
    assert in_market(other) == in_market(PLAN)


def test_without_criteria_ranking_is_as_good_as_chance() -> None:
    for plan in (PLAN.without(*PLAN.criteria), plan_of("ruleset none { }\nthresholds { all otherwise }\n")):
        found = in_market(plan)
        base = found.won / found.judged
        assert (found.roc_auc.value, found.roc_auc.low, found.roc_auc.high) == (0.5, 0.5, 0.5)
        assert found.average_precision.value == pytest.approx(base)
        assert found.precision_at_top.value == pytest.approx(base)
        assert found.lift_at_top.value == pytest.approx(1.0)


def test_ranking_the_other_way_round_mirrors_the_area() -> None:
    found, other = in_market(PLAN), in_market(with_points(lambda points: f"-{points}"))
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
    judgement = judged(PLAN, MODEL, leads)
    told, text = json.loads(judgement_as_json(judgement)), draw_metrics(judgement.metrics)
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
    metrics = in_market(PLAN)
    cells = [
        cell for line in draw_metrics(metrics).splitlines() if "─" not in line for cell in re.split(r"\s{2,}", line)
    ]
    html = html_metrics(metrics)
    assert not [cell for cell in cells if cell not in html]
