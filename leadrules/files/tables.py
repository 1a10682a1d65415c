"""Tables of leads and events to leads: each read as the rule set maps it, joined, and put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.rules.model import Columns, Model
from leadrules.engine.assemble import assemble
from leadrules.engine.histories import with_histories
from leadrules.engine.leads import Leads, no_events
from leadrules.engine.zone import Zone
from leadrules.files.adjustment_table import read_adjustments
from leadrules.files.attribute_table import in_order, read_attributes
from leadrules.files.event_table import EventTable, read_events
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.lead_table import LeadTable, leads_of, read_leads
from leadrules.files.open_table import open_table
from leadrules.files.relations import Table, connect


class Read(Struct, frozen=True):
    """Leads, and the account of each table they came from."""

    leads: Leads
    intakes: tuple[Intake, ...]


def read_tables(
    model: Model,
    leads: object,
    events: object,
    on_bad_row: OnBadRow = "error",
    *,
    attributes: object = None,
    adjustments: object = None,
) -> Read:
    """Leads from tables of leads, events, dated values and adjustments, each a path, or a pandas, Polars or Arrow table.

    Without a table of leads those of events and dated values carry them. Raises `FileProblem` where a table cannot be read, a column that
    every such table needs is missing, or (unless bad rows are skipped) a cell holds what it cannot.
    """
    connection, zone = connect(), Zone(model.timezone)
    given = {"leads": leads, "events": events, "attributes": attributes, "adjustments": adjustments}
    tables = {
        name: open_table(connection, table, name, needed)
        for name, needed in _needed(model.columns).items()
        if (table := given[name]) is not None
    }
    happened, dated, adjusted = (tables.get(name) for name in ("events", "attributes", "adjustments"))
    known = _known(model, tables.get("leads"), happened, dated, zone, on_bad_row)
    if happened is None:
        none = no_events(len(known.ids))
        read = Read(Leads(known.ids, known.accounts, known.fields, none), known.intakes)
    else:
        read = _joined(known, read_events(model, happened, known.name, zone, on_bad_row), on_bad_row)
    read = read if dated is None else _dated(read, model, dated, known.name, zone, on_bad_row)
    if adjusted is None:
        return read
    made = read_adjustments(model, adjusted, known.name, zone, on_bad_row)
    return Read(replace(read.leads, adjustments=made.dated), (*read.intakes, made.intake))


def _needed(own: Columns) -> Mapping[str, Sequence[str]]:
    """The columns without which no row of a table can be read."""
    return {
        "leads": (own.lead_identity,),
        "events": (own.event_identity, own.type, own.time),
        "attributes": (own.attribute_identity, own.attribute_field, own.attribute_value, own.attribute_since),
        "adjustments": (
            own.adjustment_identity,
            own.adjustment_time,
            own.adjustment_score,
            own.adjustment_action,
            own.adjustment_value,
        ),
    }


def _known(
    model: Model, leads: Table | None, events: Table | None, attributes: Table | None, zone: Zone, on_bad_row: OnBadRow
) -> LeadTable:
    """The leads of their own table, else those that the other tables tell of."""
    if leads is not None:
        return read_leads(model, leads, zone, on_bad_row)
    others = []
    if events is not None:
        others.append((events, events.needed(model.columns.event_identity, 'events { identity from "…" }')))
    if attributes is not None:
        needed = attributes.needed(model.columns.attribute_identity, 'attributes { identity from "…" }')
        others.append((attributes, needed))
    if not others:
        raise FileProblem("no data", "neither a table of leads nor one of events is given", "use --leads or --events")
    return leads_of(others)


def _dated(read: Read, model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> Read:
    """Leads with the dated values of their fields; a field that has some lacks no column."""
    told = read_attributes(model, table, leads, zone, on_bad_row)
    histories, intake = in_order(told, len(read.leads), on_bad_row)
    others = [replace(i, absent=tuple(name for name in i.absent if name not in histories)) for i in read.intakes]
    return Read(with_histories(read.leads, histories), (*others, intake))


def _joined(known: LeadTable, told: EventTable, on_bad_row: OnBadRow) -> Read:
    """Leads with their events; of two rows that share an id and differ, the later one is bad."""
    leads, repeats = assemble(known.ids, known.accounts, known.fields, told.raw)
    intake = replace(told.intake, repeated=told.intake.repeated + len(repeats.dropped))
    if repeats.conflicts:
        pairs = [sorted((int(told.rows[a]), int(told.rows[b]))) for a, b in repeats.conflicts]
        first = {b: a for a, b in reversed(pairs)}
        bad = [
            BadCell(intake.table, b, told.id_column, told.id_of(b), f"new id: row {a:,} has it too")
            for b, a in sorted(first.items())
        ]
        intake = with_bad_rows(intake, bad, len(bad), on_bad_row)
        later = np.isin(told.rows, list(first))
        leads, _ = assemble(known.ids, known.accounts, known.fields, told.without(later))
    return Read(leads, (*known.intakes, intake))
