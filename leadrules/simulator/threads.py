"""Work on many things alike: two threads do it ahead, and what they make is handed out in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np

WORKERS = 2
Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """What `work` makes of each item, in their order. It may depend on nothing but the item.

    Threads work ahead by an item or two; nothing is kept that was handed out. What they work with is memory of their
    own, which the C library keeps for whoever works next: it is cheaper to do heavy work here than beside it.
    """
    _keep_freed_memory()
    left = iter(items)
    with ThreadPoolExecutor(WORKERS) as pool:
        waiting: deque[Future[Result]] = deque(pool.submit(work, item) for item in islice(left, WORKERS + 1))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(pool.submit(work, item) for item in islice(left, 1))


def _keep_freed_memory() -> None:
    """Let the C library keep what blocks free for the next block.

    glibc hands large freed pieces back to the system, which then zeroes them anew for every array: a third of the time
    of a block. Having seen one piece of nearly 32 MiB freed it stops doing so (mallopt(3), M_MMAP_THRESHOLD).
    Elsewhere this does nothing.
    """
    np.empty(31 << 20, np.uint8)
