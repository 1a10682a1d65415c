"""What happened to the score of one lead as a whole, step by step."""

from __future__ import annotations

from leadrules.dsl.rules.model import Score
from leadrules.engine.account import Change
from leadrules.engine.columns import NEVER
from leadrules.engine.plan import ScorePlan
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
    return tuple(Change(step.multiplier, float(points[0])) for step, points in steps)
