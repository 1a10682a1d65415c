"""A table of attributes: a row for each value that a field of a lead has had, and since when."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import TEXT, TIME
from leadrules.dsl.rules.model import Model
from leadrules.engine.histories import Told, repeats_of
from leadrules.engine.zone import Zone
from leadrules.files.cells import Cells, cells, literal, optional, required
from leadrules.files.dated_rows import times_of
from leadrules.files.intake import SHOWN, BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import stage

Times = npt.NDArray[np.int64]


class AttributeTable(Struct, frozen=True):
    """Values as they were read, by field. `rows` say which row of the table each is."""

    told: Mapping[str, Told]
    rows: Mapping[str, Times]
    value_column: str
    table: Table
    intake: Intake


def read_attributes(model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> AttributeTable:
    """The values of a table that are of a declared field and belong to a lead of the SQL table `leads`."""
    return _Reader(model, table, zone).read(leads, on_bad_row)


def without_clashes(attributes: AttributeTable, on_bad_row: OnBadRow) -> AttributeTable:
    """The values that do not contradict each other; of two rows that do the later one is bad."""
    found, bad, intake = {}, [], attributes.intake
    for name, told in attributes.told.items():
        rows = attributes.rows[name]
        repeats = repeats_of(told)
        intake = replace(intake, repeated=intake.repeated + len(repeats.dropped))
        if repeats.conflicts:
            pairs = [sorted((int(rows[a]), int(rows[b]))) for a, b in repeats.conflicts]
            bad += [_clash(attributes, first, later) for first, later in pairs]
            told = told.take(np.flatnonzero(~np.isin(rows, [later for _, later in pairs])))
        found[name] = told
    bad.sort(key=lambda cell: cell.row)
    intake = with_bad_rows(intake, bad[:SHOWN], len({cell.row for cell in bad}), on_bad_row)
    return replace(attributes, told=found, intake=intake)


def _clash(attributes: AttributeTable, first: int, later: int) -> BadCell:
    table, column = attributes.table, attributes.value_column
    value = table.value(f"SELECT {table.text(column)} FROM {table.name} WHERE _row = {later}") or ""
    return BadCell(table.label, later, column, value, f"value of this time: row {first:,} has another")


class _Reader:
    """Reads one table of attributes for one rule set."""

    def __init__(self, model: Model, table: Table, zone: Zone) -> None:
        self.model, self.table, self.zone = model, table, zone
        columns = model.columns
        self.identity = self.needed("identity", columns.attribute_identity)
        self.field = table.text(self.needed("field", columns.attribute_field))
        self.value = self.needed("value", columns.attribute_value)
        self.since = self.needed("since", columns.attribute_since)
        self.known_at = table.find(columns.attribute_known_at)

    def needed(self, word: str, column: str) -> str:
        return self.table.needed(column, f'attributes {{ {word} from "…" }}')

    def read(self, leads: str, on_bad_row: OnBadRow) -> AttributeTable:
        bases = self.bases()
        extra = {"id": self.table.id(self.identity), "_kind": "_kind"}
        staged = stage(self.declared(), [*bases, *self.values()], extra, self.zone, "_row")
        kept = staged.of_leads(leads)
        rows = self.table.fetch(f"SELECT lead, _kind, _row FROM {kept.name}")
        since, known_at = times_of(kept, 0, 3 if self.known_at else None)
        told, numbers = {}, {}
        for kind, field in enumerate(self.model.fields):
            own = np.flatnonzero(np.ma.getdata(rows["_kind"]) == kind)
            told[field.name] = Told(
                rows["lead"][own].astype(np.int64), since[own], known_at[own], kept.column(len(bases) + kind)
            )
            numbers[field.name] = rows["_row"][own].astype(np.int64)
        orphans = int(self.table.value(f"SELECT count(*) FROM {staged.name}")) - len(since)
        intake = Intake(
            self.table.label,
            self.table.rows,
            outside=dict(+kept.outside),
            strange=self.strange(),
            orphans=orphans,
            thing="value",
        )
        intake = with_bad_rows(intake, staged.bad, staged.bad_rows, on_bad_row)
        return AttributeTable(told, numbers, self.value, self.table, intake)

    def bases(self) -> list[Cells]:
        """The cells that every row has: since when, whose, of which field; and from when on known."""
        types, expected = self.table.columns, "time, such as 2026-01-31 09:00"
        field = required("field", TEXT, self.model.columns.attribute_field, "VARCHAR", "name of a field")
        found = [
            required("since", TIME, self.since, types[self.since], expected),
            required("lead", TEXT, self.identity, types[self.identity], "lead id"),
            replace(field, text=self.field, value=self.field),
        ]
        return found + ([optional("known_at", TIME, self.known_at, types[self.known_at])] if self.known_at else [])

    def values(self) -> list[Cells]:
        """The value, read as each field reads it."""
        type = self.table.columns[self.value]
        found = (cells(field, self.value, type) for field in self.model.fields)
        return [replace(cell, where=f"_kind = {kind}") for kind, cell in enumerate(found)]

    def declared(self) -> Table:
        """The rows whose field the rules declare, with its number; rows without field stay, to be found bad."""
        labels = " ".join(f"WHEN lower({label}) THEN {kind}" for kind, label in enumerate(self.labels()))
        number = f"CASE lower({self.field}) {labels} END" if labels else "NULL::INTEGER"
        wanted = f"SELECT *, {number} AS _kind FROM {self.table.name}"
        kept = f"_kind IS NOT NULL OR {self.field} IS NULL"
        return self.table.derived("attributes_declared", f"SELECT * FROM ({wanted}) WHERE {kept}")

    def strange(self) -> dict[str, int]:
        """Rows of each field that the rules do not declare."""
        known = ", ".join(f"lower({label})" for label in self.labels()) or "NULL"
        others = f"{self.field} IS NOT NULL AND lower({self.field}) NOT IN ({known})"
        sql = f"SELECT {self.field} AS field, count(*) FROM {self.table.name} WHERE {others} GROUP BY ALL ORDER BY 1"
        return {str(name): int(count) for name, count in self.table.ask(sql)}

    def labels(self) -> list[str]:
        """What the table calls each field: like its column in the table of leads."""
        return [literal(field.column.strip()) for field in self.model.fields]
