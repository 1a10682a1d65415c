"""Lark trees to the nodes of a rule set: one method for each rule of `rules.lark`, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.tree import Expression, Item, Name, Path, Property, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules import tree_tiers as tiers
from leadrules.dsl.rules.parse_balances import BalanceNodes
from leadrules.dsl.rules.parse_demands import DemandNodes
from leadrules.dsl.rules.parse_tests import TestNodes
from leadrules.dsl.source import Span


class RuleNodes(BalanceNodes, TestNodes, DemandNodes):
    """The nodes of one statement of a rule set."""

    # At the margin

    def header(self, span: Span, name: Name, title: Text | None, braces: Word) -> Item:
        return tree.Header(name, title, self.body(braces, "setting"), span=span)

    def lead(self, span: Span, braces: Word) -> Item:
        return tree.Lead(self.body(braces, "field"), span=span)

    def events(self, span: Span, braces: Word) -> Item:
        return tree.Events(self.body(braces, "mapping"), span=span)

    def adjustments(self, span: Span, braces: Word) -> Item:
        return tree.Adjustments(self.body(braces, "mapping"), span=span)

    def attributes(self, span: Span, braces: Word) -> Item:
        return tree.Attributes(self.body(braces, "mapping"), span=span)

    def merges(self, span: Span, braces: Word) -> Item:
        return tree.Merges(self.body(braces, "mapping"), span=span)

    def links(self, span: Span, braces: Word) -> Item:
        return tree.Links(self.body(braces, "mapping"), span=span)

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

    def given(self, span: Span, name: Name, value: Expression) -> Item:
        return tree.Given(name, value, span=span)

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

    def measure_over(self, span: Span, word: Word) -> str:
        return str(word.value)

    def member_weight(self, span: Span, _star: Word, subject: Path, braces: Word) -> tree.MemberWeight:
        return tree.MemberWeight(subject, self.body(braces, "row"), span=span)

    def roll_up(self, span: Span, name: Name, title: Text | None, measure: Any, score: Path, *rest: Any) -> Item:
        weight, bounds, rounded = rest
        return tree.RollUp(name, title, measure, score, weight, None, bounds, rounded is not None, span=span)

    def member_count(self, span: Span, name: Name, title: Text | None, where: Expression | None, *rest: Any) -> Item:
        bounds, rounded = rest
        return tree.RollUp(name, title, "count", None, None, where, bounds, rounded is not None, span=span)

    def account(self, span: Span, name: Name, braces: Word) -> Item:
        return tree.Account(name, self.body(braces, "membership"), span=span)

    def members(self, span: Span, role: Property | None) -> Item:
        return tree.Members(role, span=span)

    def checklist(self, span: Span, name: Name, title: Text | None, braces: Word) -> Item:
        return tree.Checklist(name, title, self.body(braces, "item"), span=span)

    def thresholds(self, span: Span, braces: Word) -> Item:
        return tiers.Thresholds(self.body(braces, "threshold"), span=span)

    # Rule sets made of several files

    def use(self, span: Span, path: Text) -> Item:
        return tree.Use(path, span=span)

    def extends(self, span: Span, path: Text, braces: Word | None) -> Item:
        return tree.Extends(path, self.body(braces, "change") if braces else None, span=span)

    def remove(self, span: Span, path: Path) -> Item:
        return tree.Remove(path, span=span)

    def replace(self, span: Span, owner: Name | None, item: Any) -> Item:
        return tree.Replace(owner, item, span=span)

    def replace_declaration(self, span: Span, item: tree.Declaration) -> Item:
        return tree.Replace(None, item, span=span)

    def owner(self, span: Span, name: Name) -> Name:
        return name

    def grade(self, span: Span, name: Name, title: Text | None, score: Path, braces: Word) -> Item:
        return tree.Grade(name, title, score, self.body(braces, "grade_row"), span=span)

    def matrix(self, span: Span, name: Name, title: Text | None, first: Path, second: Path) -> Item:
        return tree.Matrix(name, title, first, second, span=span)

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

    def default_decay(self, span: Span, decay: written.Decay) -> Item:
        return tree.DefaultDecay(decay, span=span)

    def default_no_decay(self, span: Span) -> Item:
        return tree.DefaultDecay(written.NoDecay(span=span), span=span)

    def criteria(self, span: Span, braces: Word) -> Item:
        return tree.Criteria(self.body(braces, "criterion"), span=span)

    # Items of checklists, tiers

    def item(self, span: Span, name: Name, condition: Expression) -> Item:
        return tree.Check(name, condition, span=span)

    def tier(self, span: Span, name: Name, condition: Expression, *clauses: tiers.Clause) -> Item:
        return tiers.Tier(name, condition, clauses, span=span)

    def last_tier(self, span: Span, name: Name) -> Item:
        return tiers.Tier(name, None, span=span)

    # Grades

    def grade_from(self, span: Span, label: Text, bound: Expression) -> Item:
        return tree.GradeRow(label, bound, span=span)

    def last_grade(self, span: Span, label: Text) -> Item:
        return tree.GradeRow(label, None, span=span)

    # What tiers remember, and what steps between them set off

    def frozen(self, span: Span, condition: Expression) -> Item:
        return tiers.Frozen(condition, span=span)

    def until(self, span: Span, condition: Expression) -> tiers.Clause:
        return tiers.Until(condition, span=span)

    def held_for(self, span: Span, duration: Expression) -> tiers.Clause:
        return tiers.HeldFor(duration, span=span)

    def contact(self, span: Span, duration: Expression) -> tiers.Clause:
        return tiers.Contact(duration, span=span)

    def entering(self, span: Span, tier: Name, cooldown: Expression | None, braces: Word) -> Item:
        return tiers.On(tiers.Entering(tier, span=span), cooldown, self.body(braces, "action"), span=span)

    def leaving(self, span: Span, tier: Name, to: Name | None, cooldown: Expression | None, braces: Word) -> Item:
        return tiers.On(tiers.Leaving(tier, to, span=span), cooldown, self.body(braces, "action"), span=span)

    def falling(self, span: Span, tier: Name, after: Name, cooldown: Expression | None, braces: Word) -> Item:
        return tiers.On(tiers.Falling(tier, after, span=span), cooldown, self.body(braces, "action"), span=span)

    def cooldown(self, span: Span, duration: Expression) -> Expression:
        return duration

    def action(self, span: Span, verb: Name, *texts: Text) -> Item:
        return tiers.Action(verb, texts, span=span)
