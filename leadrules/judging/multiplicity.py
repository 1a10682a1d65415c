"""Several claims at once: how far each has to be sure so that all of them are together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist


def holm(chances: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of several claims stand, given for each the chance to see as much were it false (Holm 1979).

    Whatever is true, the chance that any claim that stands is false is at most `level`.
    """
    stands = [False] * len(chances)
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        if not chances[place] <= level / (len(chances) - rank):
            break
        stands[place] = True
    return stands


def above_zero(value: float, error: float) -> float:
    """The chance to see a normal estimate as far above 0 were it not above it."""
    return 1.0 - NormalDist().cdf(value / error) if error > 0 else float(not value > 0)


def off_zero(value: float, error: float) -> float:
    """The chance to see a normal estimate as far from 0 on either side were it 0."""
    return 2.0 * (1.0 - NormalDist().cdf(abs(value) / error)) if error > 0 else float(math.isclose(value, 0.0))
