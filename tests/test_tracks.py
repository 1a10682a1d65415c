"""Laws of tracks: what is worked out along the log of a lead is what each view shows when it is looked at by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import card20_ours
from benchmarks.card20_data import draw_data
from leadrules.engine import moment as moments
from leadrules.engine.after_events import after_events
from leadrules.engine.columns import NEVER
from leadrules.engine.course import courses
from leadrules.engine.evaluations import at_events, evaluations
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views, count_seen
from tests.build import leads_of, plan_of
from tests.specs_write import render
from tests.test_laws import WEEK, law
from tests.worlds import World, worlds


def looks(plan: Plan, leads: Leads, now: int, beside: list[tuple[int, int]]) -> Views:
    """All evaluations up to an instant, and views of some leads so many microseconds beside it, in order."""
    every = evaluations(leads, plan.model.evaluation, plan.setting, np.full(len(leads), now)).views
    lead = np.array([place % len(leads) for place, _ in beside], np.int64)
    at = np.array([now + back for _, back in beside], np.int64)
    lead, at = np.concatenate([every.lead, lead]), np.concatenate([every.at, at])
    seen = np.concatenate([every.seen, count_seen(leads.events, lead[len(every) :], at[len(every) :])])
    order = np.lexsort((seen, at, lead))
    return Views(lead[order], at[order], seen[order])


def shown(plan: Plan, leads: Leads, views: Views) -> Scores:
    return stand(plan, Moment(leads, views.at, plan.setting, Tables(), views), criteria=True)


def same(one: Scores, other: Scores) -> None:
    for name, values in one.scores.items():
        np.testing.assert_allclose(values, other.scores[name], rtol=1e-12, atol=1e-9)
    for key, points in one.criteria.items():
        np.testing.assert_allclose(points, other.criteria[key], rtol=1e-12, atol=1e-9, err_msg=str(key))
    for name, items in one.checklists.items():
        for item, truths in items.items():
            np.testing.assert_array_equal(truths, other.checklists[name][item])


@law(120)
@given(worlds(), st.lists(st.tuples(st.integers(0, 9), st.integers(-5 * WEEK, 20 * WEEK)), max_size=6))
def test_views_in_the_order_of_the_log_show_what_views_in_any_order_show(
    world: World, beside: list[tuple[int, int]]
) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    views = looks(plan, leads, world.now, beside)
    moment, _, places = Trajectory(plan, leads, Tables()).in_turns(views)
    same(stand(plan, moment, criteria=True).take(places), shown(plan, leads, views))


@law(40)
@given(worlds())
def test_scores_after_events_are_those_of_views_right_after_them(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    views, cause = at_events(leads)
    expected = stand(plan, Trajectory(plan, leads, Tables()).along(views))
    found = {name: np.full(len(cause), np.nan) for name in expected.scores}
    first = np.full(len(leads), NEVER)
    for part in after_events(plan, leads):
        np.testing.assert_array_equal(leads.ids[part.lead], part.scores.ids)
        part.first(part.scores.tiers == 0, first)
        for name, values in part.scores.scores.items():
            found[name][part.rows] = values
    for name, values in expected.scores.items():
        np.testing.assert_allclose(found[name][cause], values, rtol=1e-12, atol=1e-9)
    for lead in range(len(leads)):
        hot = views.at[(views.lead == lead) & (expected.tiers == 0)]
        assert first[lead] == (hot.min() if len(hot) else NEVER)


def busy(leads: int, each: int) -> Leads:
    """Leads with the events of the card, drawn from a seed."""
    return card20_ours.resident(draw_data(leads, seed=each))


def test_the_reference_card_is_scored_along_logs_and_never_view_by_view(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, leads = card20_ours.read_plan(), busy(300, 7)
    views, _ = at_events(leads)
    expected = stand(plan, Trajectory(plan, leads, Tables()).along(views)).scores["total"]

    def refuse(*_: Any) -> None:
        raise AssertionError("a view looks at each event that it sees")

    monkeypatch.setattr(moments, "pairs", refuse)
    total, _ = card20_ours.score_after_events(plan, leads)
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-9)
    ((_, course),) = courses(plan, leads, np.full(len(leads), leads.events.time.max()))
    at_event = np.flatnonzero(course.evaluations.cause >= 0)
    np.testing.assert_allclose(course.scores.scores["total"][at_event], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("half_life", ["7 days", "30 minutes"])
def test_half_lives_however_short_are_carried_from_view_to_view(half_life: str) -> None:
    text = card20_ours.CARD.read_text().replace("half-life 7 days", f"half-life {half_life}")
    plan, leads = plan_of(text), busy(200, 8)
    views, _ = at_events(leads)
    expected = stand(plan, Trajectory(plan, leads, Tables()).along(views)).scores["total"]
    total, _ = card20_ours.score_after_events(plan, leads)
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-9)
