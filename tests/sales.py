"""A market whose hot leads are called, and what is shared by its tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from leadrules.dsl.scenario.model import OUTCOMES, WON
from leadrules.simulator.draws import Draws
from leadrules.simulator.follow_up import Calls, Followed, followed, untreated
from leadrules.simulator.world import World
from tests.phase_type import RICH
from tests.test_journeys import ahead

HOUR, DAY, STEP = 3_600, 86_400, 1_000_000
SALES = """
value lognormal median 9_000 EUR spread 0.5 {
  by employees { under 50: 0.5; 50 to 249: 1; 250 and over: 2.5; unknown: 0.8 }
  more with intent 0.2
  retention 75% every 365 days
}
sales {
  capacity 6 per day
  expire after 7 days
  reached 60%, half-life 2 days
  effect 1.2 logit, half-life 3 days
  in aware times 0.5
  persona browser times 0.7
  call costs 25 EUR
  hour costs 40 EUR
}
"""

MARKET = RICH + SALES


def same(one: Any, other: Any) -> None:
    """Every array of two structs is the same to the bit."""
    for name in one.__struct_fields__:
        left, right = getattr(one, name), getattr(other, name)
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, name)
        elif hasattr(left, "__struct_fields__"):
            same(left, right)


def called(world: World, truth: Any, i: int, logit: float) -> float:
    """The chance to win of a lead that is pushed at its landmark, by its text."""
    scenario, intent = world.scenario, float(truth.intent[i])
    kind = scenario.personas[truth.persona[i]]
    if truth.stage_at_landmark[i] < 0:
        return float(truth.outcome[i] == WON)
    law = kind.stages[scenario.stages[truth.stage_at_landmark[i]]]
    shares = [branch_share(branch, intent) for branch in law.branches]
    names = [*(branch.target for branch in law.branches), law.otherwise]
    shares.append(1 - sum(shares))
    goes = [name == "won" or name not in OUTCOMES for name in names]
    p = sum(share for share, on in zip(shares, goes, strict=True) if on)
    then = special.expit(special.logit(p) + logit)
    moved = [share * (then / p if on else (1 - then) / (1 - p)) for share, on in zip(shares, goes, strict=True)]
    return float(sum(share * ahead(name, kind, intent) for share, name in zip(moved, names, strict=True)))


def branch_share(branch: Any, intent: float) -> float:
    if branch.share is not None:
        return float(branch.share.value)
    return float(special.expit(branch.constant.value + branch.slope.value * intent))


def follow_up(world: World, draws: Draws, calls: Calls, start: int, stop: int) -> Followed:
    """The leads from `start` to `stop` (excluded), once untreated and once with the calls that are made to them."""
    return followed(world, draws, untreated(world, draws, start, stop), calls)
