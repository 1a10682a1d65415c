"""What is left of points at an age, by the formulas of the language's table of decays."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from leadrules.dsl.rules.model_criteria import (
    ByAge,
    Decay,
    Expires,
    HalfLife,
    Linear,
    NoDecay,
    OfOriginal,
    PointsEvery,
    SCurve,
)
from leadrules.engine.columns import Floats


def left(decay: Decay, points: float | Floats, age: Floats) -> Floats:
    """What is left of the points of occurrences, by their ages in microseconds. Shape of `age`, float64.

    `points`: of every occurrence, or one for each.

    Points are decayed here, and not multiplied later, because what is left need not be the same share of any points.
    """
    if isinstance(decay, PointsEvery):
        return _less(decay, points, age)
    rest = _share(decay, age)
    rest *= points
    return rest


def _less(decay: PointsEvery, points: float | Floats, age: Floats) -> Floats:
    magnitude = np.abs(points)
    rest: Floats = magnitude - decay.points * np.floor(age / decay.duration)
    return np.copysign(np.maximum(rest, np.minimum(decay.low, magnitude)), points)


def _share(
    decay: NoDecay | HalfLife | Linear | Expires | SCurve | OfOriginal | ByAge,
    age: Floats,
) -> Floats:
    """The share of points left, whatever the points."""
    match decay:
        case NoDecay():
            return np.ones(len(age))
        case HalfLife(duration):
            left: Floats = np.exp2(age * (-1.0 / duration))
            return left
        case Linear(duration):
            rest: Floats = np.maximum(1.0 - age / duration, 0.0)
            return rest
        case Expires(duration):
            return (age < duration).astype(np.float64)
        case SCurve(duration):
            x = np.minimum(age / (2.0 * duration), 1.0)
            curve: Floats = (1.0 - x) ** 2 * (1.0 + 2.0 * x)  # is 1 - 3x² + 2x³, and never below zero
            return curve
        case OfOriginal(share, duration, in_steps):
            times = np.floor(age / duration) if in_steps else age / duration
            kept: Floats = np.maximum(1.0 - share * times, 0.0)
            return kept
        case ByAge(ages, shares):
            return np.array(shares)[np.searchsorted(ages, age, side="right")]
        case _:
            assert_never(decay)
