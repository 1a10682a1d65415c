"""Tables of leads and events to leads: each read as the rule set maps it, joined, and put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.rules.model import Columns, Model
from leadrules.engine.assemble import RawEvents, assemble
from leadrules.engine.columns import Ints
from leadrules.engine.histories import Told, both, histories_of, with_histories
from leadrules.engine.leads import Leads, no_events
from leadrules.engine.links import linked, numbered
from leadrules.engine.merges import Merges, merged_events, with_merged
from leadrules.engine.zone import Zone
from leadrules.files.adjustment_table import AdjustmentTable, read_adjustments
from leadrules.files.attribute_table import AttributeTable, read_attributes, without_clashes
from leadrules.files.event_table import EventTable, read_events
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.lead_table import LeadTable, leads_of, read_leads
from leadrules.files.link_table import LinkTable, read_links, without_other_roles
from leadrules.files.merge_table import MergeTable, read_merges
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
    merges: object = None,
    links: object = None,
) -> Read:
    """Leads from tables of them, of events, dated values, adjustments, merges and links, each a path, or a pandas, Polars or Arrow table.

    Without a table of leads those of events, dated values, merges and links carry them. Raises `FileProblem` where a table cannot be read,
    a column that every such table needs is missing, or (unless bad rows are skipped) a cell holds what it cannot.
    """
    connection = connect()
    given = {
        "leads": leads,
        "events": events,
        "attributes": attributes,
        "adjustments": adjustments,
        "merges": merges,
        "links": links,
    }
    tables = {
        name: open_table(connection, table, name, needed)
        for name, needed in _needed(model.columns).items()
        if (table := given[name]) is not None
    }
    return _Reader(model, tables, on_bad_row).read()


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
        "merges": (own.merge_identity, own.merge_into, own.merge_at),
        "links": (own.link_identity, own.link_account, own.link_since),
    }


class _Reader:
    """Reads the tables of one rule set, by name."""

    def __init__(self, model: Model, tables: Mapping[str, Table], on_bad_row: OnBadRow) -> None:
        self.model, self.tables, self.on_bad_row = model, tables, on_bad_row
        self.zone = Zone(model.timezone)

    def read(self) -> Read:
        known = self.known()
        merges = self.merges(known)
        joined = self.happened(known, merges)
        leads, told = joined.leads, self.dated(known, merges)
        links = self.linked(known, merges, told)
        every = self.told_of(told, links)
        dated = [name for name, values in every.items() if len(values.lead)]
        if merges is not None:
            every = with_merged(every, known.fields, merges.merges)
            leads = replace(leads, merged=merges.merges.merged())
        leads = with_histories(leads, histories_of(every, len(leads)))
        leads = linked(leads, known.accounts, links.account if links else None, merges.merges if merges else None)
        intakes = [replace(i, absent=tuple(name for name in i.absent if name not in dated)) for i in joined.intakes]
        made = self.adjusted(known)
        if made is not None:
            leads = replace(leads, adjustments=made.dated)
        return Read(leads, (*intakes, *(part.intake for part in (told, made, merges, links) if part is not None)))

    def known(self) -> LeadTable:
        """The leads of their own table, else those that the other tables tell of."""
        if "leads" in self.tables:
            return read_leads(self.model, self.tables["leads"], self.zone, self.on_bad_row)
        columns = self.model.columns
        identities = {
            "events": (columns.event_identity, 'events { identity from "…" }'),
            "attributes": (columns.attribute_identity, 'attributes { identity from "…" }'),
            "merges": (columns.merge_into, 'merges { into from "…" }'),
            "links": (columns.link_identity, 'links { identity from "…" }'),
        }
        if not {"events", "attributes"} & set(self.tables):
            message = "neither a table of leads nor one of events is given"
            raise FileProblem("no data", message, "use --leads or --events")
        return leads_of(
            [(self.tables[n], self.tables[n].needed(*way)) for n, way in identities.items() if n in self.tables]
        )

    def merges(self, known: LeadTable) -> MergeTable | None:
        table = self.tables.get("merges")
        return None if table is None else read_merges(self.model, table, known.name, self.zone, self.on_bad_row)

    def happened(self, known: LeadTable, merges: MergeTable | None) -> Read:
        """The leads with their events."""
        table = self.tables.get("events")
        if table is None:
            return Read(_without_events(known), known.intakes)
        told = read_events(self.model, table, merges.name if merges else known.name, self.zone, self.on_bad_row)
        return _joined(known, told, merges.merges if merges else None, self.on_bad_row)

    def dated(self, known: LeadTable, merges: MergeTable | None) -> AttributeTable | None:
        """The dated values, none of which contradict each other."""
        table = self.tables.get("attributes")
        if table is None:
            return None
        told = read_attributes(self.model, table, merges.name if merges else known.name, self.zone, self.on_bad_row)
        return without_clashes(told, self.on_bad_row)

    def linked(
        self, known: LeadTable, merges: MergeTable | None, attributes: AttributeTable | None
    ) -> LinkTable | None:
        """The links, none of which contradict each other, or the table of attributes."""
        table = self.tables.get("links")
        if table is None:
            return None
        leads, role = merges.name if merges else known.name, self.model.columns.role
        told = read_links(self.model, table, leads, self.zone, self.on_bad_row)
        return without_other_roles(told, role, attributes, self.on_bad_row) if role and attributes else told

    def told_of(self, attributes: AttributeTable | None, links: LinkTable | None) -> dict[str, Told]:
        """All values of fields that have a date."""
        found, role = dict(attributes.told) if attributes else {}, self.model.columns.role
        if links is not None and links.role is not None and role is not None:
            found[role] = both(found[role], links.role) if role in found else links.role
        return found

    def adjusted(self, known: LeadTable) -> AdjustmentTable | None:
        """The points that were given by hand."""
        table = self.tables.get("adjustments")
        return None if table is None else read_adjustments(self.model, table, known.name, self.zone, self.on_bad_row)


def _without_events(known: LeadTable) -> Leads:
    return Leads(known.ids, numbered(known.accounts), known.fields, no_events(len(known.ids)))


def _joined(known: LeadTable, told: EventTable, merges: Merges | None, on_bad_row: OnBadRow) -> Read:
    """Leads with their events; of two rows that share an id and differ, the later one is bad."""
    raw, source = _with_merged(told.raw, merges)
    accounts = numbered(known.accounts)
    leads, repeats = assemble(known.ids, accounts, known.fields, raw)
    own = np.count_nonzero(told.raw.lead < len(known.ids))  # what is taken over stands behind them
    repeated = int(np.count_nonzero(repeats.dropped < own))
    intake = replace(told.intake, repeated=told.intake.repeated + repeated)
    if repeats.conflicts:
        rows = told.rows[source]
        pairs = [sorted((int(rows[a]), int(rows[b]))) for a, b in repeats.conflicts]
        first = {b: a for a, b in sorted(pairs, reverse=True)}
        bad = [
            BadCell(intake.table, b, told.id_column, told.id_of(b), f"new id: row {a:,} has it too")
            for b, a in sorted(first.items())
        ]
        intake = with_bad_rows(intake, bad, len(bad), on_bad_row)
        left = told.raw.take(np.flatnonzero(~np.isin(told.rows, list(first))))
        leads, _ = assemble(known.ids, accounts, known.fields, _with_merged(left, merges)[0])
    return Read(leads, (*known.intakes, intake))


def _with_merged(raw: RawEvents, merges: Merges | None) -> tuple[RawEvents, Ints]:
    """Events with those that leads take over, and which row each was."""
    return (raw, np.arange(len(raw.lead))) if merges is None else merged_events(raw, merges)
