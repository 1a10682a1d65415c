"""What criteria are worth on a log: as on the market that the log is of, and as counting with weights gives it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import leadrules
from leadrules.judging.effects import effects_of
from tests.terminal import typed
from tests.test_backtest import MARKET, compared, log, rows_of, time_of
from tests.test_censoring import naive_weights

assert log  # a fixture: the tests below name it
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)


def worth(criteria: dict[str, Any]) -> dict[str, Any]:
    return {one["criterion"]: one for one in criteria["worth"]}


def test_a_log_without_an_end_has_the_criteria_of_its_market(log: Path) -> None:
    shown = typed(f"leadrules compare {log}/old.lead {log}/new.lead {MARKET} --population 3000 --format json")
    market, found = json.loads(shown.output), compared(log)
    for side in ("old_criteria", "new_criteria"):
        one, other = worth(market[side]), worth(found[side])
        assert list(one) == list(other) and found[side]["target"] == "won in time"
        for name in one:
            for figure in ("fired", "fired_of_won", "influence"):
                assert other[name][figure]["value"] == pytest.approx(one[name][figure]["value"], abs=1e-9), name
            assert other[name]["shapley"]["value"] is None  # nothing is drawn for a log
    assert any(one["influence"]["value"] > 0 for one in worth(found["old_criteria"]).values())


def test_lift_and_influence_of_a_log_are_those_of_counting(log: Path) -> None:
    """Students by the table, weights by hand; tiers of the card, and of the card without the line."""
    until = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    found = worth(compared(log, "--until 2026-06-01")["old_criteria"])["points.student"]
    card = (log / "old.lead").read_text(encoding="utf-8")
    (log / "less.lead").write_text(re.sub(r"\n +student +\S+ +when student\b.*", "", card), encoding="utf-8")
    tiers = []
    for name in ("old", "less"):
        rules = leadrules.load(log / f"{name}.lead")
        tiers.append(rules.score(log / "leads.csv", events=log / "events.csv", at="arrival + 30 days").columns)
    leads = {row["lead"]: row for row in rows_of(log / "leads.csv")}
    ended = {row["lead"]: (time_of(row["ended"]), row["outcome"]) for row in rows_of(log / "outcomes.csv")}
    rows, marks = list[tuple[float, float]](), list[tuple[bool, bool, bool]]()
    for place, (lead, at) in enumerate(zip(tiers[0].ids, tiers[0].at.tolist(), strict=True)):
        landmark = datetime.fromtimestamp(0, UTC) + at * MICROSECOND
        end, outcome = ended[str(lead)]
        if landmark < until and end > landmark:
            rows.append(((end - landmark) / DAY, (until - landmark) / DAY))
            won = outcome == "won" and end <= min(until, landmark + 90 * DAY)
            moved = tiers[0].tiers[place] != tiers[1].tiers[place]
            marks.append((leads[str(lead)]["student"] in ("true", "yes", "1"), won, bool(moved)))
    weights, (fires, wins, moved) = np.array(naive_weights(rows, 90)), np.array(marks).T
    assert np.count_nonzero(weights == 0) > 100 and moved.any()
    assert found["fired"]["value"] == pytest.approx((weights * fires).sum() / weights.sum(), abs=1e-8)
    rate = (weights * fires * wins).sum() / (weights * fires).sum()
    assert found["lift"]["value"] == pytest.approx(rate / ((weights * wins).sum() / weights.sum()), abs=1e-8)
    assert found["influence"]["value"] == pytest.approx((weights * moved).sum() / weights.sum(), abs=1e-8)
    assert found["lift"]["low"] < found["lift"]["value"] < found["lift"]["high"]


def test_a_lead_that_stands_for_three_counts_as_three() -> None:
    draw = np.random.default_rng(4)
    doses, weight = (draw.random((2, 400)) < 0.4).astype(float), draw.integers(1, 4, 400)
    won, account = (draw.random(400) < 0.2 + 0.3 * doses[0]).astype(float), np.arange(400)
    found = effects_of(doses, won, account, weight.astype(float))
    each = np.repeat(np.arange(400), weight)
    expected = effects_of(doses[:, each], won[each], account[each])
    assert found.values == pytest.approx(expected.values)
    assert found.covariance == pytest.approx(expected.covariance)


def test_the_criteria_of_a_log_are_told(log: Path) -> None:
    tables = f"--leads {log}/leads.csv --events {log}/events.csv --outcomes {log}/outcomes.csv"
    words = f"leadrules compare {log}/old.lead {log}/new.lead {tables} --outcome-column time=ended --until 2026-05-15"
    text, page = typed(words), log / "page.html"
    said = " ".join(text.output.split())
    assert "judged leads, against won in time" in said and "It has none unless 5 accounts win" in said
    assert "Shapley" not in said and "lift" in said
    assert typed(f"{words} --format markdown --report {page}").code == 0
    assert "What each criterion is worth" in page.read_text(encoding="utf-8")


def test_too_few_winners_tell_of_no_effect(log: Path) -> None:
    """By May hardly a student has bought: what none of a few does has no effect that could be told."""
    found = worth(compared(log, "--until 2026-05-15")["new_criteria"])
    assert found["points.student"]["effect"]["value"] is None and found["points.company"]["effect"]["value"] is not None
