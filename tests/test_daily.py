"""Looks at a time of day: as many as one finds going from day to day, where clocks are put forward or back too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.engine.daily import Daily
from leadrules.engine.zone import DAY, SECOND, Zone
from tests.test_laws import law

HOUR = 3_600 * SECOND
MINUTE = 60 * SECOND
SPRING = 1_540_000_000 * SECOND  # October 2018: clocks change at midnight in Havana and Sao Paulo, at 1 in Berlin
ZONES = ("UTC", "Europe/Berlin", "America/Havana", "America/Sao_Paulo", "Asia/Beirut")


@pytest.mark.parametrize("name", ZONES)
@law(40)
@given(
    st.integers(0, 24 * 60 - 1),
    st.lists(st.tuples(st.integers(0, 40 * 24 * 60), st.integers(-100, 40 * 24 * 60)), min_size=1, max_size=4),
    st.lists(st.integers(-50 * 24 * 60, 120 * 24 * 60), min_size=1, max_size=5),
)
def test_looks_are_those_of_each_local_day(
    name: str, clock: int, spans: list[tuple[int, int]], asked: list[int]
) -> None:
    zone, time = Zone(name), np.array(spans, np.int64) * MINUTE
    first, until = SPRING + time[:, 0], SPRING + time[:, 0] + time[:, 1]
    daily = Daily(zone, float(clock * MINUTE), first, until)
    days = np.arange(zone.day(first[:1])[0] - 90, zone.day(first[:1])[0] + 90)
    instants = zone.instant(days * DAY + clock * MINUTE)
    naive = [(n, at) for n, (a, b) in enumerate(zip(first, until, strict=True)) for at in instants if a < at <= b]
    lead, at = daily.every()
    assert [*zip(lead.tolist(), at.tolist(), strict=True)] == naive
    assert len(daily) == len(naive)
    some = np.arange(0, len(naive), 3)
    assert [column.tolist() for column in daily.take(some)] == [lead[some].tolist(), at[some].tolist()]
    for number in range(len(spans)):
        for when in SPRING + np.array(asked, np.int64) * MINUTE:
            place = daily.before(np.array([number]), np.array([when]))[0]
            before = sum(n < number or (n == number and instant < when) for n, instant in naive)
            assert place == before
