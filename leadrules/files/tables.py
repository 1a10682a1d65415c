"""Tables of leads and events to leads: each read as the rule set maps it, joined, and put in order."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.rules.model import Model
from leadrules.engine.assemble import assemble
from leadrules.engine.leads import Leads, no_events
from leadrules.engine.zone import Zone
from leadrules.files.event_table import EventTable, read_events
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.lead_table import LeadTable, leads_of_events, read_leads
from leadrules.files.open_table import open_table
from leadrules.files.relations import connect


class Read(Struct, frozen=True):
    """Leads, and the account of each table they came from."""

    leads: Leads
    intakes: tuple[Intake, ...]


def read_tables(model: Model, leads: object, events: object, on_bad_row: OnBadRow = "error") -> Read:
    """Leads from a table of leads, a table of events, or both: each a path, or a pandas, Polars or Arrow table.

    Without a table of leads the events carry them. Raises `FileProblem` where a table cannot be read, a column that
    every such table needs is missing, or (unless bad rows are skipped) a cell holds what it cannot.
    """
    if leads is None and events is None:
        raise FileProblem("no data", "neither a table of leads nor one of events is given", "use --leads or --events")
    connection, zone = connect(), Zone(model.timezone)
    event_source = None if events is None else open_table(connection, events, "events")
    if leads is not None:
        known = read_leads(model, open_table(connection, leads, "leads"), zone, on_bad_row)
    else:
        assert event_source is not None
        known = leads_of_events(model, event_source)
    if event_source is None:
        none = no_events(len(known.ids))
        return Read(Leads(known.ids, known.accounts, known.fields, none), known.intakes)
    return _joined(known, read_events(model, event_source, known.name, zone, on_bad_row), on_bad_row)


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
