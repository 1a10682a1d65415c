"""The changes of a statement with which it may be readable, the likeliest first: words, signs, spellings, orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.parse_wording import Unexpected
from leadrules.dsl.expression.rewritings import GUESSES, PHRASES, REWRITINGS, WHOLES, Rewriting
from leadrules.dsl.expression.slips import INSERTED, LEFT_OUT, REPLACED, SAID
from leadrules.dsl.expression.wordlike import has_word
from leadrules.dsl.layout import Block, Statement, Word, place
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest

BEFORE = 4
LONGEST = 6

LIKE = 3
COMPARING = frozenset(["COMPARISON", "EQUAL", "IS"])
SURE_SIGNS = frozenset([":", "=", ","])
UNSURE = frozenset(["variance", "business days", "working days", "missing", "and", "contact", "sum", "total", "money"])

Reading = Callable[[Statement], object]


class Repair(Struct, frozen=True):
    """`text` in place of what stands at `span`. `sure`: nothing but a slip of the pen, safe to make unseen."""

    span: Span
    text: str
    sure: bool = True

    @property
    def hint(self) -> str:
        """The repair in words, with the words on both sides where a sign or nothing stands there."""
        old, new = self.span.text.strip(), self.text.strip()
        before, after = _beside(self.span)
        whole = " ".join((before + _joint(before, self.text) + self.text + _joint(self.text, after) + after).split())
        if not new:
            return f"write `{whole}`, without `{old}`" if whole else f"leave out `{old}`"
        if not old:
            return f"write `{whole}`"
        if old.isalnum() or len(old.split()) > 1 or self.sure:
            return f"write `{new}` in place of `{old}`"
        return f"write `{whole}` in place of `{old}`"


def _beside(span: Span) -> tuple[str, str]:
    """What stands on the line just before and just behind a place: two words or signs, and the spaces between."""
    text = span.source.text
    left = re.search(r"(?:[^\s{};]+ ){0,2}[^\s{};]+ ?$", text[text.rfind("\n", 0, span.start) + 1 : span.start])
    right = re.match(r" ?[^\s{};,]+(?: [^\s{};,]+)?", text[span.end : span.end + 200])
    return left[0] if left else "", right[0] if right else ""


def _joint(left: str, right: str) -> str:
    """A space between two texts that would run into one word."""
    return " " if left[-1:].isalnum() and right[:1].isalnum() else ""


def proposals(statement: Statement, found: Unexpected, reading: Reading) -> Iterator[Repair]:
    """Changes near the word that does not fit, none of them tried yet."""
    for change in _proposals(statement, found, reading):
        yield replace(change, sure=False) if change.sure and _says_otherwise(change, found) else change


def _says_otherwise(change: Repair, found: Unexpected) -> bool:
    """Whether a change may say something else than what was meant, and nobody would see it.

    A word of the language as a text, a veto, and `else` where that is but a name.
    """
    old, new = change.span.text, change.text
    quoted = new.count('"') > old.count('"') and (has_word(old) or old[:1].isdigit())
    named = new == "else" and "ELSE" not in found.accepted
    return quoted or named or ("veto" in new.split() and "veto" not in old.split())


def _proposals(statement: Statement, found: Unexpected, reading: Reading) -> Iterator[Repair]:
    at, source = _index(statement, found), statement.span.source
    if set(found.accepted) == {"NAME"} and found.word.type.isalpha() and str(found.word.value).isalpha():
        return
    yield from _conjunction(source, statement, at)
    joined = list(_joined(source, statement, at))
    yield from (change for change in joined if change.sure)
    yield from _capitals(source, statement, at)
    if found.before.type in ("AND", "OR"):
        yield from _compared(source, statement, found, at)
    yield from _texts(source, statement, at, PHRASES)
    yield from _words(source, statement, at)
    yield from _spelling(source, statement, found, at)
    yield from _texts(source, statement, at, REWRITINGS)
    yield from _spelling_before(source, statement, at, reading)
    yield from _replaced(source, statement, found, at)
    yield from _left_out(source, statement, at)
    yield from _wholes(source, statement)
    yield from _fitting(source, statement, found, at)
    yield from _inserted(source, statement, found, at)
    yield from _texts(source, statement, at, GUESSES)
    yield from _compared(source, statement, found, at)
    yield from joined
    yield from _alike(source, statement, found, at)
    yield from _turned(source, statement, at)
    yield from _without_comma(source, statement, at)


def last_proposals(statement: Statement, found: Unexpected) -> Iterator[Repair]:
    """Any word that fits before the one that does not: only worth proposing where no more than one of them helps."""
    at, source = _index(statement, found), statement.span.source
    here = place(source, statement.parts[at]).start if at < len(statement.parts) else statement.span.end
    for word in sorted(set(found.accepted.values())):
        if word[:1].isalpha() and word not in ("and", "or", "veto", "visit"):
            yield Repair(Span(source, here, here), f"{word} " if at < len(statement.parts) else f" {word}", sure=False)


def _index(statement: Statement, found: Unexpected) -> int:
    if found.word.type == "$END":
        return len(statement.parts)
    starts = [place(statement.span.source, part).start for part in statement.parts]
    return next((i for i, start in enumerate(starts) if start >= (found.word.start_pos or 0)), len(starts))


def _conjunction(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """`or` behind the comma of a list, which says the same without it; `and` may say more."""
    parts = statement.parts
    if 0 < at < len(parts) - 1 and _type(parts[at]) in ("OR", "AND") and _type(parts[at - 1]) == "COMMA":
        end = place(source, parts[at + 1]).start
        sure = _type(parts[at]) == "OR" and _type(parts[at + 1]) == "TEXT"
        yield Repair(Span(source, place(source, parts[at]).start, end), "", sure=sure)


def _spelling(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """The word that fits here and is spelt nearly like the one that stands here."""
    word = str(found.word.value)
    if at < len(statement.parts) and word.isidentifier():
        meant = nearest(word, [k for k in found.accepted.values() if k.isalpha() or "-" in k[1:]])
        if meant and meant != word:
            yield Repair(place(source, statement.parts[at]), meant, sure=found.word.type == "NAME")


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
    last = at + 2 if at < len(parts) and _text(source, parts[at]) == "," else at
    for length in range(LONGEST, 0, -1):
        for start in range(min(last, len(parts) - length), max(at - BEFORE, 0) - 1, -1):
            run = parts[start : start + length]
            said = " ".join("{" if isinstance(part, Block) else str(part.value).casefold() for part in run)
            span = place(source, run[0]).to(place(source, run[-1]))
            if said in "+-" and not (start and _text(source, parts[start - 1])[-1:].isdigit()):
                continue
            for text in _meant(said, parts[start + length : start + length + 1]):
                if text == ":" and start:
                    span = Span(source, place(source, parts[start - 1]).end, span.end)
                yield Repair(span, _apart(span, text), sure=said not in UNSURE)
                if start and text != "on":
                    behind = place(source, parts[start - 1]).end
                    yield Repair(Span(source, behind, span.end), f", {text}", sure=said not in UNSURE)


def _meant(said: str, behind: Sequence[Word | Block]) -> Sequence[str]:
    """The words of the language for others: of `is` and `=` the one first that goes with what stands behind."""
    meant = SAID.get(said, ())
    if set(meant) != {"is", "="}:
        return meant
    return ("=", "is") if behind and not isinstance(behind[0], Block) and behind[0].type == "NUMBER" else ("is", "=")


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


def _fitting(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """The only word that fits, in place of the one that stands there."""
    words = list(found.accepted.values())
    if at < len(statement.parts) and len(words) == 1 and words[0][:1].isalpha() and str(found.word.value)[:1].isalpha():
        here = place(source, statement.parts[at])
        yield Repair(here, _apart(here, words[0]))


def _replaced(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """A sign or a small word in place of another one."""
    if at == len(statement.parts):
        return
    here = place(source, statement.parts[at])
    behind = place(source, statement.parts[at - 1]).end if at else here.start
    for name, (sign, others) in REPLACED.items():
        if name in found.accepted and here.text.casefold() in others:
            span = Span(source, behind, here.end) if sign in ",:" or sign[0] == " " else here
            yield Repair(span, sign, sure=sign in SURE_SIGNS)


def _inserted(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """A sign or a small word that is missing."""
    parts = statement.parts
    behind = place(source, parts[at - 1]).end if at else statement.span.start
    for name, text in INSERTED.items():
        if name in found.accepted and _goes_with(name, found, [_type(part) for part in parts[at : at + 2]]):
            tight = text in (":", ",", "%", ")")
            yield Repair(Span(source, behind, behind), text if tight else f" {text}", sure=tight)


def _goes_with(name: str, found: Unexpected, behind: Sequence[str]) -> bool:
    """Whether a word can be meant before what stands behind it."""
    first, second = (*behind, "", "")[:2]
    if name in ("IS", "EQUAL") and {"IS", "EQUAL"} <= set(found.accepted):
        return (first == "NUMBER") == (name == "EQUAL")
    return {"ONE": second == "COMMA", "MONEY": first == "CURRENCY"}.get(name, True)


def _type(part: Word | Block) -> str:
    return "" if isinstance(part, Block) else part.type


def _compared(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """The left side of a comparison that was said before and is left out now: `total >= 60 and < 80`."""
    parts = statement.parts
    if found.word.type not in COMPARING or "NAME" not in found.accepted:
        return
    earlier = [i for i in range(1, at) if _type(parts[i]) in COMPARING]
    for index in reversed(earlier):
        first = index - 1
        while first >= 2 and _text(source, parts[first - 1]) == ".":
            first -= 2
        subject = place(source, parts[first]).to(place(source, parts[index - 1])).text
        here = place(source, parts[at]).start
        yield Repair(Span(source, here, here), f"{subject} ", sure=False)


def _alike(source: Source, statement: Statement, found: Unexpected, at: int) -> Iterator[Repair]:
    """A word that fits here and begins like the one that stands here."""
    word = str(found.word.value).casefold()
    if at < len(statement.parts):
        for fitting in sorted(set(found.accepted.values())):
            if fitting[:1].isalpha() and fitting[:LIKE] == word[:LIKE] and len(word) >= LIKE:
                yield Repair(place(source, statement.parts[at]), fitting, sure=False)


def _turned(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    """Two neighbours that stand the other way round."""
    parts = statement.parts
    for index in (at - 1, at):
        if 0 <= index < len(parts) - 1 and not any(isinstance(part, Block) for part in parts[index : index + 2]):
            one, other = place(source, parts[index]), place(source, parts[index + 1])
            if one.text[0].isalnum() and other.text[0].isalnum():
                yield Repair(one.to(other), f"{other.text} {one.text}", sure=False)


def _wholes(source: Source, statement: Statement) -> Iterator[Repair]:
    """Statements as they are written elsewhere."""
    for pattern, rewrite in WHOLES:
        match = pattern.fullmatch(source.text, statement.span.start, statement.span.end)
        if match:
            yield Repair(statement.span, rewrite(match), sure=False)


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
    """A word too many, here or just before, or a comma at the end."""
    parts = statement.parts
    for index in range(min(at, len(parts) - 1), max(at - 2, -1), -1):
        part = parts[index]
        last = index + 1 == len(parts) or place(source, parts[index + 1]).text == ","
        if not isinstance(part, Block) and (str(part.value).casefold() in LEFT_OUT or (part.value == "," and last)):
            yield Repair(place(source, part), "", sure=str(part.value) in (":", "=", ",", "."))


def _without_comma(source: Source, statement: Statement, at: int) -> Iterator[Repair]:
    if 0 < at < len(statement.parts) and _text(source, statement.parts[at]) == ",":
        start = place(source, statement.parts[at - 1]).end
        yield Repair(Span(source, start, place(source, statement.parts[at]).end), "", sure=False)
