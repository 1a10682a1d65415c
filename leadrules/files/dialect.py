"""How a CSV file is written: its delimiter and its columns, told by its first line alone.

Nothing is guessed from the rows, so that a broken row is a bad row and never a reason to read the others another way.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from collections.abc import Sequence
from typing import Any, Literal, TextIO

from msgspec import Struct

from leadrules.files.cells import literal
from leadrules.files.failure import FileProblem, not_utf_8

DELIMITERS = ",;\t|"
QUOTED = r'"[^"]*"'


class Dialect(Struct, frozen=True):
    """The delimiter of a CSV file, what it calls its columns, and names for them that occur once each."""

    delimiter: str
    written: Sequence[str]

    @property
    def columns(self) -> Sequence[str]:
        return each_once(self.written)

    def reader(self, path: str, rejects: str) -> str:
        """SQL that reads the file as texts; lines it cannot read go to the table `rejects`."""
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self.columns)
        return (
            f"read_csv({literal(path)}, auto_detect = false, header = true, columns = {{{columns}}}, "
            f"delim = {literal(self.delimiter)}, quote = '\"', escape = '\"', max_line_size = 10000000, hive_partitioning = false, "
            f"ignore_errors = true, store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scans')"
        )


def dialect_of(path: str) -> Dialect:
    """The dialect of a file. Raises `FileProblem` where its first line names no columns."""
    try:
        with opened(path, errors="strict") as file:
            start = file.readline()
            delimiter = max(DELIMITERS, key=re.sub(QUOTED, "", start).count)
            file.seek(0)
            names = next(csv.reader(file, delimiter=delimiter), [])
    except UnicodeDecodeError:
        raise not_utf_8(path) from None
    if "\0" in start:
        raise not_utf_8(path)
    if not any(name.strip() for name in names):
        raise FileProblem(path, "its first line names no columns")
    return Dialect(delimiter, [name.strip() for name in names])


def blank_lines(path: str, dialect: Dialect) -> list[int]:
    """Which lines are blank, counted from 1; a cell in quotes does not end a line. In a single column none is."""
    found: list[int] = []
    if len(dialect.written) == 1:
        return found
    number, inside = 0, False
    quoted = re.compile(rf'(?:^|{re.escape(dialect.delimiter)}) *"[^"]*(?:""[^"]*)*("?)')
    with opened(path) as file:
        for line in file:
            number += not inside
            if not inside and not line.rstrip("\r\n"):
                found.append(number)
            inside = any(not cell[1] for cell in quoted.finditer('"' + line if inside else line))
    return found


def opened(path: str, errors: Literal["replace", "strict"] = "replace") -> TextIO:
    """A file as text, unpacked if need be; what is no UTF-8 is replaced, or raises `UnicodeDecodeError`."""
    opening: Any = gzip.open if path.lower().endswith(".gz") else open
    file: TextIO = opening(path, "rt", encoding="utf-8-sig", errors=errors, newline="")
    return file


def each_once(names: Sequence[str]) -> list[str]:
    """Names for columns that have none, and other names for those that have one of another."""
    taken: set[str] = set()
    found = []
    for position, name in enumerate(names):
        wanted = name or f"column {position + 1}"
        tries = (f"{wanted} ({number})" if number > 1 else wanted for number in itertools.count(1))
        found.append(next(name for name in tries if name.lower() not in taken))
        taken.add(found[-1].lower())
    return found
