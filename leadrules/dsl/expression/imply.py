"""Conditions held against each other: whether one is never true without another, or never together with it.

Both questions are answered by what the conditions say themselves. A `False` means: not as far as can be read off them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from leadrules.dsl.expression.model import (
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    Happened,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Not,
    Pattern,
    TextTest,
    Value,
)
from leadrules.dsl.fold import fold

Sign = Literal["<", "<=", "=", "!=", ">=", ">"]


CONTRARY: dict[str, Sign] = {"<": ">=", "<=": ">", "=": "!=", "!=": "=", ">=": "<", ">": "<="}


def implies(condition: Condition, other: Condition) -> bool:
    """Whether one condition is never true without the other."""
    return _carried(condition, other, _narrower)


def never_truer(condition: Condition, other: Condition) -> bool:
    """Whether one condition is never nearer to true than the other, where unknown lies between false and true.

    More than `implies` says: wherever the other one is false this one is false too, and not unknown.
    """
    return _carried(condition, other, _narrower_throughout)


def _carried(condition: Condition, other: Condition, narrower: Callable[[Condition, Condition], bool]) -> bool:
    """What holds of conditions that have no parts, carried over to those that are joined of them."""
    if condition == other:
        return True
    if isinstance(condition, Not) and isinstance(other, Not):
        return never_truer(other.part, condition.part)
    if isinstance(other, Both):
        return all(_carried(condition, part, narrower) for part in other.parts)
    if isinstance(condition, Either):
        return all(_carried(part, other, narrower) for part in condition.parts)
    if isinstance(condition, Both):
        return any(_carried(part, other, narrower) for part in condition.parts)
    if isinstance(other, Either):
        return any(_carried(condition, part, narrower) for part in other.parts)
    return narrower(condition, other)


def excludes(condition: Condition, other: Condition) -> bool:
    """Whether two conditions are never true together."""
    for one, second in ((condition, other), (other, condition)):
        if isinstance(one, Both):
            return any(excludes(part, second) for part in one.parts)
        if isinstance(one, Either):
            return all(excludes(part, second) for part in one.parts)
    return any(_opposed(one, second) for one, second in ((condition, other), (other, condition)))


def exhaust(condition: Condition, other: Condition) -> bool:
    """Whether one of two conditions is true wherever what they ask about is known."""
    if Not(condition, span=condition.span) == other or Not(other, span=other.span) == condition:
        return True
    match condition, other:
        case IsKnown(same, missing), IsKnown(value, lacking):
            return same == value and missing != lacking
        case Compare(left, _, Constant()), Compare(same, _, Constant()) if left == same:
            return not compatible(_contrary(condition), _contrary(other))
        case Happened(pattern, absent), Happened(same_pattern, lacking):
            return pattern == same_pattern and absent != lacking
    return False


def operand_of(condition: Condition) -> Value | None:
    """The value that a comparison or test asks about, and that it is not true without; None for other conditions."""
    match condition:
        case Compare(left, _, Constant() | Label()):
            return left
        case IsOneOf(operand) | TextTest(operand) | Has(operand):
            return operand
        case IsKnown(operand, False):
            return operand
        case Holds(reference) if reference.kind in ("field", "property"):
            return reference
        case Not(part) if not isinstance(part, IsKnown):
            return operand_of(part)
        case _:
            return None


def choices_of(condition: IsOneOf) -> frozenset[str | float] | None:
    """The values that are named, as they are compared; None where one of them is only known of a lead."""
    found: set[str | float] = set()
    for choice in condition.choices:
        match choice:
            case Label(value):
                found.add(fold(value))
            case Constant(value):
                found.add(value)
            case _:
                return None
    return frozenset(found)


def _narrower(condition: Condition, other: Condition) -> bool:
    match condition, other:
        case _, IsKnown(operand, False):
            return operand_of(condition) == operand
        case Compare(left, _, Constant()), Compare(right, _, Constant()) if left == right:
            return not compatible(condition, _contrary(other))
        case IsOneOf(), IsOneOf():
            return condition.operand == other.operand and _fewer(condition, other)
        case TextTest(), TextTest():
            same = condition.operand == other.operand and condition.relation == other.relation
            return same and all(_covered(text, other) for text in condition.patterns)
        case Happened(pattern, absent), Happened(wider, lacking) if absent == lacking:
            return _recent(wider, pattern) if absent else _recent(pattern, wider)
    return False


def _narrower_throughout(condition: Condition, other: Condition) -> bool:
    """The same with unknown told from false: `is known` is false where a test of the value is unknown."""
    return not isinstance(other, IsKnown) and _narrower(condition, other)


def _fewer(condition: IsOneOf, other: IsOneOf) -> bool:
    few, many = choices_of(condition), choices_of(other)
    if few is None or many is None:
        return False
    match condition.negated, other.negated:
        case False, False:
            return few <= many
        case True, True:
            return few >= many
        case False, True:
            return not few & many
    return False


def _covered(text: str, test: TextTest) -> bool:
    """Whether a text that is tested so for `text` passes the whole test too."""
    found, known = fold(text), [fold(pattern) for pattern in test.patterns]
    match test.relation:
        case "starts with":
            return any(found.startswith(pattern) for pattern in known)
        case "ends with":
            return any(found.endswith(pattern) for pattern in known)
        case "contains":
            return any(pattern in found for pattern in known)
        case _:
            return text in test.patterns


def _recent(pattern: Pattern, wider: Pattern) -> bool:
    """Whether every occurrence of a pattern is one of the other."""
    if pattern.event != wider.event or (pattern.window or math.inf) > (wider.window or math.inf):
        return False
    return wider.where is None or (pattern.where is not None and implies(pattern.where, wider.where))


def _opposed(condition: Condition, other: Condition) -> bool:
    match condition, other:
        case Not(part), _:
            return implies(other, part)
        case IsKnown(operand, True), _:
            return operand_of(other) == operand
        case Happened(pattern, True), Happened(happened, False):
            return _recent(happened, pattern)
        case IsOneOf(), IsOneOf() if condition.operand == other.operand:
            return _disjoint(condition, other)
        case Compare(left, _, Constant()), Compare(same, _, Constant()) if left == same:
            return not compatible(condition, other)
    return False


def _disjoint(condition: IsOneOf, other: IsOneOf) -> bool:
    one, second = choices_of(condition), choices_of(other)
    if one is None or second is None or (condition.negated and other.negated):
        return False
    if condition.negated:
        return second <= one
    return one <= second if other.negated else not one & second


# The numbers for which a comparison is true, as a stretch: lowest, whether that is one, highest, whether that is one.
Stretch = tuple[float, bool, float, bool]
ALL: Stretch = (-math.inf, True, math.inf, True)


def compatible(*compares: Compare) -> bool:
    """Whether some number passes all of these comparisons with numbers."""
    spans = [ALL, *(_span(compare) for compare in compares)]
    low, high = max(span[0] for span in spans), min(span[2] for span in spans)
    if low != high:
        return low < high
    holes = {_level(compare) for compare in compares if compare.operator == "!="}
    return low not in holes and all(s[1] or s[0] != low for s in spans) and all(s[3] or s[2] != high for s in spans)


def _span(compare: Compare) -> Stretch:
    """The stretch of a comparison; of `!=`, which leaves out one number, that of all numbers."""
    level, sign = _level(compare), compare.operator
    if sign == "!=":
        return ALL
    low = level if sign in ("=", ">=", ">") else -math.inf
    high = level if sign in ("=", "<=", "<") else math.inf
    return low, sign != ">", high, sign != "<"


def _level(compare: Compare) -> float:
    return compare.right.value if isinstance(compare.right, Constant) else 0.0


def _contrary(compare: Compare) -> Compare:
    """What is true of every number that does not pass."""
    return replace(compare, operator=CONTRARY[compare.operator])
