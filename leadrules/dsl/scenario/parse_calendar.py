"""Lark trees to the nodes of a calendar and of changes at a date: one method for each rule, named like it."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Moment, Name, Number
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree_calendar as tree
from leadrules.dsl.source import Span


class CalendarNodes(BlockNodes):
    """The nodes of one statement about the time of a market."""

    def calendar(self, span: Span, braces: Word) -> Item:
        return tree.Calendar(self.body(braces, "calendar_part"), span=span)

    def weekdays(self, span: Span, first: Any, last: Any, weight: Expression) -> Item:
        return tree.Weekdays(first, last, weight, span=span)

    def weekday(self, span: Span, word: Word) -> str:
        return str(word.value)

    def hours(self, span: Span, braces: Word) -> Item:
        return tree.Hours(self.body(braces, "hour_row"), span=span)

    def peak(self, span: Span, at: Word, width: Expression, floor: Expression) -> Item:
        return tree.Peak(self._clock(at), width, floor, span=span)

    def _clock(self, word: Word) -> tree.Clock:
        return tree.Clock(str(word.value), span=self.token_span(word))

    def hour_span(self, span: Span, start: Word, stop: Word, weight: Expression) -> Item:
        return tree.HourSpan(self._clock(start), self._clock(stop), weight, span=span)

    def hour_rest(self, span: Span, weight: Expression) -> Item:
        return tree.HourRest(weight, span=span)

    def zones(self, span: Span, braces: Word) -> Item:
        return tree.Zones(self.body(braces, "zone_row"), span=span)

    def zone_share(self, span: Span, zone: str, share: Number) -> Item:
        return tree.ZoneShare(zone, share, span=span)

    def day(self, span: Span, date: Word) -> Moment:
        return Moment(str(date.value), span=span)

    def holiday(self, span: Span, first: Moment, last: Moment | None, factor: Expression, zone: str | None) -> Item:
        return tree.Holiday(first, last, factor, zone, span=span)

    def campaign(self, span: Span, name: Name, start: Moment, last: Moment, braces: Word) -> Item:
        return tree.Campaign(name, start, last, self.body(braces, "pulse"), span=span)

    def arrivals_times(self, span: Span, factor: Expression) -> Item:
        return tree.ArrivalsTimes(factor, span=span)

    def visits_times(self, span: Span, factor: Expression) -> Item:
        return tree.VisitsTimes(factor, span=span)

    def trend(self, span: Span, braces: Word) -> Item:
        return tree.Trend(self.body(braces, "knot"), span=span)

    def knot(self, span: Span, moment: Moment, factor: Expression) -> Item:
        return tree.Knot(moment, factor, span=span)

    def growth(self, span: Span, amount: Expression, unit: Any) -> Item:
        return tree.Growth(amount, unit, span=span)

    def change(self, span: Span, start: Moment, by: Moment | None, braces: Word) -> Item:
        return tree.Change(start, by, self.body(braces, "change_part"), span=span)

    def persona_from(self, span: Span, persona: Name, share: Number) -> Item:
        return tree.PersonaFrom(persona, share, span=span)
