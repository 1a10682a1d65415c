"""Lark trees to the nodes of a scenario: one method for each rule of `scenario.lark`, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.tree import Expression, Item, Moment, Name, Number, Path, Quantity, Text
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.parse_calendar import CalendarNodes
from leadrules.dsl.scenario.parse_mail import MailNodes
from leadrules.dsl.scenario.parse_observed import ObservedNodes
from leadrules.dsl.scenario.parse_people import PeopleNodes
from leadrules.dsl.scenario.parse_sales import SalesNodes
from leadrules.dsl.scenario.parse_stages import StageNodes
from leadrules.dsl.source import Span


class ScenarioNodes(CalendarNodes, PeopleNodes, MailNodes, StageNodes, ObservedNodes, SalesNodes):
    """The nodes of one statement of a scenario."""

    # At the margin

    def header(self, span: Span, name: Name, title: Text | None, braces: Word) -> Item:
        return tree.Header(name, title, self.body(braces, "setting"), span=span)

    def lead(self, span: Span, braces: Word) -> Item:
        return tree.Lead(self.body(braces, "property"), span=span)

    def event(self, span: Span, name: Name, braces: Word | None) -> Item:
        return tree.Event(name, self.body(braces, "properties") if braces else None, span=span)

    def everyone(self, span: Span, braces: Word) -> Item:
        return tree.Everyone(self.body(braces, "trait"), span=span)

    def persona(self, span: Span, name: Name, share: Number, never_buys: object, braces: Word) -> Item:
        return tree.Persona(name, share, never_buys is not None, self.body(braces, "trait"), span=span)

    def never_buys(self, span: Span) -> str:
        return "never buys"

    def accounts(self, span: Span, braces: Word) -> Item:
        return tree.Accounts(self.body(braces, "account_part"), span=span)

    def intent(self, span: Span, braces: Word) -> Item:
        return tree.Intent(self.body(braces, "intent_part"), span=span)

    def activity(self, span: Span, braces: Word) -> Item:
        return tree.Activity(self.body(braces, "activity_part"), span=span)

    def stage(self, span: Span, name: Name, braces: Word) -> Item:
        return tree.Stage(name, self.body(braces, "stage_part"), span=span)

    def share(self, span: Span, digits: Word) -> Number:
        return self.percent(span, digits)

    # Settings

    def version(self, span: Span, digits: Word) -> Item:
        return tree.Version(self.digits(digits), span=span)

    def seed(self, span: Span, digits: Word) -> Item:
        return tree.Seed(self.digits(digits), span=span)

    def population(self, span: Span, digits: Word) -> Item:
        return tree.PopulationSize(self.digits(digits), span=span)

    def timezone(self, span: Span, zone: str) -> Item:
        return tree.Timezone(zone, span=span)

    def horizon(self, span: Span, duration: Expression, start: Moment) -> Item:
        return tree.Horizon(duration, start, span=span)

    def arrivals(self, span: Span, duration: Expression) -> Item:
        return tree.Arrivals(duration, span=span)

    def landmark(self, span: Span, duration: Expression) -> Item:
        return tree.Landmark(duration, span=span)

    def target(self, span: Span, duration: Expression) -> Item:
        return tree.Target(duration, span=span)

    # Personas

    def persona_intent(self, span: Span, amount: Expression) -> Item:
        return tree.PersonaIntent(amount, span=span)

    def persona_activity(self, span: Span, amount: Expression) -> Item:
        return tree.PersonaActivity(amount, span=span)

    def override(self, span: Span, stage: Name, braces: Word) -> Item:
        return tree.Override(stage, self.body(braces, "stage_part"), span=span)

    def shares(self, span: Span, field: Name, braces: Word) -> Item:
        return tree.Shares(field, self.body(braces, "value_share"), span=span)

    def flag_share(self, span: Span, field: Name, share: Number) -> Item:
        return tree.FlagShare(field, share, span=span)

    def attribute(self, span: Span, field: Name, distribution: Any, unknown: Number | None) -> Item:
        return tree.Attribute(field, distribution, unknown, span=span)

    def lognormal(self, span: Span, median: Expression, spread: Expression) -> tree.Lognormal:
        return tree.Lognormal(median, spread, span=span)

    def normal(self, span: Span, mean: Expression, spread: Expression) -> tree.Normal:
        return tree.Normal(mean, spread, span=span)

    def even(self, span: Span, low: Expression, high: Expression) -> tree.Even:
        return tree.Even(low, high, span=span)

    def unknown_share(self, span: Span, share: Number) -> Item:
        return tree.ValueShare(None, share, span=span)

    def value_share(self, span: Span, value: Any, share: Number) -> Item:
        return tree.ValueShare(value, share, span=span)

    def value(self, span: Span, *words: Any) -> Text | Name | Number:
        if not isinstance(words[-1], Word):
            return words[0]  # type: ignore[no-any-return]
        number = self.digits(words[-1])
        return number if len(words) == 1 else Number(-number.value, f"-{number.written}", span=span)

    # Accounts, intent, activity

    def size(self, span: Span, digits: Word) -> Item:
        return tree.Size(self.digits(digits), span=span)

    def intent_spread(self, span: Span, amount: Expression) -> Item:
        return tree.IntentSpread(amount, span=span)

    def spread(self, span: Span, amount: Expression) -> Item:
        return tree.Spread(amount, span=span)

    def intent_by(self, span: Span, subject: Path, braces: Word) -> Item:
        return tree.IntentBy(subject, self.body(braces, "row"), span=span)

    def intent_flag(self, span: Span, field: Name, amount: Expression) -> Item:
        return tree.IntentFlag(field, amount, span=span)

    def correlation(self, span: Span, amount: Expression) -> Item:
        return tree.Correlation(amount, span=span)

    # Stages

    def visits(self, span: Span, amount: Expression, unit: Any) -> Item:
        return tree.Visits(amount, unit, span=span)

    def unit(self, span: Span, word: Word) -> str:
        return str(word.value)

    def visit_length(self, span: Span, mean: Expression, gap: Expression | None, spread: Expression | None) -> Item:
        return tree.VisitLength(mean, gap, spread, span=span)

    def mix(self, span: Span, braces: Word) -> Item:
        return tree.Mix(self.body(braces, "mix_row"), span=span)

    def mix_row(self, span: Span, event: Name, *rest: Any) -> Item:
        *given, share = rest
        return tree.MixRow(event, tuple(given), share, span=span)

    def given(self, span: Span, property: Name, value: Any) -> tree.Given:
        return tree.Given(property, self.digits(value) if isinstance(value, Word) else value, span=span)

    def amount(self, span: Span, digits: Word, unit: str) -> Quantity:
        return self.quantity(span, digits, unit)
