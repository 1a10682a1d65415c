"""Files and data frames to tables that SQL can ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from leadrules.files.cells import literal
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell

CSV = "read_csv({path}, all_varchar = true, header = true, ignore_errors = true, store_rejects = true"
READERS = {
    ".csv": CSV + ")",
    ".tsv": CSV + ", delim = '\t')",
    ".jsonl": "read_json({path}, format = 'newline_delimited')",
    ".ndjson": "read_json({path}, format = 'newline_delimited')",
    ".json": "read_json({path})",
    ".parquet": "read_parquet({path})",
}


class Table(Struct, frozen=True):
    """A table of the outside world under a name that SQL knows.

    `columns` maps names to SQL types. The column `_row` numbers the rows of data from 1, in their order.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    label: str
    columns: Mapping[str, str]
    rows: int

    def value(self, sql: str) -> Any:
        """The single value a query gives."""
        found = self.connection.execute(sql).fetchone()
        return found[0] if found else None

    def fetch(self, sql: str) -> dict[str, Any]:
        """The columns a query gives, as (masked) arrays."""
        return self.connection.execute(sql).fetchnumpy()

    def derived(self, name: str, select: str) -> Table:
        """A table of the same columns made from this one."""
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {select}")
        return replace(self, name=name)


def connect() -> duckdb.DuckDBPyConnection:
    """A database of our own in memory, with times in UTC and rows kept in their order."""
    connection = duckdb.connect(config={"preserve_insertion_order": "true", "autoinstall_known_extensions": "false"})
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
    return connection


def open_table(connection: duckdb.DuckDBPyConnection, given: object, name: str) -> Table:
    """A table from a path, or from a pandas, Polars or Arrow table. Raises `FileProblem` where it is neither."""
    if isinstance(given, str | Path):
        return _read_file(connection, str(given), name)
    try:
        connection.register(f"{name}_given", given)
        return _created(connection, name, f"{name}_given", f"the {name} table")
    except (duckdb.Error, ModuleNotFoundError) as mistake:
        hint = "give a path, or a pandas, Polars or Arrow table (the latter two need pyarrow)"
        raise FileProblem(f"the {name} table", _first_line(mistake), hint) from None


def _read_file(connection: duckdb.DuckDBPyConnection, path: str, name: str) -> Table:
    if not Path(path).is_file():
        raise FileProblem(path, "no such file" if not Path(path).exists() else "is no file")
    plain = path.removesuffix(".gz").lower()
    ending = next((ending for ending in READERS if plain.endswith(ending)), None)
    if ending is None:
        raise FileProblem(path, f"what kind of table is this? Known endings: {', '.join(READERS)} (and .gz)")
    try:
        return _created(connection, name, READERS[ending].format(path=literal(path)), path)
    except duckdb.Error as mistake:
        raise FileProblem(path, _first_line(mistake)) from None


def _created(connection: duckdb.DuckDBPyConnection, name: str, sql: str, label: str) -> Table:
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT row_number() OVER () AS _row, * FROM {sql}")
    columns = {row[0]: str(row[1]) for row in connection.execute(f"DESCRIBE {name}").fetchall() if row[0] != "_row"}
    counted = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return Table(connection, name, label, columns, int(counted[0]) if counted else 0)


def rejected(table: Table) -> list[BadCell]:
    """Lines of a CSV file that have too few or too many cells, or quotes that do not match."""
    if not table.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'"):
        return []
    sql = (
        "SELECT e.line, e.error_message, e.csv_line FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id) "
        f"WHERE s.file_path = {literal(table.label)} ORDER BY e.line"
    )
    rows = table.connection.execute(sql).fetchall()
    return [
        BadCell(table.label, line - 1, "", _short(text), f"line like the others ({_plain(why)})")
        for line, why, text in rows
    ]


def _short(text: str | None) -> str:
    line = (text or "").strip()
    return line if len(line) <= 60 else f"{line[:57]}..."


def _plain(message: str) -> str:
    return message.strip().split("\n")[0].rstrip(".").lower()


def _first_line(mistake: Exception) -> str:
    return str(mistake).strip().split("\n")[0]
