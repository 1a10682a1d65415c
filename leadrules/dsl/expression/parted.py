"""Statements whose parts stand together and are parted otherwise: by commas, by a bracket that nobody closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.expression.proposals import Repair
from leadrules.dsl.layout import Block, Statement, Word, moved, place
from leadrules.dsl.problem import Fix
from leadrules.dsl.source import Source, Span

MOST_PLACES = 60
MEASURES = frozenset(["COUNT", "SUM", "MAX", "MIN"])

Lexing = Callable[[Source], Sequence[Word]]
Reading = Callable[[Statement], object]


def by_commas(statement: Statement, reading: Reading) -> tuple[Statement, ...]:
    """The statements that stand on one line with commas between them, each of which can be read; none if not all can."""
    pieces: list[list[Word | Block]] = [[]]
    depth = 0
    for part in statement.parts:
        kind = "" if isinstance(part, Block) else part.type
        depth += (kind == "LPAR") - (kind == "RPAR")
        if kind == "COMMA" and not depth:
            pieces.append([])
        else:
            pieces[-1].append(part)
    if len(pieces) == 1 or not all(pieces):
        return ()
    source = statement.span.source
    spans = [place(source, piece[0]).to(place(source, piece[-1])) for piece in pieces]
    found = tuple(replace(statement, parts=tuple(piece), span=span) for piece, span in zip(pieces, spans, strict=True))
    return found if all(_reads(piece, reading) for piece in found) else ()


def with_semicolons(pieces: Sequence[Statement]) -> Fix:
    """What makes statements of pieces that commas part."""
    whole = pieces[0].span.to(pieces[-1].span)
    return Fix(whole, "; ".join(piece.span.text for piece in pieces))


def closing(statement: Statement, opened: Span, lexing: Lexing, reading: Reading) -> str:
    """Where a bracket that is never closed should be, in the words around that place; nothing where nobody could tell.

    Behind `(count of` it is the first place with which the statement can be read, behind others the last.
    """
    source = statement.span.source
    behind = [i for i, part in enumerate(statement.parts) if place(source, part).start > opened.start][:MOST_PLACES]
    measured = bool(behind) and _kind(statement.parts[behind[0]]) in MEASURES
    for at in behind if measured else reversed(behind):
        end = place(source, statement.parts[at]).end
        bracket = [moved(word, Span(source, end, end)) for word in lexing(Source("", ")"))]
        parts = (*statement.parts[: at + 1], *bracket, *statement.parts[at + 1 :])
        if _reads(replace(statement, parts=parts, broken=False), reading):
            return Repair(Span(source, end, end), ")").hint
    return ""


def _kind(part: Word | Block) -> str:
    return "" if isinstance(part, Block) else part.type


def _reads(statement: Statement, reading: Reading) -> bool:
    try:
        reading(statement)
    except Unexpected:
        return False
    return True
