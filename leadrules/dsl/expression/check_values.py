"""Values: their types, their units, and what can be worked out before any lead is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Literal, assert_never

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import (
    DATE,
    DURATION,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    Aggregate,
    Arithmetic,
    Constant,
    DaysSince,
    Label,
    Negative,
    Pattern,
    Reference,
    Type,
    Value,
)
from leadrules.dsl.quantity import MICROSECONDS, is_ambiguous, show_number
from leadrules.dsl.source import Span

PatternCheck = Callable[[tree.Pattern, Scope], Pattern | None]
PLAIN = (NUMBER, WHOLE)
MOMENTS = (TIME, DATE)


def type_of(value: Value) -> Type:
    """The type of a checked value."""
    return TEXT if isinstance(value, Label) else value.type


def is_number(type: Type) -> bool:
    """Whether values of the type can be added and compared by size."""
    return type.name not in ("text", "flag", "one of", "set of")


def agree(left: Type, right: Type) -> bool:
    """Whether two values can be compared with each other."""
    families = (("number", "whole number"), ("time", "date"), ("text", "one of"))
    same = any(left.name in family and right.name in family for family in families)
    return same or (left.name == right.name and left.detail == right.detail)


def is_set(reference: Reference, place: Span, scope: Scope) -> bool:
    """Whether a name means a set; a problem then, where a single value is asked for."""
    if reference.type.name == "set of":
        hint = f'ask what is in it: `{reference.name} has "…"`'
        scope.findings.error("E554", place, f"`{place.text}` is a set, and no single value", hint=hint)
    return reference.type.name == "set of"


def combined(left: Type, operator: str, right: Type) -> Type | None:
    """The type of `left operator right`; None where it has no meaning."""
    if operator in "+-":
        return _added(left, operator, right)
    if operator == "*":
        return _scaled(left, right) or _scaled(right, left)
    same = agree(left, right) and left.name in ("duration", "money")
    return NUMBER if same or (left in PLAIN and right in PLAIN) else _scaled(left, right)


def _added(left: Type, operator: str, right: Type) -> Type | None:
    if left in MOMENTS and right in MOMENTS:
        return DURATION if operator == "-" else None
    if left in MOMENTS or right in MOMENTS:
        other = right if left in MOMENTS else left
        return TIME if other.name == "duration" and (left in MOMENTS or operator == "+") else None
    if not (is_number(left) and agree(left, right)):
        return None
    return left if left == right else NUMBER if left in PLAIN else left


def _scaled(left: Type, factor: Type) -> Type | None:
    if factor not in PLAIN or left in MOMENTS or not is_number(left):
        return None
    return WHOLE if left == factor == WHOLE else NUMBER if left in PLAIN else Type(left.name, detail=left.detail)


def _report_ambiguous(amount: tree.Number, unit: str, scope: Scope) -> None:
    if unit in MICROSECONDS or not is_ambiguous(amount.written, unit):
        return
    whole, _, cents = amount.written.partition(".")
    message = f"`{amount.written} {unit}` is {whole} to some, and {whole} thousand to others"
    hint = f"write `{whole}_{cents} {unit}`, or `{show_number(amount.value)} {unit}`"
    scope.findings.error("E556", amount.span, message, hint=hint)


def check_value(node: tree.Expression, scope: Scope, check_pattern: PatternCheck) -> Value | None:
    """A value with its type; None, and a problem, where it has none."""
    match node:
        case tree.Number(value):
            return _constant(node, value, NUMBER, scope)
        case tree.Quantity(amount, unit):
            _report_ambiguous(amount, unit, scope)
            value = amount.value * MICROSECONDS.get(unit, 1.0)
            return _constant(node, value, DURATION if unit in MICROSECONDS else Type("money", detail=unit), scope)
        case tree.Text(value):
            return Label(value, span=node.span)
        case tree.Moment(text):
            return _moment(node, text, scope)
        case tree.Path():
            return scope.resolve(node)
        case tree.Sign() | tree.Arithmetic():
            return _arithmetic(node, scope, check_pattern)
        case tree.Aggregate():
            return _aggregate(node, scope, check_pattern)
        case tree.DaysSince():
            return _days_since(node, scope, check_pattern)
        case _:
            scope.findings.error("E303", node.span, "a condition stands where a value is expected")
            return None


def _constant(node: tree.Expression, value: float, type: Type, scope: Scope) -> Value | None:
    if not math.isfinite(value):
        scope.findings.error("E402", node.span, "this number is too large to calculate with")
        return None
    return Constant(value, type, span=node.span)


def _moment(node: tree.Expression, written: str, scope: Scope) -> Value | None:
    instant = scope.instant(written)
    if instant is None:
        hint = "write the year, month and day: `2026-01-31`, with a time of day `2026-01-31 09:00`"
        scope.findings.error("E408", node.span, f"`{written}` is no date or time", hint=hint)
        return None
    return Constant(float(instant), TIME if " " in written else DATE, span=node.span)


def _arithmetic(node: tree.Sign | tree.Arithmetic, scope: Scope, check_pattern: PatternCheck) -> Value | None:
    if isinstance(node, tree.Sign):
        operand = check_value(node.operand, scope, check_pattern)
        return None if operand is None else _signed(node, operand, scope)
    if scope.is_hyphenated(node):
        return None
    left = check_value(node.left, scope, check_pattern)
    right = check_value(node.right, scope, check_pattern)
    return None if left is None or right is None else _worked(node, left, right, scope)


def _signed(node: tree.Sign, operand: Value, scope: Scope) -> Value | None:
    type = type_of(operand)
    if not is_number(type) or type in MOMENTS:
        scope.findings.error("E301", node.span, f"`{node.sign}` before a {type}", expected="a number")
        return None
    if node.sign == "+":
        return operand
    if isinstance(operand, Constant):
        return Constant(-operand.value, type, span=node.span)
    return Negative(operand, type, span=node.span)


def _worked(node: tree.Arithmetic, left: Value, right: Value, scope: Scope) -> Value | None:
    type = combined(type_of(left), node.operator, type_of(right))
    if type is None:
        message = f"`{node.operator}` between a {type_of(left)} and a {type_of(right)}"
        scope.findings.error("E301", node.span, message, expected="numbers, or quantities of one kind")
        return None
    if isinstance(right, Constant) and right.value == 0 and node.operator == "/":
        scope.findings.error("E405", node.span, "a division by zero is never known")
        return None
    if isinstance(left, Constant) and isinstance(right, Constant):
        return _constant(node, _calculated(left.value, node.operator, right.value), type, scope)
    return Arithmetic(left, node.operator, right, type, span=node.span)


def _calculated(left: float, operator: Literal["+", "-", "*", "/"], right: float) -> float:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case _:
            assert_never(operator)


def _aggregate(node: tree.Aggregate, scope: Scope, check_pattern: PatternCheck) -> Value | None:
    pattern = check_pattern(node.pattern, scope)
    if node.property is None:
        return Aggregate("count", pattern, None, WHOLE, span=node.span) if pattern else None
    property = scope.own_property(node.pattern.event, node.property)
    if pattern is None or property is None:
        return None
    if is_set(property, node.property.span, scope):
        return None
    if node.measure == "distinct":
        return Aggregate("distinct", pattern, property, WHOLE, span=node.span)
    if not is_number(property.type) or (node.measure == "sum" and property.type in MOMENTS):
        message = f"`{node.measure} of` a {property.type}"
        scope.findings.error("E301", node.property.span, message, expected="a property that is a number")
        return None
    return Aggregate(node.measure, pattern, property, property.type, span=node.span)


def _days_since(node: tree.DaysSince, scope: Scope, check_pattern: PatternCheck) -> Value | None:
    subject = node.subject
    if isinstance(subject, tree.Path) and scope.find(subject) is None and subject.text in (*scope.events, "event"):
        subject = tree.Pattern(subject.names[0], span=subject.span)
    if isinstance(subject, tree.Pattern):
        pattern = check_pattern(subject, scope)
        return DaysSince(pattern, node.calendar, span=node.span) if pattern else None
    known = scope.resolve(subject)
    if known is None:
        return None
    if known.type not in MOMENTS or not isinstance(known, Reference):
        message = f"`days since` a {known.type}"
        scope.findings.error("E301", subject.span, message, expected="a field that is a time or a date, or an event")
        return None
    return DaysSince(known, node.calendar, span=node.span)


def check_constant(node: tree.Expression, scope: Scope, kinds: Collection[str], what: str) -> Constant | None:
    """A number known before any lead is read, of one of the kinds ("number", "duration", ...); else a problem."""
    if isinstance(node, tree.Aggregate | tree.DaysSince):
        _report_moving(node, scope, what)
        return None
    value = check_value(node, scope, lambda _pattern, _scope: None)
    if value is None:
        return None
    if type_of(value).name not in kinds:
        scope.findings.error("E305", node.span, f"{what} is a {type_of(value)}", expected=_article(kinds))
        return None
    if not isinstance(value, Constant):
        _report_moving(node, scope, what)
        return None
    return value


def _report_moving(node: tree.Expression, scope: Scope, what: str) -> None:
    hint = "name the number with `points` or `param`"
    scope.findings.error("E304", node.span, f"{what} must be a fixed number", hint=hint)


def check_number(node: tree.Expression, scope: Scope, what: str = "the points") -> float | None:
    """A plain number known before any lead is read; None, and a problem, where it is none."""
    constant = check_constant(node, scope, ("number", "whole number"), what)
    return None if constant is None else constant.value


def _article(kinds: Collection[str]) -> str:
    examples = {"duration": "a duration, such as `30 days`", "number": "a number", "money": "an amount of money"}
    examples |= {"time": "a time, such as `2026-01-31 09:00`", "date": "a date, such as `2026-01-31`"}
    return " or ".join(dict.fromkeys(examples.get(kind, "a number") for kind in kinds))
