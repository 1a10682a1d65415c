"""Lark trees to nodes: one method for each rule of the grammar, named like it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal, cast

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.tree import Expression, Item, Name, Number, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.source import Source, Span

ESCAPE = re.compile(r"\\(.)")
ESCAPED = {"n": "\n", "t": "\t"}

LARGEST = 1e15


class ExpressionNodes:
    """The nodes of values, conditions and event patterns. A language adds the methods of its own rules."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def token(self, word: Word) -> Any:
        """A name or a text as a node; any other word as it is."""
        span = Span(self.source, word.start_pos or 0, word.end_pos or 0)
        if word.type == "NAME":
            return tree.Name(unicodedata.normalize("NFC", word.value), span=span)
        if word.type == "TEXT":
            return tree.Text(ESCAPE.sub(lambda m: ESCAPED.get(m[1], m[1]), word.value[1:-1]), span=span)
        return word

    def both(self, span: Span, *parts: Expression) -> Expression:
        return tree.Both(parts, span=span)

    def either(self, span: Span, *parts: Expression) -> Expression:
        return tree.Either(parts, span=span)

    def negation(self, span: Span, part: Expression) -> Expression:
        return tree.Not(part, span=span)

    def brackets(self, span: Span, inner: Expression) -> Expression:
        return inner

    def chain(self, span: Span, first: Expression, *rest: Any) -> Expression:
        left = first
        for operator, right in zip(rest[::2], rest[1::2], strict=True):
            left = tree.Arithmetic(left, operator.value, right, span=left.span.to(right.span))
        return left

    def sign(self, span: Span, sign: Word, operand: Expression) -> Expression:
        return tree.Sign(sign.value, operand, span=span)

    def number(self, span: Span, digits: Word) -> tree.Number:
        return tree.Number(_amount(digits), str(digits.value), span=span)

    def digits(self, word: Word) -> tree.Number:
        """A number that the grammar asks for as bare digits."""
        return self.number(self.token_span(word), word)

    def percent(self, span: Span, digits: Word) -> tree.Number:
        return tree.Number(_amount(digits) / 100, f"{digits.value}%", span=span)

    def quantity(self, span: Span, digits: Word, unit: str) -> tree.Quantity:
        amount = self.number(self.token_span(digits), digits)
        return tree.Quantity(amount, unit if unit.isupper() else unit.removesuffix("s"), span=span)

    def token_span(self, word: Word) -> Span:
        return Span(self.source, word.start_pos or 0, word.end_pos or 0)

    def unit_of(self, span: Span, unit: Word) -> str:
        return str(unit.value)

    unit_in = unit_of

    def moment(self, span: Span, date: Word, clock: Word | None) -> Expression:
        return tree.Moment(f"{date.value} {clock.value}" if clock else str(date.value), span=span)

    def path(self, span: Span, *names: tree.Name) -> tree.Path:
        return tree.Path(names, span=span)

    def compare(self, span: Span, left: Expression, operator: Word, right: Expression) -> Expression:
        return tree.Compare(left, operator.value, right, span=span)

    def operands(self, span: Span, *choices: Expression) -> tuple[Expression, ...]:
        return choices

    def is_value(self, span: Span, operand: Expression, value: Expression) -> Expression:
        return tree.IsOneOf(operand, (value,), bare=True, span=span)

    def is_not_value(self, span: Span, operand: Expression, value: Expression) -> Expression:
        return tree.IsOneOf(operand, (value,), negated=True, bare=True, span=span)

    def is_one_of(self, span: Span, operand: Expression, choices: tuple[Expression, ...]) -> Expression:
        return tree.IsOneOf(operand, choices, span=span)

    def is_not_one_of(self, span: Span, operand: Expression, choices: tuple[Expression, ...]) -> Expression:
        return tree.IsOneOf(operand, choices, negated=True, span=span)

    def is_known(self, span: Span, operand: Expression) -> Expression:
        return tree.IsKnown(operand, span=span)

    def is_missing(self, span: Span, operand: Expression) -> Expression:
        return tree.IsKnown(operand, missing=True, span=span)

    def is_exactly(self, span: Span, operand: Expression, text: tree.Text) -> Expression:
        return tree.TextTest(operand, "exactly", (text,), span=span)

    def texts(self, span: Span, *texts: tree.Text) -> tuple[tree.Text, ...]:
        return texts

    def relation(self, span: Span, *words: Word) -> tree.TextRelation:
        return cast(tree.TextRelation, " ".join(word.value for word in words))

    def text_test(
        self, span: Span, operand: Expression, relation: tree.TextRelation, texts: tuple[tree.Text, ...]
    ) -> Expression:
        return tree.TextTest(operand, relation, texts, span=span)

    def matches(self, span: Span, operand: Expression, text: tree.Text) -> Expression:
        return tree.TextTest(operand, "matches", (text,), span=span)

    def fired(self, span: Span, criterion: tree.Path) -> Expression:
        return tree.Fired(criterion, span=span)

    def has(self, span: Span, operand: Expression, choice: Expression) -> Expression:
        return tree.Has(operand, (choice,), bare=True, span=span)

    def has_any(self, span: Span, operand: Expression, choices: tuple[Expression, ...]) -> Expression:
        return tree.Has(operand, choices, span=span)

    def has_all(self, span: Span, operand: Expression, choices: tuple[Expression, ...]) -> Expression:
        return tree.Has(operand, choices, every=True, span=span)

    def grade_at_least(self, span: Span, operand: Expression, bound: Expression) -> Expression:
        return tree.AtLeast(operand, bound, span=span)

    def grade_at_most(self, span: Span, operand: Expression, bound: Expression) -> Expression:
        return tree.AtLeast(operand, bound, most=True, span=span)

    def where(self, span: Span, guard: Expression) -> Expression:
        return guard

    def window(self, span: Span, duration: Expression) -> Expression:
        return duration

    def pattern(self, span: Span, event: tree.Name, where: Expression | None = None) -> tree.Pattern:
        return tree.Pattern(event, where, span=span)

    def pattern_within(
        self, span: Span, event: tree.Name, where: Expression | None, window: Expression
    ) -> tree.Pattern:
        return tree.Pattern(event, where, window, span=span)

    def any_event(self, span: Span, pattern: tree.Pattern) -> Expression:
        return tree.Happened(pattern, span=span)

    def no_event(self, span: Span, pattern: tree.Pattern) -> Expression:
        return tree.Happened(pattern, absent=True, span=span)

    def aggregate(self, span: Span, pattern: tree.Pattern) -> Expression:
        return tree.Aggregate("count", pattern, span=span)

    def measure(self, span: Span, *words: Word) -> tree.Measure:
        word = [w.value for w in words if w.value != "of"][-1]
        return cast(Literal["distinct", "sum", "max", "min"], word)

    def aggregate_property(
        self, span: Span, measure: tree.Measure, name: tree.Name, pattern: tree.Pattern
    ) -> Expression:
        return tree.Aggregate(measure, pattern, name, span=span)

    def days_since(self, span: Span, subject: tree.Path) -> Expression:
        return tree.DaysSince(subject, span=span)

    def days_since_event(self, span: Span, event: tree.Name, where: Expression) -> Expression:
        return tree.DaysSince(tree.Pattern(event, where, span=event.span.to(where.span)), span=span)

    def calendar_days_since(self, span: Span, subject: tree.Path) -> Expression:
        return tree.DaysSince(subject, calendar=True, span=span)

    # Fields and properties

    def properties(self, span: Span, *properties: tree.Property) -> Item:
        return tree.Properties(properties, span=span)

    def property(self, span: Span, name: Name, type: tree.Type, *options: dict[str, Any]) -> Item:
        merged: dict[str, Any] = {}
        for option in options:
            merged |= option
        return tree.Property(name, type, span=span, **merged)

    def from_column(self, span: Span, column: Text) -> dict[str, Any]:
        return {"column": column}

    def missing_texts(self, span: Span, *texts: Text) -> dict[str, Any]:
        return {"missing": texts}

    def blank_means_no(self, span: Span) -> dict[str, Any]:
        return {"blank": tree.Blank("no", span=span)}

    def blank_means_none(self, span: Span) -> dict[str, Any]:
        return {"blank": tree.Blank("none", span=span)}

    def separated_by(self, span: Span, separator: Text) -> dict[str, Any]:
        return {"separator": separator}

    def known_from(self, span: Span) -> dict[str, Any]:
        return {"known_from": True}

    def simple_type(self, span: Span, *words: Word) -> tree.Type:
        return tree.Type(cast(Any, " ".join(word.value for word in words)), span=span)

    def duration_type(self, span: Span, unit: str | None) -> tree.Type:
        return tree.Type("duration", (unit or "").removesuffix("s"), span=span)

    def money_type(self, span: Span, currency: Word) -> tree.Type:
        return tree.Type("money", str(currency.value), span=span)

    def one_of_type(self, span: Span, *choices: Name | Text | Number) -> tree.Type:
        return tree.Type("one of", "", choices, span=span)

    def set_type(self, span: Span, *choices: Name | Text | Number) -> tree.Type:
        return tree.Type("set of", "", choices, span=span)

    def choice(self, span: Span, choice: Any) -> Any:
        return self.number(span, choice) if isinstance(choice, Word) else choice

    def zone(self, span: Span, *parts: Any) -> str:
        return "".join(p.value if isinstance(p, Text) else p.text if isinstance(p, Name) else "/" for p in parts)

    # Rows of tables

    def under(self, span: Span, high: Expression, points: Expression) -> Item:
        return tree.RangeRow(None, high, False, points, span=span)

    def between(self, span: Span, low: Expression, high: Expression, points: Expression) -> Item:
        return tree.RangeRow(low, high, True, points, span=span)

    def between_under(self, span: Span, low: Expression, high: Expression, points: Expression) -> Item:
        return tree.RangeRow(low, high, False, points, span=span)

    def over(self, span: Span, low: Expression, points: Expression) -> Item:
        return tree.RangeRow(low, None, False, points, span=span)

    def choices(self, span: Span, values: tuple[Expression, ...], points: Expression) -> Item:
        return tree.ValueRow(values, points, span=span)

    def otherwise(self, span: Span, points: Expression) -> Item:
        return tree.RestRow("else", points, span=span)

    def unknown(self, span: Span, points: Expression) -> Item:
        return tree.RestRow("unknown", points, span=span)


def _amount(digits: Word) -> float:
    """The number that digits make; one that is too large was reported where the words were read."""
    return min(float(digits.value), LARGEST)
