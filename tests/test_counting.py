"""Limits, decay and worth of occurrences that are many, close together and alike: columns and oracle agree."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import score_lead
from tests.oracle_expressions import Number, Pattern, Quantity
from tests.oracle_time import DAY, local_time
from tests.specs import Constant, Each, EventType, Field, Score, Spec
from tests.test_laws import compare, law, scored
from tests.worlds import World
from tests.worlds_counting import decay, limits, worth_per
from tests.worlds_expressions import Scope
from tests.worlds_ground import Ground, points
from tests.worlds_texts import TOPICS

VISIT = EventType("visit", (Field("path", "text"), Field("pages", "number"), Field("loyal", "flag")))
DURATIONS = (Quantity(1, "day"), Quantity(7, "day"))
GROUND = Ground(Scope({}, {}, (VISIT,), DURATIONS, (), TOPICS[0]), (), "UTC", rounding=True)
NUMBERS = (Constant("minor", Number(2.0)), Constant("large", Number(8.0)))
NOW = local_time(datetime(2026, 2, 3), "UTC")


@st.composite
def busy(draw: st.DrawFn) -> World:
    """A score of one criterion, and a lead with many visits within two weeks, some at the same time."""
    each = Each(
        "one",
        points(draw, GROUND),
        Pattern("visit"),
        which=draw(st.sampled_from(("each", "each", "each", "first", "last"))),
        limits=limits(draw, GROUND.scope, VISIT),
        worth=draw(st.sampled_from((None, None, Number(20.0)))),
        decay=decay(draw, GROUND) if draw(st.booleans()) else None,
        worth_per=worth_per(draw, VISIT),
    )
    spec = Spec(events=(VISIT,), constants=NUMBERS, scores=(Score("s", (each,)),))
    visits = [
        {
            "lead": "a",
            "type": "visit",
            "time": NOW - draw(st.integers(0, 28)) * DAY // 2,
            "id": str(number),
            "known_at": None,
            "path": draw(st.sampled_from((None, "a", "A", "b"))),
            "pages": draw(st.sampled_from((None, 1.0, 2.0))),
            "loyal": draw(st.sampled_from((None, True, False))),
        }
        for number in range(draw(st.integers(0, 12)))
    ]
    return World(spec, [{"lead": "a"}], visits, NOW)


@law(400)
@given(busy())
def test_columns_and_oracle_agree_on_busy_leads(world: World) -> None:
    compare(scored(world), 0, score_lead(world.spec, world.leads[0], world.events, world.now, world.beside))
