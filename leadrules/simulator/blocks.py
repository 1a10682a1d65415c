"""The leads of a market, block by block: worked out ahead by threads, handed out in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World

WORKERS = 2
Progress = Callable[[int], None]
Result = TypeVar("Result")


def populations(world: World, draws: Draws, leads: int) -> Iterator[Population]:
    """The leads of a market, block after block, in their order."""
    for _, _, population in blocks(lambda a, b: simulate(world, draws, a, b), leads):
        yield population


def blocks(work: Callable[[int, int], Result], leads: int) -> Iterator[tuple[int, int, Result]]:
    """What `work` makes of each block of leads, in their order: first lead, number of leads, result.

    Two threads work ahead by a block or two; nothing is kept that was handed out.
    """
    _keep_freed_memory()
    ranges = iter([(a, min(a + BLOCK, leads)) for a in range(0, leads, BLOCK)])
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[tuple[int, int, Future[Result]]] = deque()
        while True:
            while len(waiting) < WORKERS + 1 and (following := next(ranges, None)):
                waiting.append((*following, pool.submit(work, *following)))
            if not waiting:
                return
            start, stop, future = waiting.popleft()
            yield start, stop - start, future.result()


def _keep_freed_memory() -> None:
    """Let the C library keep what blocks free for the next block.

    glibc hands large freed pieces back to the system, which then zeroes them anew for every array: a third of the time
    of a block. Having seen one piece of nearly 32 MiB freed it stops doing so (mallopt(3), M_MMAP_THRESHOLD).
    Elsewhere this does nothing.
    """
    np.empty(31 << 20, np.uint8)
