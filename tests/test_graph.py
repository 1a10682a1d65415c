"""Stages as a graph: loops with a bound, clocks and ways, one lead worked out by hand, and what changes nothing."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.scenario.write import write
from leadrules.dsl.source import Source
from leadrules.engine.columns import TRUE, Codes, Flags, Numbers
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import simulate
from tests.graph import DAY, STAGES, WINDING, market
from tests.phase_type import RICH, seeds, world_of
from tests.test_draws import columns, in_blocks, same, uniform

FORMAT = Path(__file__).parent / "format" / "stages.scenario"
FAR = 1_000_000_000_000


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
