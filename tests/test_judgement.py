"""All that `simulate` tells of a rule set: against the trial that only ranks, against itself, and by its gates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from leadrules.engine.compile import compile_model
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.judge_rules import judge_rules
from leadrules.judging.judgement import Judgement
from leadrules.report.judgement import PARTS, draw_judgement, html_judgement, judgement_as_json
from leadrules.simulator.metrics import Metrics
from leadrules.simulator.trial import draws_of, try_rules
from leadrules.simulator.world import build_world
from tests.terminal import typed

CARD, MARKET = "examples/points_card.lead", "examples/points_card.scenario"
SIMULATE = ["leadrules", "simulate", CARD, MARKET, "--population", "2000"]
LEADS = 3_000


@pytest.fixture(scope="module")
def judged() -> tuple[Judgement, Metrics]:
    """The example card, judged in full, and tried for its ranking alone."""
    plan, market = compile_model(read_model(CARD)), read_market(MARKET)
    found = judge_rules(plan, build_world(market), draws_of(market, None), LEADS)
    return found, try_rules(plan, market, population=LEADS)


def test_a_judgement_counts_and_ranks_as_a_trial_does(judged: tuple[Judgement, Metrics]) -> None:
    found, tried = judged[0].metrics, judged[1]
    for name in ("leads", "judged", "ended", "late", "won", "ranking", "base_rate", "landmark", "window", "seed"):
        assert getattr(found, name) == getattr(tried, name), name
    for name in ("roc_auc", "average_precision", "precision_at_top", "lift_at_top"):
        one, other = getattr(found, name), getattr(tried, name)
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.high - one.low == pytest.approx(other.high - other.low, rel=0.35)  # another way to the same interval
    assert found.roc_auc.low == pytest.approx(tried.roc_auc.low, abs=1e-4)  # DeLong both times
    assert found.sales == tried.sales and found.sales
    assert [(t.tier, t.leads, t.won) for t in found.tiers] == [(t.tier, t.leads, t.won) for t in tried.tiers]


def test_the_summary_and_the_figures_agree(judged: tuple[Judgement, Metrics]) -> None:
    found = judged[0]
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


def test_every_part_can_be_shown_alone(judged: tuple[Judgement, Metrics]) -> None:
    found = judged[0]
    whole, summary = draw_judgement(found), draw_judgement(found, parts=["summary"])
    assert whole.startswith(summary)
    told = {part: draw_judgement(found, parts=[part]).removeprefix(summary) for part in PARTS if part != "summary"}
    assert all(told.values()) and len(set(told.values())) == len(told)
    assert sum(map(len, told.values())) == len(whole.removeprefix(summary))
    html = html_judgement(found)
    assert html.count("<table") == 3 + 8 and "webinar" in html  # three in short, then the rest


def test_markup_in_names_stays_text(judged: tuple[Judgement, Metrics]) -> None:
    found = judged[0]
    nasty = replace(found.segments[0], value="<script>alert(1)</script>")
    assert "<script>" not in html_judgement(replace(found, segments=(nasty,)))


def test_the_json_has_all_of_it(judged: tuple[Judgement, Metrics]) -> None:
    told = json.loads(judgement_as_json(judged[0]))
    assert told["format_version"] == 1 and told["roc_auc"]["value"] == round(judged[0].metrics.roc_auc.value or 0, 9)
    assert {"figures", "bands", "segments", "criteria", "funnel", "time_to_hot"} <= set(told)
    assert told["sales"]["hot"] > 0 and "thresholds" not in told and "metrics" not in told
    assert {figure["group"] for figure in told["figures"]} == {"ranking", "thresholds", "funnel", "capacity", "money"}


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
