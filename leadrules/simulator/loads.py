"""What fields add to the logits of ways out of stages, for the leads of a block."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from leadrules.simulator.attributes import frame
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats
from leadrules.simulator.world import World

Loads = Mapping[tuple[int, int, int], Floats]
"""By the numbers of a stage, of its exit and of a target of that: what is added to the logit (leads,), if anything is."""


def loads_of(world: World, people: People) -> Loads:
    """All that fields add."""
    said = {
        (number, place, target): loadings
        for number, stage in enumerate(world.stages)
        for place, way in enumerate(stage.exits)
        for target, loadings in enumerate(way.loadings)
        if loadings
    }
    if not said:
        return {}
    moment = frame(world, people.account, people.attributes)
    return {key: np.sum([load(moment) for load in loadings], axis=0) for key, loadings in said.items()}


def taken(loads: Loads, which: npt.NDArray[np.int64] | slice) -> Loads:
    """The same for some of the leads."""
    return {key: values[which] for key, values in loads.items()}
