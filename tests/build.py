"""Plain rows to leads of the engine, and rule text to plans: the short way, without files."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import Field
from leadrules.dsl.fold import fold
from leadrules.dsl.members import joined
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.adjustments import Made, put_in_order
from leadrules.engine.adopt import sets_as_declared
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import FALSE, NEVER, TRUE, UNKNOWN, Codes, Column, Dictionary, Flags, Moments, Numbers
from leadrules.engine.compile import compile_model
from leadrules.engine.histories import Told, histories_of, with_histories
from leadrules.engine.leads import Dated, Leads
from leadrules.engine.links import linked, numbered
from leadrules.engine.merges import Merges, close, merged_events, with_merged
from leadrules.engine.plan import Plan
from leadrules.engine.zone import DAY, Zone
from tests.oracle_facts import ALONE, Beside, dated_values

Row = Mapping[str, Any]
FIRST_DAY = datetime.date(1970, 1, 1)


def plan_of(text: str) -> Plan:
    """The plan of a rule set given as text."""
    return compile_model(check(parse(Source("rules", text))))


def leads_of(model: Model, leads: Sequence[Row], events: Sequence[Row], beside: Beside = ALONE) -> Leads:
    """Leads with their events. Events of undeclared types do not exist."""
    zone = Zone(model.timezone)
    merges, others = merges_of(beside.merges, [row["lead"] for row in leads])
    position = {id: i for i, id in enumerate([*(row["lead"] for row in leads), *others])}
    fields = {f.name: column_of(f, [row.get(f.name) for row in leads], zone) for f in model.fields}
    names = tuple(event.name for event in model.events)
    told = [row for row in events if row["type"] in names and row["lead"] in position]
    properties = {
        event.name: {
            p.name: column_of(p, [row.get(p.name) for row in told if row["type"] == event.name], zone)
            for p in event.properties
        }
        for event in model.events
    }
    raw = RawEvents(
        np.array([position[row["lead"]] for row in told], np.int64),
        np.array([names.index(row["type"]) for row in told], np.int16),
        np.array([row["time"] for row in told], np.int64),
        names,
        properties,
        np.array([row["time"] if row.get("known_at") is None else row["known_at"] for row in told], np.int64),
        ids_of([row.get("id") for row in told]),
    )
    ids = np.array([row["lead"] for row in leads], object)
    accounts = accounts_of(leads)
    found = assemble(ids, numbered(accounts), fields, merged_events(raw, merges)[0])[0]
    dated = with_merged(dict(values_of(model, position, dated_values(beside), zone)), fields, merges)
    found = replace(with_histories(found, histories_of(dated, len(leads))), merged=merges.merged())
    found = linked(found, accounts, links_of(position, beside.links), merges)
    return replace(found, adjustments=adjustments_of(leads, beside.adjustments)) if beside.adjustments else found


def merges_of(rows: Sequence[Row], ids: Sequence[str]) -> tuple[Merges, tuple[str, ...]]:
    """All pairs of merged leads. Of two rows of one lead the earlier counts."""
    steps: dict[str, tuple[str, int]] = {}
    for row in sorted(rows, key=lambda row: int(row["at"])):
        steps.setdefault(row["from"], (row["into"], row["at"]))
    return close(steps, ids)


def adjustments_of(leads: Sequence[Row], rows: Sequence[Row]) -> Dated:
    """Points by hand; rows that say the same are one."""
    position = {row["lead"]: i for i, row in enumerate(leads)}
    once = [row for at, row in enumerate(rows) if row not in rows[:at]]
    names = tuple(dict.fromkeys(row["score"] for row in once))
    made = Made(
        np.array([position[row["lead"]] for row in once], np.int64),
        np.array([row["time"] for row in once], np.int64),
        Codes(np.array([names.index(row["score"]) for row in once], np.int64), Dictionary(names)),
        np.array([row["action"] == "set" for row in once], bool),
        np.array([row["value"] for row in once], np.float64),
        Codes(np.full(len(once), -1, np.int64), Dictionary(())),
    )
    return put_in_order(made, len(leads))


def accounts_of(rows: Sequence[Row]) -> Codes:
    """The names of the accounts of some rows, -1 where one has none."""
    names = tuple(sorted({row["account"] for row in rows if row.get("account") is not None}))
    return Codes(
        np.array([names.index(row["account"]) if row.get("account") else -1 for row in rows], np.int64),
        Dictionary(names),
    )


def links_of(position: Mapping[str, int], rows: Sequence[Row]) -> Told | None:
    """The accounts that leads come to belong to."""
    own = [row for row in rows if row["lead"] in position]
    return told_of(own, position, accounts_of(own)) if own else None


def told_of(rows: Sequence[Row], position: Mapping[str, int], values: Column) -> Told:
    """Dated rows with their values."""
    since = np.array([row["since"] for row in rows], np.int64)
    known_at = np.array([row["since"] if row["known_at"] is None else row["known_at"] for row in rows], np.int64)
    return Told(np.array([position[row["lead"]] for row in rows], np.int64), since, known_at, values)


def values_of(model: Model, position: Mapping[str, int], rows: Sequence[Row], zone: Zone) -> Iterator[tuple[str, Told]]:
    """The dated values of each field that has some."""
    for field in model.fields:
        own = [row for row in rows if row["field"] == field.name and row["lead"] in position]
        if own:
            yield field.name, told_of(own, position, column_of(field, [row["value"] for row in own], zone))


def ids_of(ids: Sequence[str | None]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Numbers in the order of ids."""
    ranks = {id: rank for rank, id in enumerate(sorted({id for id in ids if id is not None}))}
    return np.array([NEVER if id is None else ranks[id] for id in ids], np.int64)


def column_of(field: Field, values: Sequence[Any], zone: Zone) -> Column:
    """One column of plain values, None where missing."""
    match field.type.name:
        case "text":
            texts = tuple(dict.fromkeys(v for v in values if v is not None))
            return Codes(np.array([-1 if v is None else texts.index(v) for v in values], np.int64), Dictionary(texts))
        case "set of":
            blank = "" if field.blank_means_no else None
            sets = [blank if v is None else joined(v) for v in values]
            texts = tuple(dict.fromkeys(v for v in sets if v is not None))
            codes = [-1 if v is None else texts.index(v) for v in sets]
            return sets_as_declared(field.type, Codes(np.array(codes, np.int64), Dictionary(texts)))
        case "one of":
            places = {fold(value): place for place, value in enumerate(field.type.values)}
            codes = [-1 if v is None else places.get(fold(v), -1) for v in values]
            return Codes(np.array(codes, np.int64), Dictionary(field.type.values))
        case "flag":
            blank = FALSE if field.blank_means_no else UNKNOWN
            return Flags(np.array([blank if v is None else TRUE if v else FALSE for v in values], np.int8))
        case "time":
            return Moments(np.array([NEVER if v is None else v for v in values], np.int64))
        case "date":
            days = np.array([0 if v is None else (v - FIRST_DAY).days for v in values], np.int64)
            missing = np.array([v is None for v in values], bool)
            return Moments(np.where(missing, NEVER, zone.instant(days * DAY)))
        case _:
            return Numbers(np.array([np.nan if v is None else v for v in values], np.float64))
