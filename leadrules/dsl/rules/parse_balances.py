"""Lark trees to what happens to a score as a whole: one method for each rule of `rules.lark`, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.tree import Expression, Item, Number, Pattern, Quantity
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree_balances as written
from leadrules.dsl.rules.parse_criteria import CriterionNodes
from leadrules.dsl.source import Span


class BalanceNodes(CriterionNodes):
    """The nodes of a score beside its criteria, and those of its criteria."""

    def resets(self, span: Span, value: Expression, pattern: Pattern) -> Item:
        return written.Resets(value, pattern, span=span)

    def multiplier(self, span: Span, factor: Expression, condition: Expression) -> Item:
        return written.Multiplier(factor, condition, span=span)

    def never_below(self, span: Span, value: Expression) -> Item:
        return written.NeverBelow(value, span=span)

    def ages_share(self, span: Span, amount: Expression, every: Expression, *rest: Any) -> Item:
        return written.Ages(amount, True, every, *rest, span=span)

    def ages_points(self, span: Span, amount: Expression, every: Expression, *rest: Any) -> Item:
        return written.Ages(amount, False, every, *rest, span=span)

    def becomes(
        self, span: Span, value: Expression, after: Expression, pattern: Pattern, condition: written.While | None
    ) -> Item:
        return written.Becomes(value, after, pattern, condition, span=span)

    def every(self, span: Span, duration: Expression) -> Expression:
        return duration

    def every_unit(self, span: Span, unit: str) -> Expression:
        return Quantity(Number(1.0, "1", span=span), unit, span=span)

    def one_unit(self, span: Span, word: Word) -> str:
        return str(word.value)

    def after(self, span: Span, duration: Expression) -> Expression:
        return duration

    def while_score(self, span: Span, operator: Word, level: Expression) -> written.While:
        return written.While(operator.value, level, span=span)

    def low(self, span: Span, value: Expression) -> Expression:
        return value
