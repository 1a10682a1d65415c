"""The oracle against numbers worked out by hand; and every drawn rule set against the checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from leadrules.dsl.rules.check import examine
from leadrules.dsl.rules.parse import read
from leadrules.dsl.source import Source
from tests.oracle import Outcome, score_lead
from tests.oracle_conditions import Truth, both, either, negated
from tests.oracle_expressions import (
    Aggregate,
    Arithmetic,
    Both,
    Compare,
    Condition,
    DaysSince,
    Either,
    Happened,
    IsKnown,
    IsOneOf,
    Moment,
    Name,
    Not,
    Number,
    Pattern,
    Quantity,
    Text,
    TextTest,
    Value,
    Word,
)
from tests.oracle_facts import gone
from tests.oracle_time import DAY, local_date, local_time, midnight
from tests.specs import (
    AtMost,
    AtMostInAny,
    Checklist,
    Criterion,
    Decay,
    Each,
    EventType,
    Field,
    Level,
    Named,
    Score,
    Spec,
)
from tests.specs_write import render
from tests.worlds import World, worlds

FIELDS = (
    Field("title", "text"),
    Field("size", "number"),
    Field("staff", "whole number"),
    Field("industry", "one of", ("software", "real estate")),
    Field("customer", "flag"),
    Field("partner", "flag", blank_means_no=True),
    Field("created", "time", known_from=True),
    Field("signed", "date"),
)
VISIT = EventType("visit", (Field("path", "text"), Field("pages", "number"), Field("size", "number")))
EVENTS = (VISIT, EventType("left", passive=True))
NOW = local_time(datetime(2026, 6, 15, 12), "UTC")  # a Monday


def days(amount: float) -> Quantity:
    return Quantity(amount, "day")


def at(written: str, zone: str = "UTC") -> int:
    return local_time(datetime.fromisoformat(written), zone)


def visit(time: int, **values: Any) -> dict[str, Any]:
    return {"lead": "a", "type": "visit", "time": time, "id": None, "known_at": None, **values}


def visits(*ages: float) -> list[dict[str, Any]]:
    """Visits that happened so many days ago."""
    return [visit(NOW - round(age * DAY)) for age in ages]


def spec_of(*criteria: Criterion, zone: str = "UTC", **parts: Any) -> Spec:
    return Spec(zone=zone, fields=FIELDS, events=EVENTS, scores=(Score("fit", criteria, **parts),))


def judged(spec: Spec, events: Sequence[Mapping[str, Any]] = (), now: int = NOW, **values: Any) -> Outcome:
    return score_lead(spec, {"lead": "a", **values}, events, now)


def points(criterion: Criterion, events: Sequence[Mapping[str, Any]] = (), now: int = NOW, **values: Any) -> float:
    return judged(spec_of(criterion), events, now, **values).criteria["fit", criterion.name]


def truth(condition: Condition, events: Sequence[Mapping[str, Any]] = (), **values: Any) -> Truth:
    spec = Spec(fields=FIELDS, events=EVENTS, checklists=(Checklist("list", (Named("item", condition),)),))
    return judged(spec, events, **values).checklists["list"]["item"]


def each(earned: float, **clauses: Any) -> Each:
    return Each("one", Number(earned), Pattern("visit"), **clauses)


# Decay


@pytest.mark.parametrize(
    ("law", "duration", "age", "left"),
    [
        ("half-life", 14, 0, 10),
        ("half-life", 14, 14, 5),
        ("half-life", 14, 28, 2.5),
        ("linear", 20, 5, 7.5),
        ("linear", 20, 20, 0),
        ("linear", 20, 45, 0),
        ("expires", 30, 29, 10),
        ("expires", 30, 30 - 1 / DAY, 10),
        ("expires", 30, 30, 0),
    ],
)
def test_decay(law: Any, duration: int, age: float, left: float) -> None:
    decay = Decay(law, days(duration))
    assert points(each(10, decay=decay), visits(age)) == left
    assert points(each(-10, decay=decay), visits(age)) == -left


def test_a_criterion_may_name_another_decay_than_its_score() -> None:
    criteria = each(10), Each("two", Number(10), Pattern("visit"), decay=Decay("none"))
    outcome = judged(spec_of(*criteria, decay=Decay("half-life", days(14))), visits(14))
    assert outcome.criteria == {("fit", "one"): 5, ("fit", "two"): 10}


# Which occurrences count


def test_a_calendar_week_begins_on_monday_in_the_zone() -> None:
    weekly = spec_of(each(1, limits=(AtMost(1, "week"),)), zone="Europe/Warsaw")
    sunday, monday = at("2026-06-14 23:59", "Europe/Warsaw"), at("2026-06-15 00:00", "Europe/Warsaw")
    assert local_date(sunday, "UTC") == local_date(monday, "UTC")
    assert judged(weekly, [visit(sunday), visit(monday)]).scores["fit"] == 2
    assert judged(weekly, [visit(sunday - 1), visit(sunday)]).scores["fit"] == 1


def test_a_day_of_25_hours_is_one_calendar_day() -> None:
    spec = spec_of(each(1, limits=(AtMost(1, "day"),)), zone="Europe/Warsaw")
    first, last = at("2026-10-25 00:00", "Europe/Warsaw"), at("2026-10-25 23:59", "Europe/Warsaw")
    assert last - first > DAY
    assert judged(spec, [visit(first), visit(last)], now=last).scores["fit"] == 1
    assert judged(spec, [visit(first - 1), visit(last)], now=last).scores["fit"] == 2


def test_at_most_one_a_month_and_two_in_all() -> None:
    limits = AtMost(1, "month"), AtMost(2)
    assert points(each(1, limits=limits), [visit(at(f"2026-0{month}-01")) for month in (1, 2, 2, 3)]) == 2


def test_a_rolling_limit_looks_back_at_what_counted() -> None:
    weekly = each(1, limits=(AtMostInAny(1, days(7)),))
    assert points(weekly, visits(14, 10, 7, 3, 0)) == 3  # those 10 and 3 days ago do not count, and do not hinder
    assert points(weekly, [visit(NOW - 7 * DAY), visit(NOW)]) == 2
    assert points(weekly, [visit(NOW - 7 * DAY + 1), visit(NOW)]) == 1


def test_what_one_limit_refuses_does_not_use_up_another() -> None:
    limits = AtMostInAny(1, days(7)), AtMost(2)
    assert points(each(1, limits=limits), visits(9, 8, 7.5, 2)) == 2


def test_once_and_the_first_take_the_earliest() -> None:
    decay = Decay("half-life", days(14))
    assert points(each(10, limits=(AtMost(None),), decay=decay), visits(0, 14)) == 5
    assert points(each(10, which="first", decay=decay), visits(0, 14)) == 5


@pytest.mark.parametrize(("earned", "worth"), [(4, 8), (5, 8), (-4, -8), (-5, -8)])
def test_what_a_criterion_is_worth_at_most_bounds_losses_too(earned: float, worth: float) -> None:
    assert points(each(earned, worth=Number(8)), visits(1, 2)) == worth


def test_the_limit_holds_for_the_decayed_sum() -> None:
    assert points(each(10, worth=Number(8), decay=Decay("half-life", days(14))), visits(14)) == 5


# Events and windows


def test_what_is_not_visible_or_twice_there_counts_once_or_not_at_all() -> None:
    row = visit(NOW - DAY, path="/")
    later = {**row, "known_at": NOW + 1}
    assert points(each(1), [row, dict(row)]) == 1
    assert points(each(1), [row, {**row, "path": "/b"}]) == 2
    assert points(each(1), [{**row, "id": "x"}, {**row, "id": "x"}, {**row, "id": "y"}]) == 2
    assert points(each(1), [later, visit(NOW + 1), {**row, "type": "other"}, {**row, "lead": "b"}]) == 0
    assert points(each(1), [{**later, "known_at": NOW}, visit(NOW)]) == 2


def test_a_window_excludes_its_oldest_instant() -> None:
    recent = Happened(Pattern("visit", window=days(7)))
    assert truth(recent, [visit(NOW - 7 * DAY)]) is False
    assert truth(recent, [visit(NOW - 7 * DAY + 1)]) is True
    assert truth(recent, [visit(NOW)]) is True


def test_a_late_arrival_counts_by_its_time() -> None:
    late = {**visit(NOW - 8 * DAY), "known_at": NOW}
    assert truth(Happened(Pattern("visit", window=days(7))), [late]) is False


def test_no_event_asks_for_events_that_are_not_passive() -> None:
    silent = Happened(Pattern(None, window=days(7)), absent=True)
    assert truth(silent, [{**visit(NOW), "type": "left"}]) is True
    assert truth(silent, visits(1)) is False


@pytest.mark.parametrize(
    ("created", "events", "earned"),
    [
        (NOW - 7 * DAY, (), 5),
        (NOW - 7 * DAY + 1, visits(30), 0),
        (None, [{**visit(NOW - 7 * DAY), "type": "left"}], 5),
        (None, visits(6), 0),
        (None, (), 0),
        (NOW + DAY, visits(30), 0),
    ],
)
def test_known_since(created: int | None, events: Any, earned: float) -> None:
    level = Level("one", Number(5), Not(Name("partner")), known_for=days(7))
    assert points(level, events, created=created) == earned


def test_days_since() -> None:
    assert truth(Compare(DaysSince(Pattern("visit")), "=", Number(1.5)), visits(3, 1.5)) is True
    assert truth(Compare(DaysSince(Pattern("visit")), ">", Number(0))) is None
    assert truth(Compare(DaysSince(Name("created")), "=", Number(-2)), created=NOW + 2 * DAY) is True
    midnights = Compare(DaysSince(Pattern("visit"), calendar=True), "=", Number(1))
    assert truth(midnights, [visit(NOW - DAY // 2 - 1)]) is True
    assert truth(midnights, [visit(NOW - DAY // 2)]) is False


def test_midnights_that_are_skipped_or_repeated() -> None:
    assert midnight(date(2026, 4, 24), "Africa/Cairo") == at("2026-04-23 22:00")  # 00:00 is skipped, offset +2
    assert local_date(midnight(date(2026, 4, 24), "Africa/Cairo"), "Africa/Cairo") == date(2026, 4, 24)
    assert midnight(date(2026, 11, 1), "America/Havana") == at("2026-11-01 04:00")  # 00:00 comes twice, first at -4
    assert midnight(date(2026, 3, 29), "Europe/Warsaw") == at("2026-03-28 23:00")
    assert at("2026-03-29 02:30", "Europe/Warsaw") == at("2026-03-29 01:30")  # skipped, read with +1
    assert at("2026-10-25 02:30", "Europe/Warsaw") == at("2026-10-25 00:30")  # the first of two, with +2


# What is not known


T, F, U = True, False, None


@pytest.mark.parametrize(
    ("left", "right", "conjunction", "disjunction"),
    [(T, T, T, T), (T, F, F, T), (T, U, U, T), (F, F, F, F), (F, U, F, U), (U, U, U, U)],
)
def test_kleene(left: Truth, right: Truth, conjunction: Truth, disjunction: Truth) -> None:
    for first, second in ((left, right), (right, left)):
        assert both([first, second]) is conjunction
        assert either([first, second]) is disjunction
    assert [negated(truth) for truth in (True, False, None)] == [False, True, None]


SIZE, PAGES = Name("size"), Name("pages")


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        (Compare(SIZE, ">", Number(1)), {}, None),
        (Compare(SIZE, ">", Number(1)), {"size": 2.0}, True),
        (Compare(Arithmetic(Number(1), "/", SIZE), ">", Number(1)), {"size": 0.0}, None),
        (IsOneOf(SIZE, (Number(1),), negated=True), {}, None),
        (IsKnown(SIZE), {}, False),
        (IsKnown(SIZE, missing=True), {}, True),
        (IsKnown(Arithmetic(SIZE, "+", Number(1)), missing=True), {}, True),
        (Name("customer"), {}, None),
        (Name("partner"), {}, False),
        (IsKnown(Name("partner")), {}, True),
        (IsOneOf(Name("industry"), (Word("software"),)), {"industry": "SOFTWARE"}, True),
        (IsOneOf(Name("industry"), (Word("software"),), negated=True), {"industry": "farming"}, None),
        (TextTest(Name("title"), "contains", ("a",)), {}, None),
        (IsOneOf(Name("title"), (Text("istanbul"), Text("x")), negated=True), {"title": "ISTANBUL"}, False),
        (Compare(Name("signed"), "=", Moment("2026-06-15 00:00")), {"signed": date(2026, 6, 15)}, True),
        (Either((Name("customer"), Compare(SIZE, "<", Number(1)))), {"size": 0.0}, True),
        (Both((Name("customer"), Compare(SIZE, "<", Number(1)))), {"size": 5.0}, False),
    ],
)
def test_conditions(condition: Condition, values: Mapping[str, Any], expected: Truth) -> None:
    assert truth(condition, **values) is expected


@pytest.mark.parametrize(
    ("value", "equals"),
    [
        (Aggregate("count", Pattern("visit")), 4),
        (Aggregate("count", Pattern("visit", Compare(PAGES, ">", Number(1)))), 2),
        (Aggregate("count", Pattern("visit", Not(Compare(PAGES, ">", Number(1))))), 1),
        (Aggregate("distinct", Pattern("visit"), "path"), 2),
        (Aggregate("sum", Pattern("visit"), "pages"), 6),
        (Aggregate("max", Pattern("visit"), "pages"), 3),
        (Aggregate("min", Pattern("visit"), "pages"), 1),
        (Aggregate("sum", Pattern("visit", window=days(0.5)), "pages"), 0),
        (Aggregate("max", Pattern("visit", window=days(0.5)), "pages"), None),
        (Aggregate("count", Pattern("visit", Compare(SIZE, "=", Number(7)))), 1),
        (Aggregate("count", Pattern("visit", Compare(Name("lead.size"), "=", Number(7)))), 0),
        (Aggregate("count", Pattern("visit", Compare(Name("staff"), "=", Number(9)))), 4),
    ],
)
def test_aggregates(value: Value, equals: float | None) -> None:
    cells: list[dict[str, Any]] = [{"path": "/A", "pages": 1.0, "size": 7.0}, {"path": "/a", "pages": 2.0}]
    events = [visit(NOW - DAY, **row) for row in [*cells, {"path": "/b", "pages": 3.0}, {}]]
    expected = None if equals is None else True
    assert truth(Compare(value, "=", Number(equals or 0)), events, size=8.0, staff=9) is expected


# Drawn worlds


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_every_drawn_rule_set_is_accepted_and_scored(world: World) -> None:
    ruleset, unread = read(Source("drawn", render(world.spec)))
    _, problems = examine(ruleset)
    assert not [problem for problem in (*unread, *problems) if problem.severity == "error"]
    there = [lead for lead in world.leads if world.now < gone(lead["lead"], world.beside)]
    for lead in there:
        outcome = score_lead(world.spec, lead, world.events, world.now, world.beside)
        assert outcome == score_lead(world.spec, lead, world.events[::-1], world.now, world.beside)
        assert (outcome.tier is None) == (not world.spec.tiers)
