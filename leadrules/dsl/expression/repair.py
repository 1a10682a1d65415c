"""A statement that cannot be read to the smallest change of it that can be: what was probably meant.

Each change is tried on the grammar. One with which the whole statement can be read is taken as what was meant: it is
proposed, and reading goes on with it, so that a slip costs one problem and the names it declares stay declared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.expression.slips import GUESSES, HEADS, INSERTED, LEFT_OUT, REPLACED, REWRITINGS, SAID, Rewriting
from leadrules.dsl.layout import Block, Statement, Word, moved, place
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest

BEFORE = 4
LONGEST = 4
MOST_SLIPS = 4
LONGEST_HEAD = 3

Lexing = Callable[[Source], Sequence[Word]]
Reading = Callable[[Statement], object]


class Repair(Struct, frozen=True):
    """`text` in place of what stands at `span`. `sure`: nothing but a slip of the pen, safe to make unseen."""

    span: Span
    text: str
    sure: bool = True

    @property
    def hint(self) -> str:
        """The repair in words."""
        old, new = self.span.text, self.text.strip()
        if not new:
            return f"leave out `{old}`"
        return f"write `{new}` in place of `{old}`" if old else f"write `{new}` before it"


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
    for change in dict.fromkeys(_candidates(statement, found, reading)):
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
    if furthest is None or slips == 1 or not furthest[1].sure or furthest[0].reach[1] <= furthest[1].span.end:
        return None
    rest = repair(furthest[2], furthest[0], lexing, reading, slips - 1)
    if rest is None or not all(change.sure for _, change in rest.repairs):
        return None
    return Repaired(rest.statement, ((found, furthest[1]), *rest.repairs))


def _candidates(statement: Statement, found: Unexpected, reading: Reading) -> Iterator[Repair]:
    at, source = _index(statement, found), statement.span.source
    if set(found.accepted) == {"NAME"} and found.word.type.isalpha() and str(found.word.value).isalpha():
        return
    joined = list(_joined(source, statement, at))
    yield from (change for change in joined if change.sure)
    yield from _words(source, statement, at)
    yield from _spelling(source, statement, found, at)
    yield from _capitals(source, statement, at)
    yield from _texts(source, statement, at, REWRITINGS)
    yield from _spelling_before(source, statement, at, reading)
    yield from _signs(source, statement, found, at)
    yield from _left_out(source, statement, at)
    yield from _texts(source, statement, at, GUESSES)
    yield from joined


def _index(statement: Statement, found: Unexpected) -> int:
    if found.word.type == "$END":
        return len(statement.parts)
    starts = [place(statement.span.source, part).start for part in statement.parts]
    return next((i for i, start in enumerate(starts) if start >= (found.word.start_pos or 0)), len(starts))


def _spelling(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """The word that fits here and is spelt nearly like the one that stands here."""
    if at < len(statement.parts) and found.word.type == "NAME":
        meant = nearest(str(found.word.value), [k for k in found.accepted.values() if k.isalpha() or "-" in k[1:]])
        if meant:
            yield Repair(place(source, statement.parts[at]), meant)


def _spelling_before(source: Source, statement: Statement, at: int, reading: Reading) -> Iterator[Repair]:
    """A name just before the word that does not fit, which is spelt nearly like a word that fits in its place."""
    for index in range(at - 1, max(at - BEFORE, 0) - 1, -1):
        part = statement.parts[index]
        if isinstance(part, Block) or part.type != "NAME":
            continue
        try:
            reading(replace(statement, parts=statement.parts[:index]))
        except Unexpected as found:
            yield from _spelling(source, statement, Unexpected(part, found.before, found.accepted), index)


def _joined(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """Two names that are one: `page view` or `page-view` for `page_view`. Sure where the file has that one elsewhere."""
    parts = statement.parts
    for index in range(min(at, len(parts) - 2), max(at - BEFORE, 0) - 1, -1):
        last = index + 1 + (place(source, parts[index + 1]).text == "-")
        if last == len(parts) or isinstance(parts[index], Block) or isinstance(parts[last], Block):
            continue
        name = f"{_text(source, parts[index])}_{_text(source, parts[last])}"
        elsewhere = re.search(rf"\b{re.escape(name)}\b", source.text, re.IGNORECASE)
        if elsewhere or (index and _is_name(parts[index]) and _is_name(parts[last])):
            span = place(source, parts[index]).to(place(source, parts[last]))
            yield Repair(span, elsewhere[0] if elsewhere else name, sure=bool(elsewhere))


def _text(source: Source, part: Word | Block) -> str:
    return place(source, part).text


def _is_name(part: Word | Block) -> bool:
    return not isinstance(part, Block) and part.type == "NAME"


def _words(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """Words of the language for those that people use in their place, the longest first."""
    parts = statement.parts
    for length in range(LONGEST, 0, -1):
        for start in range(min(at, len(parts) - length), max(at - BEFORE, 0) - 1, -1):
            run = parts[start : start + length]
            said = " ".join("{" if isinstance(part, Block) else str(part.value).casefold() for part in run)
            span = place(source, run[0]).to(place(source, run[-1]))
            if said in "+-" and not (start and _text(source, parts[start - 1])[-1:].isdigit()):
                continue
            for text in SAID.get(said, ()):
                yield Repair(span, _apart(span, text))
                if start:
                    behind = place(source, parts[start - 1]).end
                    yield Repair(Span(source, behind, span.end), f", {text}")


def _apart(span: Span, text: str) -> str:
    """A word with a space on the sides where it would run into others."""
    before, after = span.source.text[: span.start][-1:], span.source.text[span.end :][:1]
    left = " " if before.isalnum() and text[0].isalnum() else ""
    return left + text + (" " if after.isalnum() and text[-1].isalnum() else "")


def _capitals(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """A word of the language that is written in capitals."""
    for part in reversed(statement.parts[max(at - 2, 0) : at + 1]):
        if not isinstance(part, Block) and str(part.value) != str(part.value).lower():
            yield Repair(place(source, part), str(part.value).lower())


def _signs(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """A sign or a small word that is missing, or another one that stands in its place."""
    parts, accepted = statement.parts, found.accepted
    here = place(source, parts[at]) if at < len(parts) else None
    behind = place(source, parts[at - 1]).end if at else statement.span.start
    for name, (sign, others) in REPLACED.items():
        if here and name in accepted and here.text in others:
            yield Repair(here, sign, sure=name != "WHEN")
    for name, text in INSERTED.items():
        if name in accepted:
            tight = text in (":", ",", "%", ")")
            yield Repair(Span(source, behind, behind), text if tight else f" {text}", sure=tight)


def _texts(
    source: Source, statement: Statement, at: int, rewritings: Sequence[tuple[re.Pattern[str], Rewriting]]
) -> Iterator[Repair]:
    """Numbers, dates and names as they are written elsewhere; the nearest to the word that does not fit first."""
    start, end = _window(source, statement, at)
    for pattern, rewrite in rewritings:
        for match in pattern.finditer(source.text, statement.span.start, statement.span.end):
            if match.start() < end and match.end() > start and (text := rewrite(match)) != match[0]:
                yield Repair(Span(source, match.start(), match.end()), text)


def _window(source: Source, statement: Statement, at: int) -> tuple[int, int]:
    parts = statement.parts
    first = place(source, parts[max(at - BEFORE, 0)]).start
    last = place(source, parts[min(at, len(parts) - 1)]).end
    return first, last


def _left_out(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """A word too many, here or just before."""
    for index in range(min(at, len(statement.parts) - 1), max(at - 2, -1), -1):
        part = statement.parts[index]
        last = index + 1 == len(statement.parts) or place(source, statement.parts[index + 1]).text == ","
        if not isinstance(part, Block) and (str(part.value) in LEFT_OUT or (part.value == "," and last)):
            yield Repair(place(source, part), "", sure=str(part.value) in (":", "=", ",", "."))


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
        yield Repair(Span(source, statement.span.start, statement.span.start), "points ")
