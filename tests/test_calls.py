"""What a call does to a journey: it pushes leads on, and touches nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from leadrules.dsl.scenario.model import WON
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import Calls, nudged
from leadrules.simulator.journeys import Journeys, walk
from leadrules.simulator.nudge import Nudge, Push, pushed
from leadrules.simulator.people import draw_people
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World
from tests.phase_type import judge, seeds, share_z, world_of
from tests.sales import DAY, HOUR, MARKET, called, same
from tests.test_journeys import QUIET

# What a push does to the ways out of a stage


@st.composite
def exits(draw: st.DrawFn) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The shares of two to four ways out, and which of them go on."""
    ways = draw(st.integers(2, 4))
    parts = draw(st.lists(st.integers(0, 20), min_size=ways, max_size=ways).filter(any))
    return np.array(parts) / sum(parts), np.array(draw(st.lists(st.booleans(), min_size=ways, max_size=ways)))


N = 40_000
GRID = (np.arange(N) + 0.5) / N
COIN = np.random.default_rng(5).permutation(GRID)


def ways(shares: Any, onward: Any, logit: float) -> Any:
    """The ways of leads whose draws lie evenly in (0, 1)."""
    chances = [np.full(N, share) for share in shares[:-1]]
    choice = np.zeros(N, np.uint8)
    reached = np.zeros(N)
    for chance in chances:
        reached += chance
        choice += np.greater_equal(GRID, reached).view(np.uint8)
    return pushed(chances, choice, GRID, Push(np.full(N, logit), COIN), onward)


@settings(deadline=None)
@given(exits(), st.floats(-4, 4))
def test_a_push_adds_to_the_log_odds_of_going_on(exit: tuple[Any, Any], logit: float) -> None:
    shares, onward = exit
    p = shares[onward].sum()
    expected = shares.copy()
    if 0 < p < 1:
        then = special.expit(special.logit(p) + logit)
        expected = np.where(onward, shares * then / p, shares * (1 - then) / (1 - p))
    found = np.bincount(ways(shares, onward, logit), minlength=len(shares)) / N
    np.testing.assert_allclose(found, expected, atol=0.01)
    assert found[onward].sum() == pytest.approx(expected[onward].sum(), abs=5 / N)


@settings(deadline=None)
@given(exits(), st.floats(0, 4), st.floats(0, 4), st.sampled_from([-1, 1]))
def test_a_larger_push_moves_whom_a_smaller_one_moves_to_the_same_way(
    exit: tuple[Any, Any], one: float, other: float, sign: int
) -> None:
    none, less, more = (ways(*exit, sign * logit) for logit in (0.0, min(one, other), max(one, other)))
    moved = less != none
    np.testing.assert_array_equal(more[moved], less[moved])
    changed = more != none
    assert (exit[1][none[changed]] == (sign < 0)).all()
    assert (exit[1][more[changed]] == (sign > 0)).all()


# What a call does to a journey


def nudge_of(world: World, truth: Any, logit: Any, draws: Draws) -> Nudge:
    """Everybody is pushed at the landmark."""
    ids = np.arange(len(truth.landmark), dtype=np.uint64)
    amount = np.broadcast_to(np.float64(logit), len(ids))
    return Nudge(truth.landmark, amount, draws.uniforms("sales/way", ids), np.ones(len(world.stages)))


def journeys(text: str, seed: int, logit: float | None, leads: int) -> tuple[World, Any, Journeys]:
    world, draws = world_of(text), Draws(seed)
    truth = simulate(world, draws, 0, leads).truth
    nudge = None if logit is None else nudge_of(world, truth, logit, draws)
    return world, truth, walk(world, draws, draw_people(world, draws, 0, leads), nudge)


def test_a_push_of_nothing_leaves_every_journey_as_it_is() -> None:
    for seed in seeds(False, 3):
        _, truth, none = journeys(QUIET, seed, None, 5_000)
        _, _, nothing = journeys(QUIET, seed, 0.0, 5_000)
        same(none, nothing)
        for one, other in zip(none.stays, nothing.stays, strict=True):
            same(one, other)
        np.testing.assert_array_equal(none.outcome, truth.outcome)


def test_what_was_before_a_call_and_who_is_called_too_late_stay_as_they_are() -> None:
    _, truth, none = journeys(QUIET, 4, None, 8_000)
    _, _, much = journeys(QUIET, 4, 6.0, 8_000)
    changed = (none.outcome != much.outcome) | (none.ended != much.ended)
    assert changed.any()
    assert (truth.stage_at_landmark[changed] >= 0).all()
    for one, other in zip(none.stays, much.stays, strict=True):
        start = np.full(8_000, -1)
        start[other.who] = other.start
        earlier = one.start <= truth.landmark[one.who]
        np.testing.assert_array_equal(start[one.who[earlier]], one.start[earlier])


@pytest.mark.slow
@pytest.mark.parametrize("logit", [0.8, -1.1])
def test_leads_that_are_called_win_as_often_as_the_closed_form_says(logit: float, full: bool) -> None:
    """Stage by stage: the shares of the ways out are moved by the push, and from there on nothing is."""
    figures: dict[int, list[float]] = {}
    for seed in seeds(full):
        world, truth, treated = journeys(QUIET, seed, logit, 4_000)
        expected = np.array([called(world, truth, i, logit) for i in range(4_000)])
        for stage in range(len(world.stages)):
            there = np.flatnonzero((truth.stage_at_landmark == stage) & (expected > 0))
            figures.setdefault(stage, []).append(share_z(treated.outcome[there] == WON, expected[there]))
    for found in figures.values():
        judge(found)


def test_a_call_at_the_last_tick_of_a_stage_counts_there_and_one_at_the_next_does_not() -> None:
    ones = np.ones(4)
    nudge = Nudge(np.array([9, 10, 19, 20]), ones, ones, np.array([5.0, 2.0]))
    found = nudge.of_stay(1, np.arange(4), np.full(4, 10), np.full(4, 20))
    assert found.logit.tolist() == [0, 2, 2, 0]


def test_a_call_is_as_strong_as_its_market_says() -> None:
    """In bulk, what is written: the effect, halved every three days of waiting, times persona, times stage."""
    world, draws = world_of(MARKET.replace("reached 60%, half-life 2 days", "reached 100%")), Draws(6)
    people, lead = draw_people(world, draws, 0, 300), np.arange(0, 300, 2)
    hot = people.arrival[lead] + DAY
    found = nudged(world, draws, people, lead, Calls(lead, hot, hot + lead * HOUR))
    persona = np.array([kind.name == "browser" for kind in world.scenario.personas])[people.persona[lead]]
    expected = 1.2 * 0.5 ** (lead / 72) * np.where(persona, 0.7, 1.0)
    assert persona.any()
    np.testing.assert_allclose(found.logit[lead], expected, rtol=1e-12)
    np.testing.assert_array_equal(found.at[lead], hot + lead * HOUR)
    assert (found.at[1::2] == -1).all()
    assert found.stages.tolist() == [0.5 if name == "aware" else 1.0 for name in world.scenario.stages]
