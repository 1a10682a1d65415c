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


class Objects(Struct, frozen=True):
    """The keys of all objects, in the order of their coming, and the rows that hold no object, with their texts."""

    keys: Sequence[str]
    bad: Sequence[tuple[int, str]]


def find_objects(connection: duckdb.DuckDBPyConnection, path: str, pattern: str, name: str) -> Objects:
    """Read a JSON file into the table `name`: `_row`, and `line`, the text of an object.

    `pattern` is the path as DuckDB reads it. Blank lines are passed over. Raises `FileProblem` where no object is there.
    """
    read = f"SELECT json::VARCHAR AS line FROM {ARRAY.format(literal(pattern))}"
    if not _is_array(path):
        connection.register(f"{name}_lines", {"line": _lines(path)})
        read = f"SELECT line FROM {name}_lines"
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT row_number() OVER () AS _row, line FROM ({read})")
    no_object = "NOT (CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END)"
    bad = connection.execute(f"SELECT _row, line FROM {name} WHERE {no_object} ORDER BY _row").fetchall()
    connection.execute(f"DELETE FROM {name} WHERE {no_object}")
    named = f"SELECT _row, unnest(json_keys(line)) AS key, generate_subscripts(json_keys(line), 1) AS place FROM {name}"
    keys = connection.execute(f"SELECT key FROM ({named}) GROUP BY key ORDER BY min(_row), min(place)").fetchall()
    if not keys:
        raise FileProblem(
            path, "no JSON object in it", 'one object each line is read, such as {"lead": "a", "size": 5}'
        )
    return Objects([key for (key,) in keys], bad)


def _is_array(path: str) -> bool:
    """Whether a file holds one array, and not an object each line."""
    with opened(path) as file:
        return next((line.lstrip() for line in file if line.strip()), "").startswith("[")


def _lines(path: str) -> npt.NDArray[np.object_]:
    """The lines of a file that say something."""
    with opened(path) as file:
        lines = [line.strip() for line in file if line.strip()]
    if any("\ufffd" in line for line in lines):
        raise not_utf_8(path)
    return np.array(lines, object)


def value_of(key: str, alias: str) -> str:
    """SQL for the text of a key."""
    pointer = "/" + key.replace("~", "~0").replace("/", "~1")
    return f"json_extract_string(line, {literal(pointer)}) AS {quoted(alias)}"
