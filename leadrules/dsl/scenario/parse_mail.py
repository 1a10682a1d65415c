"""Lark trees to the nodes of mails: one method for each rule about them."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Moment, Name, Number
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree, tree_mail
from leadrules.dsl.source import Span


class MailNodes(BlockNodes):
    """The nodes of one statement about mails."""

    def mail(self, span: Span, _word: Word, name: Name, braces: Word) -> Item:
        return tree.Mail(name, self.body(braces, "mail_part"), span=span)

    def mail_override(self, span: Span, _word: Word, name: Name, braces: Word) -> Item:
        return tree.MailOverride(name, self.body(braces, "mail_answer"), span=span)

    def override_of_mail(self, span: Span, word: Word, braces: Word) -> Item:
        """What is different in a stage that is called `mail`."""
        stage = Name(str(word.value), span=self.token_span(word))
        return tree.Override(stage, self.body(braces, "stage_part"), span=span)

    def every(self, span: Span, period: Expression, clock: Word, since: Moment | None) -> Item:
        return tree_mail.Every(period, str(clock.value), since, span=span)

    def drip(self, span: Span, period: Expression) -> Item:
        return tree_mail.Drip(period, span=span)

    def dates(self, span: Span, *moments: Moment) -> Item:
        return tree_mail.Dates(moments, span=span)

    def series(self, span: Span, *delays: Expression) -> Item:
        return tree_mail.Series(delays, span=span)

    def to_stages(self, span: Span, *stages: Name) -> Item:
        return tree_mail.To("stages", stages, span=span)

    def to_open(self, span: Span) -> Item:
        return tree_mail.To("open", span=span)

    def to_all(self, span: Span) -> Item:
        return tree_mail.To("all", span=span)

    def mailed_for(self, span: Span, duration: Expression) -> Item:
        return tree_mail.MailedFor(duration, span=span)

    def sent(self, span: Span, event: Name, *given: tree.Given) -> Item:
        return tree_mail.Sent(event, given, span=span)

    def opened(self, span: Span, event: Name, *rest: Any) -> Item:
        *given, chance, after = rest
        return tree_mail.Answer("opened", event, tuple(given), chance, after, span=span)

    def clicked(self, span: Span, event: Name, *rest: Any) -> Item:
        *given, chance, after = rest
        return tree_mail.Answer("clicked", event, tuple(given), chance, after, span=span)

    def unsubscribed(self, span: Span, event: Name, *rest: Any) -> Item:
        *given, chance, after = rest
        return tree_mail.Answer("unsubscribed", event, tuple(given), chance, after, span=span)

    def logit(self, span: Span, sum: Expression) -> tree_mail.Logit:
        return tree_mail.Logit(sum, span=span)

    def machine_opens(self, span: Span, share: Number, within: Expression | None, beside: str | None) -> Item:
        return tree_mail.Robots("machine opens", share, within, beside is not None, span=span)

    def beside(self, span: Span) -> str:
        return "beside their own"

    def scanner_clicks(self, span: Span, share: Number, within: Expression | None) -> Item:
        return tree_mail.Robots("scanner clicks", share, within, span=span)
