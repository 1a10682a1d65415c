"""Lark trees to the nodes that say who the leads of a market are."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Node, Number, Path, Row, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree_people as tree
from leadrules.dsl.source import Span


class PeopleNodes(BlockNodes):
    """The nodes of statements about channels, accounts and attributes."""

    def channels(self, span: Span, braces: Word) -> Item:
        return tree.Channels(self.body(braces, "channel_row"), span=span)

    def channel_shares(self, span: Span, braces: Word) -> Item:
        return tree.Channels(self.body(braces, "channel_row"), span=span)

    def channel_row(self, span: Span, name: Name, share: Number, *clauses: tree.ChannelClause) -> Item:
        return tree.ChannelRow(name, share, clauses, span=span)

    def channel_intent(self, span: Span, amount: Expression) -> tree.ChannelIntent:
        return tree.ChannelIntent(amount, span=span)

    def channel_activity(self, span: Span, amount: Expression) -> tree.ChannelActivity:
        return tree.ChannelActivity(amount, span=span)

    def channel_cost(self, span: Span, amount: Expression) -> tree.ChannelCost:
        return tree.ChannelCost(amount, span=span)

    def from_channel(self, span: Span, field: Name) -> Item:
        return tree.FromChannel(field, span=span)

    # Laws that depend on another field

    def law_by(self, span: Span, field: Name, subject: Path, braces: Word) -> Item:
        return tree.LawBy(field, subject, self.body(braces, "law_row"), span=span)

    def unknown_by(self, span: Span, field: Name, subject: Path, braces: Word) -> Item:
        return tree.UnknownBy(field, subject, self.body(braces, "row"), span=span)

    def law_row(self, span: Span, row: Row, law: Any) -> Item:
        return tree.LawRow(row, law, span=span)

    def shares_of_row(self, span: Span, braces: Word) -> Any:
        return self.body(braces, "value_share")

    def numbers_of_row(self, span: Span, distribution: Node, unknown: Number | None) -> tree.Numbers:
        return tree.Numbers(distribution, unknown, span=span)

    def among_under(self, span: Span, high: Expression) -> Item:
        return self.under(span, high, _nothing(span))

    def among_between(self, span: Span, low: Expression, high: Expression) -> Item:
        return self.between(span, low, high, _nothing(span))

    def among_between_under(self, span: Span, low: Expression, high: Expression) -> Item:
        return self.between_under(span, low, high, _nothing(span))

    def among_over(self, span: Span, low: Expression) -> Item:
        return self.over(span, low, _nothing(span))

    def among_values(self, span: Span, values: tuple[Expression, ...]) -> Item:
        return self.choices(span, values, _nothing(span))

    def among_others(self, span: Span) -> Item:
        return self.otherwise(span, _nothing(span))

    def among_unknown(self, span: Span) -> Item:
        return self.unknown(span, _nothing(span))

    def correlate(self, span: Span, left: Name, right: Name, amount: Expression) -> Item:
        return tree.Correlate(left, right, amount, span=span)

    # Accounts

    def mean_size(self, span: Span, digits: Word, shape: Expression | None) -> Item:
        return tree.MeanSize(self.digits(digits), shape, span=span)

    def same(self, span: Span, *fields: Name) -> Item:
        return tree.Same(fields, span=span)

    def gamma_spread(self, span: Span, amount: Expression) -> Item:
        return tree.GammaSpread(amount, span=span)

    def from_place(self, span: Span, field: Name, braces: Word) -> Item:
        return tree.FromPlace(field, self.body(braces, "place_row"), span=span)

    def place_count(self, span: Span, value: Any, digits: Word) -> Item:
        return tree.PlaceRow(value, self.digits(digits), span=span)

    def place_rest(self, span: Span, value: Any) -> Item:
        return tree.PlaceRow(value, None, span=span)

    # Where numbers come from

    def sources(self, span: Span, braces: Word) -> Item:
        return tree.Sources(self.body(braces, "source_row"), span=span)

    def source_row(self, span: Span, path: Text, extent: tree.Extent) -> Item:
        return tree.SourceRow(path, extent, span=span)

    def only_source(self, span: Span, source: Text) -> tree.Extent:
        return tree.Extent(None, None, None, source, span=span)

    def extent(self, span: Span, low: Expression, high: Expression, unit: Any, source: Text | None) -> tree.Extent:
        return tree.Extent(low, high, unit, source, span=span)


def _nothing(span: Span) -> Number:
    """What a row is worth that has a law instead."""
    return Number(0.0, "0", span=span)
