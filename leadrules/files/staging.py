"""One table of the outside world to columns: cells read, bad ones found, texts numbered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.adopt import as_declared, sets_as_declared, undeclared
from leadrules.engine.columns import NEVER, UNKNOWN, Codes, Column, Dictionary, Flags, Moments, Numbers
from leadrules.engine.zone import DAY, Zone
from leadrules.files.cells import Cells
from leadrules.files.intake import SHOWN, BadCell, Outside, Refused
from leadrules.files.relations import Table


class Staged(Struct):
    """The good rows of a table, in order, with the cells that were asked for; `outside` fills up as columns are read."""

    table: Table
    name: str
    cells: Sequence[Cells]
    zone: Zone
    bad: tuple[BadCell, ...]
    bad_rows: int
    outside: Counter[Outside]

    def of_leads(self, leads: str, where: str = "true") -> Staged:
        """The rows that belong to a lead of the SQL table `leads`, with its number (`lead`)."""
        name, numbered = f"{self.name}_of_leads", f"(SELECT id, row_number() OVER () - 1 AS lead FROM {leads})"
        joined = f"SELECT s.*, l.lead FROM {self.name} s JOIN {numbered} l USING (id)"
        self.table.make(name, f"{joined} WHERE {where} ORDER BY _row")
        return replace(self, name=name)

    def column(self, position: int) -> Column:
        """The column of the cells at `position`."""
        cells = self.cells[position]
        match cells.field.type.name:
            case "text":
                return self.texts(position)
            case "one of":
                return self.choices(position)
            case "set of":
                return self.sets(position)
            case "flag":
                values = self.values(position)
                blank = np.int8(0) if cells.field.blank_means_no else UNKNOWN
                return Flags(np.ma.filled(values, blank).astype(np.int8))
            case "time" | "date":
                return Moments(self.moments(position))
            case _:
                self.set_aside(position)
                return Numbers(np.ma.filled(self.values(position).astype(np.float64), np.nan))

    def values(self, position: int) -> npt.NDArray[np.generic]:
        """The values of a column as they come."""
        sql = f"SELECT value_{position} AS v FROM {self.rows_of(position)}"
        found: npt.NDArray[np.generic] = self.table.fetch(sql)["v"]
        return found

    def rows_of(self, position: int) -> str:
        """SQL for the rows that have such a cell."""
        return f"{self.name} WHERE {self.cells[position].where}"

    def set_aside(self, position: int) -> None:
        """Count the amounts in other currencies."""
        rows = f"{self.rows_of(position)} AND aside_{position} IS NOT NULL"
        found = self.table.ask(f"SELECT aside_{position} AS v, count(*) FROM {rows} GROUP BY v ORDER BY v")
        self.tell(position, "amount", dict(found))

    def tell(self, position: int, what: Refused, counts: Mapping[str, int]) -> None:
        """Count what the field of a column cannot have."""
        field = self.cells[position].field.name
        self.outside.update({Outside(field, what, value): count for value, count in counts.items()})

    def moments(self, position: int) -> npt.NDArray[np.int64]:
        """Instants, local times read in the rule set's zone."""
        found = self.table.fetch(f"SELECT value_{position} AS v, local_{position} AS l FROM {self.rows_of(position)}")
        known = ~np.ma.getmaskarray(found["v"])
        times = np.ma.filled(found["v"], NEVER).astype(np.int64)
        local = np.flatnonzero(known & np.ma.filled(found["l"], False))
        times[local] = self.zone.instant(times[local])
        if self.cells[position].field.type.name == "date":
            times[known] = self.zone.instant(self.zone.day(times[known]) * DAY)
        return times

    def texts(self, position: int) -> Codes:
        """Texts as positions in a dictionary that is sorted."""
        column, rows = f"value_{position}", self.rows_of(position)
        distinct = f"SELECT DISTINCT {column} AS v FROM {rows} AND {column} IS NOT NULL ORDER BY v"
        values = tuple(row[0] for row in self.table.ask(distinct))
        if not values:
            return Codes(np.full(len(self.values(position)), -1, np.int8), Dictionary(()))
        enum = f"{self.name}_{position}"
        self.table.ask(f"CREATE TYPE {enum} AS ENUM ({distinct})")
        codes = self.table.fetch(f"SELECT enum_code({column}::{enum}) AS v FROM {rows}")["v"]
        return Codes(_signed(codes, len(values)), Dictionary(values))

    def choices(self, position: int) -> Codes:
        """Values of a `one of` as positions in its declared values; others are missing, and counted."""
        texts = self.texts(position)
        found = as_declared(self.cells[position].field.type, texts)
        self.tell(position, "value", _often(texts, (found.codes < 0) & (texts.codes >= 0)))
        return found

    def sets(self, position: int) -> Codes:
        """Sets of texts; members that the type does not declare are left out, and counted."""
        texts, field = self.texts(position), self.cells[position].field
        found = sets_as_declared(field.type, texts)
        for text, count in _often(texts, texts.codes >= 0).items():
            self.tell(position, "member", dict.fromkeys(undeclared(field.type, text), count))
        if not field.blank_means_no:
            return found
        values = (*found.dictionary.values, "")
        return Codes(np.where(found.codes < 0, len(values) - 1, found.codes).astype(np.int32), Dictionary(values))


def _often(texts: Codes, rows: npt.NDArray[np.bool_]) -> dict[str, int]:
    """How often each text stands in some of the rows."""
    codes, counts = np.unique(texts.codes[rows], return_counts=True)
    return {texts.dictionary.values[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}


def _signed(codes: npt.NDArray[np.generic], values: int) -> npt.NDArray[np.signedinteger]:
    """Codes in the smallest signed type, -1 where masked."""
    kind = np.min_scalar_type(-max(values, 1))
    mask = np.ma.getmaskarray(codes)
    found = np.ma.getdata(codes).astype(kind)
    found[mask] = -1
    return found


def stage(table: Table, cells: Sequence[Cells], extra: Mapping[str, str], zone: Zone, order: str) -> Staged:
    """Read the cells of every row, find the bad ones, and keep the rows without any in a table of their own.

    `extra` are further columns as SQL. Rows with a bad cell are left out and counted; whether they are a reason to
    stop is for the caller to say.
    """
    name = f"{table.name}_staged"
    columns = ["_row", *(f"{sql} AS {key}" for key, sql in extra.items())]
    for i, cell in enumerate(cells):
        columns += [f"{cell.value} AS value_{i}", f"{cell.local} AS local_{i}", f"{cell.aside} AS aside_{i}"]
    worst = " OR ".join(f"coalesce({cell.bad}, false)" for cell in cells) or "false"
    table.make(name, f"SELECT {', '.join(columns)} FROM {table.name} WHERE NOT ({worst}) ORDER BY {order}")
    bad_rows = int(table.value(f"SELECT count(*) FROM {table.name} WHERE {worst}")) + len(table.rejected)
    bad = sorted([*table.rejected, *_bad(table, cells)], key=lambda cell: cell.row)[:SHOWN]
    return Staged(table, name, cells, zone, tuple(bad), bad_rows, Counter())


def _bad(table: Table, cells: Sequence[Cells]) -> list[BadCell]:
    found = []
    for cell in cells:
        sql = f"SELECT _row, {cell.text} FROM {table.name} WHERE {cell.bad} ORDER BY _row LIMIT {SHOWN}"
        found += [BadCell(table.label, row, cell.column, text or "", cell.expected) for row, text in table.ask(sql)]
    return found
