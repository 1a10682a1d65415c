"""What happens to a score as a whole to the lowest and the highest value it can have."""

from __future__ import annotations

import math

from leadrules.dsl.rules.model import Score
from leadrules.dsl.rules.model_criteria import Each
from leadrules.dsl.rules.reach_values import Interval


def whole_reach(score: Score, earned: Interval, held: Interval) -> Interval:
    """The interval of a score before its bounds. Adjustments are not foreseen.

    `earned`: what all occurrences can sum up to; `held`: what levels, tables and scales can give.
    """
    left = [0.0, *(reset.value for reset in score.resets)]
    low, high = _swinging(score, earned)
    low, high = low + min(left), high + max(left)
    if score.floor:
        low = max(low, score.floor.value)
    low, high = low + held[0], high + held[1]
    for multiplier in score.multipliers:
        low, high = min(low, _times(low, multiplier.factor)), max(high, _times(high, multiplier.factor))
    return low, high


def _swinging(score: Score, earned: Interval) -> Interval:
    """What a criterion takes after a balance has aged, or gives after it met its floor, comes on top of what it gave."""
    swings = any(isinstance(criterion, Each) and criterion.per is not None for criterion in score.criteria)
    return (-math.inf, math.inf) if score.is_balance and swings else earned


def _times(bound: float, factor: float) -> float:
    """Nothing times anything is nothing, however large."""
    return bound * factor if factor else 0.0
