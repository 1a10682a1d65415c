"""The chances of the ways out of a stage, as they are when a stay is over by itself."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.loads import Loads, taken
from leadrules.simulator.population import Floats, Small
from leadrules.simulator.world import Exit, World

SURE = 700.0  # a logit beyond which a double is 0 or 1
Which = slice | npt.NDArray[np.int64]


class Kinds(Struct, frozen=True):
    """What decides where leads go: `persona`, `intent` and `loads`, each of the same leads."""

    persona: Small
    intent: Floats
    loads: Loads

    def part(self, which: Which) -> Kinds:
        """Those of some of the leads."""
        return Kinds(self.persona[which], self.intent[which], taken(self.loads, which))


def exits(world: World, number: int, leads: Kinds) -> Iterator[tuple[Exit, Which, list[Floats]]]:
    """The exits of a stage, each with the leads that it is about and the chance of each of its targets for them.

    What is left of the chances goes to `otherwise`.
    """
    for place, way in enumerate(world.stages[number].exits):
        which: Which = slice(None) if way.personas.all() else np.flatnonzero(way.personas[leads.persona])
        persona = leads.persona[which]
        if way.shares is not None:
            yield way, which, [shares[persona] for shares in way.shares.T]
            continue
        logits = [
            constant[persona] + slope[persona] * leads.intent[which]
            for constant, slope in zip(way.constant.T, way.slope.T, strict=True)
        ]
        for target, logit in enumerate(logits):
            if (number, place, target) in leads.loads:
                logit += leads.loads[number, place, target][which]
        yield way, which, chances_of(logits)


def chances_of(logits: list[Floats]) -> list[Floats]:
    """exp(logit) over 1 and the sum of them all, of each; the 1 is the way that is left."""
    if len(logits) == 1:
        return [1.0 / (1.0 + np.exp(-np.clip(logits[0], -SURE, SURE)))]
    largest = np.maximum(np.max(logits, axis=0), 0.0)
    powers = [np.exp(logit - largest) for logit in logits]
    total = np.exp(-largest)
    for power in powers:
        total += power
    return [power / total for power in powers]
