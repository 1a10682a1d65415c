"""What happens to a score as a whole, checked."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import Condition, Meaning, Pattern, Value


class Reset(Meaning, frozen=True):
    """An occurrence of the pattern removes all earlier ones from the score, and leaves it `value`, which never decays."""

    value: float
    pattern: Pattern


class Multiplier(Meaning, frozen=True):
    """While its condition is true the score, before its bounds, is multiplied by `factor`."""

    factor: float
    condition: Condition


class Floor(Meaning, frozen=True):
    """After each event the balance is at least `value`, which is 0 or less."""

    value: float


class While(Struct, frozen=True):
    """How the balance, rounded to 1e-6, has to compare with a number for a line to act."""

    operator: Literal["<", "<=", "!=", ">=", ">"]
    level: float


class Ageing(Meaning, frozen=True):
    """What a balance loses whenever `every` microseconds have passed without `pattern`, from `after` of them on.

    "share": `amount` times what is left; "points": `amount`; "value": all above `amount`, once. Nothing below `low`, which
    is a value of each lead, or 0 where it is None or not known; and nothing that is below 0.
    """

    loss: Literal["share", "points", "value"]
    amount: float
    every: int
    after: int
    pattern: Pattern
    condition: While | None
    low: Value | None
