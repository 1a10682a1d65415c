"""Lark trees to laws and gates: one method for each rule, named like it."""

from __future__ import annotations

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Path, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree_demands as written
from leadrules.dsl.source import Span


class DemandNodes(BlockNodes):
    """The nodes of laws, and of a gate and its lines."""

    def never_raises(self, span: Span, event: Name, score: Name) -> Item:
        return written.NeverRaises(event, score, span=span)

    def never_lowers(self, span: Span, event: Name, score: Name) -> Item:
        return written.NeverLowers(event, score, span=span)

    def outranks(self, span: Span, higher: Path, lower: Path) -> Item:
        return written.Outranks(higher, lower, span=span)

    def tiers_reachable(self, span: Span) -> Item:
        return written.TiersReachable(span=span)

    def none_alone(self, span: Span, tier: Name) -> Item:
        return written.NoneAlone(tier, span=span)

    def gate(self, span: Span, path: Text, braces: Word) -> Item:
        return written.Gate(path, self.body(braces, "demand"), span=span)

    def at_least(self, span: Span, number: Expression) -> written.Limit:
        return written.Limit("least", number, span=span)

    def no_more_than(self, span: Span, number: Expression) -> written.Limit:
        return written.Limit("most", number, span=span)

    def figure(self, span: Span, figure: Name, limit: written.Limit) -> Item:
        return written.Demand(figure, None, False, limit, span=span)

    def figure_of_tier(self, span: Span, figure: Name, tier: Name, limit: written.Limit) -> Item:
        return written.Demand(figure, tier, False, limit, span=span)

    def rate(self, span: Span, tier: Name, period: Name, limit: written.Limit) -> Item:
        return written.Demand(period, tier, True, limit, span=span)
