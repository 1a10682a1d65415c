"""Laws of the evaluator, for rule sets, leads and events drawn at random."""

from __future__ import annotations

import dataclasses
import datetime
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leadrules.dsl.rules.model_criteria import Each, Veto
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source
from leadrules.engine.columns import FALSE, TRUE
from leadrules.engine.explain import explain, explain_each
from leadrules.engine.moment import Tables
from leadrules.engine.score import score
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views, count_seen
from tests.build import leads_of, plan_of
from tests.oracle import Outcome, score_lead
from tests.oracle_facts import Beside, gone
from tests.oracle_tiers import remembers, tier_at
from tests.specs import RollUp
from tests.specs_write import render
from tests.worlds import World, worlds

TRUTHS = {int(FALSE): False, int(TRUE): True}
WEEK = 7 * 86_400_000_000


def law(examples: int) -> Any:
    """Settings of a property: 60 % of so many examples in every run, twenty times as many with `--full`."""
    return lambda test: pytest.mark.slow(
        settings(
            max_examples=examples * settings.default.max_examples // 100,
            deadline=None,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
                HealthCheck.filter_too_much,
                HealthCheck.function_scoped_fixture,
            ],
        )(test)
    )


def scored(world: World, **options: Any) -> Scores:
    plan = plan_of(render(world.spec))
    return score(
        plan, leads_of(plan.model, world.leads, world.events, world.beside), world.now, criteria=True, **options
    )


def near_a_boundary(outcome: Outcome) -> bool:
    """Whether a score lies so near to where rounding to 1e-6 turns that the order of a sum decides it."""
    return any(abs(abs(value * 1e6 % 1.0) - 0.5) < 1e-3 + abs(value) * 1e-9 for value in outcome.scores.values())


def compare(scores: Scores, i: int, outcome: Outcome) -> None:
    for name, points in outcome.criteria.items():
        assert scores.criteria[name][i] == pytest.approx(points, rel=1e-12, abs=1e-9), name
    if near_a_boundary(outcome):
        return
    for name, value in outcome.scores.items():
        assert scores.scores[name][i] == pytest.approx(value, rel=1e-12, abs=1e-9), name
    for name, items in outcome.checklists.items():
        assert {item: TRUTHS.get(int(truths[i])) for item, truths in scores.checklists[name].items()} == items
    grades = {name: labels.dictionary.values[labels.codes[i]] for name, labels in scores.grades.items()}
    assert grades == outcome.grades
    tier = scores.tier_names[scores.tiers[i]] if scores.tier_names else None
    assert tier == outcome.tier


@law(240)
@given(worlds())
def test_columns_and_oracle_agree(world: World) -> None:
    scores = scored(world)
    for i, lead in enumerate(world.leads):
        if world.now < gone(lead["lead"], world.beside):
            compare(scores, i, expected(world, lead))


def expected(world: World, lead: dict[str, Any]) -> Outcome:
    """What the oracle says of a lead, the tier being the one it remembers."""
    outcome = score_lead(world.spec, lead, world.events, world.now, world.beside)
    if not remembers(world.spec):
        return outcome
    return dataclasses.replace(outcome, tier=tier_at(world.spec, lead, world.events, world.now, world.beside))


@law(90)
@given(worlds(), st.lists(st.tuples(st.integers(0, 3), st.integers(-2 * WEEK, WEEK)), max_size=8))
def test_views_show_what_scores_of_their_instants_show(world: World, looks: list[tuple[int, int]]) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    lead = np.array([i % len(leads) for i, _ in looks if len(leads)], np.int64)
    at = np.array([world.now + since for _, since in looks][: len(lead)], np.int64)
    views = Views(lead, at, count_seen(leads.events, lead, at))
    seen = stand(plan, Trajectory(plan, leads, Tables()).along(views), criteria=True)
    for row, (i, now) in enumerate(zip(lead, at, strict=True)):
        alone = Trajectory(plan, leads.block(i, i + 1), Tables()).at(np.array([now]))
        same(seen.take(np.array([row])), stand(plan, alone, criteria=True))


@law(90)
@given(worlds(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_order_of_rows_and_size_of_blocks_change_nothing(world: World, random: Any, block: int) -> None:
    events = list(world.events)
    random.shuffle(events)
    told = list(world.beside.attributes)
    random.shuffle(told)
    by_hand = list(world.beside.adjustments)
    random.shuffle(by_hand)
    links = list(world.beside.links)
    random.shuffle(links)
    beside = dataclasses.replace(world.beside, attributes=told, adjustments=by_hand, links=links)
    same(scored(world), scored(world._replace(events=events, beside=beside)))
    same(scored(world), scored(world, block=block))


@law(60)
@given(worlds())
def test_leads_do_not_see_each_other(world: World) -> None:
    assume(not any(isinstance(score, RollUp) for score in world.spec.scores) and not world.beside.merges)
    together = scored(world)
    for i, lead in enumerate(world.leads):
        own = [event for event in world.events if event["lead"] == lead["lead"]]
        told = (world.beside.attributes, world.beside.adjustments, world.beside.links)
        dated, by_hand, links = ([row for row in rows if row["lead"] == lead["lead"]] for rows in told)
        beside = Beside(dated, adjustments=by_hand, links=links)
        same(together.take(np.array([i])), scored(world._replace(leads=[lead], events=own, beside=beside)))


@law(60)
@given(worlds(), st.integers(-60, 60))
def test_a_shift_by_whole_weeks_changes_nothing(world: World, weeks: int) -> None:
    world = world._replace(spec=dataclasses.replace(world.spec, zone="UTC"))
    text = render(world.spec)
    assume("calendar month" not in text and not re.search(r"\d{4}-\d{2}-\d{2}", text))
    same(scored(world), scored(shifted(world, weeks * WEEK)), instants=False)


def shifted(world: World, by: int) -> World:
    days = datetime.timedelta(microseconds=by)
    fields = [*world.spec.fields, *(p for event in world.spec.events for p in event.properties)]
    dates = [field.name for field in fields if field.type == "date"]
    times = [field.name for field in fields if field.type == "time"]

    def moved(row: Any) -> Any:
        steps = dict.fromkeys((*times, "time", "known_at", "since"), by) | dict.fromkeys(dates, days)
        return {name: v if v is None or name not in steps else v + steps[name] for name, v in row.items()}

    def said(row: Any) -> Any:
        value = moved({row["field"]: row["value"]})[row["field"]]
        return {**moved(row), "value": value}

    leads, events = [*map(moved, world.leads)], [*map(moved, world.events)]
    by_hand = [*map(moved, world.beside.adjustments)]
    merges = [{**row, "at": row["at"] + by} for row in world.beside.merges]
    links = [*map(moved, world.beside.links)]
    beside = Beside([*map(said, world.beside.attributes)], leads, by_hand, merges, links)
    return world._replace(leads=leads, events=events, now=world.now + by, beside=beside)


@law(60)
@given(worlds())
def test_a_criterion_that_never_fires_changes_nothing(world: World) -> None:
    text = render(world.spec)
    never = "    never_fires 999 when ratio is known and ratio is missing\n"
    with_it = text.replace("  criteria {\n", "  criteria {\n" + never, 1)
    assume(with_it != text)
    plan, other = plan_of(text), plan_of(with_it)
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    before, after = score(plan, leads, world.now), score(other, leads, world.now)
    for name, values in before.scores.items():
        np.testing.assert_array_equal(values, after.scores[name])
    np.testing.assert_array_equal(before.tiers, after.tiers)


@law(60)
@given(worlds())
def test_a_masked_criterion_gives_no_points_and_leaves_the_others(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    whole = score(plan, leads, world.now, criteria=True)
    for masked in plan.criteria[:2]:
        left = score(plan.without(masked), leads, world.now, criteria=True)
        assert set(left.criteria) == set(whole.criteria) - {masked}
        vetoes = {(s.name, c.name) for s, c in plan.model.criteria if isinstance(c, Veto)}  # they take what is left
        for name, points in left.criteria.items():
            if name in vetoes:
                continue
            np.testing.assert_array_equal(points, whole.criteria[name])


@law(90)
@given(worlds())
def test_the_lines_of_an_explanation_add_up_to_the_score(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    scores = score(plan, leads, world.now)
    for i, found in enumerate(explain_each(plan, leads, np.arange(len(leads)), np.full(len(leads), world.now))):
        assert found.tier == (scores.tier_names[scores.tiers[i]] if scores.tier_names else None)
        for account in found.scores:
            assert account.value == scores.scores[account.score.name][i]
            parts = [account.constant, account.bound, account.rounding]
            parts += [term.weight * term.value for term in account.terms]
            parts += [change.points for change in (account.reset, *account.changes) if change]
            for criterion in account.criteria:
                parts.append(criterion.points)
                if isinstance(criterion.criterion, Each):
                    fed = sum(occurrence.points for occurrence in criterion.occurrences)
                    fed += criterion.limit + criterion.weighing
                    assert fed == pytest.approx(criterion.points, abs=1e-9)
            assert sum(parts) == pytest.approx(account.value, abs=1e-9)


@law(60)
@given(worlds(), st.data())
def test_an_explanation_is_the_same_alone_and_among_others(world: World, data: st.DataObject) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    at = [data.draw(st.sampled_from([world.now, world.now - WEEK])) for _ in range(len(leads))]
    wanted = [i for i in range(len(leads)) if data.draw(st.booleans())]
    among = explain_each(plan, leads, np.array(wanted, np.intp), np.array(at, np.int64))
    assert list(among) == [explain(plan, leads, i, at[i]) for i in wanted]


@law(120)
@given(worlds())
def test_what_is_written_reads_the_same(world: World) -> None:
    tree = parse(Source("drawn", render(world.spec)))
    written = write(tree)
    assert parse(Source("written", written)) == tree
    assert write(parse(Source("written", written))) == written


def same(one: Scores, other: Scores, instants: bool = True) -> None:
    """Equal to the bit."""
    assert list(one.ids) == list(other.ids)
    if instants:
        np.testing.assert_array_equal(one.at, other.at)
    for name, values in one.scores.items():
        np.testing.assert_array_equal(values, other.scores[name])
    for key, points in one.criteria.items():
        np.testing.assert_array_equal(points, other.criteria[key])
    for name, labels in one.grades.items():
        np.testing.assert_array_equal(labels.codes, other.grades[name].codes)
    np.testing.assert_array_equal(one.tiers, other.tiers)
