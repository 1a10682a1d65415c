"""World and draws to accounts: which one each lead belongs to, and its place in it."""

from __future__ import annotations

import numpy as np

from leadrules.simulator.draws import Draws, at
from leadrules.simulator.people_world import LARGEST_ACCOUNT
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.world import World


def draw_accounts(world: World, draws: Draws, start: int, stop: int) -> tuple[Ticks, Ticks]:
    """The account of the leads from number `start` to `stop` (excluded), and the place of each in its account, from 0.

    Accounts of one size are counted. Where sizes are drawn, an account has the number of its first lead. Leads belong
    to accounts in the order of their numbers, and in each 8,192 of them anew, so that the account of a lead is a
    function of the seed and its number; the last account of these is cut where they end.
    """
    leads = np.arange(start, stop)
    sizes = world.people.sizes
    if sizes is None:
        account = leads // world.scenario.account_size
        return account, leads - account * world.scenario.account_size
    runs = range(start // LARGEST_ACCOUNT, -(-stop // LARGEST_ACCOUNT))
    first = np.concatenate([np.zeros(0, np.int64), *(_firsts(sizes, draws, run) for run in runs)])
    account = first[start - runs.start * LARGEST_ACCOUNT :][: len(leads)]
    return account, leads - account


def _firsts(sizes: Floats, draws: Draws, run: int) -> Ticks:
    """For each lead of a run, the first lead of its account."""
    state = draws.states("accounts/size", np.array([run], np.uint64))
    u = at(state, np.arange(LARGEST_ACCOUNT, dtype=np.uint64))
    others = np.minimum(np.searchsorted(sizes, u, side="right"), LARGEST_ACCOUNT - 1)
    ends = np.cumsum(others + 1)
    bounds = np.concatenate([[0], ends[ends < LARGEST_ACCOUNT], [LARGEST_ACCOUNT]])
    return run * LARGEST_ACCOUNT + np.repeat(bounds[:-1], np.diff(bounds))
