"""JSON to a table of texts: an object each row, a column for every key. What a text means is for the rules to say."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.files.cells import literal, quoted
from leadrules.files.dialect import opened
from leadrules.files.failure import FileProblem, not_utf_8

ARRAY = "read_json_objects({}, format = 'array', maximum_object_size = 100000000, hive_partitioning = false)"
WRONG = """CASE
    WHEN NOT json_valid(line) OR json_type(line) <> 'OBJECT' THEN 'JSON object'
    WHEN len(list_distinct(json_keys(line))) < len(json_keys(line)) THEN 'JSON object with each key once'
END"""


class Objects(Struct, frozen=True):
    """The keys of all objects, in the order of their coming, and the bad rows, with their texts and what was expected."""

    keys: Sequence[str]
    bad: Sequence[tuple[int, str, str]]


def find_objects(connection: duckdb.DuckDBPyConnection, path: str, pattern: str, name: str) -> Objects:
    """Read a JSON file into the table `name`: `_row`, and `line`, the text of an object.

    `pattern` is the path as DuckDB reads it. Blank lines are passed over; without any other there are no keys. Raises
    `FileProblem` where something is there and no object.
    """
    read = f"SELECT json::VARCHAR AS line FROM {ARRAY.format(literal(pattern))}"
    if not _is_array(path):
        connection.register(f"{name}_lines", {"line": _lines(path)})
        read = f"SELECT line FROM {name}_lines"
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT row_number() OVER () AS _row, line FROM ({read})")
    bad = connection.execute(f"SELECT _row, line, {WRONG} AS wrong FROM {name} WHERE wrong IS NOT NULL ORDER BY _row")
    rejected = bad.fetchall()
    connection.execute(f"DELETE FROM {name} WHERE {WRONG} IS NOT NULL")
    named = f"SELECT _row, unnest(json_keys(line)) AS key, generate_subscripts(json_keys(line), 1) AS place FROM {name}"
    keys = connection.execute(f"SELECT key FROM ({named}) GROUP BY key ORDER BY min(_row), min(place)").fetchall()
    left = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
    if not keys and (rejected or left != [(0,)]):
        raise FileProblem(
            path, "no JSON object in it", 'one object each line is read, such as {"lead": "a", "size": 5}'
        )
    return Objects([key for (key,) in keys], rejected)


def _is_array(path: str) -> bool:
    """Whether a file holds one array, and not an object each line."""
    with opened(path) as file:
        return next((line.lstrip() for line in file if line.strip()), "").startswith("[")


def _lines(path: str) -> npt.NDArray[np.object_]:
    """The lines of a file that say something."""
    try:
        with opened(path, errors="strict") as file:
            return np.array([line.strip() for line in file if line.strip()], object)
    except UnicodeDecodeError:
        raise not_utf_8(path) from None


def value_of(key: str, alias: str) -> str:
    """SQL for the text of a key."""
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return f"json_extract_string(line, {literal(pointer)}) AS {quoted(alias)}"
