"""Evaluations that are left out: what is told of a lead is the same with them and without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.engine.course import courses
from leadrules.engine.evaluations import SCHEDULED
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.transitions import transitions
from tests.build import leads_of, plan_of
from tests.specs_write import render
from tests.test_laws import WEEK, law
from tests.worlds import World, worlds

HOUR = 3_600 * 1_000_000
DAY = 24 * HOUR


def every(plan: Plan) -> Plan:
    """A plan of which every evaluation is looked at."""
    return replace(plan, turning=None)


@law(150)
@given(worlds(), st.integers(0, 8 * WEEK))
def test_leaving_evaluations_out_changes_no_step(world: World, more: int) -> None:
    assume(world.spec.tiers)
    plan = plan_of(render(world.spec))
    assume(plan.turning is not None)
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    (some,), (all_,) = (transitions(p, leads, world.now + more) for p in (plan, every(plan)))
    for name in ("time", "before", "after", "cause", "fired"):
        np.testing.assert_array_equal(getattr(some, name), getattr(all_, name), err_msg=name)
    for name, values in all_.scores.items():
        np.testing.assert_array_equal(np.round(some.scores[name], 6), np.round(values, 6))


@law(150)
@given(worlds(), st.integers(0, 8 * WEEK))
def test_what_is_left_out_shows_what_was_there_before(world: World, more: int) -> None:
    plan = plan_of(render(world.spec))
    assume(plan.turning is not None)
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    ends = np.full(len(leads), world.now + more)
    check_left_out(plan, leads, ends)


def check_left_out(plan: Plan, leads: Leads, ends: np.ndarray) -> None:
    """Where a look is left out, scores and what tiers ask for are what they were at the look before."""
    (some,), (all_,) = ([course for _, course in courses(p, leads, ends)] for p in (plan, every(plan)))
    looked_at = {*zip(some.evaluations.views.lead.tolist(), some.evaluations.views.at.tolist(), strict=True)}
    at = [*zip(all_.evaluations.views.lead.tolist(), all_.evaluations.views.at.tolist(), strict=True)]
    left_out = np.array([row for row in range(len(at)) if at[row] not in looked_at], np.int64)
    assert (all_.evaluations.cause[left_out] == SCHEDULED).all()
    assert all_.asked.take(left_out).as_one(all_.asked.take(left_out - 1)).all()
    for name, values in all_.scores.scores.items():
        np.testing.assert_array_equal(np.round(values[left_out], 6), np.round(values[left_out - 1], 6), err_msg=name)


CARD = """
ruleset card {{ timezone UTC }}
lead {{ created time }}
event visit
event form
score points {{ criteria {{
  told 10 when any form
  {criterion}
}} }}
thresholds {{
  hot when points >= 15{wait}
  cold otherwise
}}
"""
EXTRA = {  # times of day that are still looked at, of the 100 after a visit and a form half a day later
    "early 5 when any form": 0,
    "recent 5 when any visit in last 10 days": 1,
    "silent -5 when no event in last 10 days": 1,
    "long -5 when days since form > 7": 1,
    "fresh 5 each visit, decay expires after 20 days": 1,
    "steps 5 each visit, decay by age { younger than 10 days: 100%; younger than 20 days: 50%; older: 0% }": 2,
    "some 5 each visit, decay linear over 9 days": 10,
    "tail 5 each visit, decay half-life 9 days": 100,
}


AGES = (  # what changes at an age, each in a way of its own
    *EXTRA,
    "many 5 when (count of visit in last 3 days) >= 2",
    "known 5 when no form, for leads known for at least 4 days",
    "since -5 when days since created >= 6",
    "calendar 5 when calendar days since visit >= 3",
    "dated valid 1970-01-05 to 1970-01-09: 5 when any visit",
    "barred 5 when any visit, unless any form in last 2 days",
    "part 5 each visit, decay 20% of original every 1 day",
    "quiet 5 when no visit in last 2 days or no form in last 3 days",
)


@pytest.mark.parametrize("criterion", AGES)
@law(25)
@given(told=st.lists(st.tuples(st.booleans(), st.integers(0, 15 * 24)), max_size=5), created=st.integers(-99, 99))
def test_each_kind_of_age_is_found(criterion: str, told: list[tuple[bool, int]], created: int) -> None:
    plan = plan_of(CARD.format(criterion=criterion, wait=""))
    rows = [{"lead": "x", "time": at * HOUR, "type": "form" if form else "visit"} for form, at in told]
    leads = leads_of(plan.model, [{"lead": "x", "created": created * HOUR}], sorted(rows, key=lambda row: row["time"]))
    check_left_out(plan, leads, np.array([40 * DAY]))


def looks(criterion: str, wait: str = "") -> list[int]:
    """How many times of day a lead is looked at in a hundred days: those left, and all."""
    plan = plan_of(CARD.format(criterion=criterion, wait=wait))
    rows = [{"lead": "x", "time": DAY // 4 + at, "type": kind} for at, kind in ((0, "visit"), (DAY // 2, "form"))]
    leads = leads_of(plan.model, [{"lead": "x"}], rows)
    ends = np.array([100 * DAY + 1])
    found = [next(courses(p, leads, ends))[1].evaluations.cause for p in (plan, every(plan))]
    return [int(np.count_nonzero(cause == SCHEDULED)) for cause in found]


@pytest.mark.parametrize("criterion", EXTRA)
def test_what_is_looked_at_is_where_something_can_change(criterion: str) -> None:
    assert looks(criterion) == [EXTRA[criterion], 100]


def test_a_wait_ends_at_a_time_of_day() -> None:
    assert looks("early 5 when any form", ", for at least 3 days") == [1, 100]


def test_running_balances_are_looked_at_each_day() -> None:
    text = CARD.format(criterion="early 5 each visit", wait="")
    assert plan_of(text).turning is not None
    assert plan_of(text.replace("} }\nthresholds", "}; never below 0 }\nthresholds")).turning is None
