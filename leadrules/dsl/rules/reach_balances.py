"""What happens to a score as a whole to the lowest and the highest value it can have."""

from __future__ import annotations

from leadrules.dsl.rules.model import Score
from leadrules.dsl.rules.reach_values import Interval


def whole_reach(score: Score, interval: Interval) -> Interval:
    """The interval of a score before its bounds, from that of the sum of its criteria. Adjustments are not foreseen."""
    left = [0.0, *(reset.value for reset in score.resets)]
    low, high = interval[0] + min(left), interval[1] + max(left)
    for multiplier in score.multipliers:
        low, high = min(low, _times(low, multiplier.factor)), max(high, _times(high, multiplier.factor))
    return low, high


def _times(bound: float, factor: float) -> float:
    """Nothing times anything is nothing, however large."""
    return bound * factor if factor else 0.0
