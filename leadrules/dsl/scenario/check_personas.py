"""Personas: their shares, their intent and activity, and how their attributes are distributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.expression.check import declared_value
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import DATE, TIME, Field
from leadrules.dsl.expression.tree import Body, Name, Number, Text
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_mail import Mails
from leadrules.dsl.scenario.check_numbers import above_zero, plain, positive, quantity, report_sum, share, spread_of
from leadrules.dsl.scenario.check_settings import only_one
from leadrules.dsl.scenario.check_stages import StageTree, check_stages
from leadrules.dsl.scenario.model import Distribution, Even, Lognormal, Normal, Parameter, Persona, Shares
from leadrules.dsl.spelling import nearest

Attributes = dict[str, Distribution]
VALUES = {
    "text": "a text in quotes",
    "flag": "`yes` or `no`",
    "duration": "a law: `lognormal median 30 days spread 1`",
    "time": "nothing: times have no shares",
    "date": "nothing: dates have no shares",
}


class People:
    """Reads personas: what everyone is like, and then each for itself."""

    def __init__(self, fields: Sequence[Field], stages: Sequence[StageTree], mails: Mails, scope: Scope) -> None:
        self.fields = {field.name: field for field in fields}
        self.stages, self.mails, self.scope, self.findings = stages, mails, scope, scope.findings

    def personas(self, everyone: Sequence[tree.Everyone], nodes: Sequence[tree.Persona]) -> tuple[Persona, ...]:
        """All personas; their shares make up the whole population."""
        common: Attributes = {}
        for block in everyone:
            common |= self.attributes(block.body, "everyone")
            self.report_own(block)
        names = Names(self.findings, "the persona")
        found = tuple(self.persona(node, common) for node in nodes if names.take(node.name))
        if nodes and not self.scope.unread:
            report_sum([p.share for p in found], nodes[0].span.to(nodes[0].name.span), "the personas", self.findings)
        return found

    def persona(self, node: tree.Persona, common: Mapping[str, Distribution]) -> Persona:
        path = f"personas/{node.name.text}"
        intent, activity = Parameter(f"{path}/intent", 0.0), Parameter(f"{path}/activity", 1.0)
        shift = only_one(node.body.items, tree.PersonaIntent, self.findings)
        if shift is not None:
            intent = plain(shift.amount, intent.path, "intent", self.scope)
        times = only_one(node.body.items, tree.PersonaActivity, self.findings)
        if times is not None:
            activity = positive(times.amount, activity.path, "activity", self.scope, or_zero=True)
        own = [item for item in node.body.items if isinstance(item, tree.Override)]
        answers = [item for item in node.body.items if isinstance(item, tree.MailOverride)]
        return Persona(
            name=node.name.text,
            share=share(node.share, f"{path}/share", self.findings),
            never_buys=node.never_buys,
            intent=intent,
            activity=activity,
            attributes={**common, **self.attributes(node.body, path)},
            stages=check_stages(self.stages, own, path, self.scope),
            mails=self.mails.laws(answers, path),
            span=node.span,
        )

    def report_own(self, everyone: tree.Everyone) -> None:
        """What only a persona can say of itself."""
        for item in everyone.body.items:
            if isinstance(item, tree.PersonaIntent | tree.PersonaActivity | tree.Override | tree.MailOverride):
                word = item.span.text.split()[0]
                hint = {"in": "say it in the stage or the mail itself, or of a persona"}.get(
                    word, "say it of a persona"
                )
                self.findings.error("E207", item.span, f"`{word}` has no place in `everyone`", hint=hint)

    def attributes(self, body: Body[tree.Trait], path: str) -> Attributes:
        """The attributes a block gives, each once."""
        names = Names(self.findings, "the attribute")
        found: Attributes = {}
        for item in body.items:
            if isinstance(item, tree.Attribute | tree.Shares | tree.FlagShare) and names.take(item.field):
                field = self.field(item.field)
                if field is not None:
                    found[field.name] = self.distribution(item, field, f"{path}/{field.name}")
        return found

    def field(self, name: Name) -> Field | None:
        if name.text not in self.fields and name.text not in self.scope.unread:
            meant = nearest(name.text, self.fields)
            hint = f"was `{meant}` meant?" if meant else f"declare it: `lead {{ {name.text} text }}`"
            self.findings.error("E201", name.span, f"no field is called `{name.text}`", hint=hint)
        return self.fields.get(name.text)

    def distribution(
        self, item: tree.Attribute | tree.Shares | tree.FlagShare, field: Field, path: str
    ) -> Distribution:
        match item:
            case tree.FlagShare():
                return self.flag(item, field, path)
            case tree.Shares():
                return self.shares(item, field, path)
            case tree.Attribute():
                return self.numeric(item, field, path)

    def flag(self, item: tree.FlagShare, field: Field, path: str) -> Shares:
        if field.type.name != "flag":
            hint = f"write `{field.name} {{ VALUE {item.share.written}; … }}`"
            self.findings.error("E305", item.span, f"a single share for a {field.type}", expected="a flag", hint=hint)
        yes = share(item.share, f"{path}/share", self.findings)
        no = Parameter(f"{path}/other", 1.0 - yes.value, "share")
        return Shares((True, False), (yes, no), Parameter(f"{path}/unknown", 0.0, "share"))

    def shares(self, item: tree.Shares, field: Field, path: str) -> Shares:
        values, shares = [], []
        unknown = Parameter(f"{path}/unknown", 0.0, "share")
        for row in item.body.items:
            if row.value is None:
                unknown = share(row.share, unknown.path, self.findings)
            else:
                value = self.value(row.value, field)
                values.append(value)
                shares.append(share(row.share, f"{path}/{value}", self.findings))
        if not self.scope.unread:
            report_sum([*shares, unknown], item.span, f"`{field.name}`", self.findings)
        return Shares(tuple(values), tuple(shares), unknown)

    def value(self, node: Text | Name | Number, field: Field) -> str | float | bool:
        """One value a field can have."""
        name = field.type.name
        if name == "one of":
            label = declared_value(node, field.type, self.scope)
            return label.value if label else ""
        if isinstance(node, Number) and name in ("number", "whole number", "money"):
            return node.value
        if name == "flag" and isinstance(node, Name) and node.text in ("yes", "no"):
            return node.text == "yes"
        if name == "text" and isinstance(node, Text):
            return node.value
        expected = VALUES.get(name, "a number")
        self.findings.error("E305", node.span, f"this is no value of a {field.type}", expected=expected)
        return ""

    def numeric(self, item: tree.Attribute, field: Field, path: str) -> Distribution:
        unknown = share(item.unknown, f"{path}/unknown", self.findings)
        law, type, scope = item.distribution, field.type, self.scope
        if type.name not in ("number", "whole number", "money", "duration"):
            hint = "" if type in (TIME, DATE) else f"give values with shares: `{field.name} {{ VALUE 40%; … }}`"
            self.findings.error("E305", item.span, f"a law of numbers for a {type}", hint=hint)
            return Even(Parameter(f"{path}/low", 0.0), Parameter(f"{path}/high", 0.0), unknown)
        match law:
            case tree.Lognormal(median, spread):
                middle = quantity(median, f"{path}/median", "a median", type, scope)
                above_zero(middle, median, "a median", scope)
                return Lognormal(middle, spread_of(spread, f"{path}/spread", scope), unknown)
            case tree.Normal(mean, spread):
                middle = quantity(mean, f"{path}/mean", "a mean", type, scope)
                wide = quantity(spread, f"{path}/spread", "a spread", type, scope)
                return Normal(middle, above_zero(wide, spread, "a spread", scope, or_zero=True), unknown)
            case tree.Even(low, high):
                least = quantity(low, f"{path}/low", "a bound", type, scope)
                most = quantity(high, f"{path}/high", "a bound", type, scope)
                return self.even(law, least, most, unknown)

    def even(self, law: tree.Even, low: Parameter, high: Parameter, unknown: Parameter) -> Even:
        if low.value > high.value:
            self.findings.error("E403", law.span, "these bounds hold no value", expected="the lower bound first")
        return Even(low, high, unknown)


def given_fields(personas: Sequence[Persona]) -> Iterator[str]:
    """The fields that some persona gives a value."""
    for persona in personas:
        yield from persona.attributes
