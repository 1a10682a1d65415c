"""Statements of `value` and `sales` to text."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from leadrules.dsl.expression.tree import Expression, Item
from leadrules.dsl.expression.write import write_expression
from leadrules.dsl.expression.write_statements import write_body, write_inline
from leadrules.dsl.scenario import tree_sales as tree


def write_follow_up(item: tree.Part, write_item: Callable[[Item], str]) -> str:
    """One of these two blocks, or a statement of theirs."""
    match item:
        case tree.Deal(median, spread, body):
            block = f" {write_body(body, write_item)}" if body else ""
            return f"value lognormal median {write_expression(median)} spread {write_expression(spread)}{block}"
        case tree.Sales(body):
            return f"sales {write_body(body, write_item)}"
        case tree.ValueBy(subject, body):
            return f"by {subject.text} {write_inline(body, write_item)}"
        case tree.ValueIntent(amount):
            return f"more with intent {write_expression(amount)}"
        case tree.Retention(share, period):
            return f"retention {share.written} every {write_expression(period)}"
        case tree.Tenure(mean, shape, period):
            law = f"weibull mean {write_expression(mean)} shape {write_expression(shape)}"
            return f"retention {law}, every {write_expression(period)}"
        case _:
            return _sales_part(item)


def _sales_part(item: tree.SalesPart) -> str:
    match item:
        case tree.Capacity(number):
            return f"capacity {number.written} per day"
        case tree.WorkingHours(first, last, opens, closes):
            return f"hours {first.text} to {last.text} {opens} to {closes}"
        case tree.Order(by_score):
            return "order by score" if by_score else "order first come"
        case tree.Expire(after):
            return f"expire after {write_expression(after)}"
        case tree.Reached(share, half_life):
            return f"reached {share.written}{_fading(half_life)}"
        case tree.Effect(amount, half_life):
            return f"effect {write_expression(amount)} logit{_fading(half_life)}"
        case tree.EffectIn(stage, times):
            return f"in {stage.text} times {write_expression(times)}"
        case tree.EffectOn(persona, times):
            return f"persona {persona.text} times {write_expression(times)}"
        case tree.CallCosts(amount):
            return f"call costs {write_expression(amount)}"
        case tree.HourCosts(amount):
            return f"hour costs {write_expression(amount)}"
        case _:
            assert_never(item)


def _fading(half_life: Expression | None) -> str:
    return f", half-life {write_expression(half_life)}" if half_life else ""
