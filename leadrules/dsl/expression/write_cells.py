"""Statements that stand below each other, their first words in columns: names, and numbers with their last digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

CELL = "\n\v"  # between the cells of a statement: no text in quotes, no comment and no indented line can hold it
NUMBER = re.compile(r"[-+]?\d[\d_.]*%?")


def plain(text: str) -> str:
    """A statement that stands alone: a space between its cells."""
    return text.replace(CELL, " ")


def align(texts: Sequence[str], apart: Sequence[bool]) -> list[str]:
    """Statements with their cells in columns. A column goes on until a statement that is set `apart` from the one
    before it, or has several lines."""
    return [line for group in _groups(texts, apart) for line in _columns(group)]


def _groups(texts: Sequence[str], apart: Sequence[bool]) -> Iterator[list[str]]:
    group: list[str] = []
    for text, begins in zip(texts, apart, strict=True):
        long = "\n" in plain(text)
        if group and (begins or long):
            yield group
            group = []
        group.append(text)
        if long:
            yield group
            group = []
    yield group


def _columns(group: Iterable[str]) -> list[str]:
    rows = [text.split(CELL) for text in group]
    for column in range(max(map(len, rows), default=1) - 1):
        _pad([row for row in rows if len(row) > column + 1], column)
    return [" ".join(row) for row in rows]


def _pad(rows: Sequence[list[str]], column: int) -> None:
    """Make a column as wide as its widest cell; numbers alone stand at its right end."""
    width = max(len(row[column]) for row in rows)
    numbers = all(NUMBER.fullmatch(row[column]) for row in rows)
    for row in rows:
        row[column] = row[column].rjust(width) if numbers else row[column].ljust(width)
