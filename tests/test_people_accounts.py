"""Accounts of drawn sizes: who belongs to them, and what their leads share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from leadrules.dsl.scenario.model import WON
from leadrules.simulator.accounts import draw_accounts
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import design_effect, wilson
from leadrules.simulator.people import draw_people
from leadrules.simulator.people_world import LARGEST_ACCOUNT
from leadrules.simulator.simulate import BLOCK, simulate
from tests.build import plan_of
from tests.judged import judged
from tests.people import MARKET, correlation_z
from tests.phase_type import counts_z, judge, seeds, world_of
from tests.test_draws import in_blocks, plain, same


def accounts(text: str, seed: int, runs: int = 4) -> Any:
    """The account of each lead of so many runs."""
    return draw_accounts(world_of(text), Draws(seed), 0, runs * LARGEST_ACCOUNT)[0]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "law"), [("4 on average, shape 2", (2, 3.0)), ("6 on average", (1, 5.0))])
def test_accounts_have_sizes_by_their_law(size: str, law: tuple[float, float], full: bool) -> None:
    """Of each run its first 800 accounts: nobody cuts those."""
    r, others = law
    chances = stats.nbinom(r, r / (r + others)).pmf(np.arange(20))
    figures = []
    for seed in seeds(full):
        account = accounts(MARKET.replace("4 on average, shape 2", size), seed)
        counts = np.zeros(21)
        for run in account.reshape(-1, LARGEST_ACCOUNT):
            sizes = np.unique(run, return_counts=True)[1][:800]
            assert sizes.sum() < LARGEST_ACCOUNT
            counts += np.bincount(np.minimum(sizes - 1, 20), minlength=21)
        figures.append(counts_z(counts, np.append(chances, 1.0 - chances.sum())))
    judge(figures)


def test_an_account_has_the_number_of_its_first_lead_and_its_leads_follow() -> None:
    account = accounts(MARKET, 5)
    first, size = np.unique(account, return_counts=True)
    np.testing.assert_array_equal(np.repeat(first, size), account)
    np.testing.assert_array_equal(np.cumsum(size) - size, first)
    assert set(np.arange(4) * LARGEST_ACCOUNT) <= set(first)


def test_accounts_of_one_lead_on_average_are_leads() -> None:
    alone, drawn = (MARKET.replace("size 4 on average, shape 2", size) for size in ("size 1", "size 1 on average"))
    same(in_blocks(world_of(alone), 3, [0, 3_000]), in_blocks(world_of(drawn), 3, [0, 3_000]))


CARD = """
ruleset card { version 1 }
lead { rating number; industry one of software, finance, retail }
score fit between 0 and 100 { criteria { high 60 when rating > 3.5; software 40 when industry = software } }
"""


def test_intervals_count_the_accounts_that_were_drawn() -> None:
    """The win rate's interval is that of Wilson for as many leads as these are worth, by the accounts of the data."""
    world, draws, leads = world_of(MARKET), Draws(2), 3_000
    found = judged(plan_of(CARD), world.scenario, leads, 2).metrics
    truth = simulate(world, draws, 0, leads).truth
    there = (truth.stage_at_landmark >= 0) & (truth.landmark < int(world.scenario.horizon.value))
    by = truth.landmark + int(world.scenario.window.value)
    target = ((truth.outcome == WON) & (truth.ended <= by))[there]
    effect = design_effect(target.astype(np.float64), truth.account[there])
    won = int(target.sum())
    assert (found.account_size, found.judged, found.won) == (4, len(target), won)
    assert found.base_rate == wilson(won, len(target), effect)
    plain_rate = wilson(won, len(target), 1.0)
    assert found.base_rate.high - found.base_rate.low > plain_rate.high - plain_rate.low


def test_a_lead_has_its_account_whatever_leads_are_asked_for() -> None:
    world, draws = world_of(MARKET), Draws(9)
    account, place = draw_accounts(world, draws, 0, 3 * LARGEST_ACCOUNT)
    for start, stop in ((0, 1), (8_190, 8_195), (5_000, 20_000), (LARGEST_ACCOUNT, LARGEST_ACCOUNT + 1), (7, 7)):
        part = draw_accounts(world, draws, start, stop)
        np.testing.assert_array_equal(part[0], account[start:stop])
        np.testing.assert_array_equal(part[1], place[start:stop])


def test_roles_go_by_the_place_in_the_account() -> None:
    people = draw_people(world_of(MARKET), Draws(4), 300, 5_000)
    place = np.arange(300, 5_000) - people.account
    np.testing.assert_array_equal(plain(people.fields["role"]), np.searchsorted([1, 3], place, side="right"))


def test_roles_in_accounts_of_one_size() -> None:
    people = draw_people(world_of(MARKET.replace("4 on average, shape 2", "5")), Draws(4), 3, 103)
    place = np.arange(3, 103) % 5
    np.testing.assert_array_equal(plain(people.fields["role"]), np.searchsorted([1, 3], place, side="right"))


@pytest.mark.slow
def test_an_account_has_one_value_of_what_it_shares(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        people = draw_people(world_of(MARKET), Draws(seed), 0, BLOCK)
        country = plain(people.fields["country"])
        first, at = np.unique(people.account, return_index=True)
        np.testing.assert_array_equal(country, country[at][np.searchsorted(first, people.account)])
        figures.append(counts_z(np.bincount(country[at], minlength=3), [0.5, 0.3, 0.2]))
    judge(figures)


@pytest.mark.slow
def test_leads_of_an_account_share_so_much_of_their_intent(full: bool) -> None:
    """Of two members: the account's variance over the whole, where nothing but these two make up intent."""
    text = MARKET.replace("  by source { ads: 0.5; else: 0 }\n", "").replace(", intent -0.25", "")
    figures = []
    for seed in seeds(full):
        people = draw_people(world_of(text), Draws(seed), 0, BLOCK)
        second = np.flatnonzero(np.append(False, people.account[1:] == people.account[:-1]))
        second = second[second - people.account[second] == 1]
        shared = 0.7**2 / (0.7**2 + 0.9**2)
        figures.append(correlation_z(people.intent[second], people.intent[second - 1], shared))
    judge(figures)
