"""Two criteria held against each other at every age: what one occurrence of each is worth, by the formulas of decay."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.quantity import LONGEST, MICROSECONDS
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import (
    ByAge,
    Each,
    Expires,
    HalfLife,
    Linear,
    OfOriginal,
    PointsEvery,
    SCurve,
)
from leadrules.dsl.rules.model_demands import Outranks
from leadrules.engine.columns import Bools, Floats
from leadrules.engine.decay import left

FINE = 4_096
MOST_STEPS = 1_000
HALVINGS = 64
ROUND_UNITS = tuple(MICROSECONDS[unit] for unit in ("day", "hour", "minute", "second"))


class Ages(Struct, frozen=True):
    """What one occurrence of each of two criteria is worth, by its age in microseconds."""

    first: Each
    second: Each

    def higher(self, age: float) -> float:
        """The worth of the one that should be higher."""
        return float(worth(self.first, np.array([age]))[0])

    def lower(self, age: float) -> float:
        """The worth of the other."""
        return float(worth(self.second, np.array([age]))[0])


def ages_of(model: Model, law: Outranks) -> Ages:
    """The criteria that a law names."""
    named = {criterion.name: criterion for score, criterion in model.criteria if score.name == law.score}
    first, second = named[law.higher], named[law.lower]
    assert isinstance(first, Each)
    assert isinstance(second, Each)
    return Ages(first, second)


def worth(criterion: Each, age: Floats) -> Floats:
    """What a single occurrence gives its score, by its age. Shape of `age`."""
    points = left(criterion.decay, criterion.points, age)
    for limit in (criterion.worth_per.points if criterion.worth_per else None, criterion.worth):
        points = points if limit is None else np.clip(points, -limit, limit)
    return criterion.weight * points


def worse_from(ages: Ages) -> float | None:
    """The earliest round age at which the first is not worth more, while either is worth anything; None without one."""
    every = np.unique(np.array([*_candidates(ages)]))
    every = every[(every >= 0) & (every <= LONGEST)]
    bad = np.flatnonzero(_worse(ages, every))
    if not len(bad):
        return None
    age = float(every[bad[0]])
    if bad[0] > 0:
        age = _first(ages, float(every[bad[0] - 1]), age)
    rounder = (unit * math.ceil(age / unit) for unit in ROUND_UNITS)
    return next((r for r in rounder if r <= LONGEST and _worse(ages, np.array([r]))[0]), age)


def _worse(ages: Ages, at: Floats) -> Bools:
    first, second = worth(ages.first, at), worth(ages.second, at)
    found: Bools = (first <= second) & ((first != 0) | (second != 0))
    return found


def _first(ages: Ages, good: float, bad: float) -> float:
    """The age between a good and a bad one at which it turns, to the microsecond."""
    while bad - good > 1:
        middle = math.floor((good + bad) / 2)
        good, bad = (good, middle) if _worse(ages, np.array([float(middle)]))[0] else (middle, bad)
    return bad


def _candidates(ages: Ages) -> Iterator[float]:
    """Ages among which the first bad one stands: where either formula turns, between those, and where halves cross."""
    turns = [0.0, *_turns(ages.first), *_turns(ages.second)]
    for turn in turns:
        yield from (turn - 1, turn, turn + 1)
    end = max(turns)
    yield from np.linspace(0, end, FINE).round()
    yield from np.geomspace(1, LONGEST, FINE).round()
    yield from _crossings(ages)


def _turns(criterion: Each) -> Iterator[float]:
    match criterion.decay:
        case HalfLife(duration):
            yield from (duration * n for n in range(1, HALVINGS))
        case Linear(duration) | Expires(duration):
            yield duration
        case SCurve(duration):
            yield 2 * duration
        case OfOriginal(share, duration, in_steps):
            yield from _steps(1 / share, duration) if in_steps else [duration / share]
        case PointsEvery(points, duration):
            yield from _steps(abs(criterion.points) / points, duration)
        case ByAge(ages):
            yield from ages


def _steps(count: float, duration: float) -> Iterator[float]:
    yield from (duration * n for n in range(1, min(math.ceil(count), MOST_STEPS) + 1))


def _crossings(ages: Ages) -> Iterator[float]:
    """Where two half-lives cross: so late, perhaps, that no grid comes near it."""
    one, two = ages.first.decay, ages.second.decay
    p, q = worth(ages.first, np.zeros(1))[0], worth(ages.second, np.zeros(1))[0]
    if isinstance(one, HalfLife) and isinstance(two, HalfLife) and one.duration != two.duration and p * q > 0:
        crossing = math.log2(p / q) / (1 / one.duration - 1 / two.duration)
        yield from (crossing + delta for delta in (-MICROSECONDS["day"], -1, 0, 1, MICROSECONDS["day"]))
