"""Tools run in turns, so that whatever else the machine does slows all of them alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence

from msgspec import Struct


class Runner(Struct, frozen=True):
    """A tool. `run` does the work of one round, whose number it is given, and says how much work that was."""

    name: str
    run: Callable[[int], float]


class Laps(Struct, frozen=True):
    """What a tool did in each round, and in how many seconds."""

    name: str
    work: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds of the round in the middle."""
        return statistics.median(self.seconds)

    @property
    def rates(self) -> tuple[float, ...]:
        """Work a second of each round."""
        return tuple(work / seconds for work, seconds in zip(self.work, self.seconds, strict=True))

    @property
    def rate(self) -> float:
        """Work a second of the round in the middle."""
        return statistics.median(self.rates)


def race(runners: Sequence[Runner], rounds: int) -> list[Laps]:
    """Run every tool once a round, forwards in one round and backwards in the next."""
    found: dict[str, list[tuple[float, float]]] = {runner.name: [] for runner in runners}
    for number in range(rounds):
        for runner in runners if number % 2 == 0 else reversed(runners):
            found[runner.name].append(_timed(runner, number))
    return [Laps(name, *zip(*laps, strict=True)) for name, laps in found.items()]


def _timed(runner: Runner, number: int) -> tuple[float, float]:
    """Work and seconds, Python's garbage collector at work as everywhere, but with nothing of the others left to do."""
    gc.collect()
    start = time.perf_counter()
    work = runner.run(number)
    return work, time.perf_counter() - start
