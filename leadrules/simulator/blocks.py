"""The leads of a market, block by block: worked out ahead by threads, handed out in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.threads import in_order
from leadrules.simulator.world import World

Progress = Callable[[int], None]
Result = TypeVar("Result")


def populations(world: World, draws: Draws, leads: int) -> Iterator[Population]:
    """The leads of a market, block after block, in their order."""
    for _, _, population in blocks(lambda a, b: simulate(world, draws, a, b), leads):
        yield population


def blocks(work: Callable[[int, int], Result], leads: int) -> Iterator[tuple[int, int, Result]]:
    """What `work` makes of each block of leads, in their order: first lead, number of leads, result."""
    ranges = [(a, min(a + BLOCK, leads)) for a in range(0, leads, BLOCK)]
    for (start, stop), found in zip(ranges, in_order(lambda block: work(*block), ranges), strict=True):
        yield start, stop - start, found
