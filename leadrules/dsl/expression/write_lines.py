"""One written statement to lines: long ones folded, and the comments that stood inside it put where they stood.

A line may end where the layout reads on: inside round brackets, behind a comma, a colon, `and` and `or`, and before
`and` and `or`. Where it ends tells nothing, so a folded statement is read as the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from leadrules.dsl.layout import Inside

WIDTH = 110
DEEPER = "    "
JOINS = frozenset(["and", "or"])
CLAUSES = frozenset(
    ["after", "at", "band", "contact", "decay", "for", "gap", "no", "not", "once", "unless", "until", "worth"]
)
PIECE = re.compile(r'(?P<gap>\s*)(?P<text>"(?:[^"\\]|\\.)*"|#[^\n]*|\w+|[^\w\s])')


class Unit(Struct, frozen=True):
    """A word of a written statement, or a whole block, with the space before it and the brackets open behind it."""

    gap: str
    text: str
    depth: int = 0

    @property
    def word(self) -> str:
        """What it is told by."""
        return "{}" if self.text.startswith("{") else self.text


def fold(text: str, inside: Sequence[Inside], width: float = WIDTH) -> list[str]:
    """The lines of a statement, with the comments inside it, each behind so many of its units."""
    if not inside and _fits(text, width):
        return [text]
    units = list(units_of(text))
    lines, start = list[str](), 0
    for comment in inside:
        if comment.behind > start:
            lines += _continued(units[start : comment.behind], start, width)
            start = comment.behind
            if not comment.alone:
                lines[-1] += f"  {comment.text}"
                continue
        lines.append(DEEPER + comment.text)
    return lines + _continued(units[start:], start, width)


def units_of(text: str) -> Iterator[Unit]:
    """The words of a text, each block as one; the depth counts the round brackets open behind the word."""
    depth = braces = 0
    gap, block = "", ""
    for found in PIECE.finditer(text):
        piece = found["text"]
        braces += (piece == "{") - (piece == "}")
        if braces or block:
            gap, block = gap if block else found["gap"], block + found[0] if block else piece
            if not braces:
                yield Unit(gap, block, depth)
                block = ""
            continue
        depth += (piece == "(") - (piece == ")")
        yield Unit(found["gap"], piece, depth)


def may_end(unit: Unit, following: Unit) -> bool:
    """Whether a line may end between two words."""
    if not following.gap or following.word == "{}":
        return False
    joins = unit.text in JOINS and unit.gap  # without a space before it, it is the end of a name
    return unit.depth > 0 or unit.text in (",", ":") or bool(joins) or following.text in JOINS


def _level(units: Sequence[Unit], at: int) -> tuple[int, int] | None:
    """How reluctantly a line ends behind the unit `at`: by the brackets around it, then before clauses first, then
    before `and` and `or`, then in lists. None where it had better not end at all."""
    unit, following = units[at], units[at + 1]
    if not may_end(unit, following):
        return None
    if following.text in JOINS:
        return None if _is_range(units, at + 1) else (unit.depth, 1)
    if unit.text not in (",", ":"):
        return None
    return unit.depth, 0 if unit.text == ":" or following.text in CLAUSES else 2


def _is_range(units: Sequence[Unit], at: int) -> bool:
    """Whether the `and` at this place is that of `between 1 and 5`, or of `50 and over`."""
    if units[at].text == "and" and at + 1 < len(units) and units[at + 1].text == "over":
        return True
    before = [unit.text for unit in units[:at] if unit.depth == units[at].depth]
    opened = len(before) - before[::-1].index("between") - 1 if "between" in before else -1
    return opened >= 0 and not JOINS & {*before[opened:]}


def _fill(units: Sequence[Unit], width: float) -> list[str]:
    """As few lines as hold the words, ended where the fewest brackets are open."""
    levels = [_level(units, at) for at in range(len(units) - 1)]
    lines = [_join(units)]
    for deepest in sorted({level for level in levels if level is not None}):
        ends = [at + 1 for at, level in enumerate(levels) if level is not None and level <= deepest]
        lines = _greedy([_join(units[i:j]) for i, j in pairwise([0, *ends, len(units)])], width)
        if all(_fits(line, width) for line in lines):
            break
    return lines


def _greedy(pieces: Sequence[str], width: float) -> list[str]:
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if _fits(lines[-1] + piece, width):
            lines[-1] += piece
        else:
            lines.append(DEEPER + piece.lstrip())
    return lines


def _fits(line: str, width: float) -> bool:
    return max(map(len, line.split("\n"))) <= width


def _join(units: Sequence[Unit]) -> str:
    return "".join(unit.gap + unit.text for unit in units)


def _continued(units: Sequence[Unit], start: int, width: float) -> list[str]:
    lines = _fill(units, width)
    return [DEEPER + lines[0].lstrip(), *lines[1:]] if start else lines
