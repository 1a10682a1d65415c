"""Vectors that vendors publish for scores that fade, to the last digit."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import leadrules
from leadrules.engine.moment import Tables
from leadrules.engine.plan import ScorePlan
from leadrules.engine.score import score
from leadrules.engine.total import total
from leadrules.engine.trajectory import Trajectory
from leadrules.files.failure import FileProblem
from tests.build import leads_of, plan_of

START = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp()) * 1_000_000
DAY = 86_400_000_000
VISIT = {"lead": "a", "type": "visit", "time": START, "id": None, "known_at": None}


def course(body: str, days: list[float], events: list[dict[str, object]] | None = None) -> list[float]:
    """The score of one lead so many days after its first visit."""
    plan = plan_of(f"ruleset r {{ timezone UTC }}\nevent visit\nevent left passive\nscore s {{ {body} }}")
    leads = leads_of(plan.model, [{"lead": "a"}], [VISIT, *(events or [])])
    return [float(score(plan, leads, START + round(day * DAY)).scores["s"][0]) for day in days]


def test_a_quarter_of_what_is_left_each_week() -> None:  # Zoho SalesIQ
    body = "criteria { a 1000 each visit }; ages 25% of current every 7 days without event"
    assert course(body, [0, 6.9, 7, 14, 21]) == [1000, 1000, 750, 562.5, 421.875]


def test_four_points_above_thirty_and_one_below() -> None:  # Drip
    body = """criteria { a 42 each visit }
    ages 4 points every 7 days without event while score >= 30, not below 0
    ages 1 point every 7 days without event, not below 0"""
    assert course(body, [7 * week for week in range(8)]) == [42, 38, 34, 30, 26, 25, 24, 23]
    assert course(body, [7 * 27, 7 * 28, 7 * 29, 3000]) == [3, 2, 1, 0]


def test_half_of_the_original_each_month() -> None:  # HubSpot
    body = "criteria { a 10 each visit, decay 50% of original every 30 days in steps }"
    assert course(body, [0, 29.9, 30, 59.9, 60, 90]) == [10, 10, 5, 5, 0, 0]


def test_a_point_a_day_after_a_week_down_to_a_floor() -> None:  # RapidFunnel
    body = "criteria { a 20 each visit }; ages 1 point every day after 7 days without event, not below 6 * 2"
    assert course(body, [7, 7.9, 8, 9, 15, 16, 90]) == [20, 20, 19, 18, 12, 12, 12]


def test_those_who_once_were_active_are_told_from_those_who_never_were() -> None:  # Pardot
    body = "criteria { a 80 each visit }; becomes 3 after 90 days without event"
    assert course(body, [89.9, 90, 1000]) == [80, 3, 3]


def test_a_loss_below_the_floor_is_not_owed() -> None:
    left = {**VISIT, "type": "left", "time": START + DAY}
    again = {**VISIT, "time": START + 2 * DAY}
    body = "criteria { a 40 each visit; b -100 each left }; never below 0"
    assert course(body, [0, 1, 2], [left, again]) == [40, 0, 40]


def test_what_is_seen_as_nothing_is_lost_no_further() -> None:
    """`score > 0` asks for the balance to a millionth: one line ends there, and another takes a half of what is left."""
    body = """criteria { a 2.5 each visit }
    ages 25% of current every 1 day without event while score > 0
    ages 50% of current every 1 day without event"""
    value, expected = 2.5, []
    for _ in range(60):
        value *= 0.75 if round(value, 6) > 0 else 0.5
        expected.append(value)
    found = course(body, [float(day) for day in range(1, 61)])
    assert min(expected) < 5e-7 < expected[50]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("hours", [1, 5, 24])
def test_periods_in_a_row_are_those_one_by_one(hours: int) -> None:
    body = f"""criteria {{ a 400 each visit }}
    ages 3 points every {hours} hours without event while score > 250
    ages 1% of current every {hours} hours without event while score >= 100
    ages 2 points every {hours} hours without event, not below 15"""
    value, expected = 400.0, []
    for _ in range(300):
        value = value - 3 if value > 250 else value * 0.99 if value >= 100 else max(value - 2, 15)
        expected.append(value)
    found = course(body, [step * hours / 24 for step in range(1, 301)])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_line_at_its_end_hides_another_in_step_without_going_period_by_period() -> None:
    """The first line stops at 20 and takes every turn of the second, which begins one period later, for twenty years."""
    body = """criteria { a 40 each visit }
    ages 5 points every 1 hour without event while score >= 10, not below 20
    ages 100% of current every 2 hours after 1 hour without event, not below 2.5"""
    plan = plan_of(f"ruleset r {{ timezone UTC }}\nevent visit\nscore s {{ {body} }}")
    leads = leads_of(plan.model, [{"lead": "a"}], [VISIT])
    moment = Trajectory(plan, leads, Tables()).at(np.array([START + 7_300 * DAY]))
    (part,) = plan.scores
    assert isinstance(part, ScorePlan)
    found = total(part, moment)
    assert found.value.tolist() == [20] and found.course
    assert sum(drop.points.sum() for drop in found.course.drops) == -20
    assert len(found.course.drops) < 10


RULES = """ruleset r { timezone UTC }
event visit
score s between 0 and 100 { criteria { a 10 each visit } }
score t = 2 * s
"""
EVENTS = pd.DataFrame({"lead": ["a", "a"], "type": "visit", "time": ["2026-01-01", "2026-01-05"]})


def adjustments(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["lead", "time", "score", "action", "value", "reason"])


@pytest.fixture
def rules(tmp_path: Path) -> leadrules.Rules:
    path = tmp_path / "r.lead"
    path.write_text(RULES, encoding="utf-8")
    return leadrules.load(path)


def test_an_explanation_shows_adjustments_with_their_reason(rules: leadrules.Rules) -> None:
    made = adjustments(
        ("a", "2026-01-02", "s", "set", 40, "met at the fair"), ("a", "2026-01-03", "s", "add", -7.5, None)
    )
    assert rules.score(events=EVENTS, adjustments=made, at="2026-01-10").columns.scores["s"][0] == 42.5
    told = repr(rules.explain("a", events=EVENTS, adjustments=made, at="2026-01-10"))
    assert "set to 40 by hand: met at the fair  (2026-01-02 00:00)" in told
    assert "added by hand  (2026-01-03 00:00)" in told and "-7.5" in told


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("a", "2026-01-02", "t", "set", 4, ""), 'row 2, column "score": "t" is no score made of criteria'),
        (("a", "2026-01-02", "s", "put", 4, ""), 'row 2, column "action": "put" is no action'),
        (("a", "2026-01-02", "s", "set", "4 points", ""), 'row 2, column "value": "4 points" is no number'),
        (("a", "2026-01-02", None, "set", 4, ""), 'row 2, column "score": no score'),
        (("a", "yesterday", "s", "set", 4, ""), 'row 2, column "time": "yesterday" is no time'),
        (
            ("a", "2026-01-01", "s", "set", 4, ""),
            'row 2, column "value": "4" is no value at this time: row 1 sets another',
        ),
    ],
)
def test_an_adjustment_that_cannot_be_is_a_bad_row(rules: leadrules.Rules, row: tuple[object, ...], words: str) -> None:
    made = adjustments(("a", "2026-01-01", "s", "set", 40, "first"), row).astype(str).replace({"None": None})
    with pytest.raises(FileProblem) as found:
        rules.score(events=EVENTS, adjustments=made, at="2026-01-10")
    assert words in str(found.value)
    left = rules.score(events=EVENTS, adjustments=made, at="2026-01-10", on_bad_row="skip")
    assert left.columns.scores["s"][0] == 50
