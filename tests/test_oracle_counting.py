"""The oracle's choice of occurrences, and what they may be worth, against numbers worked out by hand."""

from __future__ import annotations

import pytest

from tests.oracle_conditions import Scene
from tests.oracle_expressions import Number, Pattern, Quantity
from tests.oracle_facts import gather
from tests.oracle_time import DAY
from tests.oracle_worth import NO_DECAY, earned
from tests.specs import AtMost, Decay, Each, EventType, Field, OncePer, Spec

VISIT = EventType("visit", (Field("path", "text"), Field("pages", "number")))
HALF = Decay("half-life", Quantity(10, "day"))


def scene(*visits: tuple[int, str | None, float | None]) -> Scene:
    """A lead with visits: how many days ago, path, pages."""
    rows = [
        {"lead": "a", "type": "visit", "time": -days * DAY, "path": path, "pages": pages}
        for days, path, pages in visits
    ]
    return Scene(gather(Spec(events=(VISIT,)), {"lead": "a"}, rows, 0))


VISITS = scene((40, "a", 1), (30, "A", 2), (20, None, 1), (10, None, 3), (0, "b", 3))


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        (Each("x", Number(8), Pattern("visit"), "last"), 8),
        (Each("x", Number(8), Pattern("visit"), "last", limits=(AtMost(None),)), 8),
        (Each("x", Number(16), Pattern("visit"), "first", decay=HALF), 1),
        (Each("x", Number(1), Pattern("visit"), limits=(OncePer("path"),)), 3),
        (Each("x", Number(1), Pattern("visit"), limits=(OncePer("path"), OncePer("pages"))), 2),
        (Each("x", Number(1), Pattern("visit"), limits=(OncePer("path"), AtMost(2))), 2),
        (Each("x", Number(-8), Pattern("visit"), worth_per=(Number(10), "path")), -28),
        (Each("x", Number(8), Pattern("visit"), worth_per=(Number(10), "path"), worth=Number(25)), 25),
        (Each("x", Number(16), Pattern("visit"), worth_per=(Number(10), "path"), decay=HALF), 3 + 10 + 10),
    ],
)
def test_what_a_criterion_gives(criterion: Each, expected: float) -> None:
    assert earned(criterion, criterion.decay or NO_DECAY, VISITS) == expected
