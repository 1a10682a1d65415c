"""The names that a statement nobody could read may have declared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from msgspec.structs import replace

from leadrules.dsl.layout import Block, Statement, Word

DECLARING = frozenset(["declaration", "field", "properties", "property", "item", "threshold"])
CLOSED = frozenset(["score", "thresholds", "persona", "stage", "everyone", "intent", "activity"])


def declared_in(statement: Statement, start: str) -> Iterator[str]:
    """The names that a statement may have declared, had it been read. Those that it only uses are not among them."""
    if start in DECLARING:
        inside = statement.head not in CLOSED
        yield from _names(statement if inside else replace(statement, parts=_outside(statement)))
    if start == "criterion":
        yield unicodedata.normalize("NFC", statement.head)


def _outside(statement: Statement) -> tuple[Word | Block, ...]:
    return tuple(part for part in statement.parts if not isinstance(part, Block))


def _names(statement: Statement) -> Iterator[str]:
    for part in statement.parts:
        if isinstance(part, Block):
            for inner in part.statements:
                yield from _names(inner)
        else:
            yield unicodedata.normalize("NFC", str(part.value).strip('"'))
