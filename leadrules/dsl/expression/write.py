"""Nodes to text: values, conditions and event patterns, in one spelling."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.tree import (
    Aggregate,
    Arithmetic,
    AtLeast,
    Both,
    Compare,
    DaysSince,
    Either,
    Expression,
    Fired,
    Happened,
    Has,
    IsKnown,
    IsOneOf,
    Moment,
    Not,
    Number,
    Path,
    Pattern,
    Quantity,
    Sign,
    Text,
    TextTest,
)

SUM, PRODUCT, FACTOR = 1, 2, 3


def write_expression(node: Expression) -> str:
    """An expression as the language spells it, with brackets only where they are needed."""
    match node:
        case Both(parts) | Either(parts):
            word = " and " if isinstance(node, Both) else " or "
            return word.join([_closed(part) for part in parts[:-1]] + [_unit(parts[-1])])
        case Not(part):
            return f"not {_unit(part)}"
        case Compare(left, operator, right):
            return f"{_sum(left)} {operator} {_sum(right)}"
        case IsOneOf(operand, choices, negated, bare):
            words = "is" + " not" * negated + " one of" * (not bare)
            return f"{_sum(operand)} {words} {', '.join(map(_sum, choices))}"
        case IsKnown(operand, missing):
            return f"{_sum(operand)} is {'missing' if missing else 'known'}"
        case TextTest():
            return _text_test(node)
        case Fired(criterion):
            return f"{criterion.text} fired"
        case Has(operand, choices, every, bare):
            words = "has" if bare else f"has {'all' if every else 'any'} of"
            return f"{_sum(operand)} {words} {', '.join(map(_sum, choices))}"
        case AtLeast(operand, bound, most):
            return f"{_sum(operand)} at {'most' if most else 'least'} {_sum(bound)}"
        case Happened(pattern, absent):
            return f"{'no' if absent else 'any'} {write_pattern(pattern)}"
        case Path() | Number() | Quantity() | Text() | Moment() | Sign() | Arithmetic() | Aggregate() | DaysSince():
            return _value(node)
        case _:
            assert_never(node)


def _value(node: Path | Number | Quantity | Text | Moment | Sign | Arithmetic | Aggregate | DaysSince) -> str:
    match node:
        case Path():
            return node.text
        case Number():
            return node.written
        case Quantity(amount, unit):
            return f"{amount.written} {write_unit(amount, unit)}"
        case Text(value):
            return write_text(value)
        case Moment(text):
            return text
        case Sign(sign, operand):
            return sign + _operand(operand, FACTOR)
        case Arithmetic(left, operator, right):
            level = SUM if operator in "+-" else PRODUCT
            return f"{_operand(left, level)} {operator} {_operand(right, level + 1)}"
        case Aggregate():
            return _aggregate(node)
        case DaysSince(subject, calendar):
            since = subject.text if isinstance(subject, Path) else write_pattern(subject)
            return f"{'calendar ' * calendar}days since {since}"
        case _:
            assert_never(node)


def write_pattern(pattern: Pattern) -> str:
    """An event pattern inside a condition; its `where` is bracketed where it is more than one test."""
    where = f" where {write_guard(pattern.where)}" if pattern.where else ""
    window = f" in last {write_expression(pattern.window)}" if pattern.window else ""
    return pattern.event.text + where + window


def write_text(value: str) -> str:
    """A text in quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def write_unit(amount: Number, unit: str) -> str:
    """A unit behind its number: `1 day`, `2 days`, `5 EUR`."""
    return unit if unit.isupper() or amount.value == 1 else f"{unit}s"


def _aggregate(node: Aggregate) -> str:
    measure = "count of distinct" if node.measure == "distinct" else f"{node.measure} of"
    of_property = f"{node.property.text} of " if node.property else ""
    return f"{measure} {of_property}{write_pattern(node.pattern)}"


def _text_test(node: TextTest) -> str:
    texts = ", ".join(write_text(text.value) for text in node.patterns)
    relation = "is exactly" if node.relation == "exactly" else node.relation
    return f"{_sum(node.operand)} {relation} {'any of ' * (len(node.patterns) > 1)}{texts}"


def _is_open(node: Expression) -> bool:
    """Whether a `where` without a window ends the node, so that nothing may follow it without brackets."""
    match node:
        case Happened(pattern) | Aggregate(_, pattern) | DaysSince(Pattern() as pattern):
            return pattern.where is not None and pattern.window is None
        case Not(part):
            return _is_open(part)
        case _:
            return False


def _unit(node: Expression) -> str:
    text = write_expression(node)
    return f"({text})" if isinstance(node, Both | Either) else text


def _closed(node: Expression) -> str:
    text = _unit(node)
    return f"({text})" if _is_open(node) else text


def write_guard(node: Expression) -> str:
    """A condition behind `where`: in brackets where it is more than one test."""
    text = write_expression(node)
    return f"({text})" if isinstance(node, Both | Either | Happened) or _is_open(node) else text


def write_value(node: Expression) -> str:
    """A value where something follows it: in brackets where its own end would be open."""
    return _operand(node, SUM)


_sum = write_value


def _operand(node: Expression, level: int) -> str:
    text = write_expression(node)
    return f"({text})" if _level(node) < level else text


def _level(node: Expression) -> int:
    match node:
        case Arithmetic(operator="+" | "-"):
            return SUM
        case Arithmetic():
            return PRODUCT
        case Aggregate() | DaysSince():
            return 0 if _is_open(node) else FACTOR
        case Path() | Number() | Quantity() | Text() | Moment() | Sign():
            return FACTOR
        case _:
            return 0
