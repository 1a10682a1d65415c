"""Files and data frames to tables that SQL can ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from leadrules.files.cells import literal
from leadrules.files.dialect import dialect_of
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell

CSV = (".csv", ".tsv")
READERS = {
    ".jsonl": "read_json({path}, format = 'newline_delimited')",
    ".ndjson": "read_json({path}, format = 'newline_delimited')",
    ".json": "read_json({path})",
    ".parquet": "read_parquet({path})",
}


class Table(Struct, frozen=True):
    """A table of the outside world under a name that SQL knows.

    `columns` maps names to SQL types. The column `_row` numbers the rows of data from 1, in their order.
    `rejected` are lines of a CSV file that have too few or too many cells, or quotes that do not match.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    label: str
    columns: Mapping[str, str]
    rows: int
    rejected: tuple[BadCell, ...] = ()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows a query gives."""
        return ask(self.connection, sql)

    def value(self, sql: str) -> Any:
        """The single value a query gives."""
        found = self.ask(sql)
        return found[0][0] if found else None

    def fetch(self, sql: str) -> dict[str, Any]:
        """The columns a query gives, as (masked) arrays."""
        return self.connection.execute(sql).fetchnumpy()

    def make(self, name: str, select: str) -> None:
        """Keep what a query gives as a table under a name of its own."""
        self.ask(f"CREATE TEMP TABLE {name} AS {select}")

    def derived(self, name: str, select: str) -> Table:
        """A table of the same columns made from this one."""
        self.make(name, select)
        return replace(self, name=name)


def connect() -> duckdb.DuckDBPyConnection:
    """A database of our own in memory, with times in UTC and rows kept in their order."""
    connection = duckdb.connect(config={"preserve_insertion_order": "true", "autoinstall_known_extensions": "false"})
    ask(connection, "SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """The rows a statement gives, fetched to the last: one that is left unread locks the connection."""
    return connection.execute(sql).fetchall()


def open_table(connection: duckdb.DuckDBPyConnection, given: object, name: str) -> Table:
    """A table from a path, or from a pandas, Polars or Arrow table. Raises `FileProblem` where it is neither."""
    if isinstance(given, str | Path):
        return _read_file(connection, str(given), name)
    try:
        connection.register(f"{name}_given", given)
        return _created(connection, name, f"{name}_given", f"the {name} table")
    except (duckdb.Error, ModuleNotFoundError) as mistake:
        hint = "give a path, or a pandas, Polars or Arrow table (the latter two need pyarrow)"
        raise FileProblem(f"the {name} table", _plainly(mistake), hint) from None


def _read_file(connection: duckdb.DuckDBPyConnection, path: str, name: str) -> Table:
    if not Path(path).is_file():
        raise FileProblem(path, "no such file" if not Path(path).exists() else "is no file")
    plain = path.removesuffix(".gz").lower()
    try:
        if plain.endswith(CSV):
            table = _created(connection, name, dialect_of(path).reader(path, f"{name}_rejects"), path)
            return _with_rejected(table, f"{name}_rejects")
        ending = next((ending for ending in READERS if plain.endswith(ending)), None)
        if ending is None:
            known = ", ".join([*CSV, *READERS])
            raise FileProblem(path, f"what kind of table is this? Known endings: {known} (and .gz)")
        return _created(connection, name, READERS[ending].format(path=literal(path)), path)
    except duckdb.Error as mistake:
        raise FileProblem(path, _plainly(mistake)) from None
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None


def _created(connection: duckdb.DuckDBPyConnection, name: str, sql: str, label: str) -> Table:
    ask(connection, f"CREATE TEMP TABLE {name} AS SELECT row_number() OVER () AS _row, * FROM {sql}")
    columns = {row[0]: str(row[1]) for row in ask(connection, f"DESCRIBE {name}") if row[0] != "_row"}
    return Table(connection, name, label, columns, ask(connection, f"SELECT count(*) FROM {name}")[0][0])


def _with_rejected(table: Table, rejects: str) -> Table:
    """The table with the account of the lines that could not be read, the others numbered as they stand in the file."""
    first = f"SELECT line, first(error_message) AS why, first(csv_line) AS text FROM {rejects} GROUP BY line"
    lines = table.ask(f"{first} ORDER BY line")
    if not lines:
        return table
    before = f"SELECT line - 1 - row_number() OVER (ORDER BY line) AS kept FROM ({first})"
    gaps = f"SELECT kept, sum(count(*)) OVER (ORDER BY kept) AS gap FROM ({before}) GROUP BY kept"
    moved = f"SELECT t.* REPLACE (t._row + coalesce(g.gap, 0) AS _row) FROM {table.name} t ASOF LEFT JOIN ({gaps}) g"
    numbered = table.derived(f"{table.name}_numbered", f"{moved} ON t._row > g.kept ORDER BY 1")
    cells = tuple(
        BadCell(table.label, line - 1, "", _short(text), f"line like the others ({_plain(why)})")
        for line, why, text in lines
    )
    return replace(numbered, rows=table.rows + len(cells), rejected=cells)


def _short(text: str | None) -> str:
    first, *others = (text or "").strip().split("\n")
    shown = first if len(first) <= 60 else f"{first[:57]}..."
    return f"{shown} (and {len(others):,} lines after it)" if others else shown


def _plain(message: str) -> str:
    return message.strip().split("\n")[0].rstrip(".").lower()


def _plainly(mistake: Exception) -> str:
    first = str(mistake).strip().split("\n")[0]
    return "some of its lines end in CR LF and some in LF" if "state machine" in first else first
