"""What happened to the score of one lead as a whole, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.rules.model import Score
from leadrules.engine.account import Change
from leadrules.engine.balance import Course
from leadrules.engine.columns import NEVER
from leadrules.engine.plan import BalanceStep, ScorePlan
from leadrules.engine.total import Total


def reset_of(score: Score, total: Total) -> Change | None:
    """The latest reset, with the points that the score began with again."""
    fresh = total.fresh
    if fresh is None or fresh.time[0] == NEVER:
        return None
    return Change(score.resets[int(fresh.line[0])], float(fresh.value[0]), int(fresh.time[0]))


def changes_of(part: ScorePlan, total: Total) -> tuple[Change, ...]:
    """What came after the criteria, in turn."""
    steps = zip(part.multipliers, total.multiplied, strict=True)
    times = tuple(Change(step.multiplier, float(points[0])) for step, points in steps)
    return (*_balanced(part.balance, total.course), *times)


def _balanced(balance: BalanceStep | None, course: Course | None) -> Iterator[Change]:
    """What the floor of a balance gave, and every loss by age."""
    if balance is None or course is None:
        return
    if balance.floor:
        yield Change(balance.floor, float(course.floored[0]))
    for drop in course.drops:
        for line, points, time, times in zip(drop.line, drop.points, drop.time, drop.times, strict=True):
            if points:
                yield Change(balance.lines[int(line)], float(points), int(time), int(times))
