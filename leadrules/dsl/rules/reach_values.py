"""A value of a lead to the lowest and the highest number it can be, whatever is known of the lead."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, assert_never

from leadrules.dsl.expression.model import (
    Aggregate,
    Arithmetic,
    Constant,
    DaysSince,
    Label,
    Negative,
    Pattern,
    Reference,
    Value,
)

Interval = tuple[float, float]
ANYTHING = (-math.inf, math.inf)


Reached = Mapping[tuple[str, str], Interval]


def value_reach(value: Value, reached: Reached = MappingProxyType({})) -> Interval:
    """The interval that holds every number a value can be where it is known; infinite where nothing bounds it.

    `reached`: the intervals of what has a name, by its kind and name, such as a score.
    """
    match value:
        case Constant(amount):
            return amount, amount
        case Negative(operand):
            low, high = value_reach(operand, reached)
            return -high, -low
        case Arithmetic(left, operator, right):
            return _calculated(value_reach(left, reached), operator, value_reach(right, reached))
        case Aggregate(measure):
            return (0.0, math.inf) if measure in ("count", "distinct") else ANYTHING
        case DaysSince(subject):
            return (0.0, math.inf) if isinstance(subject, Pattern) else ANYTHING
        case Reference(kind, name):
            return reached.get((kind, name), ANYTHING)
        case Label():
            return ANYTHING
        case _:
            assert_never(value)


def _calculated(left: Interval, operator: Literal["+", "-", "*", "/"], right: Interval) -> Interval:
    match operator:
        case "+":
            return left[0] + right[0], left[1] + right[1]
        case "-":
            return left[0] - right[1], left[1] - right[0]
        case "*":
            return _product(left, right)
        case "/":
            around_zero = right[0] <= 0 <= right[1]
            return ANYTHING if around_zero else _product(left, (1 / right[1], 1 / right[0]))
        case _:
            assert_never(operator)


def _product(left: Interval, right: Interval) -> Interval:
    """The corners; nothing times anything is nothing, however large."""
    corners = [a * b if a and b else 0.0 for a, b in itertools.product(left, right)]
    return min(corners), max(corners)
