"""The oracle's decay against numbers worked out by hand."""

from __future__ import annotations

import pytest

from tests.oracle_conditions import Scene
from tests.oracle_expressions import Number, Percent, Quantity
from tests.oracle_facts import gather
from tests.oracle_time import DAY
from tests.oracle_worth import left
from tests.specs import Decay, Spec

SCENE = Scene(gather(Spec(), {"lead": "a"}, [], 0))
MONTH = Quantity(30, "day")
HALF = Percent(50)
BANDS = ((Quantity(7, "day"), Percent(100)), (MONTH, Percent(80)), (None, Percent(50)))


@pytest.mark.parametrize(
    ("decay", "points", "expected"),
    [
        (Decay("s-curve", MONTH), 10, {0: 10, 15: 8.4375, 30: 5, 45: 1.5625, 60: 0, 90: 0}),
        (Decay("of original", MONTH, HALF), -10, {0: -10, 15: -7.5, 30: -5, 60: 0, 61: 0}),
        (Decay("of original", MONTH, HALF, in_steps=True), 10, {0: 10, 29: 10, 30: 5, 59: 5, 60: 0, 90: 0}),
        (Decay("by age", bands=BANDS), 10, {0: 10, 6: 10, 7: 8, 29: 8, 30: 5, 900: 5}),
        (Decay("points every", MONTH, Number(4)), -10, {0: -10, 29: -10, 30: -6, 60: -2, 90: 0, 120: 0}),
        (Decay("points every", MONTH, Number(4), low=Number(3)), 10, {30: 6, 60: 3, 900: 3}),
        (Decay("points every", MONTH, Number(4), low=Number(3)), -2, {0: -2, 900: -2}),
    ],
    ids=lambda part: part.law if isinstance(part, Decay) else "",
)
def test_what_is_left_at_an_age(decay: Decay, points: float, expected: dict[int, float]) -> None:
    for days, rest in expected.items():
        assert left(decay, points, days * DAY, SCENE) == pytest.approx(rest), days
