"""Rows of drawn worlds as the tables that people have: CSV files, and Arrow, pandas and Polars tables."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.specs import Field

Row = Mapping[str, Any]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
ARROW = {
    "number": pa.float64(),
    "whole number": pa.int64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}


def write_csv(path: Path, rows: Sequence[Row], types: Mapping[str, str]) -> str:
    """A CSV file of the rows, every cell written as a person would."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(types)
        out.writerows([written(row.get(name), type) for name, type in types.items()] for row in rows)
    return str(path)


def written(value: Any, type: str) -> str:
    """A cell as text; empty where it is missing."""
    if value is None:
        return ""
    match type:
        case "time":
            return (EPOCH + datetime.timedelta(microseconds=value)).isoformat()
        case "duration":
            return f"{value / 1e6:.6f} seconds"
        case "flag":
            return "yes" if value else "no"
        case "set of text" | "set of one of":
            return json.dumps(value)
        case _:
            return str(value)


def arrow(rows: Sequence[Row], types: Mapping[str, str]) -> pa.Table:
    """An Arrow table of the rows with a type for each column; text where several types share a column."""
    columns = {}
    for name, type in types.items():
        values = [row.get(name) for row in rows]
        if type in ARROW:
            columns[name] = pa.array(values, ARROW[type])
        else:
            columns[name] = pa.array([written(v, type) if v is not None else None for v in values], pa.string())
    return pa.table(columns)


def write_json(path: Path, rows: Sequence[Row], types: Mapping[str, str]) -> str:
    """A file of JSON lines: numbers and truths as such, everything else as text."""
    kept = ("number", "whole number", "flag")
    lines = [{n: row.get(n) if t in kept else written(row.get(n), t) or None for n, t in types.items()} for row in rows]
    path = path.with_suffix(".jsonl")
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def write_parquet(path: Path, rows: Sequence[Row], types: Mapping[str, str]) -> str:
    """A Parquet file of the Arrow table."""
    path = path.with_suffix(".parquet")
    pq.write_table(arrow(rows, types), path)
    return str(path)


TABLES: Mapping[str, Callable[[Path, Sequence[Row], Mapping[str, str]], object]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
    "arrow": lambda _path, rows, types: arrow(rows, types),
    "pandas": lambda _path, rows, types: arrow(rows, types).to_pandas(),
    "polars": lambda _path, rows, types: pl.from_arrow(arrow(rows, types)),
}


def types_of(fields: Iterable[Field]) -> dict[str, str]:
    """The type of each column; `mixed` where fields of several types share it."""
    found: dict[str, str] = {}
    for field in fields:
        found[field.name] = field.type if found.setdefault(field.name, field.type) == field.type else "mixed"
    return found
