"""Tree to model: resolve names, settle laws and shares, collect problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from leadrules.dsl.expression.check_fields import Names, check_field
from leadrules.dsl.expression.check_scope import EventType, Known, Scope
from leadrules.dsl.expression.model import Field, Reference
from leadrules.dsl.expression.renamed import with_renamed
from leadrules.dsl.expression.tree import Property
from leadrules.dsl.moment import find_zone, instant, zone_hint
from leadrules.dsl.problem import Findings, Problem
from leadrules.dsl.scenario import tree, tree_calendar, tree_observed, tree_people
from leadrules.dsl.scenario.check_arrivals import report_nobody
from leadrules.dsl.scenario.check_calendar import Dates, check_calendar
from leadrules.dsl.scenario.check_changes import check_changes
from leadrules.dsl.scenario.check_mail import Mails
from leadrules.dsl.scenario.check_numbers import whole
from leadrules.dsl.scenario.check_observed import check_observed
from leadrules.dsl.scenario.check_order import order_of
from leadrules.dsl.scenario.check_personas import People, given_fields
from leadrules.dsl.scenario.check_sales import check_sales, check_value, report_currencies
from leadrules.dsl.scenario.check_settings import (
    Clock,
    Part,
    check_accounts,
    check_activity,
    check_clock,
    check_intent,
    only_one,
)
from leadrules.dsl.scenario.check_sources import check_sources
from leadrules.dsl.scenario.check_together import Together
from leadrules.dsl.scenario.model import OUTCOMES, Event, Mail, Persona, ScenarioModel
from leadrules.dsl.scenario.model_calendar import Calendar, Change
from leadrules.dsl.scenario.model_observed import Observed
from leadrules.dsl.scenario.tree_sales import Deal, Sales
from leadrules.dsl.spelling import nearest

MOST_DIFFERENT = 30_000


def check(scenario: tree.Scenario) -> ScenarioModel:
    """What a scenario means. Raises `RulesError` with every mistake of meaning in it."""
    model, problems = examine(scenario)
    Findings(list(problems)).raise_errors()
    return model


def examine(scenario: tree.Scenario) -> tuple[ScenarioModel, list[Problem]]:
    """As much of a model as is right, and every problem."""
    return _Checker(scenario).model()


class _Checker:
    """Reads one scenario."""

    def __init__(self, scenario: tree.Scenario) -> None:
        self.scenario, self.findings = scenario, Findings()
        self.zone = self.timezone()
        self.fields = self.read_fields()
        self.events = self.read_events()
        names: dict[str, Known] = {f.name: Reference("field", f.name, f.type, span=f.span) for f in self.fields}
        types = {event.name: EventType({p.name: p.type for p in event.properties}) for event in self.events}
        self.scope = Scope(self.findings, names, types, lambda text: instant(text, self.zone), {}, scenario.unread)

    def nodes(self, kind: type[Any]) -> list[Any]:
        """The statements of one kind at the margin."""
        return [item for item in self.scenario.items if isinstance(item, kind)]

    def only(self, kind: type[Any]) -> list[Any]:
        """The items of the one block of a kind; a second block is a problem."""
        blocks = self.nodes(kind)
        for extra in blocks[1:]:
            word = {tree.Header: "scenario"}.get(kind, kind.__name__.lower())
            self.findings.error(
                "E502", extra.span, f"a second `{word}` block", hint="put everything into the first one"
            )
        return list(blocks[0].body.items) if blocks else []

    def settings(self) -> list[Any]:
        """What the header says, and a second one, where there is one."""
        return [item for node in self.nodes(tree.Header) for item in node.body.items]

    def setting(self, kind: type[Part]) -> Part | None:
        """A setting of the header; None where it is not said."""
        return only_one(self.settings(), kind, self.findings)

    def timezone(self) -> ZoneInfo:
        node = self.setting(tree.Timezone)
        zone = find_zone(node.zone) if node else ZoneInfo("UTC")
        if node and zone is None:
            message = f"no time zone is called `{node.zone}`"
            self.findings.error("E407", node.span, message, hint=zone_hint(node.zone))
        return zone or ZoneInfo("UTC")

    def read_fields(self) -> tuple[Field, ...]:
        names = Names(self.findings, "the field")
        nodes = [node for node in self.only(tree.Lead) if names.take(node.name)]
        for node in nodes:
            if node.column or node.missing or node.blank:
                self.findings.error("E207", node.span, "a field of a simulated market is read from no column")
        self.report_sets(nodes)
        return tuple(check_field(node, (), self.findings) for node in nodes)

    def report_sets(self, nodes: Iterable[Property]) -> None:
        for node in nodes:
            if node.type.word == "set of":
                hint = "leave it out: the leads of a market lack the sets that rules ask for"
                self.findings.error("E555", node.type.span, "a simulated market knows no sets", hint=hint)

    def known_from(self) -> str | None:
        nodes: list[Property] = self.only(tree.Lead)
        return next((node.name.text for node in nodes if node.known_from), None)

    def read_events(self) -> tuple[Event, ...]:
        names = Names(self.findings, "the event")
        found = []
        for node in self.nodes(tree.Event):
            if names.take(node.name):
                own = Names(self.findings, "the property", node.name.text)
                lines = node.body.items if node.body else ()
                kept = [p for line in lines for p in line.properties if own.take(p.name)]
                self.report_sets(kept)
                properties = tuple(check_field(p, (), self.findings) for p in kept)
                found.append(Event(node.name.text, properties, span=node.span))
        return tuple(found)

    def model(self) -> tuple[ScenarioModel, list[Problem]]:
        """The whole market."""
        stages = self.unique_stages()
        clock = check_clock(self.settings(), self.scenario.place, self.scope)
        mails = Mails(self.nodes(tree.Mail), stages, self.scope)
        people = People(self.fields, stages, mails, self.nodes(tree_people.Channels), self.scope)
        personas = people.personas(self.nodes(tree.Everyone), self.nodes(tree.Persona))
        self.report_missing(stages, personas)
        self.report_crowd(personas, stages)
        order = order_of(stages, [persona.stages for persona in personas], self.scope)
        model = replace(
            self.market(clock, personas, order, mails.series(clock)),
            channels=people.channels,
            observed=self.observed(people, personas),
        )
        model, refused = self.together(model, tuple(people.common))
        model = self.sold(self.dated(model, clock))
        rows = self.parts(tree_people.Sources, tree_people.SourceRow)
        whole = check_sources(rows, model, refused, self.scope)
        return whole, with_renamed(self.findings.problems, self.declared_names(stages, personas))

    def declared_names(self, stages: Sequence[tree.Stage], personas: Sequence[Persona]) -> dict[str, list[str]]:
        """The declared names by their kind. To the first stage nothing has to lead."""
        fields = [field.name for field in self.fields]
        return {
            "field": fields,
            "": fields,
            "event": [event.name for event in self.events],
            "stage": [stage.name.text for stage in stages[1:]],
            "persona": [persona.name for persona in personas],
        }

    def market(
        self, clock: Clock, personas: tuple[Persona, ...], stages: tuple[str, ...], mails: tuple[Mail, ...]
    ) -> ScenarioModel:
        """What every market has."""
        header = next(iter(self.nodes(tree.Header)), None)
        size, account_spread, sizes = check_accounts(self.only(tree.Accounts), self.scope)
        spread, shifts = check_intent(self.only(tree.Intent), self.scope)
        activity, correlation, frailty = check_activity(self.only(tree.Activity), self.scope)
        return ScenarioModel(
            name=header.name.text if header else "scenario",
            title=header.title.value if header and header.title else "",
            version=self.number(tree.Version, "a version"),
            seed=self.number(tree.Seed, "a seed"),
            population=self.number(tree.PopulationSize, "a population", 1) or 10_000,
            timezone=self.zone.key,
            start=clock.start,
            horizon=clock.horizon,
            arrivals=clock.arrivals,
            landmark=clock.landmark,
            window=clock.window,
            fields=self.fields,
            known_from=self.known_from(),
            events=self.events,
            account_size=size,
            account_spread=account_spread,
            sizes=sizes,
            intent_spread=spread,
            shifts=shifts,
            activity_spread=activity,
            correlation=correlation,
            frailty=frailty,
            personas=personas,
            stages=stages,
            mails=mails,
            span=self.scenario.span,
        )

    def together(self, model: ScenarioModel, common: Sequence[str]) -> tuple[ScenarioModel, Collection[str]]:
        """The same market, with what goes together in a lead and in an account; the paths of what was refused."""
        spreads = model.intent_spread, model.activity_spread
        checker = Together([f.name for f in self.fields], model.personas, spreads, model.known_from, self.scope)
        correlations = checker.correlations(self.nodes(tree_people.Correlate), model.correlation)
        same = checker.same(self.parts(tree.Accounts, tree_people.Same), correlations, common)
        return replace(model, correlations=correlations, same=same), checker.refused

    def dated(self, model: ScenarioModel, clock: Clock) -> ScenarioModel:
        """The same market, with its calendar and what changes from a date on."""
        dates, shares = Dates(clock, self.scope), {persona.name: persona.share for persona in model.personas}
        changes = check_changes(self.nodes(tree_calendar.Change), shares, dates)
        return replace(model, calendar=self.calendar(dates, changes), changes=changes)

    def sold(self, model: ScenarioModel) -> ScenarioModel:
        """The same market, with what a won lead is worth and those who call."""
        deals, calls = self.nodes(Deal), self.nodes(Sales)
        value, sales = (
            check_value(deals, self.scope),
            check_sales(calls, model.stages, [p.name for p in model.personas], self.scope),
        )
        report_currencies(value, sales, deals, calls, self.scope)
        return replace(model, value=value, sales=sales)

    def report_crowd(self, personas: Sequence[Persona], stages: Sequence[tree.Stage]) -> None:
        """Events that differ in type or properties are told apart by a number of few digits."""
        laws = [law for persona in personas for law in persona.stages.values()]
        different = len({(action.event, action.given) for law in laws for action in law.actions})
        if different > MOST_DIFFERENT:
            message = f"{different:,} different events in the stages of this market"
            expected = f"at most {MOST_DIFFERENT:,}"
            self.findings.error("E402", stages[0].name.span, message, expected=expected, hint="give them fewer values")

    def parts(self, block: type[Any], kind: type[Any]) -> list[Any]:
        """The statements of a kind in all blocks of a kind."""
        return [item for node in self.nodes(block) for item in node.body.items if isinstance(item, kind)]

    def calendar(self, dates: Dates, changes: Sequence[Change]) -> Calendar | None:
        """The calendar, if there is one; whatever makes arrivals come and go has to leave room for them."""
        nodes = self.nodes(tree_calendar.Calendar)
        places = [node.span for node in nodes + self.nodes(tree_calendar.Change)]
        if not places:
            return None
        before = len(self.findings.problems)
        found = check_calendar(self.only(tree_calendar.Calendar), self.zone.key, dates)
        if not self.findings.failed_since(before):
            report_nobody(found, changes, dates.clock, places[0], self.findings)
        return found if nodes else None

    def observed(self, people: People, personas: Sequence[Persona]) -> Observed | None:
        """What stands between what happens and what is seen; None where nothing does."""
        parts = self.only(tree_observed.Observed)
        names = [persona.name for persona in personas]
        return check_observed(parts, people, names, self.known_from(), self.scope) if parts else None

    def number(
        self, kind: type[tree.Version | tree.Seed | tree.PopulationSize], what: str, least: int = 0
    ) -> int | None:
        node = self.setting(kind)
        return whole(node.number, what, self.findings, least) if node else None

    def unique_stages(self) -> list[tree.Stage]:
        names = Names(self.findings, "the stage")
        found = [node for node in self.nodes(tree.Stage) if names.take(node.name)]
        for node in found:
            if node.name.text in OUTCOMES:
                message = f"`{node.name.text}` is an end, and no stage"
                self.findings.error("E206", node.name.span, message, hint="choose another name")
        return found

    def report_missing(self, stages: Sequence[tree.Stage], personas: Sequence[Persona]) -> None:
        """A market needs leads of some kind and a way they go; a field that no persona gives is missing everywhere."""
        if self.scenario.unread:
            return
        place = self.scenario.place
        if not stages:
            self.findings.error("E501", place, "this market has no stages", expected="`stage NAME { … }`")
        if not personas:
            self.findings.error("E501", place, "this market has no leads", expected="`persona NAME 100% { … }`")
        given = set(given_fields(personas))
        for field in self.fields:
            misspelt = any(nearest(p.span.text, [field.name]) for p in self.findings.problems if p.code == "E201")
            if personas and field.name not in given and field.name != self.known_from() and not misspelt:
                taken = field.name in tree_people.NO_FIELDS
                law = "a field of this name can be given no law: call it otherwise"
                what = law if taken else f"say how it is spread in `everyone {{ {field.name} … }}`"
                self.findings.warn(
                    "W701",
                    field.span,
                    f"no persona has a `{field.name}`: it is missing for every lead",
                    hint=f"{what}, or leave the field out",
                )
