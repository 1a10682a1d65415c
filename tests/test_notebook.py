"""From Python: tables in and out, instants of every kind, results that print, mistakes that are drawn."""

from __future__ import annotations

import importlib
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import leadrules
from leadrules import FileProblem, RulesError

EXAMPLES = Path(__file__).parent.parent / "examples"
CARD = EXAMPLES / "points_card.lead"
LEADS, EVENTS = EXAMPLES / "points_card_leads.csv", EXAMPLES / "points_card_events.csv"
AT = "2026-07-01"


@pytest.fixture(scope="module")
def rules() -> leadrules.Rules:
    return leadrules.load(CARD)


@pytest.fixture(scope="module")
def from_files(rules: leadrules.Rules) -> list[dict[str, Any]]:
    """What the files give; every kind of table must give the same."""
    return rows_of(rules.score(LEADS, EVENTS, at=AT).to_arrow())


def rows_of(table: pa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in table.to_pylist()]


def test_pandas_in_and_out(rules: leadrules.Rules, from_files: list[dict[str, Any]]) -> None:
    out = rules.score(pd.read_csv(LEADS), pd.read_csv(EVENTS), at=AT).to_pandas()
    assert isinstance(out, pd.DataFrame)
    assert rows_of(pa.Table.from_pandas(out, preserve_index=False)) == from_files


def test_polars_in_and_out(rules: leadrules.Rules, from_files: list[dict[str, Any]]) -> None:
    out = rules.score(pl.read_csv(LEADS), pl.read_csv(EVENTS, try_parse_dates=True), at=AT).to_polars()
    assert isinstance(out, pl.DataFrame)
    assert out.to_dicts() == from_files


def test_arrow_in_and_out(rules: leadrules.Rules, from_files: list[dict[str, Any]]) -> None:
    leads = pa.Table.from_pandas(pd.read_csv(LEADS), preserve_index=False)
    out = rules.score(leads, pa.Table.from_pandas(pd.read_csv(EVENTS), preserve_index=False), at=AT).to_arrow()
    assert isinstance(out, pa.Table)
    assert rows_of(out) == from_files


def test_what_comes_out_is_best_first_with_all_points(from_files: list[dict[str, Any]]) -> None:
    assert len(from_files) == len(pd.read_csv(LEADS))
    assert [row["rank"] for row in from_files] == sorted(row["rank"] for row in from_files)
    first = from_files[0]
    points = [value for name, value in first.items() if name.startswith("points.")]
    assert points
    assert sum(points) == pytest.approx(first["points"])


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_scores_are_written_as_the_ending_says(
    rules: leadrules.Rules, from_files: list[dict[str, Any]], ending: str, tmp_path: Path
) -> None:
    path = tmp_path / f"out.{ending}"
    rules.score(LEADS, EVENTS, at=AT).write(path)
    back = {
        "csv": lambda: pl.read_csv(path),
        "jsonl": lambda: pl.read_ndjson(path),
        "parquet": lambda: pl.read_parquet(path),
    }[ending]()
    assert back["lead"].to_list() == [row["lead"] for row in from_files]
    assert back["points"].to_list() == [row["points"] for row in from_files]


def test_an_ending_that_says_nothing_is_refused(rules: leadrules.Rules, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="which format"):
        rules.score(LEADS, EVENTS, at=AT).write(tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    "at", [date(2026, 7, 1), datetime(2026, 7, 1), "2026-07-01 00:00", pd.Timestamp("2026-07-01").to_pydatetime()]
)
def test_an_instant_is_local_where_it_names_no_offset(
    rules: leadrules.Rules, from_files: list[dict[str, Any]], at: Any
) -> None:
    assert rows_of(rules.score(LEADS, EVENTS, at=at).to_arrow()) == from_files


def test_an_instant_with_an_offset_is_that_instant(rules: leadrules.Rules) -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert set(rules.score(LEADS, EVENTS, at=at).columns.at.tolist()) == {int(at.timestamp()) * 1_000_000}


def test_arrival_gives_each_lead_its_own_instant(rules: leadrules.Rules) -> None:
    assert len(set(rules.score(LEADS, EVENTS, at="arrival + 3 days").columns.at.tolist())) > 1


def test_what_is_no_instant_is_refused(rules: leadrules.Rules) -> None:
    with pytest.raises(ValueError, match="no instant"):
        rules.score(LEADS, EVENTS, at="yesterday")


def test_scores_print_the_best_leads_and_what_was_not_known(
    rules: leadrules.Rules, from_files: list[dict[str, Any]]
) -> None:
    scores = rules.score(LEADS, EVENTS, at=AT)
    text, html = repr(scores), scores._repr_html_()
    assert from_files[0]["lead"] in text
    assert f"<td>{from_files[0]['lead']}</td>" in re.sub(r"<td[^>]*>", "<td>", html)
    assert len(scores) == len(from_files)
    assert scores.notes
    assert "out of their reach" in " ".join(scores.notes)


def test_an_explanation_prints_every_criterion(rules: leadrules.Rules, from_files: list[dict[str, Any]]) -> None:
    best = from_files[0]["lead"]
    text = repr(rules.explain(best, LEADS, EVENTS, at=AT))
    assert best in text
    for criterion in rules.model.scores[0].criteria:
        assert criterion.name in text


def test_an_unknown_lead_is_a_problem_of_the_data(rules: leadrules.Rules) -> None:
    with pytest.raises(FileProblem, match="nobody"):
        rules.explain("nobody", LEADS, EVENTS, at=AT)


def test_a_trial_prints_metrics_with_intervals_and_its_seed(rules: leadrules.Rules) -> None:
    trial = leadrules.simulate(rules, EXAMPLES / "points_card.scenario", population=2_000, seed=5)
    text, html = repr(trial), trial._repr_html_()
    assert f"{trial.metrics.roc_auc.value:.4f}" in text
    for said in ("ROC AUC", "seed 5", "95 %"):
        assert said in text
        assert said in html


def test_a_path_and_loaded_rules_give_the_same_trial(rules: leadrules.Rules) -> None:
    scenario = EXAMPLES / "points_card.scenario"
    one = leadrules.simulate(rules, scenario, population=500, seed=3)
    assert one.metrics == leadrules.simulate(CARD, scenario, population=500, seed=3).metrics


def test_mistakes_in_a_rule_file_are_drawn_as_a_note(tmp_path: Path) -> None:
    path = tmp_path / "broken.lead"
    path.write_text("ruleset broken { timezone UTC }\nscore total { criteria { a 5 when zise > 3 } }\n")
    with pytest.raises(RulesError) as caught:
        leadrules.load(path)
    assert len(caught.value.problems) >= 1
    assert "zise" in "\n".join(caught.value.__notes__)


def test_a_file_that_is_not_there_is_a_problem_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"none\.lead"):
        leadrules.load(tmp_path / "none.lead")


def test_bad_rows_are_refused_or_counted(rules: leadrules.Rules) -> None:
    leads = pd.read_csv(LEADS, dtype=str)
    number = next(field.name for field in rules.model.fields if field.type.name in ("number", "whole number"))
    leads.loc[1, number] = "many"
    with pytest.raises(FileProblem, match="many"):
        rules.score(leads, EVENTS, at=AT)
    scores = rules.score(leads, EVENTS, at=AT, on_bad_row="skip")
    assert len(scores) == len(leads) - 1
    assert any("many" in note for note in scores.notes)


def test_every_exported_name_is_there_and_no_other() -> None:
    for name in leadrules.__all__:
        assert getattr(leadrules, name).__doc__
    with pytest.raises(AttributeError):
        _ = leadrules.scroe


def test_the_river_names_functions_that_are_there() -> None:
    homes = {
        "parse": "leadrules.dsl.rules.parse",
        "check": "leadrules.dsl.rules.check",
        "compile_model": "leadrules.engine.compile",
        "score": "leadrules.engine.score",
        "simulate": "leadrules.simulator.simulate",
        "judge_rules": "leadrules.judging.judge_rules",
        "draw_judgement": "leadrules.report.judgement",
    }
    named = set(re.findall(r"─(\w+)→", leadrules.__doc__ or ""))
    assert named == set(homes)
    for name, home in homes.items():
        assert callable(getattr(importlib.import_module(home), name)), name


def test_a_change_of_rules_is_compared(rules: leadrules.Rules) -> None:
    scenario = EXAMPLES / "points_card.scenario"
    change = leadrules.compare(rules, CARD, scenario, population=500, seed=3, margins={"auc": 0.01})
    found = change.comparison
    assert found.same and found.seed == 3 and found.leads == 500
    assert {figure.difference.value for figure in found.figures} <= {0.0, None}
    trial = leadrules.simulate(rules, scenario, population=500, seed=3)
    assert found.new_criteria == trial.judgement.criteria and found.bands[1] == trial.judgement.bands
    assert found.segments[0] == found.segments[1] == trial.judgement.segments
    assert json.loads(change.to_json())["same"] is True and change.to_markdown().startswith("# points")
    assert "points_card against" in repr(change) and "<table" in change._repr_html_()
    with pytest.raises(ValueError, match="'acu'"):
        leadrules.compare(rules, CARD, scenario, population=10, margins={"acu": 0.1})


@pytest.mark.parametrize("wrong", [{"population": 0}, {"population": 2.5}, {"seed": -1}, {"seed": "x"}])
def test_a_trial_of_no_size_is_refused(rules: leadrules.Rules, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="whole number"):
        leadrules.simulate(rules, EXAMPLES / "points_card.scenario", **wrong)


def test_bad_rows_are_refused_or_skipped_and_nothing_else(rules: leadrules.Rules) -> None:
    with pytest.raises(ValueError, match="on_bad_row"):
        rules.score(LEADS, EVENTS, at=AT, on_bad_row="ignore")  # type: ignore[arg-type]


def test_params_are_set(tmp_path: Path) -> None:
    path = tmp_path / "card.lead"
    text = "param quiet = 30 days\nparam value = 2\nevent visit\nscore s { criteria { a value when no visit in last quiet } }\n"
    path.write_text(text, encoding="utf-8")
    params = leadrules.load(path, set={"quiet": "45 days", "value": 1e-5}).model.params
    assert [param.value for param in params] == [45 * 86_400e6, 1e-5]
    with pytest.raises(RulesError, match="E570") as caught:
        leadrules.load(path, set={"quite": 3})
    assert "set:1:1" in caught.value.__notes__[0]
