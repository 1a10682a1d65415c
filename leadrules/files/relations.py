"""Tables of the outside world, as SQL can ask them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.spelling import nearest
from leadrules.files.cells import id_of, text_of
from leadrules.files.failure import FileProblem
from leadrules.files.intake import BadCell


class Table(Struct, frozen=True):
    """A table of the outside world under a name that SQL knows.

    `columns` maps names to SQL types. The column `_row` numbers the rows of data from 1, in their order.
    `alike`: spellings that several columns have but for capitals and spaces. `rejected` are rows that could not be
    read at all, such as lines of a CSV file that have too few or too many cells.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    label: str
    columns: Mapping[str, str]
    rows: int
    alike: frozenset[str] = frozenset()
    rejected: tuple[BadCell, ...] = ()

    def find(self, name: str) -> str | None:
        """The column of that name, spelt with other capitals or spaces if need be; None where there is none.

        Raises `FileProblem` where several columns have that name, and nobody can tell which is meant.
        """
        if bare(name) in self.alike:
            raise FileProblem(self.label, f'several columns are called "{name}", but for capitals', "rename the others")
        return next((column for column in self.columns if bare(column) == bare(name)), None)

    def needed(self, name: str, way_out: str) -> str:
        """The column of that name. Raises `FileProblem` where there is none, since no row can be read without it."""
        found = self.find(name)
        if found is None:
            meant = nearest(name, self.columns)
            close = f'is it "{meant}"? ' if meant else ""
            hint = f"{close}say how it is called with {way_out}"
            raise FileProblem(self.label, f'no column "{name}" among {", ".join(self.columns)}', hint)
        return found

    def text(self, column: str) -> str:
        """SQL for the trimmed text of a column; NULL where it is empty."""
        return text_of(column, self.columns[column])

    def id(self, column: str) -> str:
        """SQL for the ids of a column."""
        return id_of(column, self.columns[column])

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
    """The rows a statement gives, fetched to the last: one that is left unread locks the connection.

    Ctrl-C raises `KeyboardInterrupt`, as everywhere: the database has an exception of its own for it.
    """
    try:
        return connection.execute(sql).fetchall()
    except RuntimeError as stopped:
        if str(stopped) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise


def bare(name: str) -> str:
    """A name without what people do not see in it."""
    return name.strip().casefold()
