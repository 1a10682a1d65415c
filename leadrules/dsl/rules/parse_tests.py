"""Lark trees to tests: one method for each rule of `rules.lark` that stands in a test, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Number, Quantity, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree_tests as written
from leadrules.dsl.source import Span


class TestNodes(BlockNodes):
    """The nodes of one statement of a test."""

    __test__ = False  # pytest looks for classes of this name

    def test_block(self, span: Span, name: Text, braces: Word) -> Item:
        return written.Test(name, self.body(braces, "step"), span=span)

    def later(self, span: Span, sign: Word, *parts: Quantity) -> written.Later:
        return written.Later(sign.value, parts, span=span)

    def known(self, span: Span, braces: Word) -> Item:
        return written.Known(None, self.body(braces, "facts"), span=span)

    def known_later(self, span: Span, when: written.When, braces: Word) -> Item:
        return written.Known(when, self.body(braces, "facts"), span=span)

    def often(self, span: Span, digits: Word) -> Number:
        return self.digits(digits)

    def happening(
        self, span: Span, often: Number | None, when: written.When | None, event: Name, facts: written.Facts | None
    ) -> Item:
        return written.Happening(often, when, event, facts.facts if facts else (), span=span)

    def facts(self, span: Span, *facts: written.Fact) -> written.Facts:
        return written.Facts(facts, span=span)

    def fact(self, span: Span, name: Name, value: Expression) -> written.Fact:
        return written.Fact(name, value, span=span)

    def expect(self, span: Span, when: written.When | None, *expectations: written.Expectation) -> Item:
        return written.Expect(when, expectations, span=span)

    def expect_between(self, span: Span, value: Expression, low: Expression, high: Expression) -> written.Expectation:
        return written.ExpectBetween(value, low, high, span=span)

    def expect_within(
        self, span: Span, value: Expression, _equal: Word, target: Expression, tolerance: Expression
    ) -> written.Expectation:
        return written.ExpectWithin(value, target, tolerance, span=span)

    def expect_entered(self, span: Span, never: object, tier: Name, when: written.When | None) -> written.Expectation:
        return written.ExpectPassage(never is not None, "entered", tier, None, when, span=span)

    def expect_left(
        self, span: Span, never: object, tier: Name, other: Name | None, when: written.When | None
    ) -> written.Expectation:
        return written.ExpectPassage(never is not None, "left", tier, other, when, span=span)

    def never(self, span: Span) -> str:
        return "never"

    # Tables of cases

    def cases(self, span: Span, braces: Word) -> Item:
        return written.Cases(self.body(braces, "case_row"), span=span)

    def case_row(
        self, span: Span, given: tuple[written.Cell, ...], expected: tuple[written.Outcome, ...] | None
    ) -> Item:
        return written.CaseRow(given, expected or (), span=span)

    def cells(self, span: Span, *cells: Any) -> tuple[written.Cell, ...]:
        return cells

    def outcomes(self, span: Span, *outcomes: Any) -> tuple[written.Outcome, ...]:
        return outcomes

    def at_cell(self, span: Span) -> written.At:
        return written.At(span=span)

    def about(self, span: Span, target: Expression, tolerance: Expression) -> written.Outcome:
        return written.About(target, tolerance, span=span)

    def outcome_between(self, span: Span, low: Expression, high: Expression) -> written.Outcome:
        return written.OutcomeBetween(low, high, span=span)

    def outcome_compare(self, span: Span, operator: Word, value: Expression) -> written.Outcome:
        return written.OutcomeCompare(operator.value, value, span=span)
