"""Sales in a comparison: the queue event by event, what calls bring by closed forms, money, and paired differences."""

from __future__ import annotations

import json
import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import special

from leadrules.dsl.scenario.model import OUTCOMES, WON
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.compare import Asked, compare, measured
from leadrules.judging.comparison import Comparison
from leadrules.judging.figure import Figure, difference, estimate
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.measure import Showing
from leadrules.judging.try_rules import Tried, try_rules
from leadrules.judging.worked import Worked
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import Calls, at_arrival, calls_of, followed, untreated, uplifts
from leadrules.simulator.intervals import student
from leadrules.simulator.nudge import Push, pushed, raised
from leadrules.simulator.queue import NEVER
from leadrules.simulator.simulate import simulate
from leadrules.simulator.working_hours import rounds_of
from leadrules.simulator.world import World, build_world
from tests.build import plan_of
from tests.naive_queue import Hot, work_off
from tests.phase_type import RICH, judge, mean_z, seeds, share_z, world_of
from tests.sales import MARKET, SALES, branch_share, follow_up
from tests.terminal import typed
from tests.test_calls import COIN, GRID, exits
from tests.test_journeys import QUIET, ahead
from tests.test_sales import RULES, with_effect
from tests.whole_market import WHOLE

DAY, WEEK = 86_400, 604_800
PROMISE = RULES.replace("hot when points >= 25", "hot when points >= 25, contact within 2 days")
OTHER = RULES.replace("page 4 each page", "page 5 each page").replace("demo 15 each", "demo 14 each")
EXAMPLES = Path(__file__).parent.parent / "examples"


def worked(text: str = MARKET, *rules: str, seed: int = 3, leads: int = 2_000) -> Tried:
    """Some rule sets with what sales make of them."""
    plans, world, draws = [plan_of(rule) for rule in rules or (RULES,)], world_of(text), Draws(seed)
    return follow_rules(plans, try_rules(plans, world, draws, leads), world, draws)


def only(tried: Tried) -> Worked:
    (found,) = tried.worked
    assert found is not None
    return found


def showings(tried: Tried) -> list[Showing]:
    pairs = zip(tried.ratings, tried.worked, strict=True)
    return [Showing(tried.sample, ratings, 0.1, worked=found) for ratings, found in pairs]


def figure(showing: Showing, name: str) -> Figure | None:
    (found,) = [measure for measure in measured(showing) if measure.name == name]
    return found.figure()


def compared(tried: Tried) -> Comparison:
    old, new = showings(tried)
    return compare(old, new, Asked(old="old", new="new", source="market", seed=3, landmark=0.0, window=0.0))


# What a call adds to P(won)


@settings(deadline=None)
@given(exits(), st.floats(-4, 4))
def test_chances_are_raised_to_the_share_of_leads_that_go_each_way(exit: tuple[Any, Any], logit: float) -> None:
    shares, onward = exit
    n = len(GRID)
    chances = [np.full(n, share) for share in shares[:-1]]
    choice = (np.cumsum(chances, axis=0) <= GRID).sum(axis=0).astype(np.uint8)
    gone = pushed(chances, choice, GRID, Push(np.full(n, logit), COIN), onward)
    found = [way[0] for way in raised(chances, np.full(n, logit), onward)]
    np.testing.assert_allclose(found, np.bincount(gone, minlength=len(shares))[:-1] / n, atol=0.01)


def test_what_a_call_adds_is_what_the_text_says_of_the_stage_it_comes_in() -> None:
    text = QUIET + SALES
    world, draws = world_of(text), Draws(4)
    population = simulate(world, draws, 0, 900)
    lead = np.arange(0, 900, 2)
    hot = population.truth.arrival[lead] + DAY
    calls = Calls(lead, hot, hot + (lead % 40) * DAY // 2)
    found = follow_up(world, draws, calls, 0, 900)
    chance, uplift = uplifts(world, draws, untreated(world, draws, 0, 900), calls)
    for call, row in enumerate(lead.tolist()):
        before, after = by_text(world, population, calls, call)
        assert chance[row] == pytest.approx(before, abs=1e-12)
        reach = 0.6 * 0.5 ** ((calls.served[call] - calls.hot[call]) / (2 * DAY))
        assert uplift[row] == pytest.approx(reach * (after - before), abs=1e-12)
    assert (np.delete(uplift, lead) == 0).all()
    assert (uplift[found.lead[found.late]] == 0).all()
    assert found.late.any()
    assert (uplift > 0.01).any()


def by_text(world: World, population: Any, calls: Calls, call: int) -> tuple[float, float]:
    """P(won) of a called lead without the call and with it, stage by stage as the scenario has it."""
    scenario, truth = world.scenario, population.truth
    i, tick = int(calls.lead[call]), int(calls.served[call])
    kind, intent = scenario.personas[truth.persona[i]], float(truth.intent[i])
    stage = None
    for stay in population.stays:
        for place in np.flatnonzero(stay.who == i).tolist():
            if stay.start[place] <= tick < stay.end[place]:
                stage = list(scenario.stages)[stay.stage]
    if stage is None:
        return (float(truth.outcome[i] == WON),) * 2
    law = kind.stages[stage]
    shares = [branch_share(branch, intent) for branch in law.branches]
    names = [*(branch.target for branch in law.branches), law.otherwise]
    shares.append(1 - sum(shares))
    goes = [name == "won" or name not in OUTCOMES for name in names]
    p = sum(share for share, on in zip(shares, goes, strict=True) if on)
    wait = (tick - int(calls.hot[call])) / DAY
    push = 1.2 * 0.5 ** (wait / 3) * (0.5 if stage == "aware" else 1) * (0.7 if kind.name == "browser" else 1)
    then = special.expit(special.logit(p) + push) if 0 < p < 1 else p
    moved = [s * (then / p if on else (1 - then) / (1 - p)) for s, on in zip(shares, goes, strict=True) if p < 1 or on]
    ways = [ahead(name, kind, intent) for name in names]
    if p == 1:
        return (sum(s * w for s, w in zip(shares, ways, strict=True)),) * 2
    return sum(s * w for s, w in zip(shares, ways, strict=True)), sum(s * w for s, w in zip(moved, ways, strict=True))


@pytest.mark.slow
def test_expected_wins_are_what_wins_are_on_average(full: bool) -> None:
    """With loops, deadlines, fields and accounts: each call's expectation, and that of each lead at its arrival."""
    world = world_of(WHOLE)
    called, arriving = [], []
    for seed in seeds(full, 6, 100):
        draws, leads = Draws(seed), np.arange(0, 3_000)
        hot = simulate(world, draws, 0, 3_000).truth.arrival + 3 * DAY
        calls, block = Calls(leads, hot, hot + leads % 13 * 10_800), untreated(world, draws, 0, 3_000)
        found = followed(world, draws, block, calls)
        more = found.after.astype(float) - found.before
        called.append(mean_z(more - uplifts(world, draws, block, calls)[1], 0.0))
        arriving.append(share_z(block.journeys.outcome == WON, at_arrival(world, block)))
    judge(called)
    judge(arriving)


# The queue, event by event


@pytest.mark.parametrize("by_score", [True, False])
@pytest.mark.parametrize("expire", [7, None])
def test_two_passes_come_to_what_a_simulation_event_by_event_comes_to(by_score: bool, expire: int | None) -> None:
    text = MARKET.replace("capacity 6 per day", f"capacity 4 per day; order {'by score' if by_score else 'first come'}")
    text = text if expire else text.replace("  expire after 7 days\n", "")
    plan, world, draws = plan_of(PROMISE), world_of(text), Draws(5)
    tried = try_rules([plan], world, draws, 1_200)
    hot = [
        Hot(*one) for one in zip(*(getattr(tried.hot[0], n).tolist() for n in ("lead", "tick", "score")), strict=True)
    ]
    horizon, rounds = tried.sample.horizon, rounds_of(world.scenario)
    day = work_off(hot, rounds, by_score, expire and expire * DAY, horizon)
    found = only(follow_rules([plan], tried, world, draws))
    assert {i: int(t) for i, t in enumerate(found.served.tolist()) if t != NEVER} == day.served
    ticks = {one.lead: one.tick for one in hot}
    waits = sorted(tick - ticks[lead] for lead, tick in day.served.items())
    slots = int(rounds.calls.sum())
    due = [lead for lead, tick in ticks.items() if tick + 2 * DAY < horizon]
    weeks = [sum(1 for tick in ticks.values() if tick // WEEK == week) for week in range(-(-horizon // WEEK))]
    most = [int(rounds.calls[rounds.start // WEEK == week].sum()) for week in range(len(weeks))]
    expected = {
        "calls": len(day.served),
        "utilisation": len(day.served) / slots,
        "expired_share": len(day.gone) / len(hot),
        "wait_median": statistics.median(waits),
        "wait_90": float(np.quantile(waits, 0.9)),
        "sla_kept": sum(day.served.get(lead, math.inf) - ticks[lead] <= 2 * DAY for lead in due) / len(due),
        "overflow_per_week": sum(max(0, a - b) for a, b in zip(weeks, most, strict=True)) * WEEK / horizon,
        "costs": 25 * len(day.served) + 40 * rounds.hours,
        "hot_per_week": len(hot) * WEEK / horizon,
    }
    assert {name: found.runs[name][0] for name in expected} == pytest.approx(expected)
    assert len(day.gone) > 20 or expire is None
    assert found.policy.expired == len(day.gone)
    assert found.policy.waiting == len(hot) - len(day.served) - len(day.gone)
    fates = [alone(world, draws, lead, ticks[lead], tick) for lead, tick in day.served.items()]
    assert [bool(found.after[lead]) for lead in day.served] == [
        fate.after[0] if len(fate.after) else False for fate in fates
    ]
    calls = [call_of(lead, ticks[lead], tick) for lead, tick in day.served.items()]
    assert found.runs["won_more"][0] == pytest.approx(sum(uplift_of(world, draws, call) for call in calls))
    assert found.policy.reached == sum(int(fate.reached.sum()) for fate in fates)


def alone(world: World, draws: Draws, lead: int, hot: int, served: int) -> Any:
    """What becomes of one lead that is called, without any other."""
    return follow_up(world, draws, call_of(lead, hot, served), lead, lead + 1)


def call_of(lead: int, hot: int, served: int) -> Calls:
    return Calls(*(np.array([n], np.int64) for n in (lead, hot, served)))


def uplift_of(world: World, draws: Draws, call: Calls) -> float:
    """By how much a call to one lead raises its P(won)."""
    (lead,) = call.lead.tolist()
    return float(uplifts(world, draws, untreated(world, draws, lead, lead + 1), call)[1].sum())


# Wins and money


def test_sums_are_sums_over_leads_and_money_counts_what_each_lead_pays() -> None:
    tried = worked()
    found = only(tried)
    block = untreated(world_of(MARKET), Draws(3), 0, 2_000)
    arriving = at_arrival(world_of(MARKET), block)
    first = {name: runs[0] for name, runs in found.runs.items()}
    called = found.served != NEVER
    chance, uplift = called_in(tried, Draws(3))
    assert first["calls"] == called.sum() == found.policy.called
    assert first["won_more"] == pytest.approx(uplift.sum())
    assert first["won"] == pytest.approx(arriving.sum() + uplift.sum())
    assert first["value_more"] == pytest.approx((uplift * block.mean_worth).sum())
    assert first["value"] == pytest.approx(((arriving + uplift) * block.mean_worth).sum())
    assert first["gain"] == pytest.approx(first["value_more"] - first["costs"])
    assert first["chance"] == pytest.approx(chance[called].sum())
    np.testing.assert_array_equal(tried.sample.worth, block.worth)


def called_in(tried: Tried, draws: Draws) -> tuple[Any, Any]:
    """P(won) of each lead that is called, as it stands then, and by how much the call raises it; 0 of all others."""
    world, (hot,) = world_of(MARKET), tried.hot
    calls = calls_of(hot, only(tried).served[hot.lead].astype(np.int64))
    return uplifts(world, draws, untreated(world, draws, 0, len(tried.sample)), calls)


def test_what_leads_would_pay_if_they_were_won_is_in_no_figure() -> None:
    """It is drawn for the lost ones too, and must not be told: what counts is what such leads pay on average."""
    plans, world, draws = [plan_of(RULES)], world_of(MARKET), Draws(3)
    tried = try_rules(plans, world, draws, 1_000)
    rich = replace(tried, sample=replace(tried.sample, worth=np.where(tried.sample.won, tried.sample.worth, 1e15)))
    one, other = (only(follow_rules(plans, each, world, draws)) for each in (tried, rich))
    for name, runs in one.runs.items():
        np.testing.assert_array_equal(runs, other.runs[name], name)
    never = tried.sample.segments["persona"] == 2
    assert world.scenario.personas[2].never_buys
    assert (called_in(replace(tried, worked=(one,)), draws)[1][never] == 0).all()
    assert (one.served[never] != NEVER).any()


@pytest.mark.slow
@pytest.mark.parametrize("stays", ["75% every 365 days", "weibull mean 700 days shape 1.3, every 365 days"])
def test_what_a_win_pays_on_average_is_what_wins_pay(stays: str, full: bool) -> None:
    world, figures = world_of(QUIET + SALES.replace("75% every 365 days", stays)), []
    for seed in seeds(full):
        block = untreated(world, Draws(seed), 0, 6_000)
        figures.append(mean_z(block.worth / block.mean_worth, 1.0))
    judge(figures)


def test_calls_that_do_nothing_bring_exactly_nothing_and_cost_what_they_cost() -> None:
    tried = worked(with_effect(MARKET, 0.0), RULES, OTHER)
    found = compared(tried)
    by_name = {each.name: each for each in found.figures}
    for name in ("won more", "value more", "uplift per call"):
        for one in (by_name[name].old, by_name[name].new, by_name[name].difference):
            assert (one.value, one.low, one.high) == (0.0, 0.0, 0.0)
    assert by_name["gain"].old.value == -(by_name["costs"].old.value or 0)
    assert by_name["cost per win more"].old.value is None
    assert tried.worked[0] is not None
    np.testing.assert_array_equal(tried.worked[0].after, tried.sample.won)


def test_the_same_rules_differ_by_exactly_nothing() -> None:
    found = compared(worked(MARKET, PROMISE, PROMISE))
    assert found.same
    assert found.sales is not None
    assert found.sales[0] == found.sales[1]
    assert {figure.group for figure in found.figures} >= {"capacity", "money"}
    for each in found.figures:
        assert (each.difference.value, each.difference.low, each.difference.high) in {(0.0, 0.0, 0.0), (None,) * 3}
    assert {"sla kept", "conversion of hot", "retention of hot", "gain"} <= {
        each.name for each in found.figures if each.difference.value == 0
    }


def test_a_rule_set_that_comes_twice_is_worked_with_once() -> None:
    plan, world, draws = plan_of(RULES), world_of(MARKET), Draws(3)
    tried = follow_rules([plan, plan], try_rules([plan, plan], world, draws, 300), world, draws)
    assert tried.worked[0] is tried.worked[1]


def test_where_nobody_calls_there_are_no_figures_of_sales() -> None:
    tried = worked(RICH, RULES, OTHER, leads=400)
    assert tried.worked == (None, None)
    assert compared(tried).sales is None
    assert not {figure.group for figure in compared(tried).figures} & {"capacity", "money"}


def test_rules_without_tiers_call_nobody() -> None:
    tried = worked(MARKET, RULES.partition("thresholds")[0], RULES, leads=600)
    found = {each.name: each for each in compared(tried).figures}
    assert tried.worked[0] is not None
    assert tried.worked[0].policy.tier is None
    assert (found["won more"].old.value, found["won more"].old.high) == (0.0, 0.0)
    assert found["wait median"].old.value is None
    assert found["wait median"].difference.value is None
    assert found["won more"].difference == found["won more"].new
    assert "conversion of hot" not in found


def test_a_market_without_prices_has_no_figures_of_value() -> None:
    text = RICH + "sales { capacity 6 per day; effect 1 logit }"
    names = {measure.name for measure in measured(showings(worked(text, leads=300))[0])}
    assert "won more" in names
    assert not {"value", "gain", "costs", "cost per win more", "cost per mql", "cost per won deal"} & names


def test_costs_of_channels_count_for_every_lead_that_came_by_them() -> None:
    channels = "channels {\n  search 60%, 40 EUR a lead\n  fair 40%, 100 EUR a lead\n}\n"
    tried = worked(MARKET + channels, leads=900)
    found = only(tried)
    cost = tried.sample.cost
    assert cost is not None
    assert set(cost.tolist()) == {40.0, 100.0}
    (showing,) = showings(tried)
    mql, deal = figure(showing, "cost per mql"), figure(showing, "cost per won deal")
    assert mql is not None
    assert deal is not None
    assert mql.value == pytest.approx(cost.sum() / found.policy.hot)
    assert deal.value == pytest.approx((cost.sum() + found.runs["costs"][0]) / found.runs["won"][0])


# Intervals and differences


def test_replicates_make_the_interval_and_those_of_two_rule_sets_are_paired() -> None:
    nobody = np.zeros(0)
    one, other = (Figure(5.0, nobody, again=np.array([4.0, 5.0, 6.0]) + shift) for shift in (0.0, 1.0))
    found = estimate(one, np.arange(9))
    assert (found.low, found.high) == pytest.approx((5 - student(2), 5 + student(2)))
    assert difference(one, one, np.arange(9)).high == 0.0
    paired = difference(replace(other, value=7.0), one, np.arange(9))
    assert (paired.value, paired.low, paired.high) == (2.0, 2.0, 2.0)
    bounded = estimate(replace(one, least=4.5, most=5.5), np.arange(9))
    assert (bounded.low, bounded.high) == (4.5, 5.5)
    few = estimate(Figure(5.0, nobody, again=np.array([4.0, math.nan, math.nan])), np.arange(9))
    assert (few.value, few.low) == (5.0, None)


def test_the_figures_of_two_rule_sets_move_together() -> None:
    """Paired intervals are narrower than those of two rule sets for themselves, and lie about what was found."""
    found = {each.name: each for each in compared(worked(MARKET, RULES, OTHER)).figures}
    for name in ("won", "value"):
        each = found[name]
        assert each.old.high is not None
        assert each.difference.low is not None
        assert each.difference.high is not None
        assert each.old.low is not None
        assert each.difference.high - each.difference.low < 0.6 * (each.old.high - each.old.low), name
        assert each.difference.low <= (each.new.value or 0) - (each.old.value or 0) <= each.difference.high
    assert found["won"].difference.value == pytest.approx(found["won more"].difference.value)
    assert found["won"].difference.low == pytest.approx(found["won more"].difference.low)


@pytest.mark.slow
def test_the_intervals_of_expected_wins_hold_what_they_should(full: bool) -> None:
    """Of many markets the mean is known; about 95 of 100 intervals hold it, in a queue that is full and in one that is not."""
    for capacity in (2, 40):
        text = MARKET.replace("capacity 6", f"capacity {capacity}")
        many = [measures_of(text, seed) for seed in seeds(full, 24, 600)]
        for name in many[0]:
            assert len({found[name][0] for found in many}) > 5, name
            mean = np.mean([found[name][0] for found in many])
            held = np.mean([found[name][1] <= mean <= found[name][2] for found in many])
            assert held >= (0.93 if full else 0.75), (name, capacity, held)


def measures_of(text: str, seed: int) -> dict[str, tuple[float, float, float]]:
    """A difference and two figures, each with its interval."""
    tried = worked(text, RULES, OTHER, seed=seed, leads=800)
    account = tried.sample.account
    old, new = showings(tried)
    found = {}
    for name in ("won more", "value more", "calls"):
        one, other = figure(old, name), figure(new, name)
        assert one is not None
        for each, word in ((estimate(one, account), ""), (difference(other, one, account), "delta ")):
            assert each.value is not None
            assert each.low is not None
            assert each.high is not None
            found[word + name] = (each.value, each.low, each.high)
    return found


# The pair of examples


def example_pair() -> tuple[list[Plan], World]:
    plans = [compile_model(read_model(EXAMPLES / f"{name}.lead", ())) for name in ("points_card", "points_card_new")]
    return plans, build_world(read_market(str(EXAMPLES / "points_card.scenario")))


@pytest.mark.slow
def test_common_leads_and_expected_wins_take_the_noise_out_of_a_difference(full: bool) -> None:
    """Against two runs with leads of their own: 20 times less variance on the same leads, 50 times with P(won)."""
    plans, world = example_pair()
    rows = np.array([both(plans, world, seed) for seed in seeds(full, 12, 100)])
    apart = rows[..., :2].var(axis=0, ddof=1).sum(axis=0)
    paired = (rows[:, 1] - rows[:, 0]).var(axis=0, ddof=1)
    floor = np.array([20, 20, 50, 50]) * (1 if full else 0.4)
    assert (np.tile(apart, 2) / paired > floor).all(), np.tile(apart, 2) / paired


def both(plans: list[Plan], world: World, seed: int) -> list[list[float]]:
    """For each rule set AUC and wins as they came, then both by P(won)."""
    draws = Draws(seed)
    tried = follow_rules(plans, try_rules(plans, world, draws, 4_000), world, draws)
    found = []
    for showing in showings(tried):
        auc, expected = figure(showing, "auc"), figure(showing, "expected auc")
        assert auc is not None
        assert expected is not None
        assert showing.worked is not None
        wins = float(showing.worked.after.sum())
        found.append([auc.value, wins, expected.value, float(showing.worked.runs["won"][0])])
    return found


def test_the_command_tells_of_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    files = " ".join(
        str(EXAMPLES / name) for name in ("points_card.lead", "points_card_new.lead", "points_card.scenario")
    )
    code, output, _ = typed(f"leadrules compare {files} --population 1500")
    assert code == 0
    for words in (
        "capacity used",
        "won more by calls",
        "value more by calls less their costs",
        "Sales under the new rules",
    ):
        assert words in output
    read = json.loads(typed(f"leadrules compare {files} --population 1500 --format json").output)
    old = read["sales"][0]
    assert old["hot"] == old["called"] + old["expired"] + old["waiting"]
    assert sum(week["called"] for week in old["weeks"]) == old["called"]
    assert typed(f"leadrules compare {files} --population 1500 --fail-if 'utilisation > 1%'").code == 1
