"""How many leads of a log a tier gets: as counting the steps of all of them gives it, decided or not."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.terminal import typed
from tests.test_backtest import compared, figures, log, time_of

assert log  # a fixture: the tests below name it
WEEK = timedelta(days=7)
UNTIL = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Berlin"))


def steps(log: Path, rules: str) -> list[dict[str, Any]]:
    tables = f"--leads {log}/leads.csv --events {log}/events.csv"
    shown = typed(f"leadrules transitions {log}/{rules}.lead {tables} --to 2026-06-01 --format json")
    return [json.loads(line) for line in shown.output.splitlines()]


@pytest.mark.parametrize("landmark", ["arrival + 30 days", "every monday"])
def test_volumes_are_those_of_counting_steps(log: Path, landmark: str) -> None:
    found = compared(log, f'--until 2026-06-01 --landmark "{landmark}"')
    for side in ("old", "new"):
        told = steps(log, side)
        first = min(time_of(step["time"]) for step in told)
        known = {step["lead"] for step in told}
        for tier in ("hot", "warm"):
            leads = {step["lead"] for step in told if step["to"] == tier}
            figure = figures(found)[f"{tier} per week"][side]
            assert figure["value"] == pytest.approx(len(leads) / ((UNTIL - first) / WEEK), rel=1e-5)
            assert figure["low"] < figure["value"] < figure["high"]
        assert found["backtest"]["ways"][0] == len(known)
    assert figures(found)["hot per week"]["difference"]["value"] > 0
    assert any(claim["figure"] == "hot per week" for claim in found["claims"])


def test_a_condition_may_ask_for_the_volume_of_a_log(log: Path) -> None:
    tables = f"--leads {log}/leads.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    words = f"leadrules compare {log}/old.lead {log}/new.lead {tables} --outcome-column time=ended --until 2026-06-01"
    broken, kept = (typed([*words.split(), "--fail-if", f"hot_per_week > {limit}"]) for limit in (5, 500))
    assert broken.code == 1 and "BROKEN" in broken.errors and kept.code == 0
    assert "whatever became of them, followed from 2026-01-05" in " ".join(kept.output.split())
    assert typed([*words.split(), "--fail-if", "delta hot_per_week > 500"]).code == 0


def test_rules_that_differ_on_the_way_alone_are_not_the_same(log: Path) -> None:
    """On the first morning nobody has asked for a brochure yet."""
    found = compared(log, '--until 2026-06-01 --landmark "2026-01-05 12:00"')
    assert found["judged"] > 2 and figures(found)["share of hot"]["difference"] == {"value": 0, "low": 0, "high": 0}
    assert not found["moved"] and not found["same"]
    assert figures(found)["hot per week"]["difference"]["low"] > 0


def test_a_page_of_a_log_draws_scores_gains_calibration_and_weeks(log: Path) -> None:
    page = log / "page.html"
    found = compared(log, f"--until 2026-06-01 --report {page}")
    text = page.read_text(encoding="utf-8")
    assert all(f'"{chart}"' in text for chart in ("scores-old", "scores-new", "gains", "calibration", "weeks"))
    assert "They do not tell what calls of that time have made of the outcomes" in text
    curves = found["curves"]
    assert sum(map(sum, curves["old_scores"]["leads"])) == found["judged"]
    weeks = [step["time"] for step in steps(log, "new") if step["from"] is None]
    first, hot = min(map(time_of, weeks)), dict[str, datetime]()
    for step in steps(log, "new"):
        if step["to"] == "hot":
            hot.setdefault(step["lead"], time_of(step["time"]))
    for point in curves["weeks"]:
        inside = sum(point["at"] == (time - first) // WEEK for time in hot.values())
        assert point["new"]["value"] == pytest.approx(inside)
    assert len(curves["weeks"]) == (UNTIL - first) // WEEK
    lift, share = figures(found)["lift"]["old"]["value"], 0.1
    tenth = next(point for point in curves["gains"] if point["at"] == share)
    assert tenth["old"]["value"] == pytest.approx(lift * share, abs=1e-8)
    assert tenth["old"]["low"] < tenth["old"]["value"] < tenth["old"]["high"]
