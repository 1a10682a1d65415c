"""Stages in any order: times and chances against closed forms, equations and integrals."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.engine.columns import TRUE, Flags, Numbers
from leadrules.simulator.draws import Draws
from leadrules.simulator.laws import survival
from leadrules.simulator.population import Population
from leadrules.simulator.race import race
from leadrules.simulator.simulate import BLOCK, simulate
from tests.graph import DAY, STAGES, WINDING, market, phase_type
from tests.phase_type import SIMPLE, judge, seeds, share_z, world_of, z_of

WON, LOST, NO_DECISION, DISQUALIFIED = range(len(OUTCOMES))
SOME = 8_192


def one_block(text: str, seed: int) -> Population:
    return simulate(world_of(text), Draws(seed), 0, BLOCK)


# Laws in closed form


@pytest.mark.slow
def test_the_time_to_win_through_stages_of_two_phases_is_phase_type(full: bool) -> None:
    """gamma(2) stays are two exponential phases: by the exponential of the matrix of all phases."""
    text = market(
        """stage a { lasts gamma mean 20 days shape 2; then b 60%, else lost }
        stage b { lasts gamma mean 10 days shape 2; then c 50%, else lost }
        stage c { lasts exponential mean 12 days; then won 40%, else lost }"""
    )
    rates, onward = np.array([0.1, 0.1, 0.2, 0.2, 1 / 12]), np.array([1.0, 0.6, 1.0, 0.5, 0.4])
    grid = np.linspace(0.0, 400.0, 2001)
    exact = phase_type(rates, onward, grid)
    figures: list[list[float]] = [[], []]
    for seed in seeds(full):
        truth = one_block(text, seed).truth
        won = truth.outcome == WON
        days = (truth.ended - truth.arrival)[won] / DAY
        figures[0].append(z_of(stats.kstest(days, lambda t: np.interp(t, grid, exact)).pvalue))
        figures[1].append(share_z(won, 0.6 * 0.5 * 0.4))
    for found in figures:
        judge(found)


@pytest.mark.slow
@pytest.mark.parametrize("law", ["gamma mean 20 days shape 2", "lognormal median 20 days spread 0.9"])
def test_as_many_stays_end_by_a_deadline_as_last_longer(law: str, full: bool) -> None:
    exact = stats.gamma(2, scale=10) if law.startswith("gamma") else stats.lognorm(0.9, scale=20)
    text = market(f"stage a {{ lasts {law}; at most 25 days, then no_decision; then won 40%, else lost }}")
    figures: list[list[float]] = [[], []]
    for seed in seeds(full):
        truth = one_block(text, seed).truth
        figures[0].append(share_z(truth.outcome == NO_DECISION, float(exact.sf(25))))
        figures[1].append(share_z(truth.outcome == WON, 0.4 * float(exact.cdf(25))))
        assert (truth.ended - truth.arrival).max() == 25 * DAY
    for found in figures:
        judge(found)


@pytest.mark.slow
def test_the_first_of_several_exponential_clocks_rings_in_proportion_to_its_rate(full: bool) -> None:
    text = market(
        """stage a {
          lasts exponential mean 10 days
          at most exponential mean 20 days, then no_decision
          at most exponential mean 40 days, then disqualified
          then won 100%
        }"""
    )
    figures: list[list[float]] = [[], [], []]
    for seed in seeds(full):
        truth = one_block(text, seed).truth
        for found, (outcome, rate) in zip(
            figures, ((WON, 1 / 10), (NO_DECISION, 1 / 20), (DISQUALIFIED, 1 / 40)), strict=True
        ):
            found.append(share_z(truth.outcome == outcome, rate / (7 / 40)))
    for found in figures:
        judge(found)
    np.testing.assert_allclose(truth.chance[truth.stage_at_landmark == 0], 4 / 7, atol=1e-6)


CIRCLE = """stage a { lasts exponential mean 1 day; then b 70%, else lost }
stage b { at most BOUND times; lasts exponential mean 1 day; then won 30%, c 50%, else disqualified }
stage c { lasts exponential mean 1 day; then b 80%, else lost }"""


def circle(bound: int) -> Any:
    """P(won) from a, b and c, by the fundamental matrix of the chain in which each visit of b is a state of its own."""
    states = ["a", *(f"b{n}" for n in range(1, bound + 1)), *(f"c{n}" for n in range(1, bound + 1))]
    number = {name: i for i, name in enumerate(states)}
    through, wins = np.zeros((len(states), len(states))), np.zeros(len(states))
    through[0, number["b1"]] = 0.7
    for n in range(1, bound + 1):
        through[number[f"b{n}"], number[f"c{n}"]], wins[number[f"b{n}"]] = 0.5, 0.3
        if n < bound:
            through[number[f"c{n}"], number[f"b{n + 1}"]] = 0.8
    won = np.linalg.solve(np.eye(len(states)) - through, wins)
    return {name: won[i] for name, i in number.items()}


@pytest.mark.slow
@pytest.mark.parametrize("bound", [1, 3, 20])
def test_chances_in_a_loop_solve_its_equations(bound: int, full: bool) -> None:
    expected = circle(bound)
    if bound == 20:  # nearly a loop without a bound, whose equations are three
        three = np.linalg.solve([[1, -0.7, 0], [0, 1, -0.5], [0, -0.8, 1]], [0, 0.3, 0])
        np.testing.assert_allclose([expected["a"], expected["b1"]], three[:2], rtol=1e-6)
    figures = []
    text = market(CIRCLE.replace("BOUND", str(bound)), landmark="36 hours after arrival")
    for seed in seeds(full):
        found = one_block(text, seed)
        truth = found.truth
        figures.append(share_z(truth.outcome == WON, expected["a"]))
        been = np.zeros(BLOCK, np.int64)
        for stay in found.stays:
            been[stay.who] += (stay.stage == 1) & (stay.start <= truth.landmark[stay.who])
        for stage, name in enumerate("abc"):
            for n in np.unique(been[truth.stage_at_landmark == stage]):
                here = (truth.stage_at_landmark == stage) & (been == n)
                np.testing.assert_allclose(truth.chance[here], expected[name if name == "a" else f"{name}{n}"])
    judge(figures)


# Leads win as often as their chances say


@pytest.mark.slow
def test_leads_win_as_often_as_their_chances_say(full: bool) -> None:
    """At the landmark: all together, by stage, by chance, by time spent in the stage, and by visits."""
    figures: dict[object, list[float]] = {}
    for seed in seeds(full):
        found = simulate(world_of(WINDING), Draws(seed), 0, SOME)
        truth = found.truth
        since, talks = np.zeros(SOME, np.int64), np.zeros(SOME, np.int64)
        for stay in found.stays:
            inside = stay.start <= truth.landmark[stay.who]
            since[stay.who[inside]] = stay.start[inside]
            talks[stay.who] += inside & (stay.stage == 1)
        there = np.flatnonzero((truth.stage_at_landmark >= 0) & (truth.chance > 0))
        chance, won = truth.chance[there], truth.outcome[there] == WON
        stage, days = truth.stage_at_landmark[there], (truth.landmark - since)[there] / DAY
        parts: dict[object, Any] = {("stage", n): stage == n for n in range(4)}
        for n, fifth in enumerate(np.array_split(np.argsort(chance), 5)):
            parts["fifth", n] = np.isin(np.arange(len(there)), fifth)
        for low, high in ((0, 3), (3, 8), (8, 15), (15, 40)):
            for n in range(4):
                parts["spent", n, low] = (stage == n) & (days >= low) & (days < high)
        parts |= {("talks", n): talks[there] == n for n in range(4)}
        for part, those in parts.items():
            if chance[those].sum() > 20:
                figures.setdefault(part, []).append(share_z(won[those], chance[those]))
    assert len(figures) > 20
    for few in figures.values():
        judge(few)


def test_chances_by_clocks_are_integrals() -> None:
    """Each clock's chance against adaptive quadrature by scipy, at entry and later, for laws smooth and not."""
    stages = """stage a {
      lasts LAW, faster with intent 0.5, at least 2 days
      at most lognormal median 9 days spread 0.7, then no_decision
      at most as in { 0%: 3 days; 50%: 9 days; 100%: 30 days }, then disqualified
      at most mixture { 80% gamma mean 12 days shape 3; 20% exactly 11 days }, then lost
      at most 21 days, then lost
      then won 100%
    }"""
    for law in ("gamma mean 15 days shape 1.5", "as in { 0%: 1 day; 60%: 9 days; 100%: 50 days }", "exactly 14 days"):
        stage = world_of(market(stages.replace("LAW", law), people="persona one 100% { }\nintent { spread 1 }")).stages[
            0
        ]
        intent = np.array([-0.6, 0.0, 0.8])
        for spent in (None, np.array([1, 4 * DAY, 6 * DAY])):
            found = race(stage, np.zeros(3, np.int16), intent, spent)
            for lead in range(3):
                since = 0.0 if spent is None else float(spent[lead])
                expected = integrals(stage, float(intent[lead]), since)
                np.testing.assert_allclose(found[:, lead], expected, atol=2e-6)  # stays are whole seconds


def integrals(stage: Any, intent: float, since: float) -> list[float]:
    laws = [clock.laws[0] for clock in stage.clocks]
    least, stretch = float(stage.least[0]), math.exp(0.5 * intent)

    def stays(t: float) -> float:
        return 1.0 if t <= least else float(survival(stage.lasts.each[0], np.array(t * stretch)))

    def runs(number: int, t: float) -> float:
        if number == 3:
            return float(t <= 21 * DAY)
        return float(survival(laws[number], np.array(t)))

    def rest(number: int, t: float) -> float:
        return stays(t) * math.prod(runs(n, t) for n in range(4) if n != number)

    breaks = sorted(
        {since, *(day * DAY for day in (2, 3, 9, 11, 21, 30)), *(d * DAY / stretch for d in (1, 9, 14, 50))}
    )
    breaks = [t for t in breaks if since <= t <= 21 * DAY]
    found = []
    for number in range(3):
        total = 0.0
        for low, high in itertools.pairwise(breaks):
            inner = (low + 1e-7, high - 1e-7)
            total += integrate.quad(lambda t, n=number: rest(n, t) * density(n, t), *inner, epsabs=1e-9)[0]
        found.append(total)
    found[2] += 0.2 * rest(2, 11 * DAY) * (since < 11 * DAY)
    found.append(stays(21 * DAY + 1) * math.prod(runs(n, 21 * DAY) for n in range(3)))
    still = stays(since) * math.prod(runs(n, since) for n in range(3))
    return [value / still for value in found]


def density(number: int, t: float) -> float:
    if number == 0:
        return float(stats.lognorm(0.7, scale=9 * DAY).pdf(t))
    if number == 1:
        return 0.5 / (6 * DAY) if 3 * DAY < t < 9 * DAY else 0.5 / (21 * DAY) if t < 30 * DAY and t > 9 * DAY else 0.0
    return 0.8 * float(stats.gamma(3, scale=4 * DAY).pdf(t))


# Ways that depend on fields


@pytest.mark.slow
def test_leads_go_each_way_as_their_logits_say(full: bool) -> None:
    figures: dict[object, list[float]] = {}
    for seed in seeds(full):
        found = simulate(world_of(WINDING), Draws(seed), 0, SOME)
        who = next(stay for stay in found.stays if stay.stage == 0).who
        customer, employees = (found.leads.fields[name].take(who) for name in ("customer", "employees"))
        assert isinstance(customer, Flags) and isinstance(employees, Numbers)
        size = np.where(np.isnan(employees.values), 0.0, np.where(employees.values < 50, -0.5, 0.5))
        flag = customer.values == TRUE
        logits = [0.6 + 0.5 * found.truth.intent[who], -1 + 0.8 * flag + size]
        whole = 1 + np.exp(logits[0]) + np.exp(logits[1])
        lasted = found.stays[0].end - found.stays[0].start < 40 * DAY
        went = [
            (found.truth.entered[n] == found.stays[0].end) & lasted
            for n in (STAGES.index("talk"), STAGES.index("decide"))
        ]
        for name, those in {"all": lasted, "flag": lasted & flag, "small": lasted & (size < 0)}.items():
            for n, logit in enumerate(logits):
                figures.setdefault((name, n), []).append(share_z(went[n][those], (np.exp(logit) / whole)[those]))
    for few in figures.values():
        judge(few)


@functools.cache
def simple_chances() -> Any:
    return simulate(world_of(SIMPLE), Draws(2), 0, 2_000).truth.chance


def test_a_circle_that_nobody_is_led_into_leaves_chances_as_they_are() -> None:
    text = re_then(SIMPLE)
    assert text != SIMPLE
    np.testing.assert_allclose(simulate(world_of(text), Draws(2), 0, 2_000).truth.chance, simple_chances())


def re_then(text: str) -> str:
    return text.replace(
        "stage awareness {", "stage awareness {\n  at most 2 times\n  at most 300_000 days, then awareness\n", 1
    )
