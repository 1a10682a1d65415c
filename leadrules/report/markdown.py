"""Words and tables as Markdown, in which nothing that comes from outside is more than text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leadrules.report.grid import Grid

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def escaped(text: str) -> str:
    """A text in which no letter means anything but itself; line ends become spaces."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown_grid(grid: Grid) -> str:
    """The table as one of GitHub's Markdown."""
    sides = ["--:" if place in grid.numeric else ":--" for place in range(len(grid.heads))]
    return "\n".join(
        [
            _row([escaped(head) for head in grid.heads]),
            _row(sides),
            *(_row([escaped(c) for c in row]) for row in grid.rows),
        ]
    )


def code(text: str) -> str:
    """A text as code, fenced with more backticks than stand in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
