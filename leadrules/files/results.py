"""Scores to tables: CSV, JSON lines, Parquet, and data frames."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal

import duckdb
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.scores import Scores, percentiles, rank_values, ranks
from leadrules.files.cells import literal, quoted
from leadrules.files.failure import FileProblem
from leadrules.files.relations import ask, connect
from leadrules.files.sources import FilePath, spare_sources

Format = Literal["csv", "json", "parquet"]
FORMATS: Mapping[str, str] = {
    "csv": "FORMAT csv, HEADER",
    "json": "FORMAT json",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
}
ENDINGS: Mapping[str, Format] = {
    ".csv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".parquet": "parquet",
}


class Sheet(Struct, frozen=True):
    """A table on its way out: columns by name, and the SQL type of each."""

    columns: Mapping[str, npt.NDArray[Any]]
    types: Mapping[str, str]

    def select(self) -> str:
        """SQL for the table under the name `sheet`."""
        casts = (f"CAST({quoted(name)} AS {type}) AS {quoted(name)}" for name, type in self.types.items())
        return f"SELECT {', '.join(casts)} FROM sheet"


def sheet_of(scores: Scores, top: int | None = None) -> Sheet:
    """Everything that is known of each lead, best lead first; leads that rank the same stand in the order of their ids.

    `lead`, `tier`, `rank`, `percentile`, a column for each score, one for each criterion that was kept (`fit.size`),
    one for each grade and matrix, and one for each item of a checklist (`bant.budget`: true, false, or empty where it is not known). Points are
    rounded to 1e-6, as thresholds see them.
    """
    values = rank_values(scores)
    order = np.argsort(-values, kind="stable")[:top]
    part = scores.take(order)
    columns: dict[str, npt.NDArray[Any]] = {"lead": part.ids.astype(object)}
    types = {"lead": "VARCHAR"}
    if part.tier_names:
        columns["tier"], types["tier"] = np.array(part.tier_names, object)[part.tiers], "VARCHAR"
    columns["rank"], types["rank"] = ranks(values)[order], "BIGINT"
    points = {"percentile": percentiles(values)[order], **part.scores}
    points |= {f"{score}.{criterion}": given for (score, criterion), given in part.criteria.items()}
    for name, given in points.items():
        columns[name], types[name] = np.round(given, 2 if name == "percentile" else 6) + 0.0, "DOUBLE"
    for name, grade in part.grades.items():
        columns[name], types[name] = np.array(grade.dictionary.values, object)[grade.codes], "VARCHAR"
    words = np.array([False, None, True], object)
    for name, items in part.checklists.items():
        for item, truths in items.items():
            columns[f"{name}.{item}"], types[f"{name}.{item}"] = words[truths], "BOOLEAN"
    return Sheet(columns, types)


def relation_of(sheet: Sheet) -> duckdb.DuckDBPyRelation:
    """A table as a relation, which makes data frames of itself."""
    connection = connect()
    connection.register("sheet", dict(sheet.columns))
    return connection.sql(sheet.select())


def format_of(path: FilePath) -> Format | None:
    """The format that a file's ending asks for."""
    return ENDINGS.get(Path(path).suffix.lower())


def write_sheet(sheet: Sheet, path: FilePath, format: Format) -> None:
    """Write a table to a file. Raises `FileProblem` where that fails."""
    spare_sources(path)
    connection = connect()
    connection.register("sheet", dict(sheet.columns))
    try:
        ask(connection, f"COPY ({sheet.select()}) TO {literal(str(path))} ({FORMATS[format]})")
    except duckdb.Error as mistake:
        raise FileProblem(str(path), str(mistake).split("\n")[0]) from None


def stream_sheet(sheet: Sheet, stream: BinaryIO, format: Format) -> None:
    """Write a table to an open stream."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet.{format}"
        write_sheet(sheet, str(path), format)
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                stream.write(chunk)
