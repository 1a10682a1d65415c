"""A population to the tables of it: what is seen of its leads, what happened, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from leadrules.dsl.expression.model import Field
from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.engine.columns import NEVER, Moments
from leadrules.engine.zone import SECOND
from leadrules.files.cells import literal
from leadrules.files.journey_columns import Page, cell, constant, heading, moments, picked, sql_type
from leadrules.simulator.population import ANEW, UNMERGED, Log, Population, Ticks
from leadrules.simulator.world import World

OF_LEADS = ("lead", "account")
OF_EVENTS = ("id", "lead", "type", "time", "known_at")
ROOM = 1_000_000  # ids of one lead before they reach those of the next
Arrays = dict[str, npt.NDArray[Any]]


class Pages:
    """The tables of one block of leads."""

    def __init__(self, world: World, population: Population) -> None:
        self.world, self.population = world, population
        self.scenario, self.zone = world.scenario, world.setting.zone
        self.ids = population.leads.ids.astype(np.int64)
        self.fields: Mapping[str, Field] = {field.name: field for field in self.scenario.fields}
        observed = self.scenario.observed
        self.anonymous = observed is not None and observed.identity is not None
        self.dated = bool(observed and (observed.delay or observed.clock))

    def all(self) -> dict[str, tuple[Page, ...]]:
        """Every table by name, in one part or several. Which there are, and their columns, depends on the market alone."""
        found: dict[str, tuple[Page, ...]] = {"leads": (self.leads(),), "events": (self.events(),)}
        if self.anonymous:
            found["merges"] = (self.merges(),)
        if self.population.leads.histories:
            found["attributes"] = tuple(self.attributes())
        return found | {"truth": (self.truth(),), "ledger": (self.ledger(),)}

    def id(self, name: str) -> str:
        """SQL for the id of a lead: a text in markets where some leads are anonymous, which `a17` is of lead 17."""
        return f"{name}::VARCHAR" if self.anonymous else name

    def time(self, tick: Ticks) -> Ticks:
        return self.scenario.start + tick * SECOND

    def leads(self) -> Page:
        """A row for each lead: its fields as they are seen, but those that are known only later."""
        leads = self.population.leads
        arrays: Arrays = {"lead": self.ids, "account": np.asarray(leads.accounts)}
        cells = {"lead": self.id("lead"), "account": "account"}
        for number, (name, field) in enumerate(self.fields.items()):
            if name in leads.fields and name not in leads.histories:
                key = f"field_{number}"
                arrays[key], cells[heading(name, OF_LEADS)] = cell(field, leads.fields[name], key, self.zone)
        return Page(arrays, cells)

    def events(self) -> Page:
        """A row for each event that arrives, by lead and time."""
        happenings, log = self.population.happenings, self.population.log
        if log is None:
            return self.happened(self.properties())
        delivered = {
            "id": self.event_ids(log.event, log.lead) + (log.delivery == ANEW),
            "lead": self.ids[log.lead],
            "action": happenings.action[log.event],
            "time": self.time(log.time),
        }
        cells = self.event_cells()
        if self.anonymous:
            delivered["anonymous"] = log.anonymous
            cells["lead"] = "CASE WHEN anonymous THEN 'a' ELSE '' END || lead"
        if self.dated:
            delivered["known_at"] = self.time(log.known_at)
        return Page(delivered, {**cells, **self.known_at(), **self.properties()})

    def known_at(self) -> dict[str, str]:
        return {"known_at": "make_timestamptz(known_at)"} if self.dated else {}

    def truth(self) -> Page:
        """A row for each event that happens, by lead and time, and who did what it comes of."""
        causes = [literal(f"{c.by} {c.what} {c.mail}".strip()) for c in (action.cause for action in self.world.actions)]
        return self.happened({"cause": picked(causes, "action"), **self.properties("cause")})

    def happened(self, further: Mapping[str, str]) -> Page:
        """Every event, with further cells."""
        happenings = self.population.happenings
        lead = np.repeat(np.arange(len(self.ids)), happenings.counts)
        arrays = {
            "id": self.event_ids(np.arange(len(lead)), lead),
            "lead": self.ids[lead],
            "action": happenings.action,
            "time": self.time(happenings.tick),
        }
        return Page(arrays, {**self.event_cells(), **further})

    def event_ids(self, event: Ticks, lead: Ticks) -> Ticks:
        """Two numbers for each event of a lead, of which a double may have the odd one, in the order of the events."""
        counts = self.population.happenings.counts
        first = np.cumsum(counts) - counts
        found: Ticks = self.ids[lead] * ROOM + 2 * (event - first[lead])
        return found

    def event_cells(self) -> dict[str, str]:
        types = [literal(action.event) for action in self.world.actions]
        time = "make_timestamptz(time)"
        return {"id": "id", "lead": self.id("lead"), "type": picked(types, "action"), "time": time}

    def properties(self, *taken: str) -> dict[str, str]:
        """A column for each name of a property, whatever events have it; texts where they differ in kind."""
        found: dict[str, tuple[set[str], dict[int, str]]] = {}
        for number, action in enumerate(self.world.actions):
            event = next(event for event in self.scenario.events if event.name == action.event)
            for field in event.properties:
                types, values = found.setdefault(field.name, (set(), {}))
                types.add(sql_type(field))
                column = self.world.properties[event.name][field.name]
                values[number] = constant(field, column, number, self.zone)
        cells = {}
        for name, (types, values) in found.items():
            type = types.pop() if len(types) == 1 else "VARCHAR"
            each = [f"CAST({values.get(n, 'NULL')} AS {type})" for n in range(len(self.world.actions))]
            cells[heading(name, (*OF_EVENTS, *taken))] = picked(each, "action", type)
        return cells

    def merges(self) -> Page:
        """A row for each anonymous id that becomes a lead's."""
        log = self.log
        merged = np.flatnonzero(log.merged != UNMERGED)
        arrays = {"lead": self.ids[merged], "at": self.time(log.merged[merged])}
        return Page(arrays, {"from": "'a' || lead", "into": "lead::VARCHAR", "at": 'make_timestamptz("at")'})

    @property
    def log(self) -> Log:
        assert self.population.log is not None
        return self.population.log

    def attributes(self) -> Iterator[Page]:
        """For each field that becomes known later a row for each value."""
        for name, dated in self.population.leads.histories.items():
            since = dated.columns["since"]
            assert isinstance(since, Moments)
            value, sql = cell(self.fields[name], dated.columns["value"], "value", self.zone)
            arrays = {"lead": np.repeat(self.ids, np.diff(dated.offsets)), "value": value}
            arrays |= {"since": since.values, "known_at": dated.time}
            cells = {"lead": self.id("lead"), "field": literal(heading(name, OF_LEADS)), "value": f"({sql})::VARCHAR"}
            yield Page(arrays, cells | {key: f"make_timestamptz({key})" for key in ("since", "known_at")})

    def ledger(self) -> Page:
        """A row for each lead: the truth about it."""
        truth, scenario = self.population.truth, self.scenario
        stages = [literal(name) for name in scenario.stages]
        arrays: Arrays = {
            "lead": self.ids,
            "persona": truth.persona,
            "account": truth.account,
            "intent": truth.intent,
            "activity": truth.activity,
            "outcome": truth.outcome,
            "stage": truth.stage_at_landmark,
            "chance": truth.chance,
        }
        cells = {
            "lead": self.id("lead"),
            "persona": picked([literal(persona.name) for persona in scenario.personas], "persona"),
            "account": "account",
            "intent": "intent",
            "activity": "activity",
            "outcome": picked([literal(name) for name in OUTCOMES], "outcome"),
            "stage_at_landmark": picked(stages, "stage"),
            "chance": "chance",
        }
        if scenario.channels:
            arrays["channel"] = truth.channel
            cells["channel"] = picked([literal(channel.name) for channel in scenario.channels], "channel")
        times = {"arrival": truth.arrival, "landmark": truth.landmark, "ended": truth.ended}
        times |= {f"entered.{name}": tick for name, tick in zip(scenario.stages, truth.entered, strict=True)}
        for number, (name, tick) in enumerate(times.items()):
            key = f"time_{number}"
            arrays[key], cells[name] = moments(np.where(tick < 0, NEVER, self.time(tick)), key)
        return Page(arrays, cells)
