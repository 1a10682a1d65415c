"""Columns of a simulated market to SQL that writes them as tables outside have them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.expression.model import DATE, Field
from leadrules.dsl.quantity import MICROSECONDS, SECOND
from leadrules.engine.columns import NEVER, Codes, Column, Flags, Moments, Numbers
from leadrules.engine.zone import Zone
from leadrules.files.cells import literal, quoted

SQL_TYPES: Mapping[str, str] = {"flag": "BOOLEAN", "time": "TIMESTAMPTZ", "date": "DATE"}
NUMERIC = ("number", "whole number", "money")


class Page(Struct, frozen=True):
    """A table on its way out: arrays of one length by name, and for each heading the SQL that makes its cells of them."""

    arrays: Mapping[str, npt.NDArray[Any]]
    cells: Mapping[str, str]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(next(iter(self.arrays.values())))

    def select(self, name: str) -> str:
        """SQL for the table, its arrays being known under a name."""
        return f"SELECT {', '.join(f'{sql} AS {quoted(heading)}' for heading, sql in self.cells.items())} FROM {name}"


def sql_type(field: Field) -> str:
    """The type of a field's cells. Durations are numbers where the market says of what, else texts such as `30.5 seconds`."""
    if field.type.name == "duration":
        return "DOUBLE" if field.unit else "VARCHAR"
    return "DOUBLE" if field.type.name in NUMERIC else SQL_TYPES.get(field.type.name, "VARCHAR")


def cell(field: Field, column: Column, name: str, zone: Zone) -> tuple[npt.NDArray[Any], str]:
    """The array of a column, and the SQL that makes cells of it where it is known under a name."""
    match column:
        case Codes(codes, dictionary):
            return codes, picked([literal(text) for text in dictionary.values], name)
        case Flags(values):
            return values, f"CASE {name} WHEN 2 THEN true WHEN 0 THEN false END"
        case Moments(times):
            return moments(times, name, zone if field.type == DATE else None)
        case Numbers(numbers):
            return _numbers(field, numbers.astype(np.float64), name)
        case _:
            assert_never(column)


def picked(values: Sequence[str], name: str, type: str = "VARCHAR") -> str:
    """SQL for the value at a position, from 0; none where that is below 0."""
    return f"CAST([{', '.join(values)}] AS {type}[])[{name}::INTEGER + 1]"


def moments(times: npt.NDArray[np.int64], name: str, zone: Zone | None = None) -> tuple[npt.NDArray[np.int64], str]:
    """Instants, or, in a zone, local dates."""
    if zone is None:
        return times, f"CASE WHEN {name} <> {NEVER + 1} - 1 THEN make_timestamptz({name}) END"
    there = times != NEVER
    days = np.full(len(times), NEVER, np.int64)
    days[there] = zone.day(times[there])
    return days, f"CASE WHEN {name} <> {NEVER + 1} - 1 THEN DATE '1970-01-01' + {name}::INTEGER END"


def _numbers(field: Field, values: npt.NDArray[np.float64], name: str) -> tuple[npt.NDArray[np.float64], str]:
    if field.type.name != "duration":
        return values, f"nullif({name}, 'nan'::DOUBLE)"
    if field.unit:
        return values / MICROSECONDS[field.unit], f"nullif({name}, 'nan'::DOUBLE)"
    return values / SECOND, f"CASE WHEN NOT isnan({name}) THEN format('{{:.6f}} seconds', {name}) END"


def constant(field: Field, column: Column, at: int, zone: Zone) -> str:
    """SQL for the one value that stands in a row of a column."""
    match column:
        case Codes(codes, dictionary):
            return literal(dictionary.values[codes[at]]) if codes[at] >= 0 else "NULL"
        case Flags(values):
            return {0: "false", 2: "true"}.get(int(values[at]), "NULL")
        case Numbers(values):
            return _number(field, float(values[at]))
        case Moments(times):
            sql = moments(times[at : at + 1], str(times[at]), zone if field.type == DATE else None)[1]
            return sql if times[at] != NEVER else "NULL"
        case _:
            assert_never(column)


def _number(field: Field, value: float) -> str:
    if math.isnan(value):
        return "NULL"
    if field.type.name != "duration":
        return f"'{value!r}'::DOUBLE"
    if field.unit:
        return f"'{value / MICROSECONDS[field.unit]!r}'::DOUBLE"
    return f"'{value / SECOND:.6f} seconds'"


def heading(name: str, taken: Iterable[str]) -> str:
    """What the column of a field is called: its name, with a line behind it where each such table has a column of that name."""
    return f"{name}_" if name.casefold() in taken else name
