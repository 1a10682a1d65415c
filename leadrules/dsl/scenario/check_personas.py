"""Personas: their shares, their intent and activity, and how their attributes are distributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.expression.check import declared_value
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import DATE, TIME, Field
from leadrules.dsl.expression.tree import Body, Name, Number, Text
from leadrules.dsl.scenario import tree, tree_people
from leadrules.dsl.scenario.check_cases import check_cases, check_hidden, is_open, report_circles
from leadrules.dsl.scenario.check_channels import check_channels, check_from_channel, check_mix
from leadrules.dsl.scenario.check_mail import Mails
from leadrules.dsl.scenario.check_numbers import (
    LIVELIEST,
    above_zero,
    between,
    plain,
    quantity,
    report_sum,
    share,
    spread_of,
    whole,
)
from leadrules.dsl.scenario.check_settings import only_one
from leadrules.dsl.scenario.check_stages import StageTree, check_stages
from leadrules.dsl.scenario.model import (
    By,
    Distribution,
    Even,
    FromPlace,
    Hiding,
    Lognormal,
    Normal,
    Origin,
    Parameter,
    Persona,
    Shares,
)
from leadrules.dsl.spelling import suggest

Attributes = dict[str, Origin]
AttributeTree = (
    tree.Attribute | tree.Shares | tree.FlagShare | tree_people.FromChannel | tree_people.FromPlace | tree_people.LawBy
)
VALUES = {
    "text": "a text in quotes",
    "flag": "`yes` or `no`",
    "duration": "a law: `lognormal median 30 days spread 1`",
    "time": "nothing: times have no shares",
    "date": "nothing: dates have no shares",
}
ONLY_OF_PERSONAS = (tree.PersonaIntent, tree.PersonaActivity, tree.Override, tree.MailOverride, tree_people.Channels)
ELSEWHERE = {
    "in": "say it in the stage or the mail itself, or of a persona",
    "channels": "say it at the margin, or of a persona",
}


class People:
    """Reads personas: what everyone is like, and then each for itself."""

    def __init__(
        self,
        fields: Sequence[Field],
        stages: Sequence[StageTree],
        mails: Mails,
        channels: Sequence[tree_people.Channels],
        scope: Scope,
    ) -> None:
        self.fields = {field.name: field for field in fields}
        self.blocks, self.channels = channels, check_channels(channels, scope)
        self.stages, self.mails, self.scope, self.findings = stages, mails, scope, scope.findings

    def personas(self, everyone: Sequence[tree.Everyone], nodes: Sequence[tree.Persona]) -> tuple[Persona, ...]:
        """All personas; their shares make up the whole population."""
        common: Attributes = {}
        hidden: dict[str, Hiding] = {}
        for block in everyone:
            common |= self.attributes(block.body, "everyone")
            hidden |= self.hidden(block.body, "everyone")
            self.report_own(block)
        names = Names(self.findings, "the persona")
        found = tuple(self.persona(node, common, hidden) for node in nodes if names.take(node.name))
        if nodes and not self.scope.unread:
            report_sum([p.share for p in found], nodes[0].span.to(nodes[0].name.span), "the personas", self.findings)
        report_circles(found, self.scope)
        self.common = {name for name in common if all(p.attributes[name] is common[name] for p in found)}
        return found

    def persona(self, node: tree.Persona, common: Mapping[str, Origin], hidden: Mapping[str, Hiding]) -> Persona:
        path = f"personas/{node.name.text}"
        intent, activity = Parameter(f"{path}/intent", 0.0), Parameter(f"{path}/activity", 1.0)
        shift = only_one(node.body.items, tree.PersonaIntent, self.findings)
        if shift is not None:
            intent = plain(shift.amount, intent.path, "intent", self.scope)
        times = only_one(node.body.items, tree.PersonaActivity, self.findings)
        if times is not None:
            activity = between(times.amount, activity.path, "activity", self.scope, 0.0, LIVELIEST)
        own = [item for item in node.body.items if isinstance(item, tree.Override)]
        answers = [item for item in node.body.items if isinstance(item, tree.MailOverride)]
        mix = only_one(node.body.items, tree_people.Channels, self.findings)
        return Persona(
            name=node.name.text,
            share=share(node.share, f"{path}/share", self.findings),
            never_buys=node.never_buys,
            intent=intent,
            activity=activity,
            attributes={**common, **self.attributes(node.body, path)},
            stages=check_stages(self.stages, own, path, self.scope),
            mails=self.mails.laws(answers, path),
            channels=check_mix(mix, self.channels, path, self.scope),
            hidden={**hidden, **self.hidden(node.body, path)},
            span=node.span,
        )

    def report_own(self, everyone: tree.Everyone) -> None:
        """What only a persona can say of itself."""
        for item in everyone.body.items:
            if isinstance(item, ONLY_OF_PERSONAS):
                word = item.span.text.split()[0]
                hint = ELSEWHERE.get(word, "say it of a persona")
                self.findings.error("E207", item.span, f"`{word}` has no place in `everyone`", hint=hint)

    def attributes(self, body: Body[tree.Trait], path: str) -> Attributes:
        """The attributes a block gives, each once."""
        names = Names(self.findings, "the attribute")
        found: Attributes = {}
        for item in body.items:
            if isinstance(item, AttributeTree) and names.take(item.field):
                field = self.field(item.field)
                if field is not None:
                    found[field.name] = self.distribution(item, field, f"{path}/{field.name}")
        return found

    def hidden(self, body: Body[tree.Trait], path: str) -> dict[str, Hiding]:
        """The fields a block hides from those who look, each once."""
        names = Names(self.findings, "what is unknown of")
        found: dict[str, Hiding] = {}
        for item in body.items:
            if isinstance(item, tree_people.UnknownBy) and names.take(item.field):
                hiding = self.hiding(item, path)
                found |= {item.field.text: hiding} if hiding else {}
        return found

    def hiding(self, item: tree_people.UnknownBy, path: str) -> Hiding | None:
        field = self.field(item.field)
        if field is None:
            return None
        if field.type in (TIME, DATE):
            self.findings.error("E305", item.field.span, f"a {field.type} that is not known", hint="leave it out")
            return None
        return check_hidden(item, f"{path}/{field.name}/hidden", self.scope)

    def field(self, name: Name) -> Field | None:
        if name.text not in self.fields and name.text not in self.scope.unread:
            hint = suggest(name.text, self.fields, f"declare it: `lead {{ {name.text} text }}`")
            self.findings.error("E201", name.span, f"no field is called `{name.text}`", hint=hint)
        return self.fields.get(name.text)

    def distribution(self, item: AttributeTree, field: Field, path: str) -> Origin:
        match item:
            case tree_people.FromChannel():
                return check_from_channel(item, field, self.channels, self.blocks, self.scope)
            case tree_people.FromPlace():
                return self.from_place(item, field)
            case tree_people.LawBy():
                return self.law_by(item, field, path)
            case tree.FlagShare():
                return self.flag(item, field, path)
            case tree.Shares():
                return self.shares(item, field, path)
            case tree.Attribute():
                return self.numeric(item, field, path)

    def from_place(self, item: tree_people.FromPlace, field: Field) -> FromPlace:
        rests = [row for row in item.body.items if row.count is None]
        counted = [row for row in item.body.items if row.count is not None]
        for row in rests[1:]:
            self.findings.error("E502", row.span, "a second `rest`", hint="keep one")
        if not rests and not self.scope.unread:
            self.findings.error("E501", item.span, "it is not said who all others are", expected="`VALUE rest`")
        what = "this number of leads"
        return FromPlace(
            tuple(self.value(row.value, field) for row in counted),
            tuple(whole(row.count, what, self.findings, 1) for row in counted if row.count),
            self.value(rests[0].value, field) if rests else None,
        )

    def law_by(self, item: tree_people.LawBy, field: Field, path: str) -> Origin:
        rows = item.body.items
        table = check_cases(field.name, item.subject, [row.row for row in rows], item.span, self.scope)
        laws = tuple(self.law_of_row(item, row, field, f"{path}/{n}") for n, row in enumerate(rows, 1))
        if table is None:
            return nothing(path)
        if is_open(table) and rows and not self.scope.unread:
            message = f"`{field.name}` has no law for other values of `{item.subject.text}`"
            self.findings.error("E501", item.span, message, expected="`else: …`")
        return By(table, laws)

    def law_of_row(self, item: tree_people.LawBy, row: tree_people.LawRow, field: Field, path: str) -> Distribution:
        law = row.law
        if isinstance(law, Number):
            return self.flag(tree.FlagShare(item.field, law, span=row.span), field, path)
        if isinstance(law, Body):
            return self.shares(tree.Shares(item.field, law, span=row.span), field, path)
        assert isinstance(law.distribution, tree.Lognormal | tree.Normal | tree.Even)
        return self.numeric(tree.Attribute(item.field, law.distribution, law.unknown, span=row.span), field, path)

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

    def numeric(self, item: tree.Attribute, field: Field, path: str) -> Lognormal | Normal | Even:
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


def nothing(path: str) -> Even:
    """A law that stands for one that could not be read."""
    none = Parameter(f"{path}/unknown", 1.0, "share")
    return Even(Parameter(f"{path}/low", 0.0), Parameter(f"{path}/high", 0.0), none)
