"""Durations as people read them: in the unit of their column, never rounded, never with an exponent."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.quantity import DAY, MICROSECONDS, show_duration
from leadrules.report.told import tell
from tests.build import leads_of, plan_of
from tests.test_laws import law

NOON = 1_767_268_800_000_000  # 2026-01-01 12:00
UNITS = st.sampled_from(["", *MICROSECONDS])


@pytest.mark.parametrize(
    ("microseconds", "unit", "said"),
    [
        (36 * DAY / 24, "", "36 hours"),
        (30 * DAY, "", "30 days"),
        (30 * DAY, "hour", "720 hours"),
        (0.0, "", "0 seconds"),
        (0.0, "day", "0 days"),
        (399.999 * DAY, "", "399.999 days"),
        (399.999 * DAY, "day", "399.999 days"),
        (26.01 * 7 * DAY, "week", "26.01 weeks"),
        (740.7e6, "", "740.7 seconds"),
        (740.7e6, "minute", "12.345 minutes"),
        (400 * DAY + 1, "", "34560000.000001 seconds"),
        (6000.0, "minute", "0.0001 minutes"),
    ],
)
def test_a_duration_is_said_with_few_digits(microseconds: float, unit: str, said: str) -> None:
    assert show_duration(microseconds, unit) == said


@law(200)
@given(st.integers(-(10**16), 10**16), UNITS)
def test_a_duration_can_be_read_back_to_the_microsecond(microseconds: int, unit: str) -> None:
    said = show_duration(float(microseconds), unit)
    amount, shown = said.replace(",", "").split()
    assert "e" not in amount
    assert not unit or shown.removesuffix("s") == unit
    assert abs(float(amount) * MICROSECONDS[shown.removesuffix("s")] - microseconds) < 0.01 + 2 * math.ulp(microseconds)


def test_an_explanation_says_durations_in_the_unit_of_their_field() -> None:
    plan = plan_of("""ruleset long { timezone UTC }
    lead { wait duration in weeks; tenure duration in days }
    event watch { length duration in minutes }
    score s { criteria { w 5 when wait <= 26 weeks; t 5 when tenure > 400 days; m 1 per 10 minutes of each watch } }
    thresholds { hot when s >= 5; cold otherwise }""")
    lead = {"lead": "p", "wait": 26.01 * 7 * DAY, "tenure": 399.999 * DAY}
    watch = {"lead": "p", "type": "watch", "time": NOON, "id": None, "known_at": None, "length": 12.345 * 60e6}
    words = tell(plan, leads_of(plan.model, [lead], [watch]), 0, NOON).draw()
    assert "wait is 26.01 weeks, above 26 weeks" in words
    assert "tenure is 399.999 days, not above 400 days" in words
    assert "watch length 12.345 minutes" in words
    assert "weeks instead of 26.01 weeks" in words
