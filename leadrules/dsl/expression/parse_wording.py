"""The word that does not fit, as a problem in plain words: what was found, what may stand there, what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.layout import Block, Statement, Word, place
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest, was_meant

PHRASES: Mapping[str, str] = {
    "NAME": "a name",
    "TEXT": 'a text in quotes ("…")',
    "NUMBER": "a number",
    "BLOCK": "`{ … }`",
    "DATE": "a date (2026-01-31)",
    "CLOCK": "a time of day (09:00)",
    "CURRENCY": "a currency (EUR)",
    "_CLAUSE_COMMA": "a comma and a further clause",
    "$END": "the end of the line",
}
GROUPS: Sequence[tuple[frozenset[str], str]] = (
    (frozenset(["ANY", "NO", "NOT", "COUNT", "NAME", "NUMBER", "LPAR"]), "a condition"),
    (frozenset(["COUNT", "NAME", "NUMBER", "LPAR"]), "a value"),
    (frozenset(["MINUS", "NUMBER", "LPAR"]), "a value"),
    (
        frozenset(["SECOND", "SECONDS", "MINUTE", "MINUTES", "HOUR", "HOURS", "DAY", "DAYS", "WEEK", "WEEKS"]),
        "a unit of time (days)",
    ),
    (frozenset(["PLUS", "MINUS", "STAR", "SLASH"]), "`+ - * /`"),
    (frozenset(["STARTS", "ENDS", "CONTAINS", "MENTIONS", "MATCHES"]), "a test of a text (`contains`)"),
    (frozenset(["IS", "COMPARISON", "EQUAL"]), "a comparison (`>=`, `is`)"),
)
OF_VALUES = frozenset(
    [
        "ANY",
        "NO",
        "NOT",
        "COUNT",
        "SUM",
        "MAX",
        "MIN",
        "DAYS",
        "CALENDAR",
        "PLUS",
        "MINUS",
        "NAME",
        "NUMBER",
        "TEXT",
        "DATE",
        "LPAR",
    ]
)
OF_CONDITIONS = frozenset(("a condition", "a value"))
OPERATORS = frozenset(["AND", "OR", "COMPARISON", "EQUAL", "PLUS", "MINUS", "STAR", "SLASH"])
HINTS: Mapping[str, str] = {
    "E112": "write `(any … where …)` or `(count of … where …)`: without brackets a `where` reaches to the end of its condition",
    "month": "months differ in length: write `30 days`",
    "months": "months differ in length: write `90 days`",
    "year": "years differ in length: write `365 days`",
    "years": "years differ in length: write `730 days`",
}
BEGINNINGS = frozenset(["WHEN", "COLON", "WHERE", "WHILE", "UNLESS", "UNTIL", "_CLAUSE_COMMA", "EXPECT"])
CLAUSES = frozenset(["UNTIL", "FOR", "CONTACT", "UNLESS", "AT", "ONCE", "WORTH", "DECAY", "NO", "AFTER"])
LINE_ENDS = 4
CLAUSE_WORDS = frozenset(["once", "at", "worth", "decay", "no", "for", "after"])
SHORT_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class Unexpected(Exception):
    """A word that no statement of its kind may have there, the word before it, and the terminals that would fit."""

    def __init__(self, word: Word, before: Word, accepted: Mapping[str, str]) -> None:
        self.word, self.before, self.accepted = word, before, accepted
        super().__init__(f"unexpected {word.type}")

    @property
    def reach(self) -> tuple[bool, int]:
        """How far the statement was read: to its end, or to a place."""
        return self.word.type == "$END", self.word.start_pos or 0


def unexpected(source: Source, statement: Statement, found: Unexpected, form: str) -> Problem:
    """The problem to draw for a word that does not fit. `form` shows how a right statement of this kind looks."""
    word, accepted = found.word, found.accepted
    ended = word.type == "$END"
    span = Span(source, statement.span.end, statement.span.end) if ended else place(source, word)
    meant = None if word.type != "NAME" else nearest(str(word.value), [k for k in accepted.values() if k.isalpha()])
    return Problem(
        code=_code(found, statement),
        span=span,
        message="the line ends too early" if ended else f"`{word.value}` does not fit here",
        expected=_expected(accepted),
        hint=_hint(found, meant, statement) or f"the form is: {form}",
        fix=Fix(span, meant) if meant and meant != "veto" else None,
    )


def mendable(found: Unexpected, statement: Statement) -> bool:
    """Whether a word may be a slip of the pen. Where brackets are missing, nobody but the author can tell where."""
    return _code(found, statement) == "E110" or found.word.type == "SLASH"


def _code(found: Unexpected, statement: Statement) -> str:
    other = {"AND": "OR", "OR": "AND"}.get(found.word.type)
    if other in found.accepted and "TO" not in found.accepted:
        return "E111"
    has_where = any(isinstance(part, Word) and part.type == "WHERE" for part in statement.parts)
    return "E112" if has_where and found.word.type in OPERATORS else "E110"


def _hint(found: Unexpected, meant: str | None, statement: Statement) -> str:
    word, before = found.word, found.before
    if meant:
        return was_meant(meant)
    if "BLOCK" in found.accepted and (word.type == "$END" or (str(word.value) in "(:" and word is statement.parts[-1])):
        line = statement.span.text[: -1 if word.type != "$END" else None].rstrip()
        return f"write `{' '.join(line.split()[-LINE_ENDS:])} {{`, and `}}` below what belongs to it"
    if set(found.accepted) == {"NAME"} and str(word.value).isidentifier():
        return f"`{word.value}` is a word of the language: choose another name"
    if before.type == "NUMBER" and str(word.value) in SHORT_UNITS:
        return f"write the unit out: `{before.value} {SHORT_UNITS[str(word.value)]}`"
    if before.type == "NUMBER" and word.type == "COMMA" and statement.span.source.text[word.end_pos or 0].isdigit():
        return "a number has no comma inside: write `1000` or `1_000`"
    if before.type == "EACH" and word.type == "$END":
        return "name the event that counts: `each EVENT`"
    if "VETO" in found.accepted and word.type in ("WHEN", "EACH"):
        return f"say how many points: `{before.value} 5 {word.value}`"
    if "_CLAUSE_COMMA" in found.accepted and str(word.value) in CLAUSE_WORDS:
        return f"a clause is set off by a comma: `, {word.value} …`"
    if word.value == "between" and word is statement.parts[0]:
        return "bounds stand before the braces: `score NAME between 0 and 100 { … }`"
    if word.type == "CLOCK":
        return "write a space behind the colon"
    if _code(found, statement) == "E111":
        return f"say with brackets what belongs together, such as `{_with_brackets(found, statement)}`"
    return HINTS.get(_code(found, statement), "") or HINTS.get(str(word.value), "")


def _with_brackets(found: Unexpected, statement: Statement) -> str:
    """The condition that a word stands in, with brackets around what `and` joins."""
    parts, source = statement.parts, statement.span.source
    at = next(
        i for i, part in enumerate(parts) if part is found.word or place(source, part).start == found.word.start_pos
    )
    first, last = _edge(parts, at, -1), _edge(parts, at, 1)
    groups: list[list[Word | Block]] = [[]]
    for part, depth in zip(parts[first:last], _depths(parts[first:last]), strict=True):
        if depth == 0 and _type(part) == "OR":
            groups.append([])
        else:
            groups[-1].append(part)
    return " or ".join(_group(source, group) for group in groups)


def _group(source: Source, parts: Sequence[Word | Block]) -> str:
    text = place(source, parts[0]).to(place(source, parts[-1])).text if parts else ""
    joined = any(depth == 0 and _type(part) == "AND" for part, depth in zip(parts, _depths(parts), strict=True))
    return f"({text})" if joined else text


def _edge(parts: Sequence[Word | Block], at: int, step: int) -> int:
    """Where a condition ends on one side of a word in it: at a word that begins one, a clause, or a bracket."""
    depth = 0
    while 0 < at < len(parts):
        type = _type(parts[at])
        depth += {"LPAR": -step, "RPAR": step}.get(type, 0) * -1
        clause = type == "COMMA" and _type(parts[min(at + 1, len(parts) - 1)]) in CLAUSES
        if depth < 0 or (depth == 0 and (type in BEGINNINGS or clause or isinstance(parts[at], Block))):
            return at + 1 if step < 0 else at
        at += step
    return max(at, 1) if step < 0 else at


def _depths(parts: Sequence[Word | Block]) -> list[int]:
    depths, depth = list[int](), 0
    for part in parts:
        depth += _type(part) == "LPAR"
        depths.append(depth)
        depth -= _type(part) == "RPAR"
    return depths


def _type(part: Word | Block) -> str:
    return "" if isinstance(part, Block) else part.type


def _expected(accepted: Mapping[str, str]) -> str:
    left = set(accepted)
    phrases = []
    for group, phrase in GROUPS:
        if group <= left:
            phrases.append(phrase)
            left -= (group | OF_VALUES) if phrase in OF_CONDITIONS else group
    words = [PHRASES.get(name) or f"`{accepted[name]}`" for name in sorted(left) if name in PHRASES or accepted[name]]
    return one_of(phrases + sorted(words, key=lambda word: (word == PHRASES["$END"], word)))


def one_of(choices: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    *most, last = choices or [""]
    return f"{', '.join(most)} or {last}" if most else last
