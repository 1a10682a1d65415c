"""Vectors that vendors publish for scores that fade, to the last digit."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from leadrules.engine.score import score
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
