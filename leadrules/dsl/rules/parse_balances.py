"""Lark trees to what happens to a score as a whole: one method for each rule of `rules.lark`, named like it."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Expression, Item, Pattern
from leadrules.dsl.rules import tree_balances as written
from leadrules.dsl.rules.parse_criteria import CriterionNodes
from leadrules.dsl.source import Span


class BalanceNodes(CriterionNodes):
    """The nodes of a score beside its criteria, and those of its criteria."""

    def resets(self, span: Span, value: Expression, pattern: Pattern) -> Item:
        return written.Resets(value, pattern, span=span)

    def multiplier(self, span: Span, factor: Expression, condition: Expression) -> Item:
        return written.Multiplier(factor, condition, span=span)
