"""Lark trees to the nodes of `value` and `sales`."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Number, Path
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree_sales as tree
from leadrules.dsl.source import Span

FOLLOW_UP_HEADS = {
    "value": "value lognormal median 13_400 EUR spread 0.5 { by FIELD { VALUE: 1.5 } }",
    "sales": "sales { capacity 18 per day; effect 0.6 logit, half-life 1 day }",
}
FOLLOW_UP_FORMS = {
    "value_part": "by FIELD { VALUE: 1.5 }, more with intent 0.1, retention 80% every 365 days, or retention weibull "
    "mean 900 days shape 1.3, every 365 days",
    "sales_part": "capacity 18 per day, hours monday to friday 9:00 to 18:00, order by score, order first come, expire "
    "after 7 days, reached 60%, half-life 1 day, effect 0.6 logit, half-life 1 day, in STAGE times 0, persona NAME "
    "times 0.5, call costs 25 EUR, or hour costs 60 EUR",
}


class SalesNodes(BlockNodes):
    """The nodes of what a won lead is worth, and of how sales follow up."""

    def deal(self, span: Span, median: Expression, spread: Expression, braces: Word | None) -> Item:
        return tree.Deal(median, spread, self.body(braces, "value_part") if braces else None, span=span)

    def value_by(self, span: Span, subject: Path, braces: Word) -> Item:
        return tree.ValueBy(subject, self.body(braces, "row"), span=span)

    def value_intent(self, span: Span, amount: Expression) -> Item:
        return tree.ValueIntent(amount, span=span)

    def retention(self, span: Span, share: Number, period: Expression) -> Item:
        return tree.Retention(share, period, span=span)

    def tenure(self, span: Span, mean: Expression, shape: Expression, period: Expression) -> Item:
        return tree.Tenure(mean, shape, period, span=span)

    def sales(self, span: Span, braces: Word) -> Item:
        return tree.Sales(self.body(braces, "sales_part"), span=span)

    def capacity(self, span: Span, digits: Word) -> Item:
        return tree.Capacity(self.digits(digits), span=span)

    def working_hours(self, span: Span, first: Name, last: Name, opens: Word, closes: Word) -> Item:
        return tree.WorkingHours(first, last, str(opens.value), str(closes.value), span=span)

    def by_score(self, span: Span) -> Item:
        return tree.Order(True, span=span)

    def first_come(self, span: Span) -> Item:
        return tree.Order(False, span=span)

    def expire(self, span: Span, after: Expression) -> Item:
        return tree.Expire(after, span=span)

    def reached(self, span: Span, share: Number, *rest: Any) -> Item:
        return tree.Reached(share, rest[-1], span=span)

    def effect(self, span: Span, amount: Expression, *rest: Any) -> Item:
        return tree.Effect(amount, rest[-1], span=span)

    def effect_in(self, span: Span, stage: Name, times: Expression) -> Item:
        return tree.EffectIn(stage, times, span=span)

    def effect_on(self, span: Span, persona: Name, times: Expression) -> Item:
        return tree.EffectOn(persona, times, span=span)

    def call_costs(self, span: Span, amount: Expression) -> Item:
        return tree.CallCosts(amount, span=span)

    def hour_costs(self, span: Span, amount: Expression) -> Item:
        return tree.HourCosts(amount, span=span)
