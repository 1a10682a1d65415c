"""A statement that cannot be read to the smallest change of it that can be: what was probably meant.

Each change is tried on the grammar. One with which the whole statement can be read is taken as what was meant: it is
proposed, and reading goes on with it, so that a slip costs one problem and the names it declares stay declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.expression.proposals import Reading, Repair, last_proposals, proposals
from leadrules.dsl.expression.slips_of_kinds import HEADS
from leadrules.dsl.layout import Block, Statement, Word, moved, place
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest

MOST_SLIPS = 4
LONGEST_HEAD = 3
SIGNS = frozenset("+-*/")

Lexing = Callable[[Source], Sequence[Word]]


class Repaired(Struct, frozen=True):
    """A statement that can be read, and the repairs that were made in it, each with the word that did not fit."""

    statement: Statement
    repairs: tuple[tuple[Unexpected, Repair], ...]


def repair(
    statement: Statement, found: Unexpected, lexing: Lexing, reading: Reading, slips: int = MOST_SLIPS
) -> Repaired | None:
    """The statement with the fewest repairs, `slips` at most, with which the whole of it can be read, or None.

    One repair that is enough goes before all others; else the one is kept that lets reading go furthest.
    """
    furthest: tuple[Unexpected, Repair, Statement] | None = None
    for change in dict.fromkeys(proposals(statement, found, reading)):
        changed = _with(statement, change, lexing)
        if changed is None:
            continue
        try:
            reading(changed)
        except Unexpected as next_found:
            if next_found.reach > (furthest[0] if furthest else found).reach:
                furthest = (next_found, change, changed)
            continue
        return Repaired(changed, ((found, change),))
    if slips == MOST_SLIPS and (only := _only(statement, found, lexing, reading)):
        return only
    if furthest is None or slips == 1 or not furthest[1].sure or furthest[0].reach[1] <= furthest[1].span.end:
        return None
    rest = repair(furthest[2], furthest[0], lexing, reading, slips - 1)
    if rest is None or not all(change.sure for _, change in rest.repairs):
        return None
    return Repaired(rest.statement, ((found, furthest[1]), *rest.repairs))


def _only(statement: Statement, found: Unexpected, lexing: Lexing, reading: Reading) -> Repaired | None:
    """The statement with the one word before the one that does not fit with which it can be read, if there is one."""
    read: list[tuple[Repair, Statement]] = []
    for change in last_proposals(statement, found):
        changed = _with(statement, change, lexing)
        if changed is not None and _reads(changed, reading):
            read.append((change, changed))
    return Repaired(read[0][1], ((found, read[0][0]),)) if len(read) == 1 else None


def _reads(statement: Statement, reading: Reading) -> bool:
    try:
        reading(statement)
    except Unexpected:
        return False
    return True


def _with(statement: Statement, change: Repair, lexing: Lexing) -> Statement | None:
    """The statement with a repair made in it; None where its words and braces do not allow it."""
    span, source = change.span, change.span.source
    places = [place(source, part) for part in statement.parts]
    before = [part for part, p in zip(statement.parts, places, strict=True) if p.end <= span.start]
    after = [part for part, p in zip(statement.parts, places, strict=True) if p.start >= span.end]
    replaced = len(statement.parts) - len(before) - len(after)
    inside = statement.parts[len(before) : len(before) + replaced]
    if any(isinstance(part, Block) for part in inside) or (inside and not _covers(source, span, inside)):
        return None
    new = [] if change.text == "#" else [moved(word, span) for word in lexing(Source("", change.text))]
    if any(word.type in ("STRAY", "OPEN_TEXT", "NEWLINE") for word in new):
        return None
    rest = [] if change.text == "#" else after
    return replace(statement, parts=(*before, *new, *rest)) if before or new or rest else None


def _covers(source: Source, span: Span, parts: Sequence[Word | Block]) -> bool:
    return place(source, parts[0]).start >= span.start and place(source, parts[-1]).end <= span.end


class Headed(Struct, frozen=True):
    """A statement with another first word, and the repair that made it so."""

    statement: Statement
    repair: Repair


def with_head(statement: Statement, heads: Mapping[str, str], lexing: Lexing) -> Headed | None:
    """A statement with the word at its start by which one begins, for what stands there; None for no idea."""
    for change in _heads(statement, heads):
        changed = _with(statement, change, lexing)
        if changed is not None:
            return Headed(changed, change)
    return None


def _heads(statement: Statement, heads: Mapping[str, str]) -> Iterator[Repair]:
    parts, source = statement.parts, statement.span.source
    for length in range(min(len(parts), LONGEST_HEAD), 0, -1):
        span = place(source, parts[0]).to(place(source, parts[length - 1]))
        said = " ".join(place(source, part).text.casefold() for part in parts[:length])
        near = nearest(said, heads) if length == 1 else None
        meant = near or HEADS.get(said)
        if meant in heads:
            yield Repair(span, str(meant), sure=bool(near))
    if "points" in heads and len(parts) > 1 and place(source, parts[1]).text == "=":
        reckoned = len(parts) > 3 and place(source, parts[3]).text in SIGNS
        here = Span(source, statement.span.start, statement.span.start)
        yield Repair(here, "score " if reckoned else "points ", sure=not reckoned)
