"""Nodes to text: blocks, the comments around statements, fields and rows of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from leadrules.dsl.expression.tree import (
    Body,
    Item,
    Name,
    Number,
    Property,
    RangeRow,
    RestRow,
    Row,
    Text,
    Type,
    ValueRow,
)
from leadrules.dsl.expression.write import write_expression, write_text
from leadrules.dsl.expression.write_cells import CELL, align, plain
from leadrules.dsl.expression.write_inside import anchor
from leadrules.dsl.expression.write_lines import WIDTH, fold
from leadrules.dsl.layout import Notes


def write_body(body: Body[Item], write_item: Callable[[Item], str], width: float = WIDTH) -> str:
    """A block in braces, its statements two spaces deeper than what it stands in, folded where they are wider."""
    lines = ["{" + (f"  {body.opening}" if body.opening else "")]
    lines += [f"  {line}".rstrip() for line in write_items(body.items, body.closing, write_item, width)]
    return "\n".join([*lines, "}"])


def write_items(
    items: Iterable[Item], closing: Iterable[str], write_item: Callable[[Item], str], width: float = WIDTH
) -> list[str]:
    """Statements as lines, each with its comments, their cells in columns."""
    listed, lines = list(items), list[str]()
    texts = list(map(write_item, listed))
    notes = [anchor(plain(text), item.notes) for text, item in zip(texts, listed, strict=True)]
    for text, note in zip(align(texts, [bool(note.before) for note in notes]), notes, strict=True):
        folded = "\n".join(fold(text, note.inside, width)) + (f"  {note.after}" if note.after else "")
        lines += [*note.before, *folded.split("\n")]
    return lines + list(closing)


def write_inline(body: Body[Item], write_item: Callable[[Item], str]) -> str:
    """A block on one line where nothing in it carries a comment and it is short, else as `write_body`."""
    bare = not body.opening and not body.closing and all(item.notes == Notes() for item in body.items)
    line = plain("{ " + "; ".join(map(write_item, body.items)) + " }")
    return line if bare and len(line) <= WIDTH - 30 and "\n" not in line else write_body(body, write_item)


# Fields, properties and rows of tables


def write_zone(zone: str) -> str:
    """A time zone, in quotes where it is no chain of names."""
    return zone if all(part.isidentifier() for part in zone.split("/")) else write_text(zone)


def write_property(item: Property) -> str:
    """A field or property with its type and how it is read, in two cells."""
    column = f" from {write_text(item.column.value)}" if item.column else ""
    missing = f" missing {write_texts(item.missing)}" if item.missing else ""
    parted = f" separated by {write_text(item.separator.value)}" if item.separator else ""
    blank = f" blank means {item.blank.word}" if item.blank else ""
    flags = parted + blank + " known from" * item.known_from
    return f"{item.name.text}{CELL}{_type(item.type)}{column}{missing}{flags}"


def write_texts(texts: tuple[Text, ...]) -> str:
    """Texts in quotes, with commas."""
    return ", ".join(write_text(text.value) for text in texts)


def _type(type: Type) -> str:
    match type.word:
        case "duration":
            return f"duration in {type.detail}s" if type.detail else "duration"
        case "money":
            return f"money {type.detail}"
        case "one of":
            return "one of " + ", ".join(map(_choice, type.choices))
        case "set of":
            return "set of one of " + ", ".join(map(_choice, type.choices)) if type.choices else "set of text"
        case word:
            return word


def _choice(choice: Name | Text | Number) -> str:
    match choice:
        case Name(text):
            return text
        case Text(value):
            return write_text(value)
        case Number():
            return choice.written
        case _:
            assert_never(choice)


def write_row(row: Row) -> str:
    """One row of a table."""
    return f"{write_among(row)}: {write_expression(row.points)}"


def write_among(row: Row) -> str:
    """Which values a row of a table is about."""
    match row:
        case RangeRow(None, high) if high:
            return f"under {write_expression(high)}"
        case RangeRow(low, None) if low:
            return f"{write_expression(low)} and over"
        case RangeRow(low, high, included) if low and high:
            under = "" if included else "under "
            return f"{write_expression(low)} to {under}{write_expression(high)}"
        case ValueRow(values):
            return ", ".join(map(write_expression, values))
        case _:
            return row.rest if isinstance(row, RestRow) else ""
