"""A score at a moment, before its bounds: what resets leave, the sum of its criteria or its balance, adjustments, multipliers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from leadrules.engine.adjustments import Adjusted, adjusted
from leadrules.engine.along import points_along
from leadrules.engine.balance import Course, Idleness, run
from leadrules.engine.columns import NEVER, TRUE, Floats
from leadrules.engine.happenings import happenings
from leadrules.engine.keep import keep
from leadrules.engine.moment import Moment
from leadrules.engine.plan import BalanceStep, EachStep, ScorePlan, VetoStep
from leadrules.engine.resets import Fresh


class Total(Struct, frozen=True):
    """How a score came about, step by step. All (rows,), float64.

    `fresh`: the latest reset, where the score has any. `points`: of each criterion. `course`: of the running balance,
    where the score is one. `by_hand`: what was added by hand. `multiplied`: what each multiplier adds, in the order of the text. `value`: all of it.
    """

    fresh: Fresh | None
    points: Mapping[str, Floats]
    course: Course | None
    by_hand: Adjusted | None
    multiplied: tuple[Floats, ...]
    value: Floats


def total(part: ScorePlan, moment: Moment) -> Total:
    """The steps of a score made of criteria."""
    found: Total = moment.step(("total", part.name), lambda: _total(part, moment))
    return found


def _total(part: ScorePlan, moment: Moment) -> Total:
    fresh = part.reset(moment)
    start = np.zeros(len(moment)) if fresh is None else fresh.value
    course = _course(part, part.balance, fresh, start, moment) if part.balance else None
    value, points = (course.balance if course else start).copy(), points_along(part, moment)
    for step in part.steps:
        if not isinstance(step, VetoStep) and (course is None or not isinstance(step, EachStep)):
            value += points[step.criterion.name]
    by_hand = _added(part, fresh, moment)
    if by_hand is not None:
        value += np.bincount(by_hand.row, by_hand.value, len(moment)) + 0.0
    multiplied = []
    for multiplier in part.multipliers:
        product = np.where(multiplier.holds(moment) == TRUE, keep(value) * multiplier.multiplier.factor, value)
        multiplied.append(product - value)
        value = product
    return Total(fresh, points, course, by_hand, tuple(multiplied), value)


def _added(part: ScorePlan, fresh: Fresh | None, moment: Moment) -> Adjusted | None:
    """What was added by hand since the latest reset; at its instant nothing was added before it."""
    made = adjusted(moment, part.name)
    if made is None:
        return None
    kept = np.flatnonzero(~made.sets & (fresh is None or made.time >= fresh.time[made.row]))
    return Adjusted(made.row[kept], made.at[kept], made.time[kept], made.value[kept], made.sets[kept])


def _course(part: ScorePlan, balance: BalanceStep, fresh: Fresh | None, start: Floats, moment: Moment) -> Course:
    """The course of the balance that a score is."""
    told = happenings(part.steps, balance.clocks, fresh, moment)
    since = np.full(len(moment), NEVER, np.int64) if fresh is None else fresh.time
    low = [np.zeros(len(moment)) if find is None else _known(find(moment), len(moment)) for find in balance.low]
    idleness = Idleness(balance.lines, balance.clock, np.array(low)) if balance.lines else None
    return run(told, idleness, balance.floor.value if balance.floor else -np.inf, start, since, moment.at)


def _known(low: Floats, rows: int) -> Floats:
    """Where ageing stops: at 0 where nobody knows, and never below."""
    return np.broadcast_to(np.maximum(np.nan_to_num(low, nan=0.0), 0.0), rows)
