"""Durations in Parquet, which has no type for them: whole numbers, and beside them Arrow's schema, which says what they are.

Arrow, and so pandas and Polars, keeps its schema under the key `ARROW:schema`, a message of its IPC format in base64
(https://arrow.apache.org/docs/format/Columnar.html, Schema.fbs and Message.fbs); DuckDB reads the numbers alone.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
from msgspec import Struct

from leadrules.files.cells import literal, quoted
from leadrules.files.relations import ask

UNITS = ("* 1000000", "* 1000", "* 1", "// 1000")  # to microseconds: seconds, milliseconds, microseconds, nanoseconds
MILLISECONDS, DURATION = 1, 18  # the unit where none is written; the number of the type among Arrow's
MARKED = b"\xff\xff\xff\xff"


class _Table(Struct, frozen=True):
    """A table of a flat buffer: where it stands, and behind how many bytes each of its slots has something."""

    buffer: bytes
    place: int

    def _at(self, slot: int) -> int | None:
        head = self.place - _number(self.buffer, "<i", self.place)
        beside = 4 + 2 * slot
        offset = _number(self.buffer, "<H", head + beside) if beside < _number(self.buffer, "<H", head) else 0
        return self.place + offset if offset else None

    def number(self, slot: int, form: str, otherwise: int) -> int:
        """The number in a slot."""
        at = self._at(slot)
        return otherwise if at is None else _number(self.buffer, form, at)

    def table(self, slot: int) -> _Table:
        """The table that a slot leads to."""
        at = self._at(slot)
        return _Table(self.buffer, 0 if at is None else at + _number(self.buffer, "<I", at))

    def text(self, slot: int) -> str:
        """The text that a slot leads to."""
        start = self.table(slot).place
        return self.buffer[start + 4 : start + 4 + _number(self.buffer, "<I", start)].decode("utf-8", "replace")

    def tables(self, slot: int) -> Iterator[_Table]:
        """The tables of the list that a slot leads to."""
        start = self.table(slot).place
        for at in range(start + 4, start + 4 + 4 * _number(self.buffer, "<I", start), 4):
            yield _Table(self.buffer, at + _number(self.buffer, "<I", at))


def durations_in(connection: duckdb.DuckDBPyConnection, path: str) -> Mapping[str, str]:
    """The columns of a file that hold durations, each with what makes microseconds of its numbers."""
    query = f"SELECT value FROM parquet_kv_metadata({literal(path)}) WHERE decode(key) = 'ARROW:schema'"
    try:
        return {name: unit for (value,) in ask(connection, query) for name, unit in _durations(base64.b64decode(value))}
    except (ValueError, struct.error, IndexError):  # no such schema: what stands in the file is what it is
        return {}


def as_interval(column: str, unit: str) -> str:
    """SQL that makes durations of the whole numbers of a column."""
    return f"to_microseconds(({quoted(column)} {unit})::BIGINT) AS {quoted(column)}"


def _durations(message: bytes) -> Iterator[tuple[str, str]]:
    buffer = message[8:] if message.startswith(MARKED) else message[4:]
    schema = _Table(buffer, _number(buffer, "<I", 0)).table(2)
    for field in schema.tables(1):
        if field.number(2, "<B", 0) == DURATION:
            yield field.text(0), UNITS[field.table(3).number(0, "<h", MILLISECONDS)]


def _number(buffer: bytes, form: str, at: int) -> int:
    found: Any = struct.unpack_from(form, buffer, at)[0]
    return int(found)
