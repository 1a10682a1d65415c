"""What happened to the score of one lead as a whole, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.rules.model import Score
from leadrules.engine.account import ByHand, Turn
from leadrules.engine.adjustments import Adjusted
from leadrules.engine.balance import Course
from leadrules.engine.columns import NEVER, Codes
from leadrules.engine.moment import Moment
from leadrules.engine.plan import BalanceStep, ScorePlan
from leadrules.engine.total import Total


def reset_of(score: Score, total: Total, moment: Moment) -> Turn | None:
    """The latest reset, with the points that the score began with again."""
    fresh = total.fresh
    if fresh is None or fresh.time[0] == NEVER:
        return None
    if fresh.by_hand[0] >= 0:
        said = ByHand(True, _reason(int(fresh.by_hand[0]), moment))
        return Turn(said, float(fresh.value[0]), int(fresh.time[0]))
    return Turn(score.resets[int(fresh.line[0])], float(fresh.value[0]), int(fresh.time[0]))


def changes_of(part: ScorePlan, total: Total, moment: Moment) -> tuple[Turn, ...]:
    """What came after the criteria, in turn."""
    steps = zip(part.multipliers, total.multiplied, strict=True)
    times = tuple(Turn(step.multiplier, float(points[0])) for step, points in steps)
    return (*_balanced(part.balance, total.course), *_added(total.by_hand, moment), *times)


def _added(made: Adjusted | None, moment: Moment) -> Iterator[Turn]:
    """What was added by hand."""
    for at, value, time in zip(made.at, made.value, made.time, strict=True) if made else ():
        yield Turn(ByHand(False, _reason(int(at), moment)), float(value), int(time))


def _reason(at: int, moment: Moment) -> str | None:
    """Why an adjustment was made."""
    assert moment.leads.adjustments
    reasons = moment.leads.adjustments.columns["reason"]
    assert isinstance(reasons, Codes)
    return reasons.dictionary.values[int(reasons.codes[at])] if reasons.codes[at] >= 0 else None


def _balanced(balance: BalanceStep | None, course: Course | None) -> Iterator[Turn]:
    """What the floor of a balance gave, and every loss by age."""
    if balance is None or course is None:
        return
    if balance.floor:
        yield Turn(balance.floor, float(course.floored[0]))
    for drop in course.drops:
        for line, points, time, times in zip(drop.line, drop.points, drop.time, drop.times, strict=True):
            if points:
                yield Turn(balance.lines[int(line)], float(points), int(time), int(times))
