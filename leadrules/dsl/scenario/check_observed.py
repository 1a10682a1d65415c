"""What stands between what happens and what is seen of it: names resolved, shares within bounds, each said once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import Field
from leadrules.dsl.expression.tree import Name, Number
from leadrules.dsl.scenario import tree_observed as tree
from leadrules.dsl.scenario.check_numbers import duration, share, spread_of
from leadrules.dsl.scenario.check_personas import People
from leadrules.dsl.scenario.check_settings import only_one
from leadrules.dsl.scenario.model_observed import Delay, Dirt, Doubles, Enriched, Identity, Loss, Observed
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.dsl.spelling import suggest

HERE = "observed"
WITH_OTHERS = ("one of", "text", "flag")
SPELT = ("one of", "text")


def check_observed(
    parts: Sequence[tree.Part], people: People, personas: Iterable[str], known_from: str | None, scope: Scope
) -> Observed:
    """The block `observed`. `people` know the fields and their values, `known_from` is the field that stays as it is."""
    return _Checker(parts, people, set(personas), known_from, scope).observed()


class _Checker:
    """Reads one block."""

    def __init__(
        self, parts: Sequence[tree.Part], people: People, personas: set[str], known_from: str | None, scope: Scope
    ) -> None:
        self.parts, self.people, self.personas, self.known_from = parts, people, personas, known_from
        self.scope, self.findings = scope, scope.findings

    def observed(self) -> Observed:
        return Observed(
            losses=self.losses(),
            lost=self.lost(),
            filtered=self.filtered(),
            identity=self.identity(),
            doubles=self.doubles(),
            delay=self.delay(),
            clock=self.clock(),
            dirt=tuple(self.dirt()),
            enriched=tuple(self.enriched()),
        )

    def only(self, kind: Any) -> Any:
        return only_one(self.parts, kind, self.findings)

    def share(self, node: Number | None, path: str) -> Parameter:
        return share(node, f"{HERE}/{path}", self.findings)

    def losses(self) -> dict[str, Loss]:
        """The losses that are the same for all that a lead does."""
        found, whole = {}, Parameter(f"{HERE}/consent/events", 1.0, "share")
        if node := self.only(tree.WithoutConsent):
            found["consent"] = Loss(self.share(node.share, "consent"), whole, self.spared(node.spared))
        if node := self.only(tree.Blocked):
            events = Parameter(f"{HERE}/blocked/events", 1.0, "share")
            if node.events is not None:
                events = self.share(node.events, "blocked/events")
            found["blocked"] = Loss(self.share(node.share, "blocked"), events, self.spared(node.spared))
        return found

    def spared(self, names: Sequence[Name]) -> tuple[str, ...]:
        return tuple(name.text for name in names if self.is_event(name))

    def lost(self) -> dict[str, Parameter]:
        """The share of each type of event: its own, else that of all."""
        every = self.share(None, "lost")
        own: dict[str, Parameter] = {}
        seen: set[str] = set()
        for node in self.parts:
            if isinstance(node, tree.Lost):
                name = node.event.text if node.event else ""
                if name in seen:
                    self.findings.error("E502", node.span, "this is said twice", hint="keep one")
                seen.add(name)
                if node.event is None:
                    every = self.share(node.share, "lost")
                elif self.is_event(node.event):
                    own[name] = self.share(node.share, f"lost/{name}")
        return {name: own.get(name, every) for name in self.scope.events} if seen else {}

    def filtered(self) -> dict[str, Parameter]:
        found: dict[str, Parameter] = {}
        for node in self.parts:
            if isinstance(node, tree.Filtered) and self.is_known(node.persona, self.personas, "persona"):
                if node.persona.text in found:
                    self.findings.error("E502", node.span, "this is said twice", hint="keep one")
                found[node.persona.text] = self.share(node.share, f"filtered/{node.persona.text}")
        return found

    def identity(self) -> Identity | None:
        node = self.only(tree.Identified)
        if node is None or not self.is_event(node.event):
            return None
        return Identity(node.event.text, self.share(node.never, "identified/never"))

    def doubles(self) -> Doubles | None:
        node = self.only(tree.Duplicated)
        if node is None:
            return None
        return Doubles(self.share(node.share, "duplicated"), self.share(node.renewed, "duplicated/new_id"))

    def delay(self) -> Delay | None:
        node = self.only(tree.Late)
        if node is None:
            return None
        median = duration(node.median, f"{HERE}/late/median", "a delay", self.scope)
        return Delay(self.share(node.share, "late"), median, spread_of(node.spread, f"{HERE}/late/spread", self.scope))

    def clock(self) -> Parameter | None:
        node = self.only(tree.ClockOff)
        return duration(node.spread, f"{HERE}/clock", "a clock", self.scope) if node else None

    def dirt(self) -> Iterable[Dirt]:
        seen: set[tuple[str, str]] = set()
        for node in self.parts:
            if not isinstance(node, tree.Dirty | tree.Replaced):
                continue
            how = node.how if isinstance(node, tree.Dirty) else "replaced"
            field = self.field(node.field)
            if field is None:
                continue
            if (field.name, how) in seen:
                self.findings.error("E502", node.span, "this is said twice", hint="keep one")
            seen.add((field.name, how))
            if isinstance(node, tree.Dirty):
                self.report_kind(node, field)
                yield Dirt(field.name, how, self.share(node.share, f"{field.name}/{how}"))
            else:
                value = self.people.value(node.value, field)
                yield Dirt(field.name, how, self.share(node.share, f"{field.name}/{how}"), value)

    def report_kind(self, node: tree.Dirty, field: Field) -> None:
        """Only values that can be told one by one can be mistaken for another, and only texts can be misspelt."""
        kinds: Mapping[str, Sequence[str]] = {"wrong": WITH_OTHERS, "misspelt": SPELT}
        if node.how in kinds and field.type.name not in kinds[node.how]:
            hint = f"write `{field.name} missing {node.share.written}` or `{field.name} replaced by 1 {node.share.written}`"
            expected = " or ".join(f"a {kind}" for kind in kinds[node.how])
            self.findings.error("E305", node.span, f"a {field.type} cannot be {node.how}", expected=expected, hint=hint)

    def enriched(self) -> Iterable[Enriched]:
        seen: set[str] = set()
        for node in self.parts:
            if isinstance(node, tree.Enriched) and (field := self.field(node.field)):
                if field.name in seen:
                    self.findings.error("E502", node.span, "this is said twice", hint="keep one")
                seen.add(field.name)
                path = f"{HERE}/{field.name}/delay"
                yield Enriched(field.name, duration(node.delay, path, "this time", self.scope))

    def field(self, name: Name) -> Field | None:
        """A field that can be seen otherwise than it is: not the one that says since when a lead is known."""
        field = self.people.field(name)
        if field is not None and field.name == self.known_from:
            hint = "give another field"
            self.findings.error("E207", name.span, f"`{name.text}` says since when a lead is known", hint=hint)
            return None
        return field

    def is_event(self, name: Name) -> bool:
        return self.is_known(name, self.scope.events, "event", "E203")

    def is_known(self, name: Name, known: Iterable[str], what: str, code: str = "E201") -> bool:
        if name.text in known or name.text in self.scope.unread:
            return name.text in known
        hint = suggest(name.text, known, f"declare it: `{what} {name.text}`")
        self.findings.error(code, name.span, f"no {what} is called `{name.text}`", hint=hint)
        return False
