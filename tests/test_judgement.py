"""All that `simulate` tells of a rule set: against counts by hand, against itself, and by its gates."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from leadrules.dsl.scenario.model import WON
from leadrules.engine.adopt import adopt
from leadrules.engine.compile import compile_model
from leadrules.engine.score import score
from leadrules.engine.scores import rank_values
from leadrules.engine.zone import SECOND
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.judgement import Judgement
from leadrules.report.judgement import PARTS, draw_judgement, html_judgement, judgement_as_json
from leadrules.simulator.draws import draws_of
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import build_world
from tests import naive_metrics as naive
from tests.judged import judged
from tests.terminal import typed

CARD, MARKET = "examples/points_card.lead", "examples/points_card.scenario"
SIMULATE = ["leadrules", "simulate", CARD, MARKET, "--population", "2000"]
LEADS = 3_000
TENTH = Fraction(1, 10)


@pytest.fixture(scope="module")
def found() -> Judgement:
    """The example card, judged in full."""
    return judged(compile_model(read_model(CARD)), read_market(MARKET), LEADS)


def test_a_judgement_counts_and_ranks_as_its_definitions_say(found: Judgement) -> None:
    """Lead by lead, from what becomes of each and its score at the landmark."""
    plan, market, metrics = compile_model(read_model(CARD)), read_market(MARKET), found.metrics
    population = simulate(build_world(market), draws_of(market, None), 0, LEADS)
    truth, window = population.truth, int(market.window.value)
    scores = score(plan, adopt(plan.model, population.leads), market.start + truth.landmark * SECOND)
    late = [at >= market.horizon.value for at in truth.landmark]
    rows = [i for i in range(LEADS) if not late[i] and truth.ended[i] > truth.landmark[i]]
    target = [bool(truth.outcome[i] == WON and truth.ended[i] <= truth.landmark[i] + window) for i in rows]
    ranks = [round(float(rank_values(scores)[i]), 6) for i in rows]
    assert (metrics.leads, metrics.judged, metrics.won, metrics.late) == (LEADS, len(rows), sum(target), sum(late))
    assert metrics.ended == LEADS - len(rows) - sum(late)
    assert metrics.base_rate.value == pytest.approx(sum(target) / len(rows))
    assert metrics.roc_auc.value == pytest.approx(naive.auc(ranks, target), abs=1e-12)
    assert metrics.average_precision.value == pytest.approx(naive.average_precision(ranks, target), abs=1e-12)
    assert metrics.precision_at_top.value == pytest.approx(naive.precision(ranks, target, TENTH), abs=1e-12)
    assert metrics.lift_at_top.value == pytest.approx(naive.lift(ranks, target, TENTH), abs=1e-12)
    winners, others = ([r for r, won in zip(ranks, target, strict=True) if won is side] for side in (True, False))
    error = naive.delong_error(winners, others)
    assert metrics.roc_auc.low == pytest.approx(metrics.roc_auc.value - naive.Z * error, abs=1e-4)
    for place, tier in enumerate(metrics.tiers):
        inside = [won for i, won in zip(rows, target, strict=True) if scores.tiers[i] == place]
        assert (tier.leads, tier.won) == (len(inside), sum(inside))


def test_the_summary_and_the_figures_agree(found: Judgement) -> None:
    figures = {figure.name: figure.estimate for figure in found.figures}
    assert len(figures) == len(found.figures) > 40
    metrics = found.metrics
    assert metrics.roc_auc == figures["auc"] and metrics.lift_at_top == figures["lift"]
    for tier in metrics.tiers:
        assert tier.share == figures[f"share of {tier.tier}"] and tier.win_rate == figures[f"precision of {tier.tier}"]
    assert found.bands and sum(band.leads for band in found.bands.bands) == metrics.judged
    assert sum(row.leads for row in found.funnel if row.stage == "aware") == metrics.leads
    assert found.criteria and found.criteria.judged == metrics.judged
    roles = [segment.leads for segment in found.segments if segment.field == "persona"]
    assert roles and sum(roles) <= metrics.judged


def test_every_part_can_be_shown_alone(found: Judgement) -> None:
    whole, summary = draw_judgement(found), draw_judgement(found, parts=["summary"])
    assert whole.startswith(summary)
    told = {part: draw_judgement(found, parts=[part]).removeprefix(summary) for part in PARTS if part != "summary"}
    assert all(told.values()) and len(set(told.values())) == len(told)
    assert sum(map(len, told.values())) == len(whole.removeprefix(summary))
    html = html_judgement(found)
    assert html.count("<table") == 3 + 12 and "webinar" in html  # three in short, then the rest


def test_markup_in_names_stays_text(found: Judgement) -> None:
    nasty = replace(found.segments[0], value="<script>alert(1)</script>")
    assert "<script>" not in html_judgement(replace(found, segments=(nasty,)))


def test_the_json_has_all_of_it(found: Judgement) -> None:
    told = json.loads(judgement_as_json(found))
    assert told["format_version"] == 1 and told["roc_auc"]["value"] == round(found.metrics.roc_auc.value or 0, 9)
    assert {"figures", "bands", "segments", "stability", "criteria", "funnel", "time_to_hot", "at_capacity"} <= set(
        told
    )
    assert told["sales"]["hot"] > 0 and "thresholds" not in told and "metrics" not in told
    assert {figure["group"] for figure in told["figures"]} == {
        "ranking",
        "thresholds",
        "funnel",
        "capacity",
        "money",
        "stability",
    }


def test_conditions_and_the_gates_of_the_file_are_decided() -> None:
    kept = typed([*SIMULATE, "--show", "summary"])
    assert kept.code == 0 and "kept" in kept.errors and "auc at least 0.6" in kept.errors
    broken = typed([*SIMULATE, "--fail-if", "auc < 0.9"])
    assert broken.code == 1 and "BROKEN" in broken.errors and "the interval decides" in broken.errors
    value = json.loads(typed([*SIMULATE, "--format", "json"]).output)["roc_auc"]["value"]
    near = ["--fail-if", f"auc < {value - 0.001:.4f}"]
    assert typed([*SIMULATE, *near]).code == 3 and typed([*SIMULATE, *near, "--decide-by", "estimate"]).code == 0
    assert typed([*SIMULATE, "--fail-if", "acu < 0.9"]).code == 2


def test_gates_of_other_markets_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "card.lead").write_text(Path(CARD).read_text())
    (tmp_path / "points_card.scenario").write_text(Path(MARKET).read_text())
    (tmp_path / "other.scenario").write_text(Path(MARKET).read_text())
    run = ["leadrules", "simulate", f"{tmp_path}/card.lead"]
    here = typed([*run, f"{tmp_path}/points_card.scenario", "--population", "500"])
    assert "gates in points_card" in here.errors
    assert "gates" not in typed([*run, f"{tmp_path}/other.scenario", "--population", "500"]).errors


@pytest.mark.parametrize("option", [["--fail-if", "auc < 0.9"], ["--show", "funnel"], ["--for-precision", "0.3"]])
def test_what_is_about_one_market_is_refused_for_all_worlds(option: list[str]) -> None:
    shown = typed(["leadrules", "simulate", CARD, "--worlds", *option])
    assert shown.code == 2 and "one market" in shown.errors


@pytest.mark.parametrize("leads", [1, 2, 7])
def test_a_handful_of_leads_is_judged_without_a_claim(leads: int) -> None:
    shown = typed(["leadrules", "simulate", CARD, MARKET, "--population", str(leads)])
    assert shown.code == 3, shown.errors
    assert "cannot be said" in shown.output
