"""Tables of leads and events to leads: each read as the rule set maps it, joined, and put in order."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.rules.model import Model
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
    connection, zone, own = connect(), Zone(model.timezone), model.columns

    def opened(given: object, name: str, *needed: str) -> Table | None:
        return None if given is None else open_table(connection, given, name, needed)

    happened = opened(events, "events", own.event_identity, own.type, own.time)
    dated_columns = (own.attribute_identity, own.attribute_field, own.attribute_value, own.attribute_since)
    dated = opened(attributes, "attributes", *dated_columns)
    known = _known(model, opened(leads, "leads", own.lead_identity), happened, dated, zone, on_bad_row)
    if happened is None:
        none = no_events(len(known.ids))
        read = Read(Leads(known.ids, known.accounts, known.fields, none), known.intakes)
    else:
        read = _joined(known, read_events(model, happened, known.name, zone, on_bad_row), on_bad_row)
    read = read if dated is None else _dated(read, model, dated, known.name, zone, on_bad_row)
    if adjustments is None:
        return read
    made = read_adjustments(model, open_table(connection, adjustments, "adjustments"), known.name, zone, on_bad_row)
    return Read(replace(read.leads, adjustments=made.dated), (*read.intakes, made.intake))


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
