"""Journeys follow their law: the simple model that of the matrix exponential, every market that of its text."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.scenario.model import LOST, OUTCOMES, WON, Family, Law, Parameter, Persona
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.quantiles import duration, scale_of
from leadrules.simulator.simulate import BLOCK, simulate
from tests import phase_type as exact
from tests.phase_type import RICH, SIMPLE, counts_z, judge, mean_z, seeds, share_z, world_of, z_of
from tests.test_draws import several, uniform

DAY = 86_400
STEP = 1_000_000
QUIET = re.sub(r"visits [\d.]+ per", "visits 0 per", RICH)

# The simple model against the matrix exponential


def one_block(text: str, seed: int) -> Population:
    return simulate(world_of(text), Draws(seed), 0, BLOCK)


def simple_figures(seed: int) -> Iterator[tuple[str, float]]:
    """How far each figure of one block is off, in standard errors."""
    population = one_block(SIMPLE, seed)
    truth, horizon = population.truth, int(exact.HORIZON * DAY)
    won = truth.outcome == WON
    yield "events", mean_z(np.diff(population.leads.events.offsets), float(exact.events_per_lead().sum()))
    yield "won", share_z(won & (truth.ended <= horizon), exact.occupancy(exact.HORIZON)[exact.WON])
    yield "won in the end", share_z(won, sum(s.share * exact.chance(s, 0) for s in exact.SEGMENTS))
    days = (truth.ended - truth.arrival)[won] / DAY
    yield "time to win", z_of(stats.kstest(days, exact.time_to_win).pvalue)
    yield "arrival", z_of(stats.kstest(truth.arrival / horizon, "uniform").pvalue)
    for date in (20.0, 90.0, 180.0):
        expected = exact.occupancy(date)
        for stage in range(exact.STAGES):
            yield f"stage {stage} on day {date:.0f}", share_z(inside(population, stage, date), expected[stage])


def inside(population: Population, stage: int, date: float) -> Any:
    """Who is in a stage at a date, by when each stage was entered."""
    entered = population.truth.entered
    began = entered[stage]
    later = [np.where(row >= 0, row, np.iinfo(np.int64).max) for row in entered[stage + 1 :]]
    left = np.min([population.truth.ended, *later], axis=0)
    return (began >= 0) & (began <= date * DAY) & (date * DAY < left)


@pytest.fixture(scope="module")
def simple(full: bool) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for seed in seeds(full):
        for name, z in simple_figures(seed):
            found.setdefault(name, []).append(z)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("figure", ["events", "won", "won in the end", "time to win", "arrival"])
def test_the_simple_model_follows_its_law_in(figure: str, simple: dict[str, list[float]]) -> None:
    judge(simple[figure])


@pytest.mark.slow
@pytest.mark.parametrize("day", [20, 90, 180])
@pytest.mark.parametrize("stage", range(exact.STAGES))
def test_as_many_leads_are_in_a_stage_as_should_be(stage: int, day: int, simple: dict[str, list[float]]) -> None:
    judge(simple[f"stage {stage} on day {day}"])


def test_the_reference_agrees_with_itself() -> None:
    """Two ways to one figure: the leads in a stage are its inflow times how long it lasts."""
    for segment in exact.SEGMENTS:
        stays = exact.integral(segment, 10_000.0, 1)[: exact.STAGES]
        reached = [np.prod(segment.onward[:stage]) for stage in range(exact.STAGES)]
        np.testing.assert_allclose(stays, np.multiply(reached, segment.means), rtol=1e-9)
    np.testing.assert_allclose(exact.occupancy(exact.HORIZON).sum(), 1.0)


# One lead worked out with plain numbers


class Plain(NamedTuple):
    """A lead of the simple model: what became of it, and its events as pairs of tick and type."""

    arrival: int
    persona: int
    outcome: int
    ended: int
    events: list[tuple[int, int]]


def by_hand(seed: int, lead: int) -> Plain:
    """A lead by the text of the contract and of the model, in plain Python."""
    persona = sum(uniform(seed, "persona", lead) >= bound for bound in (0.2, 0.7))
    segment, horizon = exact.SEGMENTS[persona], int(exact.HORIZON * DAY)
    now = arrival = math.floor(uniform(seed, "arrival", lead) * horizon)
    events: list[tuple[int, int]] = []
    for stage, name in enumerate(("awareness", "consideration", "decision")):
        stay = max(1, math.floor(-segment.means[stage] * DAY * math.log(uniform(seed, f"stages/{name}/lasts", lead))))
        width = min(now + stay, horizon) - now
        if width > 0:
            mean = segment.rates[stage] / DAY * width
            count = int(stats.poisson.ppf(uniform(seed, f"stages/{name}/visits", lead), mean))
            events += [(now + tick, kind) for tick, kind in happened(seed, lead, stage, name, width, count)]
        now += stay
        if uniform(seed, f"stages/{name}/then", lead) >= segment.onward[stage]:
            return Plain(arrival, persona, LOST, now, sorted(events))
    return Plain(arrival, persona, WON, now, sorted(events))


def happened(seed: int, lead: int, stage: int, name: str, width: int, count: int) -> Iterator[tuple[int, int]]:
    bounds = np.cumsum(exact.MIXES[stage])[:-1]
    for k in range(count):
        tick = math.floor(uniform(seed, f"stages/{name}/times", lead, k) * width)
        yield tick, int(np.sum(uniform(seed, f"stages/{name}/events", lead, k) >= bounds))


def of_block(seed: int, lead: int, first: int, stop: int) -> Plain:
    population = simulate(world_of(SIMPLE), Draws(seed), first, stop)
    i, truth, events = lead - first, population.truth, population.leads.events
    rows = slice(*events.offsets[i : i + 2].tolist())
    ticks = (events.time[rows] - 1_767_571_200 * STEP) // STEP
    told = [(int(tick), int(kind)) for tick, kind in zip(ticks, events.kinds[rows], strict=True)]
    return Plain(int(truth.arrival[i]), int(truth.persona[i]), int(truth.outcome[i]), int(truth.ended[i]), told)


@settings(deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 10**9), st.integers(0, 40), st.integers(1, 40))
def test_a_lead_worked_out_by_hand_is_the_lead_of_a_block(seed: int, lead: int, before: int, after: int) -> None:
    assert of_block(seed, lead, max(0, lead - before), lead + after) == by_hand(seed, lead)


def test_ticks_stay_what_they_were() -> None:
    """A lead of the simple model, stored: another number here is another market everywhere."""
    events = [(2_218_572, 1), (2_240_856, 4), (2_383_276, 2), (2_393_118, 0)]
    assert of_block(1, 129, 100, 130) == Plain(2_110_750, 0, WON, 2_422_209, events)


# How long stages last, and where they lead


def quantile(family: Family, u: Any, scale: float, shape: float) -> Any:
    """The same by scipy: every law is drawn from its upper end."""
    match family:
        case "exponential":
            return stats.expon.isf(u, scale=scale)
        case "weibull":
            return stats.weibull_min.isf(u, shape, scale=scale)
        case "lognormal":
            return stats.lognorm.isf(u, shape, scale=scale)
        case "log-logistic":
            return scale * np.exp(-special.logit(u) / shape)  # scipy's own loses digits near its ends
        case "exactly":
            return np.full(len(u), scale)


FAMILIES: tuple[Family, ...] = ("exponential", "weibull", "lognormal", "log-logistic", "exactly")


@pytest.mark.parametrize("family", FAMILIES)
@given(several, st.floats(1e-3, 1e9), st.floats(0.3, 5.0))
def test_durations_are_quantiles_of_their_law(family: Family, u: Any, scale: float, shape: float) -> None:
    found = duration(family, np.full(len(u), scale), np.full(len(u), shape), u)
    np.testing.assert_allclose(found, quantile(family, u, scale, shape), rtol=1e-9)


@given(st.floats(1.0, 1e9), st.floats(0.2, 8.0))
def test_scales_give_the_mean_or_the_median_that_is_stated(measure: float, shape: float) -> None:
    def scale(family: Family) -> float:
        return scale_of(Law(family, Parameter("lasts", measure), Parameter("shape", shape)))

    assert stats.weibull_min.mean(shape, scale=scale("weibull")) == pytest.approx(measure)
    assert stats.expon.mean(scale=scale("exponential")) == pytest.approx(measure)
    assert stats.lognorm.median(shape, scale=scale("lognormal")) == pytest.approx(measure)
    assert stats.fisk.median(shape, scale=scale("log-logistic")) == pytest.approx(measure)
    assert scale("exactly") == measure


ONE_STAGE = """
scenario one { horizon 900 days from 2026-01-05 }
persona eager 50% { intent 0.7 }
persona idle 50% never buys { }
intent { spread 0.8 }
stage only {
  lasts LAW, faster with intent 0.4
  then won 40%, disqualified 25%, else lost
}
"""
LAWS: dict[str, Any] = {
    "exponential mean 20 days": stats.expon(scale=20 * DAY),
    "weibull mean 20 days shape 1.7": stats.weibull_min(1.7, scale=20 * DAY / math.gamma(1 + 1 / 1.7)),
    "weibull mean 20 days shape 0.6": stats.weibull_min(0.6, scale=20 * DAY / math.gamma(1 + 1 / 0.6)),
    "lognormal median 20 days spread 0.9": stats.lognorm(0.9, scale=20 * DAY),
    "log-logistic median 20 days shape 2.5": stats.fisk(2.5, scale=20 * DAY),
}


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
def test_stages_last_by_their_law_and_shorter_with_intent(law: str, full: bool) -> None:
    figures = []
    for seed in seeds(full):
        truth = one_block(ONE_STAGE.replace("LAW", law), seed).truth
        stay = (truth.ended - truth.arrival + 0.5) * np.exp(0.4 * truth.intent)
        figures.append(z_of(stats.kstest(stay, LAWS[law].cdf).pvalue))
    judge(figures)


def test_a_stage_that_lasts_exactly_so_long_does() -> None:
    truth = one_block(ONE_STAGE.replace("LAW, faster with intent 0.4", "exactly 90 minutes"), 5).truth
    assert set(truth.ended - truth.arrival) == {5_400}


def test_no_stay_is_shorter_than_a_second() -> None:
    truth = one_block(ONE_STAGE.replace("LAW", "exponential mean 1 second"), 5).truth
    assert (truth.ended - truth.arrival).min() == 1


@pytest.mark.slow
def test_fixed_shares_of_leads_go_each_way(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        truth = one_block(ONE_STAGE.replace("LAW", "exactly 9 days"), seed).truth
        buys = truth.persona == 0
        each = np.bincount(truth.outcome[buys], minlength=len(OUTCOMES))
        figures.append(counts_z(each[[WON, OUTCOMES.index("disqualified"), LOST]], [0.40, 0.25, 0.35]))
    judge(figures)


def test_who_never_buys_loses_where_others_win() -> None:
    for text in (ONE_STAGE.replace("LAW", "exactly 9 days"), QUIET):
        world = world_of(text)
        truth = simulate(world, Draws(3), 0, BLOCK).truth
        never = np.array([persona.never_buys for persona in world.scenario.personas])[truth.persona]
        assert never.any()
        assert not (truth.outcome[never] == WON).any()
        assert not truth.chance[never].any()


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "constant", "slope"), [(0, 0.6, 0.6), (3, -0.2, 0.9)])
def test_the_chance_of_a_way_rises_with_intent_as_stated(stage: int, constant: float, slope: float, full: bool) -> None:
    """The score of a logistic regression is zero in the mean at the true coefficients, and at no others."""
    figures: list[list[float]] = [[], [], []]
    for seed in seeds(full):
        truth = one_block(QUIET, seed).truth
        at = np.flatnonzero((truth.persona == 1) & (truth.entered[stage] >= 0))
        intent = truth.intent[at]
        went = (truth.entered[1] >= 0)[at] if stage == 0 else (truth.outcome == WON)[at]
        p = special.expit(constant + slope * intent)
        for found, weight in zip(figures, (np.ones(len(at)), intent, intent**2), strict=True):
            found.append(float((weight * (went - p)).sum() / np.sqrt((weight**2 * p * (1 - p)).sum())))
    for found in figures:
        judge(found)


# What the ledger says


def ahead(stage: str, kind: Persona, intent: float) -> float:
    """The chance to win from the beginning of a stage, by walking all ways there are."""
    if stage in OUTCOMES:
        return float(stage == "won" and not kind.never_buys)
    law, left, found = kind.stages[stage], 1.0, 0.0
    for branch in law.branches:
        if branch.share:
            p = branch.share.value
        else:
            assert branch.constant and branch.slope
            p = float(special.expit(branch.constant.value + branch.slope.value * intent))
        found, left = found + p * ahead(branch.target, kind, intent), left - p
    return found + left * ahead(law.otherwise, kind, intent)


def test_the_ledger_says_where_each_lead_is_and_how_likely_it_wins() -> None:
    world = world_of(RICH)
    truth, scenario = simulate(world, Draws(11), 0, 1_500).truth, world.scenario
    for i in range(1_500):
        judged = truth.arrival[i] + 30 * DAY
        been = [(int(t), stage) for stage, t in enumerate(truth.entered[:, i]) if 0 <= t <= judged]
        stage = max(been)[1] if judged < truth.ended[i] else -1
        assert (truth.landmark[i], truth.stage_at_landmark[i]) == (judged, stage)
        kind = scenario.personas[truth.persona[i]]
        certain = float(truth.outcome[i] == WON)
        expected = ahead(scenario.stages[stage], kind, float(truth.intent[i])) if stage >= 0 else certain
        assert truth.chance[i] == pytest.approx(expected, abs=1e-12)


def test_chances_of_the_simple_model_are_products() -> None:
    truth = one_block(SIMPLE, 2).truth
    for stage in range(exact.STAGES):
        for persona, segment in enumerate(exact.SEGMENTS):
            those = truth.chance[(truth.stage_at_landmark == stage) & (truth.persona == persona)]
            np.testing.assert_allclose(those, exact.chance(segment, stage))


@pytest.mark.slow
@pytest.mark.parametrize("text", [SIMPLE, QUIET], ids=["simple", "rich"])
def test_leads_win_as_often_as_their_chances_say(text: str, full: bool) -> None:
    """At the landmark, all together, stage by stage, and from the least likely fifth to the likeliest."""
    figures: dict[object, list[float]] = {}
    for seed in seeds(full):
        truth = one_block(text, seed).truth
        there = np.flatnonzero((truth.stage_at_landmark >= 0) & (truth.chance > 0))
        chance, won = truth.chance[there], truth.outcome[there] == WON
        fifth = np.searchsorted(np.quantile(chance, (0.2, 0.4, 0.6, 0.8)), chance)
        parts: dict[object, Any] = {"all": np.ones(len(there), bool)}
        parts |= {("fifth", n): fifth == n for n in np.unique(fifth)}
        parts |= {("stage", n): truth.stage_at_landmark[there] == n for n in range(len(truth.entered))}
        for part, those in parts.items():
            figures.setdefault(part, []).append(share_z(won[those], chance[those]))
    for found in figures.values():
        judge(found)


def test_how_long_a_market_is_looked_at_changes_no_outcome() -> None:
    """What is kept of a lead is what becomes of it untreated, be the horizon over by then or not."""
    longer = RICH.replace("horizon 200 days", "horizon 400 days")
    assert longer != RICH
    for seed in seeds(False, 2):
        one, other = (one_block(text, seed).truth for text in (QUIET, longer))
        for name in one.__struct_fields__:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), name)


# Other ways to say the same


def test_a_persona_split_in_two_alike_changes_nothing() -> None:
    split = SIMPLE.replace("persona medium 50% { }", "persona medium 25% { }\npersona other 25% { }")
    for seed in seeds(False, 3):
        one, other = one_block(SIMPLE, seed), one_block(split, seed)
        assert set(other.truth.persona) == {0, 1, 2, 3}
        np.testing.assert_array_equal(one.truth.persona, np.array([0, 1, 1, 2])[other.truth.persona])
        np.testing.assert_array_equal(one.leads.events.time, other.leads.events.time)
        np.testing.assert_array_equal(one.truth.ended, other.truth.ended)
        np.testing.assert_array_equal(one.truth.chance, other.truth.chance)


def at_double_speed(text: str) -> str:
    """The same market with days of half the length: stays, horizon, and visits per time."""
    text = re.sub(r"(\d+) days", lambda found: f"{int(found[1]) / 2:g} days", text)
    return re.sub(r"visits ([\d.]+) per", lambda found: f"visits {2 * float(found[1]):g} per", text)


def test_at_double_speed_as_much_happens() -> None:
    """Stays are whole seconds, so that a lead in some ten thousands may differ by an event."""
    for seed in seeds(False, 4):
        one, other = one_block(SIMPLE, seed), one_block(at_double_speed(SIMPLE), seed)
        counts = [np.diff(population.leads.events.offsets) for population in (one, other)]
        assert np.count_nonzero(counts[0] != counts[1]) < 20
        np.testing.assert_array_equal(one.truth.outcome, other.truth.outcome)
        np.testing.assert_allclose(one.truth.ended, 2 * other.truth.ended, atol=8)


@pytest.mark.slow
def test_at_double_speed_the_law_of_counts_is_the_same(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        one, other = one_block(SIMPLE, seed), one_block(at_double_speed(SIMPLE), seed + 1)
        tables = [np.bincount(np.diff(p.leads.events.offsets).clip(max=30)) for p in (one, other)]
        figures.append(z_of(stats.chi2_contingency(np.stack(tables)).pvalue))
    judge(figures)
