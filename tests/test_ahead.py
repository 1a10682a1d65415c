"""What an explanation says of the time ahead is the first step that a timeline tells."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given

from leadrules.engine.ahead import HORIZON, Ahead, look_ahead
from leadrules.engine.timeline import timeline
from leadrules.report.told import tell
from tests.build import leads_of, plan_of
from tests.specs_write import render
from tests.test_laws import law
from tests.worlds import World, worlds

DAY = 86_400_000_000
START = 20_000 * DAY  # 2024-10-04
BRIEF = """ruleset brief {{ timezone UTC; evaluate {evaluate} }}
event cart
score s {{ decay half-life 30 days; criteria {{ a 20 each cart }} }}
thresholds {{ remind when days since cart >= 3 and days since cart < 3.5; {tiers} cold otherwise }}
"""


@law(15)
@given(worlds())
def test_the_first_step_is_that_of_the_timeline(world: World) -> None:
    assume(world.spec.tiers)
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    for position in range(len(leads)):
        steps = timeline(plan, leads, position, world.now, ahead=HORIZON * DAY, points=2).ahead
        assert look_ahead(plan, leads, position, world.now).step == (steps[0] if steps else None)


def told_of(evaluate: str, tiers: str = "", at: float = 0.5) -> tuple[Ahead | None, str, str]:
    """The first step of a lead that had one cart, in words too, and as JSON."""
    plan = plan_of(BRIEF.format(evaluate=evaluate, tiers=tiers))
    cart = {"lead": "p", "type": "cart", "time": START + 10 * DAY // 24, "id": None, "known_at": None}
    told = tell(plan, leads_of(plan.model, [{"lead": "p"}], [cart]), 0, START + int(at * DAY))
    assert told.flips.passing is not None
    return told.flips.passing.step, " ".join(told.draw().split()), told.as_json()


@pytest.mark.parametrize("tiers", ["", "warm when s >= 10;"])
def test_a_tier_of_half_a_day_is_found(tiers: str) -> None:
    step, words, written = told_of("at every event and daily at 08:00, 16:00", tiers)
    assert step is not None
    assert (step.at, step.crossing) == (START + 3 * DAY + 16 * DAY // 24, START + 3 * DAY + 10 * DAY // 24)
    assert "remind from 2024-10-07 16:00 on (due from 2024-10-07 10:00), at s 18.55" in words
    passing = msgspec.json.decode(written)["changes"]["if_nothing_happens"]
    assert (passing["tier"], passing["at"]) == ("remind", "2024-10-07T16:00:00+00:00")
    assert passing["change"] == {"duration": step.at - START - DAY // 2}


def test_what_no_evaluation_sees_does_not_come() -> None:
    step, words, written = told_of("daily at 09:00")
    assert step is None
    assert "it stays cold at every evaluation of 730 days" in words
    assert msgspec.json.decode(written)["changes"]["if_nothing_happens"] is None


def test_without_times_of_day_nothing_is_decided_before_the_next_event() -> None:
    _, words, _ = told_of("at every event", at=3.6)
    assert "out of remind" in words
    assert "cold at its latest evaluation, it takes no step within 730 days: there is no evaluation of it" in words
