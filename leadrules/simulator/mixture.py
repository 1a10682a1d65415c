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
from leadrules.simulator.gamma import gamma_quantile
from leadrules.simulator.latent import below
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
    normals = _normals(world)
    comings = [*_comings(world, adds, [None, *keys])]
    if sum(len(coming.added) for coming in comings) * len(normals) > MOST_SORTS:
        return None
    rows = [
        (coming.persona, added[0] + coming.intent + z, *added[1:], coming.share * share * weight, coming.activity * act)
        for coming in comings
        for added, share in coming.added.items()
        for z, weight, act in normals
    ]
    table = np.array(rows, np.float64).T
    loads = {key: table[2 + place] for place, key in enumerate(keys)}
    kinds = Kinds(table[0].astype(np.int16), table[1], loads)
    return Sorts(kinds, table[-2] / table[-2].sum(), table[-1])


Added = dict[tuple[float, ...], float]


class Coming(Struct, frozen=True):
    """Leads of a persona that come by a channel: their share of all, what both say of their intent, how many times as
    active the channel's are, and what their fields add, with how often."""

    persona: int
    share: float
    intent: float
    activity: float
    added: Added


def _comings(world: World, adds: Sequence[Adds], keys: Sequence[object]) -> Iterator[Coming]:
    for number, persona in enumerate(world.scenario.personas):
        if not world.scenario.channels:
            yield Coming(number, persona.share.value, persona.intent.value, 1.0, _added(world, persona, 0, adds, keys))
            continue
        whole = sum(share.value for share in persona.channels)
        for place, (channel, share) in enumerate(zip(world.scenario.channels, persona.channels, strict=True)):
            if share.value > 0:
                part, intent = persona.share.value * share.value / whole, persona.intent.value + channel.intent.value
                yield Coming(number, part, intent, channel.activity.value, _added(world, persona, place, adds, keys))


def _normals(world: World) -> list[tuple[float, float, float]]:
    """The normal parts of intent together, with weights, and the mean activity of leads that have them.

    Activity follows a normal draw that goes with a lead's own part, and so with the sum of own and account's part, only
    less: by its correlation times the share of the own part in the standard deviation of both.
    """
    scenario = world.scenario
    own = scenario.intent_spread.value
    both = math.hypot(own, scenario.account_spread.value)
    if not both:
        return [(0.0, 1.0, 1.0)]
    correlation = dict(world.people.weights.get("activity", ())).get("intent", 0.0)
    z, weights = np.polynomial.hermite_e.hermegauss(NODES)
    activity = _activity(world, correlation * own / both, z)
    rows: list[tuple[float, float, float]] = np.stack([both * z, weights / weights.sum(), activity], axis=1).tolist()
    return rows


def _activity(world: World, tied: float, z: Floats) -> Floats:
    """The mean of activity given a standard normal that goes with the one behind it by `tied`.

    Of a lognormal one in closed form, exp(s r z - s² r² / 2); of a gamma one by another Gauss-Hermite rule.
    """
    spread = world.scenario.activity_spread.value
    if not spread or not tied:
        return np.ones(len(z))
    if world.scenario.frailty == "lognormal":
        return np.asarray(np.exp(spread * tied * z - (spread * tied) ** 2 / 2))
    w, weights = np.polynomial.hermite_e.hermegauss(4 * NODES)
    behind = tied * z[:, None] + math.sqrt(max(1.0 - tied * tied, 0.0)) * w
    shape = spread**-2
    found = gamma_quantile(np.asarray(shape), below(-behind.ravel())).reshape(behind.shape) / shape
    return np.asarray(found @ (weights / weights.sum()))


def _added(world: World, persona: Persona, channel: int, adds: Sequence[Adds], keys: Sequence[object]) -> Added:
    """What the fields of a persona's leads of a channel add in all, and how often: to intent, and to the logit of each key behind that.

    Fields are independent of each other, so that the law of the sum is found one field after the other.
    """
    found: Added = {(0.0,) * len(keys): 1.0}
    for name in dict.fromkeys(add.field for add in adds):
        mine = [add for add in adds if add.field == name]
        each = [*_effects(shares_of(world, persona, channel, name, mine), mine, keys)]
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
