"""A score at a moment, before its bounds: what resets leave, the sum of its criteria, multipliers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from leadrules.engine.columns import TRUE, Floats
from leadrules.engine.criteria import points_of
from leadrules.engine.moment import Moment
from leadrules.engine.plan import ScorePlan, VetoStep
from leadrules.engine.resets import Fresh


class Total(Struct, frozen=True):
    """How a score came about, step by step. All (rows,), float64.

    `fresh`: the latest reset, where the score has any. `points`: of each criterion. `multiplied`: what each multiplier
    adds, in the order of the text. `value`: all of it together.
    """

    fresh: Fresh | None
    points: Mapping[str, Floats]
    multiplied: tuple[Floats, ...]
    value: Floats


def total(part: ScorePlan, moment: Moment) -> Total:
    """The steps of a score made of criteria."""
    found: Total = moment.step(("total", part.name), lambda: _total(part, moment))
    return found


def _total(part: ScorePlan, moment: Moment) -> Total:
    fresh = part.reset(moment)
    value = np.zeros(len(moment)) if fresh is None else fresh.value.copy()
    points: dict[str, Floats] = {}
    for step in part.steps:
        if not isinstance(step, VetoStep):
            points[step.criterion.name] = points_of(step, moment)
            value += points[step.criterion.name]
    multiplied = []
    for multiplier in part.multipliers:
        product = np.where(multiplier.holds(moment) == TRUE, value * multiplier.multiplier.factor, value)
        multiplied.append(product - value)
        value = product
    return Total(fresh, points, tuple(multiplied), value)
