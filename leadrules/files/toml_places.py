"""TOML to the place of each value: what its own reader does not say. The text is one that it has read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from msgspec import Struct, field

from leadrules.dsl.source import Source, Span

Path = tuple[str, ...]
BETWEEN = re.compile(r"(?:[\s,]|#[^\n]*)*")
PART = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
SCALAR = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[^\s,\]}#]+', re.DOTALL
)


class Places(Struct, frozen=True):
    """Where keys and values stand, by their paths; items of arrays by their numbers."""

    keys: Mapping[Path, Span]
    values: Mapping[Path, Span]


def locate(source: Source) -> Places:
    """The places of everything in a text of TOML. Of a key that comes again, the first."""
    walk = _Walk(source)
    walk.document()
    return Places(walk.keys, walk.values)


class _Walk(Struct):
    source: Source
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)

    def document(self) -> None:
        text, table, at = self.source.text, Path(), self.between(0)
        while at < len(text):
            if text[at] == "[":
                start = at + 1 + text.startswith("[[", at)
                table, at = self.name(start, ())
                at = text.index("]", at) + 1
                at += text.startswith("]", at)  # `[[name]]`
            else:
                at = self.pair(at, table)
            at = self.between(at)

    def between(self, at: int) -> int:
        found = BETWEEN.match(self.source.text, at)
        return found.end() if found else at

    def name(self, at: int, table: Path) -> tuple[Path, int]:
        """A dotted key at a place: its path, and the place behind it."""
        start, path = self.between(at), table
        at = start
        while part := PART.match(self.source.text, self.between(at)):
            path, at = (*path, *tomllib.loads(f"{part.group()} = 0")), part.end()
            self.keys.setdefault(path, Span(self.source, start, at))
            dot = self.between(at)
            if not self.source.text.startswith(".", dot):
                break
            at = dot + 1
        return path, at

    def pair(self, at: int, table: Path) -> int:
        path, at = self.name(at, table)
        return self.value(self.between(self.source.text.index("=", at) + 1), path)

    def value(self, at: int, path: Path) -> int:
        start, opening = at, self.source.text[at]
        if opening in "[{":
            at = self.items(at + 1, path) if opening == "[" else self.pairs(at + 1, path)
        elif found := SCALAR.match(self.source.text, at):
            at = found.end()
        self.values.setdefault(path, Span(self.source, start, at))
        return at

    def items(self, at: int, path: Path) -> int:
        number, at = 0, self.between(at)
        while not self.source.text.startswith("]", at):
            at = self.between(self.value(at, (*path, str(number))))
            number += 1
        return at + 1

    def pairs(self, at: int, path: Path) -> int:
        at = self.between(at)
        while not self.source.text.startswith("}", at):
            at = self.between(self.pair(at, path))
        return at + 1
