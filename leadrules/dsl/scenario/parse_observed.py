"""Lark trees to the nodes of `observed { ... }`: one method for each rule of `scenario.lark`, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Number
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree_observed as tree
from leadrules.dsl.source import Span


class ObservedNodes(BlockNodes):
    """The nodes of what stands between what happens and what is seen of it."""

    def observed(self, span: Span, braces: Word) -> Item:
        return tree.Observed(self.body(braces, "observed_part"), span=span)

    def without_consent(self, span: Span, share: Number, spared: Any) -> Item:
        return tree.WithoutConsent(share, spared or (), span=span)

    def blocked(self, span: Span, share: Number, events: Number | None, spared: Any) -> Item:
        return tree.Blocked(share, events, spared or (), span=span)

    def of_events(self, span: Span, share: Number) -> Number:
        return share

    def spared(self, span: Span, *names: Name) -> tuple[Name, ...]:
        return names

    def lost(self, span: Span, event: Name | None, share: Number) -> Item:
        return tree.Lost(event, share, span=span)

    def filtered(self, span: Span, share: Number, persona: Name) -> Item:
        return tree.Filtered(share, persona, span=span)

    def identified(self, span: Span, event: Name, never: Number | None) -> Item:
        return tree.Identified(event, never, span=span)

    def duplicated(self, span: Span, share: Number, renewed: Number | None) -> Item:
        return tree.Duplicated(share, renewed, span=span)

    def late(self, span: Span, share: Number, median: Expression, spread: Expression) -> Item:
        return tree.Late(share, median, spread, span=span)

    def clock(self, span: Span, spread: Expression) -> Item:
        return tree.ClockOff(spread, span=span)

    def dirty(self, span: Span, field: Name, how: Any, share: Number) -> Item:
        return tree.Dirty(field, how, share, span=span)

    def how(self, span: Span, word: Word) -> str:
        return str(word.value)

    def replaced(self, span: Span, field: Name, value: Any, share: Number) -> Item:
        return tree.Replaced(field, value, share, span=span)

    def enriched(self, span: Span, field: Name, delay: Expression) -> Item:
        return tree.Enriched(field, delay, span=span)
