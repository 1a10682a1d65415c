"""Stages as a graph: loops with a bound, clocks, ways that depend on fields; and P(won) from wherever a lead stands."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.scenario.write import write
from leadrules.dsl.source import Source
from leadrules.engine.columns import TRUE, Codes, Flags, Numbers
from leadrules.simulator.draws import Draws
from leadrules.simulator.laws import survival
from leadrules.simulator.population import Population
from leadrules.simulator.race import race
from leadrules.simulator.simulate import BLOCK, simulate
from tests.graph import DAY, WINDING, market, phase_type
from tests.phase_type import RICH, SIMPLE, judge, seeds, share_z, world_of, z_of
from tests.test_draws import columns, in_blocks, same, uniform

WON, LOST, NO_DECISION, DISQUALIFIED = range(len(OUTCOMES))
SOME = 8_192
FORMAT = Path(__file__).parent / "format" / "stages.scenario"
FAR = 1_000_000_000_000
STAGES = world_of(WINDING).scenario.stages


def one_block(text: str, seed: int) -> Population:
    return simulate(world_of(text), Draws(seed), 0, BLOCK)


# How it is written


@pytest.mark.parametrize("text", [FORMAT.read_text(encoding="utf-8"), WINDING], ids=["format", "winding"])
def test_what_is_written_reads_the_same(text: str) -> None:
    tree = parse(Source("market", text))
    written = write(tree)
    assert parse(Source("written", written)) == tree
    assert write(parse(Source("written", written))) == written
    assert (written == text) == text.startswith("#")


# However a lead is simulated


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**63), st.lists(st.integers(0, 400), max_size=6), st.integers(0, 10**7))
def test_blocks_cut_anywhere_give_the_same_journeys(seed: int, cuts: list[int], first: int) -> None:
    world, whole = world_of(WINDING), sorted({first, first + 400})
    same(in_blocks(world, seed, whole), in_blocks(world, seed, sorted({*whole, *(first + cut for cut in cuts)})))


def stays_of(population: Population, lead: int) -> list[tuple[int, int, int, int]]:
    """The stays of a lead: stage, visit, start, end."""
    found = []
    for stay in population.stays:
        for i in np.flatnonzero(stay.who == lead):
            found.append((stay.stage, int(stay.visit[i]), int(stay.start[i]), int(stay.end[i])))
    return found


def test_one_lead_alone_is_its_part_of_the_whole() -> None:
    world, whole = world_of(WINDING), simulate(world_of(WINDING), Draws(3), 0, 3_000)
    for lead in (0, 5, 1_234, 2_999):
        alone = simulate(world, Draws(3), lead, lead + 1)
        assert stays_of(alone, 0) == stays_of(whole, lead)
        events = slice(*whole.leads.events.offsets[lead : lead + 2].tolist())
        np.testing.assert_array_equal(alone.leads.events.time, whole.leads.events.time[events])


def test_stays_follow_each_other_and_make_up_the_ledger() -> None:
    found = simulate(world_of(WINDING), Draws(8), 0, 2_000)
    truth, again = found.truth, 0
    for lead in range(2_000):
        stays = stays_of(found, lead)
        assert stays[0][2] == truth.arrival[lead]
        assert all(before[3] == after[2] for before, after in itertools.pairwise(stays))
        assert stays[-1][3] == truth.ended[lead]
        for stage in range(4):
            mine = [stay for stay in stays if stay[0] == stage]
            assert [stay[1] for stay in mine] == list(range(len(mine)))
            assert truth.entered[stage, lead] == (mine[0][2] if mine else -1)
            assert stage != 1 or len(mine) <= 3
            again += len(mine) > 1
        here = [stay[0] for stay in stays if stay[2] <= truth.landmark[lead] < stay[3]]
        assert truth.stage_at_landmark[lead] == (here[0] if here else -1)
    assert again > 300


# One lead worked out with plain numbers


def plain_fields(population: Population, lead: int) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, column in population.leads.fields.items():
        if isinstance(column, Codes):
            code = int(column.codes[lead])
            fields[name] = column.dictionary.values[code] if code >= 0 else None
        elif isinstance(column, Flags):
            fields[name] = int(column.values[lead]) == TRUE
        elif isinstance(column, Numbers):
            value = float(column.values[lead])
            fields[name] = None if math.isnan(value) else value
    return fields


def by_hand(seed: int, population: Population, lead: int) -> Iterator[tuple[int, int, int, int]]:
    """The stays of a lead of the winding market by its text, then where it ends as a stay of no length."""
    truth, fields = population.truth, plain_fields(population, lead)
    persona, intent = int(truth.persona[lead]), float(truth.intent[lead])
    names = list(STAGES)
    now, stage, been = int(truth.arrival[lead]), "aware", dict.fromkeys(names, 0)
    while stage in names:
        visit = been[stage]
        been[stage] += 1

        def u(what: str, stage: str = stage, visit: int = visit) -> float:
            return uniform(seed, f"stages/{stage}/{what}", lead, visit)

        width, target = plain_stay(stage, persona, intent, fields, u)
        if target == "talk" and been["talk"] == 3:
            target = {"aware": "lost", "rest": "disqualified", "decide": "lost"}[stage]
        if target == "won" and persona == 2:
            target = "lost"
        yield names.index(stage), visit, now, now + width
        now, stage = now + width, target
    yield 4 + OUTCOMES.index(stage), 0, now, now


def ticks(days: float) -> int:
    return max(1, math.floor(days * DAY))


def plain_stay(stage: str, persona: int, intent: float, fields: dict[str, Any], u: Any) -> tuple[int, str]:
    clocks: list[tuple[int, str]] = []
    way = "none"
    if stage == "aware":
        part = stats.lognorm(0.8, scale=8) if u("lasts/part") < 0.7 else stats.gamma(2, scale=10)
        days = part.isf(u("lasts")) * math.exp(-0.2 * intent)
        employees = fields["employees"]
        size = 0.0 if employees is None else -0.5 if employees < 50 else 0.5
        odds = {"talk": math.exp(0.6 + 0.5 * intent), "decide": math.exp(-1 + 0.8 * fields["customer"] + size)}
        way = picked(odds, 1.0, "lost", u("then"))
        clocks = [(ticks(40), "no_decision")]
    elif stage == "talk":
        days = max(1.0, stats.gamma(2.5, scale=4).isf(u("lasts")) * math.exp(-0.3 * intent))
        if persona == 1:
            days = -12 * math.log(u("lasts"))
            clocks = [(ticks(9), "decide")]
        else:
            clocks = [(ticks(-25 * math.log(u("deadlines/1"))), "lost"), (ticks(20), "rest")]
        way = "decide" if u("then") < 0.55 else "rest"
    elif stage == "rest":
        days = float(np.interp(1 - u("lasts"), [0, 0.5, 0.9, 1], [1, 6, 15, 40]))
        way = "talk" if u("then") < special.expit(-0.3 + 0.4 * intent) else "disqualified"
    else:
        days = stats.weibull_min(1.4, scale=9 / math.gamma(1 + 1 / 1.4)).isf(u("lasts"))
        role = {"head": 0.6, None: -0.2}.get(fields["role"], 0.0)
        odds = {"won": math.exp(-0.5 + 0.9 * intent + role), "talk": math.exp(-1)}
        way = picked(odds, 1.0, "lost", u("then"))
        clocks = [(ticks(stats.lognorm(0.7, scale=20).isf(u("deadlines/1"))), "rest")]
    first = min(clocks, key=lambda clock: clock[0], default=(FAR, ""))
    return first if first[0] < ticks(days) else (ticks(days), way)


def picked(odds: dict[str, float], rest: float, otherwise: str, u: float) -> str:
    whole, reached = sum(odds.values()) + rest, 0.0
    for target, weight in odds.items():
        reached += weight / whole
        if u < reached:
            return target
    return otherwise


def test_a_lead_worked_out_by_hand_is_the_lead_of_a_block() -> None:
    for seed in seeds(False, 2):
        found = simulate(world_of(WINDING), Draws(seed), 0, 400)
        for lead in range(400):
            *stays, end = by_hand(seed, found, lead)
            told = stays_of(found, lead)
            assert [stay[:2] for stay in stays] == [stay[:2] for stay in told]
            np.testing.assert_allclose([stay[2:] for stay in stays], [stay[2:] for stay in told], atol=2 * len(told))
            assert end[0] - 4 == found.truth.outcome[lead]


AGAIN = """event page
stage only {
  at most 3 times
  lasts exactly 1 day
  visits 4 per day
  events { page 100% }
  then only 80%, else lost
}"""


def test_each_visit_of_a_stage_has_its_own_events() -> None:
    """Their draws are those of the stage, from the number visit << 56 on."""
    seed = 7
    found = simulate(world_of(market(AGAIN)), Draws(seed), 0, 600)
    ticks = found.leads.events.time // 1_000_000 - 1_767_571_200
    compared = [0, 0, 0]
    for lead in range(600):
        rows = slice(*found.leads.events.offsets[lead : lead + 2].tolist())
        expected = []
        for _, visit, start, _ in stays_of(found, lead):
            count = int(stats.poisson.ppf(uniform(seed, "stages/only/visits", lead, visit << 56), 4))
            draws = [uniform(seed, "stages/only/times", lead, (visit << 56) + k) for k in range(count)]
            expected += [start + math.floor(u * DAY) for u in draws]
            compared[visit] += count
        assert sorted(expected) == ticks[rows].tolist()
    assert min(compared) > 1_000


# What is not used changes nothing

NEVER = {
    "a clock that never rings": (
        "lasts exactly 5 days",
        "lasts exactly 5 days; at most 300_000 days, then no_decision",
    ),
    "a bound that is never reached": ("stage test {", "stage test { at most 1 times;"),
    "a least that all stays have": ("lasts exactly 5 days", "lasts exactly 5 days, at least 5 days"),
    "a mixture of one": ("lasts exactly 5 days", "lasts mixture { 100% exactly 5 days }"),
    "a flag that adds nothing": ("logit -0.2 + 0.9 * intent", "logit -0.2 + 0.9 * intent + 0 * customer"),
    "a way that nobody takes": ("then won logit -0.2", "then disqualified logit -900, won logit -0.2"),
}


@pytest.mark.parametrize("what", NEVER)
def test_what_never_acts_changes_nothing(what: str) -> None:
    old, new = NEVER[what]
    assert RICH.count(old) == 1
    one, other = (simulate(world_of(text), Draws(6), 0, 4_000) for text in (RICH, RICH.replace(old, new)))
    before, after = columns(one), columns(other)
    chance, again = before.pop("chance"), after.pop("chance")
    same(before, after)
    np.testing.assert_allclose(again, chance, rtol=1e-12)


def test_what_comes_in_one_stage_is_felt_in_no_earlier_one() -> None:
    """The first visits of all stages stay as they are, whatever later visits there are."""
    text = RICH.replace("stage test {", "stage test { at most 4 times;")
    back = text.replace(
        "then won logit -0.2 + 0.9 * intent, else lost\n}", "then test logit -0.5, won logit 0, else lost\n}"
    )
    assert back != text
    one, other = (simulate(world_of(each), Draws(6), 0, 4_000).truth for each in (RICH, back))
    straight = (one.entered[2] >= 0) | (other.entered[2] < 0)
    np.testing.assert_array_equal(one.entered[:, straight], other.entered[:, straight])
    assert (other.entered[2] > one.entered[3]).any()


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
