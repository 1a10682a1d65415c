"""Rows that come part by part to one whole: columns with room for all of them from the start, laid full as parts come.

Joining parts at the end would hold everything twice, and leave holes in memory wherever parts stood between what was
needed for a moment only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

Part = TypeVar("Part")


class Rows(Protocol):
    """Columns of so many rows."""

    def __len__(self) -> int: ...


Columns = TypeVar("Columns", bound=Rows)


class Stack(Generic[Part]):
    """Room for the rows of parts that are alike: structs, mappings and tuples of arrays, whose last axis is the rows.

    What is no array is what it is in the first part.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.whole: Part | None = None

    def lay(self, part: Part, first: int) -> None:
        """Put the rows of a part where they belong, from row `first` on."""
        if self.whole is None:
            self.whole = _room(part, self.rows)
        _lay(part, self.whole, first)


def stacked(parts: Sequence[Columns]) -> Columns:
    """The rows of several parts, in the order given, as one."""
    stack: Stack[Columns] = Stack(sum(map(len, parts)))
    first = 0
    for part in parts:
        stack.lay(part, first)
        first += len(part)
    assert stack.whole is not None
    return stack.whole


def _room(part: Any, rows: int) -> Any:
    match part:
        case np.ndarray():
            return np.empty((*part.shape[:-1], rows), part.dtype)
        case Struct():
            return replace(part, **{name: _room(getattr(part, name), rows) for name in part.__struct_fields__})
        case Mapping():
            return {name: _room(column, rows) for name, column in part.items()}
        case tuple():
            return tuple(_room(inner, rows) for inner in part)
    return part


def _lay(part: Any, whole: Any, first: int) -> None:
    match part:
        case np.ndarray():
            whole[..., first : first + part.shape[-1]] = part
        case Struct():
            for name in part.__struct_fields__:
                _lay(getattr(part, name), getattr(whole, name), first)
        case Mapping():
            for name, column in part.items():
                _lay(column, whole[name], first)
        case tuple():
            for inner, room in zip(part, whole, strict=True):
                _lay(inner, room, first)
