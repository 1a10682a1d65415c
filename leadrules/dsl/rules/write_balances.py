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
        case _:
            raise TypeError(f"no statement of a score: {item}")
