"""Files and data frames to tables that SQL can ask."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
from msgspec.structs import replace

from leadrules.files.cells import literal
from leadrules.files.dialect import Dialect, blank_lines, dialect_of, each_once
from leadrules.files.failure import FileProblem, not_utf_8
from leadrules.files.intake import BadCell
from leadrules.files.json_lines import find_objects, value_of
from leadrules.files.parquet_durations import as_interval, durations_in
from leadrules.files.relations import Table, ask, bare

CSV = (".csv", ".tsv")
JSON = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet",)


def open_table(connection: duckdb.DuckDBPyConnection, given: object, name: str, needed: Sequence[str]) -> Table:
    """A table from a path, or from a pandas, Polars or Arrow table. Raises `FileProblem` where it is neither.

    `needed` are the columns of a file of JSON that is empty, and so names none.
    """
    if isinstance(given, str | Path):
        return _read_file(connection, str(given), name, needed)
    label = f"the {name} table"
    try:
        return _read_frame(connection, given, name, label)
    except (duckdb.Error, ModuleNotFoundError, RuntimeError) as mistake:
        hint = "give a path, or a pandas, Polars or Arrow table (the latter two need pyarrow)"
        raise FileProblem(label, _plainly(mistake), hint) from None


def _read_frame(connection: duckdb.DuckDBPyConnection, given: Any, name: str, label: str) -> Table:
    frame, names = f"{name}_given", column_names(given)
    try:
        connection.register(frame, given)
    except (duckdb.Error, RuntimeError):
        if not hasattr(given, "copy"):
            raise
        connection.register(frame, given.copy())  # a view that runs backwards cannot be read in place
    return _created(connection, name, f"SELECT * FROM {frame}", label, names)


def _read_file(connection: duckdb.DuckDBPyConnection, path: str, name: str, needed: Sequence[str]) -> Table:
    parts = _parts(path)
    if not parts:
        raise FileProblem(path, "no such file" if not Path(path).exists() else "is no file")
    plain = path.lower().rstrip("/").removesuffix(".gz")
    try:
        if plain.endswith(CSV):
            return _read_csv(connection, path, name)
        if plain.endswith(JSON):
            return _read_json(connection, path, name, needed)
        if plain.endswith(PARQUET):
            return _read_parquet(connection, parts, name, path)
    except duckdb.Error as mistake:
        raise FileProblem(path, _plainly(mistake)) from None
    except (EOFError, zlib.error):
        raise FileProblem(path, "this archive is damaged, or not all of it is there") from None
    except OSError as mistake:
        raise FileProblem(path, (mistake.strerror or str(mistake)).lower()) from None
    raise FileProblem(path, f"what kind of table is this? Known endings: {', '.join(CSV + JSON + PARQUET)} (and .gz)")


def _parts(path: str) -> list[str]:
    """The file of that path, or the files in a folder of Parquet; none where there is neither."""
    place = Path(path)
    if place.is_file():
        return [path]
    return sorted(map(str, place.glob("*.parquet"))) if place.suffix.lower() in PARQUET else []


def exactly(path: str) -> str:
    """The path as a pattern that nothing else matches."""
    return re.sub(r"[*?\[]", lambda sign: f"[{sign[0]}]", path)


def _read_csv(connection: duckdb.DuckDBPyConnection, path: str, name: str) -> Table:
    dialect, rejects = dialect_of(path), f"{name}_rejects"
    source = f"SELECT * FROM {dialect.reader(exactly(path), rejects)}"
    return _with_rejected(_created(connection, name, source, path, dialect.written), rejects, dialect)


def _read_parquet(connection: duckdb.DuckDBPyConnection, parts: Sequence[str], name: str, path: str) -> Table:
    """One file, or the parts in a folder one after the other."""
    files = ", ".join(literal(exactly(part)) for part in parts)
    names = [row[0] for row in ask(connection, f"SELECT name FROM parquet_schema({literal(exactly(parts[0]))})")]
    source = f"read_parquet([{files}], hive_partitioning = false)"
    spans = ", ".join(as_interval(column, unit) for column, unit in durations_in(connection, exactly(parts[0])).items())
    columns = f"* REPLACE ({spans})" if spans else "*"
    return _created(connection, name, f"SELECT {columns} FROM {source}", path, names[1:])


def _read_json(connection: duckdb.DuckDBPyConnection, path: str, name: str, needed: Sequence[str]) -> Table:
    objects = find_objects(connection, path, exactly(path), f"{name}_objects")
    keys = objects.keys or tuple(dict.fromkeys(needed))
    values = [value_of(key, alias) for key, alias in zip(keys, each_once(keys), strict=True)]
    source = f"SELECT _row AS _place, {', '.join(values)} FROM {name}_objects ORDER BY _row"
    table = _created(connection, name, source, path, keys, "_place")
    bad = tuple(BadCell(path, row, "", _short(text), expected) for row, text, expected in objects.bad)
    return replace(table, rows=table.rows + len(bad), rejected=bad)


def column_names(given: Any) -> Sequence[str]:
    """What a data frame calls its columns."""
    if hasattr(given, "collect_schema"):
        return list(given.collect_schema().names())
    for place in ("column_names", "columns", "schema"):
        if hasattr(given, place):
            return [str(name) for name in getattr(given, place)]
    return []


def _created(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    source: str,
    label: str,
    written: Iterable[str],
    place: str = "row_number() OVER ()",
) -> Table:
    """The table of a query. `written` are the names that its columns have outside, some perhaps several times."""
    others = "* EXCLUDE (_place)" if place == "_place" else "*"
    ask(connection, f"CREATE TEMP TABLE {name} AS SELECT {place} AS _row, {others} FROM ({source})")
    columns = {row[0]: str(row[1]) for row in ask(connection, f"DESCRIBE {name}") if row[0] != "_row"}
    spellings = Counter(map(bare, written))
    alike = frozenset(spelling for spelling, count in spellings.items() if count > 1)
    return Table(connection, name, label, columns, ask(connection, f"SELECT count(*) FROM {name}")[0][0], alike)


def _with_rejected(table: Table, rejects: str, dialect: Dialect) -> Table:
    """The table with the account of the lines that could not be read, the others numbered as they stand in the file."""
    first = f"SELECT line, first(error_message) AS why, first(csv_line) AS text FROM {rejects} GROUP BY line"
    lines = table.ask(f"{first} ORDER BY line")
    if not lines:
        return table
    if any("utf-8" in why for _, why, _ in lines):
        raise not_utf_8(table.label)
    blank = blank_lines(table.label, dialect)
    lines = [(line - bisect_left(blank, line), why, text) for line, why, text in lines]
    found = ", ".join(f"({line})" for line, _, _ in lines)
    first = f"SELECT line FROM (VALUES {found}) t(line)"
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
    if "state machine" in first:
        return "some of its lines end in CR LF and some in LF: save it again with one kind of line end"
    return first
