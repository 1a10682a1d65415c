"""What happens to a score as a whole, to text."""

from __future__ import annotations

from leadrules.dsl.expression.write import write_expression, write_value
from leadrules.dsl.rules import tree_balances as written
from leadrules.dsl.rules.write_criteria import write_occurrence


def write_whole(item: written.Whole) -> str:
    """One statement, without the comments around it."""
    match item:
        case written.Resets(value, pattern):
            return f"resets to {write_value(value)} on {write_occurrence(pattern)}"
        case written.Multiplier(factor, condition):
            return f"times {write_value(factor)} when {write_expression(condition)}"
        case written.NeverBelow(value):
            return f"never below {write_expression(value)}"
        case written.Ages():
            return _ages(item)
        case written.Becomes(value, after, pattern, condition):
            without = f"after {write_expression(after)} without {write_occurrence(pattern)}"
            return f"becomes {write_value(value)} {without}{_while(condition)}"
        case _:
            raise TypeError(f"no statement of a score: {item}")


def _ages(item: written.Ages) -> str:
    amount = f"{write_value(item.amount)} {'of current' if item.share else 'points'}"
    after = f" after {write_expression(item.after)}" if item.after else ""
    without = f"every {write_expression(item.every)}{after} without {write_occurrence(item.pattern)}"
    low = f", not below {write_expression(item.low)}" if item.low else ""
    return f"ages {amount} {without}{_while(item.condition)}{low}"


def _while(condition: written.While | None) -> str:
    return f" while score {condition.operator} {write_value(condition.level)}" if condition else ""
