"""How often leads may come to stages: a state of a lead is how often it has come to each that has a bound."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.simulator.population import Small
from leadrules.simulator.world import World

Numbers = npt.NDArray[np.int64]


class Bounds(Struct, frozen=True):
    """States as numbers below `states`, whose digits are the visits of the stages with a bound.

    Both (stages and outcomes,): `most`, how often a lead comes at most, and `strides`, what a visit adds to the state;
    0 where there is no bound.
    """

    most: Numbers
    strides: Numbers
    states: int

    def state(self, been: Small) -> Numbers:
        """The states of leads that have come to each stage so often, (stages, leads)."""
        return np.asarray(self.strides[: len(been)] @ been.astype(np.int64))

    def entered(self, state: int | Numbers, target: int | Numbers, otherwise: int | Numbers) -> tuple[Numbers, Numbers]:
        """The state and place of who would go to a target from a state; `otherwise` if it has been there too often."""
        most, stride = self.most[target], self.strides[target]
        is_open = (most == 0) | (state // np.maximum(stride, 1) % (most + 1) < most)
        return np.where(is_open, state + stride, state), np.where(is_open, target, otherwise)


def bounds_of(world: World) -> Bounds:
    """The bounds of a market."""
    most = np.array([*(stage.bound for stage in world.stages), *(0 for _ in OUTCOMES)])
    strides = np.where(most > 0, np.cumprod([1, *(most[:-1] + 1)]), 0)
    return Bounds(most, strides, math.prod((most + 1).tolist()))
