"""What happened to the score of a lead as a whole, step by step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leadrules.dsl.rules.model import Score
from leadrules.engine.account import ByHand, Turn
from leadrules.engine.adjustments import Adjusted
from leadrules.engine.balance import Course
from leadrules.engine.columns import NEVER, Codes
from leadrules.engine.moment import Moment
from leadrules.engine.plan import BalanceStep, ScorePlan
from leadrules.engine.resets import Fresh
from leadrules.engine.total import Total


def reset_of(score: Score, fresh: Fresh | None, moment: Moment, lead: int) -> Turn | None:
    """The latest reset of a lead, with the points that the score began with again."""
    if fresh is None or fresh.time[lead] == NEVER:
        return None
    value, time, by_hand = float(fresh.value[lead]), int(fresh.time[lead]), int(fresh.by_hand[lead])
    if by_hand >= 0:
        return Turn(ByHand(True, _reason(by_hand, moment)), value, time)
    return Turn(score.resets[int(fresh.line[lead])], value, time)


def changes_of(part: ScorePlan, total: Total, moment: Moment, lead: int) -> tuple[Turn, ...]:
    """What came after the criteria of a lead, in turn."""
    steps = zip(part.multipliers, total.multiplied, strict=True)
    times = tuple([Turn(step.multiplier, float(points[lead])) for step, points in steps])
    return (*_balanced(part.balance, total.course, lead), *_added(total.by_hand, moment, lead), *times)


def _added(made: Adjusted | None, moment: Moment, lead: int) -> Iterator[Turn]:
    """What was added by hand."""
    if made is None:
        return
    for row in np.flatnonzero(made.row == lead):
        yield Turn(ByHand(False, _reason(int(made.at[row]), moment)), float(made.value[row]), int(made.time[row]))


def _reason(at: int, moment: Moment) -> str | None:
    """Why an adjustment was made."""
    assert moment.leads.adjustments
    reasons = moment.leads.adjustments.columns["reason"]
    assert isinstance(reasons, Codes)
    return reasons.dictionary.values[int(reasons.codes[at])] if reasons.codes[at] >= 0 else None


def _balanced(balance: BalanceStep | None, course: Course | None, lead: int) -> Iterator[Turn]:
    """What the floor of a balance gave, and every loss by age."""
    if balance is None or course is None:
        return
    if balance.floor:
        yield Turn(balance.floor, float(course.floored[lead]))
    for drop in course.drops:
        for row in np.flatnonzero((drop.row == lead) & (drop.points != 0.0)):
            line = balance.lines[int(drop.line[row])]
            yield Turn(line, float(drop.points[row]), int(drop.time[row]), int(drop.times[row]))
