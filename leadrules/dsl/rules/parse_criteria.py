"""Lark trees to criteria: one method for each rule of `rules.lark` that stands in a criterion, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Body, Expression, Item, Moment, Name, Number, Path, Pattern, Quantity
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.source import Span


class CriterionNodes(BlockNodes):
    """The nodes of one criterion."""

    def half_life(self, span: Span, _word: Word, duration: Expression) -> written.Decay:
        return written.HalfLife(duration, span=span)

    def linear(self, span: Span, duration: Expression) -> written.Decay:
        return written.Linear(duration, span=span)

    def expires(self, span: Span, duration: Expression) -> written.Decay:
        return written.Expires(duration, span=span)

    def s_curve(self, span: Span, _word: Word, duration: Expression) -> written.Decay:
        return written.SCurve(duration, span=span)

    def of_original(self, span: Span, share: Expression, duration: Expression, in_steps: object) -> written.Decay:
        return written.OfOriginal(share, duration, in_steps is not None, span=span)

    def in_steps(self, span: Span) -> str:
        return "in steps"

    def by_age(self, span: Span, braces: Word) -> written.Decay:
        return written.ByAge(self.body(braces, "age_row"), span=span)

    def younger(self, span: Span, age: Expression, share: Expression) -> Item:
        return written.AgeRow(age, share, span=span)

    def older(self, span: Span, share: Expression) -> Item:
        return written.AgeRow(None, share, span=span)

    def points_every(
        self, span: Span, points: Expression, duration: Expression, low: Expression | None
    ) -> written.Decay:
        return written.PointsEvery(points, duration, low, span=span)

    def level(self, span: Span, label: written.Label, points: Expression, condition: Expression, *rest: Any) -> Item:
        return written.Level(label, points, condition, *rest, span=span)

    def label(self, span: Span, name: Name) -> written.Label:
        return written.Label(name, span=span)

    def weighing(self, span: Span, name: Name, weight: Expression) -> written.Label:
        return written.Label(name, weight, span=span)

    def timely(self, span: Span, name: Name, valid: written.Dates, weight: Expression | None) -> written.Label:
        return written.Label(name, weight, valid, span=span)

    def dates(self, span: Span, *words: Word) -> written.Dates:
        first, last = (Moment(str(word.value), span=self.token_span(word)) for word in words)
        return written.Dates(first, last, span=span)

    def known_for(self, span: Span, duration: Expression) -> Expression:
        return duration

    def unless(self, span: Span, condition: Expression) -> written.Unless:
        return written.Unless(condition, span=span)

    def each(
        self, span: Span, label: written.Label, points: Expression, pattern: Pattern, *clauses: written.Clause
    ) -> Item:
        return written.Each(label, points, pattern, clauses, span=span)

    def first(
        self, span: Span, label: written.Label, points: Expression, pattern: Pattern, *clauses: written.Clause
    ) -> Item:
        return written.Each(label, points, pattern, clauses, "first", span=span)

    def last(
        self, span: Span, label: written.Label, points: Expression, pattern: Pattern, *clauses: written.Clause
    ) -> Item:
        return written.Each(label, points, pattern, clauses, "last", span=span)

    def sequence(
        self,
        span: Span,
        label: written.Label,
        points: Expression,
        before: Pattern,
        pattern: Pattern,
        within: Expression,
        *clauses: written.Clause,
    ) -> Item:
        return written.Each(
            label,
            points,
            pattern,
            clauses,
            before=before,
            within=within,
            span=span,
        )

    def edge(
        self, span: Span, label: written.Label, points: Expression, condition: Expression, *clauses: written.Clause
    ) -> Item:
        return written.Each(label, points, written.Begins(condition, span=condition.span), clauses, span=span)

    def visits(
        self,
        span: Span,
        label: written.Label,
        points: Expression,
        _word: Word,
        pattern: Pattern,
        gap: Expression,
        *clauses: written.Clause,
    ) -> Item:
        return written.Each(label, points, pattern, clauses, visit=gap, span=span)

    def proportional(
        self,
        span: Span,
        label: written.Label,
        points: Expression,
        per: written.Per,
        pattern: Pattern,
        *clauses: written.Clause,
    ) -> Item:
        return written.Each(label, points, pattern, clauses, per=per, span=span)

    def per(self, span: Span, full: object, size: Expression, property: Name | None) -> written.Per:
        return written.Per(size, property, full is not None, span=span)

    def banded(
        self,
        span: Span,
        label: written.Label,
        property: Name,
        pattern: Pattern,
        body: Body[written.Band],
        *clauses: written.Clause,
    ) -> Item:
        bands = written.Bands(property, body, span=property.span.to(body.span))
        return written.Each(label, None, pattern, clauses, bands=bands, span=span)

    def bands(self, span: Span, braces: Word) -> Body[written.Band]:
        return self.body(braces, "band")

    def first_band(self, span: Span, size: Expression, points: Expression, per: Expression | None) -> Item:
        return written.Band("first", size, points, per, span=span)

    def next_band(self, span: Span, size: Expression, points: Expression, per: Expression | None) -> Item:
        return written.Band("next", size, points, per, span=span)

    def after_band(self, span: Span, points: Expression, per: Expression | None) -> Item:
        return written.Band("after", None, points, per, span=span)

    def rate_of_some(self, span: Span, per: Expression) -> Expression:
        return per

    def rate_of_one(self, span: Span, unit: str) -> Expression:
        return Quantity(Number(1.0, "1", span=span), unit if unit.isupper() else unit.removesuffix("s"), span=span)

    def full(self, span: Span) -> str:
        return "full"

    def after_gap(self, span: Span, duration: Expression) -> written.Clause:
        return written.AfterGap(duration, span=span)

    def occurrence(self, span: Span, event: Name | Word, where: Expression | None) -> Pattern:
        if not isinstance(event, Name):  # an event may be called `visit`
            event = Name(str(event.value), span=self.token_span(event))
        return Pattern(event, where, span=span)

    def once(self, span: Span) -> written.Clause:
        return written.AtMost(None, span=span)

    def at_most(self, span: Span, digits: Word) -> written.Clause:
        return written.AtMost(self.digits(digits), span=span)

    def at_most_per(self, span: Span, digits: Word, period: Any) -> written.Clause:
        return written.AtMost(self.digits(digits), period, span=span)

    def period(self, span: Span, word: Word) -> str:
        return str(word.value)

    def at_most_in_any(self, span: Span, digits: Word, window: Expression) -> written.Clause:
        return written.AtMost(self.digits(digits), None, window, span=span)

    def worth(self, span: Span, points: Expression) -> written.Clause:
        return written.Worth(points, span=span)

    def once_per(self, span: Span, property: Name) -> written.Clause:
        return written.OncePer(property, span=span)

    def worth_per(self, span: Span, points: Expression, property: Name) -> written.Clause:
        return written.Worth(points, property, span=span)

    def criterion_decay(self, span: Span, decay: written.Decay) -> written.Clause:
        return decay

    def no_decay(self, span: Span) -> written.Clause:
        return written.NoDecay(span=span)

    def table(self, span: Span, label: written.Label, subject: Path, braces: Word) -> Item:
        return written.Table(label, subject, self.body(braces, "row"), span=span)

    def scale(
        self, span: Span, label: written.Label, points: Expression, condition: Expression | None, *rest: Any
    ) -> Item:
        return written.Scale(label, points, condition, *rest, span=span)

    def first_true(self, span: Span, label: written.Label, braces: Word) -> Item:
        return written.Cases(label, False, self.body(braces, "case"), span=span)

    def best(self, span: Span, label: written.Label, braces: Word) -> Item:
        return written.Cases(label, True, self.body(braces, "case"), span=span)

    def case(self, span: Span, condition: Expression, points: Expression) -> Item:
        return written.Case(condition, points, span=span)

    def last_case(self, span: Span, points: Expression) -> Item:
        return written.Case(None, points, span=span)

    def veto(self, span: Span, label: written.Label, condition: Expression, *rest: Any) -> Item:
        return written.Veto(label, condition, *rest, span=span)
