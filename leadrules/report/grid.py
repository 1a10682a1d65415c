"""A table for reading: heads, rows of texts, and which columns are numbers."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from html import escape

from msgspec import Struct


class Grid(Struct, frozen=True):
    """Rows of texts under their heads; `numeric` are the positions of columns that align to the right."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: Collection[int]


def draw_grid(grid: Grid, width: int) -> str:
    """The table as text of at most `width` characters a line."""
    from rich.box import SIMPLE_HEAD  # here alone: rich costs every start 60 ms
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for position, head in enumerate(grid.heads):
        table.add_column(head, justify="right" if position in grid.numeric else "left", overflow="fold")
    for row in grid.rows:
        table.add_row(*row)
    text = io.StringIO()
    Console(file=text, width=width, no_color=True, highlight=False, markup=False, emoji=False).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n")).strip("\n")


def html_grid(grid: Grid) -> str:
    """The table as HTML."""
    sides = ["right" if position in grid.numeric else "left" for position in range(len(grid.heads))]
    rows = [_html_row("td", row, sides) for row in grid.rows]
    return f"<table><thead>{_html_row('th', grid.heads, sides)}</thead><tbody>{''.join(rows)}</tbody></table>"


def html_lines(lines: Sequence[str]) -> str:
    """Lines of text as HTML paragraphs; empty ones are left out."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def _html_row(tag: str, cells: Sequence[str], sides: Sequence[str]) -> str:
    told = zip(cells, sides, strict=True)
    return "<tr>" + "".join(f'<{tag} style="text-align:{side}">{escape(cell)}</{tag}>' for cell, side in told) + "</tr>"
