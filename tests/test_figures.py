"""Figures as they are read: in the unit of their kind, with a sign only where there is something to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.report.figures import change_of, value_of

KINDS = st.sampled_from(("share", "count", "money", "duration", "number"))


@given(st.floats(-1e9, 1e9), KINDS)
def test_what_is_shown_as_0_has_no_sign(value: float, kind: str) -> None:
    for shown in (value_of(value, kind), change_of(value, kind)):
        told = any(digit in shown for digit in "123456789")
        assert shown.startswith("-") is (told and value < 0)
    assert change_of(value, kind).startswith("+") is (value > 0 and told)


@pytest.mark.parametrize(
    ("value", "kind", "shown", "changed"),
    [
        (0.125, "share", "12.5%", "+12.5 pp"),
        (-0.00001, "share", "0.0%", "0.0 pp"),
        (12.34, "count", "12.3", "+12.3"),
        (-1_234_567.8, "money", "-1,234,568", "-1,234,568"),
        (5_400, "duration", "1.5 hours", "+1.5 hours"),
        (-864_000, "duration", "-10.0 days", "-10.0 days"),
        (0.66231, "number", "0.6623", "+0.6623"),
    ],
)
def test_a_figure_is_in_the_unit_of_its_kind(value: float, kind: str, shown: str, changed: str) -> None:
    assert value_of(value, kind) == shown
    assert change_of(value, kind) == changed
