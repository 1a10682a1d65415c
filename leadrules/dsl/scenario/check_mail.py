"""Mails: when they go out and to whom, and how they are answered by each persona."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_linear import Linear, check_linear
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.tree import Path
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_events import check_given
from leadrules.dsl.scenario.check_mailings import check_schedule, check_whom
from leadrules.dsl.scenario.check_numbers import duration, shape_of, share, spread_of
from leadrules.dsl.scenario.check_settings import Clock, only_one
from leadrules.dsl.scenario.model import Answer, Law, Mail, MailLaw, Parameter
from leadrules.dsl.scenario.tree_mail import Answer as AnswerTree
from leadrules.dsl.scenario.tree_mail import Logit, MailedFor, Robots, Sent
from leadrules.dsl.spelling import suggest

USUAL = {"opened": (10_800.0, 1.5), "clicked": (30.0, 1.0), "unsubscribed": (60.0, 1.0)}


class Mails:
    """Reads the mails of a market: the series themselves, and what each persona does with them."""

    def __init__(self, nodes: Sequence[tree.Mail], stages: Sequence[tree.Stage], scope: Scope) -> None:
        self.scope, self.findings = scope, scope.findings
        names = Names(self.findings, "the mail")
        self.nodes = [node for node in nodes if names.take(node.name)]
        self.stages = {stage.name.text for stage in stages}
        self.said = {n.name.text: self.answers(n.body.items, f"mails/{n.name.text}") for n in self.nodes}

    def series(self, clock: Clock) -> tuple[Mail, ...]:
        """When each series goes out, and to whom."""
        return tuple(self.mail(node, clock) for node in self.nodes)

    def mail(self, node: tree.Mail, clock: Clock) -> Mail:
        items, path = node.body.items, f"mails/{node.name.text}"
        schedule = check_schedule(node, path, clock, self.scope)
        whom, stages = check_whom(items, self.stages, self.scope)
        until = only_one(items, MailedFor, self.findings)
        limit = duration(until.duration, f"{path}/for", "this time", self.scope) if until else None
        sent = only_one(items, Sent, self.findings)
        seen = (sent.event.text, check_given(sent.event, sent.given, self.scope)) if sent else None
        return Mail(node.name.text, schedule, whom, stages, limit, seen, span=node.span)

    def laws(self, overrides: Sequence[tree.MailOverride], persona: str) -> dict[str, MailLaw]:
        """What becomes of each mail for a persona: what the mail says, but what the persona says itself."""
        own: dict[str, tree.MailOverride] = {}
        for override in overrides:
            self.report_unknown(override)
            if own.setdefault(override.mail.text, override) is not override:
                message = f"a second `in mail {override.mail.text}`"
                self.findings.error("E502", override.span, message, hint="put everything into the first one")
        return {node.name.text: self.law(node, own.get(node.name.text), persona) for node in self.nodes}

    def report_unknown(self, override: tree.MailOverride) -> None:
        name = override.mail
        if name.text not in self.said and name.text not in self.scope.unread:
            hint = suggest(name.text, self.said, f"declare it: `mail {name.text} {{ … }}`")
            self.findings.error("E740", name.span, f"no mail is called `{name.text}`", hint=hint)

    def law(self, node: tree.Mail, own: tree.MailOverride | None, persona: str) -> MailLaw:
        name = node.name.text
        path = f"mails/{name}"
        law = MailLaw(
            opened=None,
            links=(),
            unsubscribed=None,
            machine=Parameter(f"{path}/machine", 0.0, "share"),
            machine_within=Parameter(f"{path}/machine/within", 60.0, "seconds"),
            beside=False,
            scanner=Parameter(f"{path}/scanner", 0.0, "share"),
            scanner_within=Parameter(f"{path}/scanner/within", 10.0, "seconds"),
        )
        said = self.said[name] | (self.answers(own.body.items, f"{persona}/{path}") if own else {})
        law = replace(law, **said)
        self.report_gaps(node, law)
        return law

    def report_gaps(self, node: tree.Mail, law: MailLaw) -> None:
        """Who clicks has opened, and a machine can do only what people do."""
        seen = any(isinstance(item, Sent) for item in node.body.items)
        lacks = "`opened as EVENT 30%`"
        if law.opened is None and (law.links or law.unsubscribed):
            self.missing(node, "answered and never opened", lacks)
        elif law.opened is None and law.machine.value > 0:
            self.missing(node, "opened by machines, and nobody says by which event that is seen", lacks)
        elif law.opened is None and not seen:
            self.missing(node, "not seen at all", "`sent as EVENT`, or " + lacks)
        if law.scanner.value > 0 and not law.links:
            self.missing(node, "scanned for links and has none", "`clicked as EVENT 5%`")

    def missing(self, node: tree.Mail, what: str, form: str) -> None:
        if not self.scope.unread:
            message = f"the mail `{node.name.text}` is {what}"
            self.findings.error("E501", node.name.span, message, expected=form)

    # Answers

    def answers(self, items: Sequence[Any], path: str) -> dict[str, Any]:
        """What is said of answers, by the names of a `MailLaw`."""
        found: dict[str, Any] = {}
        for deed in ("opened", "unsubscribed"):
            node = self.only(items, deed)
            if node is not None:
                found[deed] = self.answer(node, f"{path}/{deed}")
        links = [item for item in items if isinstance(item, AnswerTree) and item.deed == "clicked"]
        if links:
            found["links"] = tuple(self.answer(link, f"{path}/links/{n}") for n, link in enumerate(links, 1))
        for kind in ("machine", "scanner"):
            found |= dict(self.robots(items, kind, f"{path}/{kind}"))
        return found

    def only(self, items: Sequence[Any], deed: str) -> AnswerTree | None:
        return only_one([item for item in items if getattr(item, "deed", "") == deed], AnswerTree, self.findings)

    def robots(self, items: Sequence[Any], kind: str, path: str) -> Iterator[tuple[str, Any]]:
        those = [item for item in items if isinstance(item, Robots) and item.kind.startswith(kind)]
        node = only_one(those, Robots, self.findings)
        if node is None:
            return
        yield kind, share(node.share, path, self.findings)
        if node.within is not None:
            yield f"{kind}_within", duration(node.within, f"{path}/within", "this time", self.scope)
        if kind == "machine":
            yield "beside", node.beside

    def answer(self, node: AnswerTree, path: str) -> Answer:
        given = check_given(node.event, node.given, self.scope)
        after = self.after(node, f"{path}/after")
        if not isinstance(node.chance, Logit):
            return Answer(node.event.text, given, after, share=share(node.chance, f"{path}/share", self.findings))
        linear = check_linear(node.chance.sum, self.intent, self.findings) or Linear(0.0)
        slope = dict(linear.weights).get("intent", 0.0)
        constant = Parameter(f"{path}/constant", linear.constant)
        return Answer(node.event.text, given, after, constant=constant, slope=Parameter(f"{path}/intent", slope))

    def intent(self, path: Path) -> Linear | None:
        if path.text == "intent":
            return Linear(0.0, (("intent", 1.0),))
        hint = "the chances of a mail depend on `intent`; what a field adds to it is said in `intent { … }`"
        self.findings.error("E207", path.span, f"`{path.text}` cannot be used here", expected="`intent`", hint=hint)
        return None

    def after(self, node: AnswerTree, path: str) -> Law:
        """How long after it was sent a mail is opened, after it was opened a link is clicked."""
        law = node.after
        if law is None:
            median, spread = USUAL[node.deed]
            return Law("lognormal", Parameter(path, median, "seconds"), Parameter(f"{path}/shape", spread))
        measure = duration(law.measure, path, "this time", self.scope)
        shape = Parameter(f"{path}/shape", 1.0)
        if law.shape is not None:
            known = spread_of if law.family == "lognormal" else shape_of
            shape = known(law.shape, shape.path, self.scope)
        return Law(law.family, measure, shape)
