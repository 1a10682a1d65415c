"""Leads and events at random, for a rule set that was drawn before: rows with missing cells, ties, repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.oracle_facts import read
from tests.oracle_time import local_date
from tests.specs import EventType, Field, Spec
from tests.worlds_expressions import AMOUNTS, NUMBERS, Scope
from tests.worlds_times import STEPS, STRIDES, edges, instant_of, instants, length

NOT_DECLARED = EventType("mystery")


@dataclass
class Table:
    """What rows are drawn from: the rules, what is written in them, and the times drawn so far."""

    spec: Spec
    scope: Scope
    now: int
    times: list[int] = field(default_factory=list)

    def instant(self, draw: st.DrawFn) -> int:
        """An instant on an edge of something."""
        return instants(draw, self.spec.zone, self.now, self.scope.durations, self.times)


Rows = list[dict[str, Any]]


def rows(draw: st.DrawFn, table: Table) -> tuple[Rows, Rows]:
    """Up to 4 leads, and up to 12 events of each, in any order."""
    leads: Rows = []
    events: Rows = []
    for number in range(draw(st.integers(1, 4))):
        name = f"lead-{number}"
        own: Rows = []
        for place in range(draw(st.integers(0, 12))):
            own.append(event(draw, table, name, place) if draw(st.booleans()) else like(draw, table, own, name, place))
            table.times.append(own[-1]["time"])
        again = draw(st.lists(st.sampled_from(own), max_size=2)) if own else []
        account = draw(st.sampled_from(("acme", "acme", "beta", None)))
        leads.append({"lead": name, "account": account, **cells(draw, table, table.spec.fields)})
        events += [*told_apart(table.spec, own), *again]
        table.times.clear()
    return leads, draw(st.permutations(events))


def event(draw: st.DrawFn, table: Table, lead: str, place: int) -> dict[str, Any]:
    """One event of a lead, seldom of a type that the rules do not declare."""
    type = draw(st.sampled_from((*table.spec.events, *table.spec.events, NOT_DECLARED)))
    time = table.instant(draw)
    span = length(table.scope.durations[0])
    known_at = draw(st.sampled_from((None, None, None, None, time + span, table.now, table.now + 1, time - span)))
    id = f"{lead}-{place}" if draw(st.booleans()) else None
    own = cells(draw, table, type.properties)
    return {"lead": lead, "type": type.name, "time": time, "id": id, "known_at": known_at, **own}


def like(draw: st.DrawFn, table: Table, earlier: Rows, lead: str, place: int) -> dict[str, Any]:
    """An event like an earlier one, at the same instant or some duration before it."""
    if not earlier:
        return event(draw, table, lead, place)
    model = draw(st.sampled_from(earlier))
    back = length(draw(st.sampled_from((*table.scope.durations, *STRIDES))))
    time = model["time"] - draw(st.sampled_from((0, back, back))) + draw(st.sampled_from(STEPS))
    id = f"{lead}-{place}" if draw(st.booleans()) else None
    return {**model, "time": time, "id": id, "known_at": None}


def told_apart(spec: Spec, events: Rows, mark: str = "apart") -> Rows:
    """The same events; those without id that mean the same, but are not written the same, get one each."""
    types = {type.name: type for type in (*spec.events, NOT_DECLARED)}
    meant: dict[tuple[object, ...], dict[str, Any]] = {}
    for row in events:
        properties = types[row["type"]].properties
        known_at = row["time"] if row["known_at"] is None else row["known_at"]
        values = [read(property, row[property.name], spec.zone) for property in properties]
        first = meant.setdefault((row["type"], row["time"], known_at, *values), row)
        if row["id"] is None and row != first:
            row["id"] = f"{row['lead']}-{mark}-{len(meant)}-{events.index(row)}"
    return events


def cells(draw: st.DrawFn, table: Table, fields: Sequence[Field]) -> dict[str, Any]:
    """A value for each field; one in four is missing."""
    return {field.name: cell(draw, table, field) if draw(st.integers(0, 3)) else None for field in fields}


def cell(draw: st.DrawFn, table: Table, field: Field) -> Any:
    """A value of a field that is not missing."""
    match field.type:
        case "text":
            return draw(st.sampled_from(table.scope.topic.texts))
        case "number":
            return draw(st.sampled_from(NUMBERS))
        case "whole number":
            return int(draw(st.sampled_from((0, 1, 2, 3, 9, 10, 49, 50, -1))))
        case "flag":
            return draw(st.booleans())
        case "time":
            return time_cell(draw, table)
        case "date":
            return date_cell(draw, table)
        case "duration":
            return float(length(draw(st.sampled_from(table.scope.durations))) + draw(st.sampled_from(STEPS)))
        case "set of text":
            return draw(st.lists(st.sampled_from(table.scope.topic.texts), max_size=3))
        case "set of one of":
            return [choice_cell(draw, field) for _ in range(draw(st.integers(0, 3)))]
        case "one of":
            return choice_cell(draw, field)
        case _:
            return draw(st.sampled_from(AMOUNTS))


def time_cell(draw: st.DrawFn, table: Table) -> int:
    """An instant, often one that the rules compare with, or the microsecond beside it."""
    written = [instant_of(moment, table.spec.zone) for moment in table.scope.moments]
    if draw(st.booleans()):
        return draw(st.sampled_from(written)) + draw(st.sampled_from(STEPS))
    return table.instant(draw)


def date_cell(draw: st.DrawFn, table: Table) -> date:
    """A date, often one that the rules compare with."""
    written = [local_date(instant_of(moment, table.spec.zone), table.spec.zone) for moment in table.scope.moments]
    return draw(st.sampled_from((*written, edges(draw, table.spec.zone, table.now))))


def choice_cell(draw: st.DrawFn, field: Field) -> str:
    """A declared value, as it is or in capitals, or one that is not declared."""
    choice = draw(st.sampled_from(field.choices))
    return draw(st.sampled_from((choice, choice.upper(), "no such value")))
