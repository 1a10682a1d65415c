"""What happens to a score as a whole, checked."""

from __future__ import annotations

from leadrules.dsl.expression.model import Condition, Meaning, Pattern


class Reset(Meaning, frozen=True):
    """An occurrence of the pattern removes all earlier ones from the score, and leaves it `value`, which never decays."""

    value: float
    pattern: Pattern


class Multiplier(Meaning, frozen=True):
    """While its condition is true the score, before its bounds, is multiplied by `factor`."""

    factor: float
    condition: Condition
