"""Scenario to kinds of leads: the continuum of leads as finitely many, each with its weight.

What leads do depends on their persona, on their intent and on what fields add to the ways out of stages. Fields
that matter are cut where what they add changes; the normal parts of intent become the nodes of a Gauss-Hermite rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import Persona
from leadrules.simulator.mixture_fields import Adds, Share, adding, shares_of
from leadrules.simulator.population import Floats
from leadrules.simulator.ways import Kinds
from leadrules.simulator.world import World

NODES = 24
MOST_SORTS = 30_000
DIGITS = 12


class Sorts(Struct, frozen=True):
    """Sorts of leads: what decides where they go, how often each comes (their sum is 1), and how active it is in the
    mean, its persona's own factor left out. All (sorts,)."""

    kinds: Kinds
    weight: Floats
    activity: Floats

    def part(self, start: int, stop: int) -> Sorts:
        """Some of the sorts."""
        at = slice(start, stop)
        loads = {key: values[at] for key, values in self.kinds.loads.items()}
        return Sorts(Kinds(self.kinds.persona[at], self.kinds.intent[at], loads), self.weight[at], self.activity[at])


def sorts_of(world: World) -> Sorts | None:
    """The sorts of leads of a market; None where they are too many to be gone through."""
    adds = adding(world)
    keys = [key for key in dict.fromkeys(add.key for add in adds) if key is not None]
    personas = [_added(world, persona, adds, [None, *keys]) for persona in world.scenario.personas]
    normals = _normals(world)
    if sum(len(added) for added in personas) * len(normals) > MOST_SORTS:
        return None
    rows = [
        (number, added[0] + persona.intent.value + z, *added[1:], persona.share.value * share * weight, activity)
        for number, (persona, each) in enumerate(zip(world.scenario.personas, personas, strict=True))
        for added, share in each.items()
        for z, weight, activity in normals
    ]
    table = np.array(rows, np.float64).T
    loads = {key: table[2 + place] for place, key in enumerate(keys)}
    kinds = Kinds(table[0].astype(np.int16), table[1], loads)
    return Sorts(kinds, table[-2] / table[-2].sum(), table[-1])


def _normals(world: World) -> list[tuple[float, float, float]]:
    """The normal parts of intent together, with weights, and the mean activity of leads that have them.

    Given a lead's own part z the mean of its activity is exp(s r z - s² r² / 2), s being the spread of activity and r
    its correlation with z. Given own and account's part together, standardised, the same holds with r times the share
    of the own part in the standard deviation of both.
    """
    scenario = world.scenario
    own, spread = scenario.intent_spread.value, scenario.activity_spread.value
    both = math.hypot(own, scenario.account_spread.value)
    if not both:
        return [(0.0, 1.0, 1.0)]
    tied = spread * scenario.correlation.value * own / both
    z, weights = np.polynomial.hermite_e.hermegauss(NODES)
    activity = np.exp(tied * z - tied * tied / 2)
    rows: list[tuple[float, float, float]] = np.stack([both * z, weights / weights.sum(), activity], axis=1).tolist()
    return rows


Added = dict[tuple[float, ...], float]


def _added(world: World, persona: Persona, adds: Sequence[Adds], keys: Sequence[object]) -> Added:
    """What the fields of a persona add in all, and how often: to intent, and to the logit of each key behind that.

    Fields are independent of each other, so that the law of the sum is found one field after the other.
    """
    found: Added = {(0.0,) * len(keys): 1.0}
    for name in dict.fromkeys(add.field for add in adds):
        mine = [add for add in adds if add.field == name]
        each = [*_effects(shares_of(world, persona, name, mine), mine, keys)]
        together: Added = {}
        for before, weight in found.items():
            for effect, share in each:
                total = tuple(round(a + b, DIGITS) for a, b in zip(before, effect, strict=True))
                together[total] = together.get(total, 0.0) + weight * share
        found = together
    return found


def _effects(
    shares: Sequence[Share], adds: Sequence[Adds], keys: Sequence[object]
) -> Iterator[tuple[tuple[float, ...], float]]:
    for share in shares:
        if share.weight > 0:
            effect = [0.0] * len(keys)
            for add, amount in zip(adds, share.amounts, strict=True):
                effect[keys.index(add.key)] += amount
            yield tuple(effect), share.weight
