"""A table of events: a row each, with a lead, a time, a type and the properties of that type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import TEXT, TIME
from leadrules.dsl.rules.model import Model
from leadrules.engine.assemble import RawEvents
from leadrules.engine.columns import NEVER, Column, Moments
from leadrules.engine.zone import Zone
from leadrules.files.cells import Cells, cells, literal, optional, required
from leadrules.files.intake import Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import Staged, stage

Times = npt.NDArray[np.int64]
WHOLE_ID = "'-?(0|[1-9][0-9]{0,17})'"


class EventTable(Struct, frozen=True):
    """Events as they were read. `rows` (events) says which row of the table each is; `id_column` is the one of ids."""

    raw: RawEvents
    rows: Times
    id_column: str
    table: Table
    intake: Intake

    def id_of(self, row: int) -> str:
        """The id that a row of the table gives."""
        return str(
            self.table.value(f"SELECT {self.table.id(self.id_column)} FROM {self.table.name} WHERE _row = {row}")
        )


def read_events(model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> EventTable:
    """The events of a table that are of a declared type and belong to a lead of the SQL table `leads`."""
    return _Reader(model, table, zone).read(leads, on_bad_row)


class _Reader:
    """Reads one table of events for one rule set."""

    def __init__(self, model: Model, table: Table, zone: Zone) -> None:
        self.model, self.table, self.zone = model, table, zone
        self.identity = self.needed("identity", model.columns.event_identity)
        self.type = table.text(self.needed("type", model.columns.type))
        self.time = self.needed("time", model.columns.time)
        self.known_at = table.find(model.columns.known_at)
        self.id = table.find(model.columns.id)

    def needed(self, word: str, column: str) -> str:
        return self.table.needed(column, f'events {{ {word} from "…" }}')

    def read(self, leads: str, on_bad_row: OnBadRow) -> EventTable:
        properties = list(self.properties())
        staged = stage(
            self.declared(),
            [*self.bases(), *(c for _, c in properties)],
            self.extra(),
            self.zone,
            "_row",
        )
        kept = staged.of_leads(leads)
        named: dict[str, dict[str, Column]] = {event.name: {} for event in self.model.events}
        for i, (event, cell) in enumerate(properties, start=len(self.bases())):
            named[event][cell.field.name] = kept.column(i)
        raw = self.raw(kept, named)
        orphans = int(self.table.value(f"SELECT count(*) FROM {staged.name}")) - len(raw.time)
        intake = Intake(
            self.table.label,
            self.table.rows,
            outside=dict(+kept.outside),
            strange=self.strange(),
            orphans=orphans,
        )
        intake = with_bad_rows(intake, staged.bad, staged.bad_rows, on_bad_row)
        rows = self.table.fetch(f"SELECT _row FROM {kept.name}")["_row"].astype(np.int64)
        return EventTable(raw, rows, self.id or "", self.table, intake)

    def declared(self) -> Table:
        """The rows whose type the rules declare, with its number; rows without type stay, to be found bad."""
        labels = " ".join(
            f"WHEN lower({literal(event.label.strip())}) THEN {kind}" for kind, event in enumerate(self.model.events)
        )
        number = f"CASE lower({self.type}) {labels} END" if labels else "NULL::INTEGER"
        wanted = f"SELECT *, {number} AS _kind FROM {self.table.name}"
        return self.table.derived(
            "events_declared", f"SELECT * FROM ({wanted}) WHERE _kind IS NOT NULL OR {self.type} IS NULL"
        )

    def strange(self) -> dict[str, int]:
        """Rows of each type that the rules do not declare."""
        known = ", ".join(f"lower({literal(event.label.strip())})" for event in self.model.events) or "NULL"
        sql = (
            f"SELECT {self.type} AS type, count(*) FROM {self.table.name} WHERE {self.type} IS NOT NULL "
            f"AND lower({self.type}) NOT IN ({known}) GROUP BY ALL ORDER BY type"
        )
        return {str(name): int(count) for name, count in self.table.ask(sql)}

    def bases(self) -> list[Cells]:
        """The cells every row has: time, lead and type, and when it became known if the table says so."""
        types = self.table.columns
        expected = "time, such as 2026-01-31 09:00"
        found = [
            required("time", TIME, self.time, types[self.time], expected),
            required("lead", TEXT, self.identity, types[self.identity], "lead id"),
            replace(
                required("type", TEXT, self.model.columns.type, "VARCHAR", "type of event"),
                text=self.type,
                value=self.type,
            ),
        ]
        return found + ([optional("known_at", TIME, self.known_at, types[self.known_at])] if self.known_at else [])

    def extra(self) -> dict[str, str]:
        event_id = self.table.id(self.id) if self.id else "NULL::VARCHAR"
        return {"id": self.table.id(self.identity), "event_id": event_id, "_kind": "_kind"}

    def properties(self) -> Iterator[tuple[str, Cells]]:
        """The properties of each type of event that the table has a column for."""
        for kind, event in enumerate(self.model.events):
            for field in event.properties:
                column = self.table.find(field.column)
                if column is not None:
                    yield event.name, replace(cells(field, column, self.table.columns[column]), where=f"_kind = {kind}")

    def raw(self, kept: Staged, named: Mapping[str, Mapping[str, Column]]) -> RawEvents:
        rows = self.table.fetch(f"SELECT lead, _kind FROM {kept.name}")
        time, known_at = kept.column(0), kept.column(3) if self.known_at else None
        assert isinstance(time, Moments)
        later = None
        if isinstance(known_at, Moments):
            later = np.where(known_at.values == NEVER, time.values, known_at.values)
        names = tuple(event.name for event in self.model.events)
        kinds = np.ma.getdata(rows["_kind"]).astype(np.int16)
        lead = rows["lead"].astype(np.int64)
        return RawEvents(lead, kinds, time.values, names, named, later, self.event_ids(kept) if self.id else None)

    def event_ids(self, kept: Staged) -> Times:
        """Numbers in the order of the ids: by size where all are whole numbers, else by their text."""
        other = f"event_id IS NOT NULL AND NOT regexp_full_match(event_id, {WHOLE_ID})"
        whole = not self.table.value(f"SELECT count(*) FROM {kept.name} WHERE {other}")
        number = "event_id::BIGINT" if whole else "dense_rank() OVER (ORDER BY event_id)"
        sql = f"SELECT CASE WHEN event_id IS NOT NULL THEN {number} END AS v FROM {kept.name} ORDER BY _row"
        return np.ma.filled(self.table.fetch(sql)["v"].astype(np.int64), NEVER)
