"""Lark trees to the nodes of a rule set: one method for each rule of `rules.lark`, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Moment, Name, Path, Pattern, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree
from leadrules.dsl.source import Span


class RuleNodes(BlockNodes):
    """The nodes of one statement of a rule set."""

    # At the margin

    def header(self, span: Span, name: Name, title: Text | None, braces: Word) -> Item:
        return tree.Header(name, title, self.body(braces, "setting"), span=span)

    def lead(self, span: Span, braces: Word) -> Item:
        return tree.Lead(self.body(braces, "field"), span=span)

    def events(self, span: Span, braces: Word) -> Item:
        return tree.Events(self.body(braces, "mapping"), span=span)

    def event(self, span: Span, name: Name, label: Text | None, passive: object, braces: Word | None) -> Item:
        body = self.body(braces, "properties") if braces else None
        return tree.Event(name, label, passive is not None, body, span=span)

    def passive(self, span: Span) -> str:
        return "passive"

    def points(self, span: Span, *names: tree.NamedPoints) -> Item:
        return tree.Points(names, span=span)

    def point(self, span: Span, name: Name, value: Expression) -> tree.NamedPoints:
        return tree.NamedPoints(name, value, span=span)

    def param(self, span: Span, name: Name, value: Expression, low: Expression | None, high: Expression | None) -> Item:
        return tree.Param(name, value, low, high, span=span)

    def condition(self, span: Span, name: Name, condition: Expression) -> Item:
        return tree.Condition(name, condition, span=span)

    def score(
        self, span: Span, name: Name, title: Text | None, bounds: tree.Bounds | None, rounded: object, braces: Word
    ) -> Item:
        return tree.Score(name, title, bounds, rounded is not None, self.body(braces, "part"), span=span)

    def combination(self, span: Span, name: Name, title: Text | None, formula: Expression, *rest: Any) -> Item:
        bounds, rounded = rest
        return tree.Combination(name, title, formula, bounds, rounded is not None, span=span)

    def bounds(self, span: Span, low: Expression, high: Expression) -> tree.Bounds:
        return tree.Bounds(low, high, span=span)

    def rounded(self, span: Span) -> str:
        return "rounded"

    def checklist(self, span: Span, name: Name, title: Text | None, braces: Word) -> Item:
        return tree.Checklist(name, title, self.body(braces, "item"), span=span)

    def thresholds(self, span: Span, braces: Word) -> Item:
        return tree.Thresholds(self.body(braces, "tier"), span=span)

    # Settings

    def version(self, span: Span, digits: Word) -> Item:
        return tree.Version(self.digits(digits), span=span)

    def timezone(self, span: Span, zone: str) -> Item:
        return tree.Timezone(zone, span=span)

    def daily(self, span: Span, *clocks: Word) -> tuple[str, ...]:
        return tuple(str(clock.value) for clock in clocks)

    def evaluate_events(self, span: Span, daily: tuple[str, ...] | None) -> Item:
        return tree.Evaluate(True, daily or (), span=span)

    def evaluate_daily(self, span: Span, daily: tuple[str, ...]) -> Item:
        return tree.Evaluate(False, daily, span=span)

    # Fields and properties

    def mapping(self, span: Span, name: Name, column: Text) -> Item:
        return tree.Mapping(name, column, span=span)

    def missing(self, span: Span, *texts: Text) -> Item:
        return tree.Missing(texts, span=span)

    # Scores

    def default_decay(self, span: Span, decay: tree.Decay) -> Item:
        return tree.DefaultDecay(decay, span=span)

    def default_no_decay(self, span: Span) -> Item:
        return tree.DefaultDecay(tree.NoDecay(span=span), span=span)

    def half_life(self, span: Span, _word: Word, duration: Expression) -> tree.Decay:
        return tree.HalfLife(duration, span=span)

    def linear(self, span: Span, duration: Expression) -> tree.Decay:
        return tree.Linear(duration, span=span)

    def expires(self, span: Span, duration: Expression) -> tree.Decay:
        return tree.Expires(duration, span=span)

    def s_curve(self, span: Span, _word: Word, duration: Expression) -> tree.Decay:
        return tree.SCurve(duration, span=span)

    def of_original(self, span: Span, share: Expression, duration: Expression, in_steps: object) -> tree.Decay:
        return tree.OfOriginal(share, duration, in_steps is not None, span=span)

    def in_steps(self, span: Span) -> str:
        return "in steps"

    def by_age(self, span: Span, braces: Word) -> tree.Decay:
        return tree.ByAge(self.body(braces, "age_row"), span=span)

    def younger(self, span: Span, age: Expression, share: Expression) -> Item:
        return tree.AgeRow(age, share, span=span)

    def older(self, span: Span, share: Expression) -> Item:
        return tree.AgeRow(None, share, span=span)

    def points_every(self, span: Span, points: Expression, duration: Expression, low: Expression | None) -> tree.Decay:
        return tree.PointsEvery(points, duration, low, span=span)

    def criteria(self, span: Span, braces: Word) -> Item:
        return tree.Criteria(self.body(braces, "criterion"), span=span)

    def level(self, span: Span, label: tree.Label, points: Expression, condition: Expression, *known_for: Any) -> Item:
        return tree.Level(
            label.name, points, condition, known_for[-1], weight=label.weight, valid=label.valid, span=span
        )

    def label(self, span: Span, name: Name) -> tree.Label:
        return tree.Label(name, span=span)

    def weighing(self, span: Span, name: Name, weight: Expression) -> tree.Label:
        return tree.Label(name, weight, span=span)

    def timely(self, span: Span, name: Name, valid: tree.Dates, weight: Expression | None) -> tree.Label:
        return tree.Label(name, weight, valid, span=span)

    def dates(self, span: Span, *words: Word) -> tree.Dates:
        first, last = (Moment(str(word.value), span=self.token_span(word)) for word in words)
        return tree.Dates(first, last, span=span)

    def known_for(self, span: Span, duration: Expression) -> Expression:
        return duration

    def each(self, span: Span, label: tree.Label, points: Expression, pattern: Pattern, *clauses: tree.Clause) -> Item:
        return tree.Each(label.name, points, pattern, clauses, weight=label.weight, valid=label.valid, span=span)

    def first(self, span: Span, label: tree.Label, points: Expression, pattern: Pattern, *clauses: tree.Clause) -> Item:
        return tree.Each(
            label.name, points, pattern, clauses, "first", weight=label.weight, valid=label.valid, span=span
        )

    def last(self, span: Span, label: tree.Label, points: Expression, pattern: Pattern, *clauses: tree.Clause) -> Item:
        return tree.Each(
            label.name, points, pattern, clauses, "last", weight=label.weight, valid=label.valid, span=span
        )

    def sequence(
        self,
        span: Span,
        label: tree.Label,
        points: Expression,
        before: Pattern,
        pattern: Pattern,
        within: Expression,
        *clauses: tree.Clause,
    ) -> Item:
        return tree.Each(
            label.name,
            points,
            pattern,
            clauses,
            before=before,
            within=within,
            weight=label.weight,
            valid=label.valid,
            span=span,
        )

    def proportional(
        self, span: Span, label: tree.Label, points: Expression, per: tree.Per, pattern: Pattern, *clauses: tree.Clause
    ) -> Item:
        return tree.Each(
            label.name, points, pattern, clauses, per=per, weight=label.weight, valid=label.valid, span=span
        )

    def per(self, span: Span, full: object, size: Expression, property: Name | None) -> tree.Per:
        return tree.Per(size, property, full is not None, span=span)

    def full(self, span: Span) -> str:
        return "full"

    def after_gap(self, span: Span, duration: Expression) -> tree.Clause:
        return tree.AfterGap(duration, span=span)

    def occurrence(self, span: Span, event: Name, where: Expression | None) -> Pattern:
        return Pattern(event, where, span=span)

    def once(self, span: Span) -> tree.Clause:
        return tree.AtMost(None, span=span)

    def at_most(self, span: Span, digits: Word) -> tree.Clause:
        return tree.AtMost(self.digits(digits), span=span)

    def at_most_per(self, span: Span, digits: Word, period: Any) -> tree.Clause:
        return tree.AtMost(self.digits(digits), period, span=span)

    def period(self, span: Span, word: Word) -> str:
        return str(word.value)

    def at_most_in_any(self, span: Span, digits: Word, window: Expression) -> tree.Clause:
        return tree.AtMost(self.digits(digits), None, window, span=span)

    def worth(self, span: Span, points: Expression) -> tree.Clause:
        return tree.Worth(points, span=span)

    def once_per(self, span: Span, property: Name) -> tree.Clause:
        return tree.OncePer(property, span=span)

    def worth_per(self, span: Span, points: Expression, property: Name) -> tree.Clause:
        return tree.Worth(points, property, span=span)

    def criterion_decay(self, span: Span, decay: tree.Decay) -> tree.Clause:
        return decay

    def no_decay(self, span: Span) -> tree.Clause:
        return tree.NoDecay(span=span)

    def table(self, span: Span, label: tree.Label, subject: Path, braces: Word) -> Item:
        return tree.Table(
            label.name, subject, self.body(braces, "row"), weight=label.weight, valid=label.valid, span=span
        )

    def scale(
        self, span: Span, label: tree.Label, points: Expression, condition: Expression | None, *known_for: Any
    ) -> Item:
        return tree.Scale(
            label.name, points, condition, known_for[-1], weight=label.weight, valid=label.valid, span=span
        )

    def first_true(self, span: Span, label: tree.Label, braces: Word) -> Item:
        return tree.Cases(
            label.name, False, self.body(braces, "case"), weight=label.weight, valid=label.valid, span=span
        )

    def best(self, span: Span, label: tree.Label, braces: Word) -> Item:
        return tree.Cases(
            label.name, True, self.body(braces, "case"), weight=label.weight, valid=label.valid, span=span
        )

    def case(self, span: Span, condition: Expression, points: Expression) -> Item:
        return tree.Case(condition, points, span=span)

    def last_case(self, span: Span, points: Expression) -> Item:
        return tree.Case(None, points, span=span)

    def veto(self, span: Span, label: tree.Label, condition: Expression, *known_for: Any) -> Item:
        return tree.Veto(label.name, condition, known_for[-1], weight=label.weight, valid=label.valid, span=span)

    # Items of checklists, tiers

    def item(self, span: Span, name: Name, condition: Expression) -> Item:
        return tree.Check(name, condition, span=span)

    def tier(self, span: Span, name: Name, condition: Expression) -> Item:
        return tree.Tier(name, condition, span=span)

    def last_tier(self, span: Span, name: Name) -> Item:
        return tree.Tier(name, None, span=span)
