"""Source files cut by `---`, with the problems they must have written beside the lines that have them.

    points -5        ### E402 "words that the message holds"

A line may carry several `###`. A chunk without any must have no problem at all. Each chunk is padded with empty
lines, so that a line number in a report is the line number in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

EXPECTED = re.compile(r'###\s*([EW]\d+)\s+"([^"]*)"')


@dataclass(frozen=True)
class Expected:
    line: int
    code: str
    words: str


@dataclass(frozen=True)
class Chunk:
    path: Path
    first_line: int
    text: str
    expected: tuple[Expected, ...]

    @property
    def id(self) -> str:
        return f"{self.path.stem}:{self.first_line}"


def chunks(path: Path) -> Iterator[Chunk]:
    """The chunks of one file."""
    start = 0
    lines = path.read_text(encoding="utf-8").split("\n")
    for end in [*(i for i, line in enumerate(lines) if line.strip() == "---"), len(lines)]:
        body = lines[start:end]
        expected = tuple(
            Expected(start + i + 1, code, words)
            for i, line in enumerate(body)
            for code, words in EXPECTED.findall(line)
        )
        plain = "\n".join([""] * start + [line.partition("###")[0].rstrip() for line in body])
        yield Chunk(path, start + 1, plain, expected)
        start = end + 1


def every_chunk(folder: Path, pattern: str) -> list[Chunk]:
    """The chunks of all files of a folder, in the order of their names."""
    return [chunk for path in sorted(folder.glob(pattern)) for chunk in chunks(path)]
