"""Precision at the capacity of sales: week by week against a naive count, and an interval that holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.judging.compare import Asked, compare, measured
from leadrules.judging.figure import difference, error_of, estimate
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.measure import Showing
from leadrules.judging.measure_capacity import WEEK, by_week, precision_at_capacity
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import Week
from tests.build import plan_of
from tests.phase_type import world_of
from tests.sales import MARKET
from tests.terminal import typed
from tests.test_follow_rules import OTHER
from tests.test_sales import RULES

EXAMPLES = Path(__file__).parent.parent / "examples"


def showings(leads: int = 1_500) -> list[Showing]:
    plans, world, draws = [plan_of(RULES), plan_of(OTHER)], world_of(MARKET), Draws(3)
    return show(plans, follow_rules(plans, try_rules(plans, world, draws, leads), world, draws))


BOTH = showings()


def with_weeks(showing: Showing, capacity: list[int], **columns: np.ndarray) -> Showing:
    assert showing.worked
    policy = replace(showing.worked.policy, weeks=tuple(Week(0, each, 0, 0) for each in capacity))
    score = columns.pop("score", showing.ratings.score)
    return replace(
        showing,
        sample=replace(showing.sample, **columns),
        ratings=replace(showing.ratings, score=score),
        worked=replace(showing.worked, policy=policy),
    )


def naive(showing: Showing, likely: np.ndarray) -> list[tuple[int, float, float]]:
    """Of each week: how many leads, how many are taken, and how many of these win; leads of one score share what is left."""
    assert showing.worked
    found = []
    for number, week in enumerate(showing.worked.policy.weeks):
        leads = [
            lead
            for lead in range(len(showing.sample))
            if showing.sample.judged[lead] and number * WEEK <= showing.sample.landmark[lead] < (number + 1) * WEEK
        ]
        left, won = float(week.capacity), 0.0
        for score in sorted({showing.ratings.score[lead] for lead in leads}, reverse=True):
            group = [lead for lead in leads if showing.ratings.score[lead] == score]
            some = min(left, len(group))
            won += some * sum(likely[lead] for lead in group) / len(group)
            left -= some
        found.append((len(leads), week.capacity - left, won))
    return found


@given(st.lists(st.integers(0, 12), min_size=3, max_size=5), st.integers(0, 9), st.integers(1, 4))
def test_it_is_what_one_counts_week_by_week(capacity: list[int], seed: int, scores: int) -> None:
    leads = 40
    u, v, w, p = (Draws(seed).uniforms(name, np.arange(leads, dtype=np.uint64)) for name in "uvwp")
    showing = with_weeks(
        BOTH[0],
        capacity,
        account=np.arange(leads),
        landmark=(u * len(capacity) * WEEK).astype(np.int32),
        judged=v < 0.8,
        target=(v < 0.8) & (w < 0.4),
        chance=p,
        score=np.floor(w * scores + p),
    )
    for likely in (showing.sample.target.astype(float), p):
        rows = naive(showing, likely)
        taken, won = sum(row[1] for row in rows), sum(row[2] for row in rows)
        found = precision_at_capacity(showing, likely)
        assert (found is None) == (taken == 0)
        assert found is None or found.value == pytest.approx(won / taken)
    weeks = by_week(showing)
    assert [week.leads for week in weeks] == [row[0] for row in naive(showing, p) if row[0]]
    for week, (_, taken, won) in zip(weeks, (row for row in naive(showing, p) if row[0]), strict=True):
        assert week.expected.value == (pytest.approx(won / taken) if taken else None)


def test_the_weeks_of_a_market_are_those_of_its_sales() -> None:
    for showing in BOTH:
        assert showing.worked
        told = {m.name: m.figure() for m in measured(showing) if "at capacity" in m.name}
        for name, likely in (("precision", showing.sample.target), ("expected precision", showing.sample.chance)):
            rows = naive(showing, likely)
            assert told[f"{name} at capacity"].value == pytest.approx(sum(r[2] for r in rows) / sum(r[1] for r in rows))
        assert sum(week.leads for week in by_week(showing)) == np.count_nonzero(showing.sample.judged)


@pytest.mark.parametrize(("size", "capacity", "scores"), [(1, 20, 50), (1, 20, 5), (3, 20, 50), (1, 70, 50)])
def test_the_interval_holds_and_its_error_is_the_true_one(size: int, capacity: int, scores: int) -> None:
    leads, values, errors, told = 500, [], [], []
    for seed in range(200):
        u, v, w, z = (Draws(seed).uniforms(name, np.arange(leads, dtype=np.uint64)) for name in "uvwz")
        account = np.arange(leads) // size
        own = (v + z[account]) / 2
        showing = with_weeks(
            BOTH[0],
            [capacity] * 8,
            account=account,
            landmark=(u * 8 * WEEK).astype(np.int32),
            judged=np.ones(leads, bool),
            target=w < 0.1 + 0.5 * own,
            chance=own,
            score=np.floor(own * scores),
        )
        figure = precision_at_capacity(showing, showing.sample.target.astype(float))
        values.append(figure.value)
        errors.append(error_of(figure.parts, account)[0])
        told.append(estimate(figure, account))
    mean = np.mean(values)
    assert np.mean([e.low <= mean <= e.high for e in told]) >= 0.91
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.15)


def test_a_rule_set_against_itself_differs_by_nothing() -> None:
    asked = Asked(old="a", new="a", source="m", seed=3, landmark=1.0, window=1.0)
    found = {f.name: f.difference for f in compare(BOTH[0], BOTH[0], asked).figures}
    for name in ("precision at capacity", "expected precision at capacity", "psi", "auc drift", "calls per week"):
        assert (found[name].value, found[name].low, found[name].high) == (0, 0, 0), name


def test_pairing_makes_the_difference_of_two_rule_sets_more_exact() -> None:
    one, other = (precision_at_capacity(showing, showing.sample.chance) for showing in BOTH)
    account = BOTH[0].sample.account
    paired = difference(other, one, account)
    alone = [estimate(figure, account) for figure in (one, other)]
    assert paired.high - paired.low < 0.8 * np.hypot(*(e.high - e.low for e in alone))


def test_where_nobody_calls_there_is_none() -> None:
    assert not [m for m in measured(replace(BOTH[0], worked=None)) if "capacity" in m.name]
    assert by_week(replace(BOTH[0], worked=None)) == ()


def test_simulate_shows_the_weeks() -> None:
    command = ["leadrules", "simulate", str(EXAMPLES / "points_card.lead"), str(EXAMPLES / "points_card.scenario")]
    run = [*command, "--population", "1500", "--show", "sales"]
    assert "week from" in typed(run).output and "2026-02-02" in typed(run).output
    plain = json.loads(typed([*run, "--format", "json"]).output)
    assert plain["at_capacity"][0]["since"] == "2026-02-02" and plain["at_capacity"][0]["capacity"] == 125
    assert typed([*run, "--fail-if", "precision_at_capacity < 5%"]).code == 0
