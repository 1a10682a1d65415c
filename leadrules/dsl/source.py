"""Text with a name, and places in it: offsets inside, lines and columns only when a place is shown."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Source(Struct, frozen=True):
    """A text as it was read. `name` is what a person calls it: a path as typed, or `<text>`."""

    name: str
    text: str

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1; the column counts characters."""
        return self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its end."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if number <= len(lines) else ""


class Span(Struct, frozen=True):
    """The characters `start` to `end` (end excluded) of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """From the start of this place to the end of the other, which stands in the same source."""
        return Span(self.source, self.start, other.end)


class Placed(Struct, frozen=True, eq=False, kw_only=True):
    """Something that stands in a text. Two are equal where they say the same, wherever they stand.

    What they say is everything but `SILENT`: places, spelling, and the comments around them.
    """

    SILENT: ClassVar = frozenset(("span", "notes", "opening", "closing", "written", "unread", "guessed"))
    span: Span

    def said(self) -> tuple[object, ...]:
        """All that matters for equality."""
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name not in self.SILENT)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.said() == other.said()

    def __ne__(self, other: object) -> bool:  # a Struct has one of its own, which is not the negation of `__eq__`
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), *self.said()))
