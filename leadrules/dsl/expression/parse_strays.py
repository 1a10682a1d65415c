"""Characters that are no signs of the language to those that were meant, and the problems of all others."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from leadrules.dsl.layout import Word, moved, place
from leadrules.dsl.problem import Findings, Fix
from leadrules.dsl.source import Source, Span

DASHES = "–—−‐‑‒"
SIGNS: Mapping[str, str] = {
    **dict.fromkeys(DASHES, "-"),
    "×": "*",
    "·": "*",
    "÷": "/",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "→": ":",
    "…": "",
    "•": "",
    "‣": "",
    "¬": "not",
    "||": "or",
    "!": "not",
    "**": "",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "\u200b": "",
    "\ufeff": "",
    "\u2060": "",
    "[": "",
    "]": "",
    "|": "",
    "```": "",
    "，": ",",
    "；": ";",
    "：": ":",
    "（": "(",
    "）": ")",
    "｛": "{",
    "｝": "}",
    "＝": "=",
}
UNSURE = frozenset("…•‣|[]`*")
Rewriting = Callable[["re.Match[str]"], str]
PAIRS: Sequence[tuple[re.Pattern[str], Rewriting]] = (
    (re.compile(r"```\w*"), lambda m: ""),
    (re.compile(r"[“”„«»‘’‚‹›'`]([^“”„«»‘’‚‹›'`\"\n]*)[“”„«»‘’‚‹›'`\"]"), lambda m: f'"{m[1]}"'),
    (re.compile(r"\[([^\[\]\n]*)\]"), lambda m: m[1]),
    (re.compile(r"\b(\d{1,3})'(\d{3})\b"), lambda m: f"{int(m[1] + m[2]):_}"),
    (re.compile(rf"\b(half|s|log)[{DASHES}](life|curve|logistic)\b"), lambda m: f"{m[1]}-{m[2]}"),
    (re.compile(rf"(?<=\d) ?[{DASHES}] ?(?=\d)"), lambda m: " to "),
    (re.compile(r"([€$£]) ?(\d{1,3}(?:,\d{3})+|\d[\d_.]*)"), lambda m: f"{m[2].replace(',', '_')} {SIGNS[m[1]]}"),
    (re.compile(r"\[(?=[ \t]*(?:\n|#))"), lambda m: "{"),
    (re.compile(r"(?<=\n)[ \t]*\](?=[ \t]*\n)"), lambda m: "}"),
    (re.compile(r"(?<=\n)[ \t]*\|[^\n]*\|"), lambda m: " ".join(m[0].replace("|", " ").split())),
    (re.compile(r"\|\|"), lambda m: "or"),
    (re.compile(r"(?<=one of )(\w+(?: *\| *\w+)+)"), lambda m: re.sub(r" *\| *", ", ", m[1])),
    (re.compile(r"(?<![\w.])!(?=\w)"), lambda m: "not "),
)


class Mended(Struct, frozen=True):
    """Characters that were replaced: where they stand, and by what."""

    span: Span
    text: str


def mend(
    source: Source, words: Sequence[Word], lexing: Callable[[Source], Sequence[Word]], findings: Findings
) -> list[Word]:
    """The words with signs of the language in place of those of others, each reported once."""
    left: list[Word] = []
    done = 0
    for at, word in enumerate(words):
        span = place(source, word)
        if span.start < done:
            continue
        if word.type not in ("STRAY", "OPEN_TEXT"):
            left.append(word)
            continue
        mended = _mended(source, span, words[:at], word.type)
        _report(word, span, mended, findings)
        while mended and left and place(source, left[-1]).start >= mended.span.start:
            left.pop()
        done = mended.span.end if mended else span.end
        left += [moved(new, mended.span) for new in lexing(Source("", mended.text))] if mended else [word]
    return left


def _mended(source: Source, span: Span, before: Sequence[Word], kind: str) -> Mended | None:
    if kind == "OPEN_TEXT":
        return _closed(source, span)
    start = source.text.rfind("\n", 0, span.start)
    end = source.text.find("\n", span.end)
    end = len(source.text) if end < 0 else end
    for pattern, rewrite in PAIRS:
        for match in pattern.finditer(source.text, max(start, 0), min(end + 1, len(source.text))):
            if match.start() <= span.start < match.end():
                return Mended(Span(source, *match.span()), rewrite(match))
    meant = SIGNS.get(span.text)
    return None if meant is None else Mended(span, meant)


def _closed(source: Source, span: Span) -> Mended | None:
    """A text that is never closed, closed at the end of its line, or before the brace there."""
    if source.text[: span.start][-1:].isalnum():
        return None
    text = span.text.rstrip()
    body = text.removesuffix("{").rstrip() if text.endswith(" {") else text
    comma = body.find(", ")
    body = body[:comma] if comma > 0 and not text.endswith(" {") else body
    return Mended(span, f'{body}"{span.text[len(body) :]}')


def _report(word: Word, span: Span, mended: Mended | None, findings: Findings) -> None:
    fix = Fix(mended.span, mended.text) if mended and word.type == "STRAY" and word.value not in UNSURE else None
    if word.type == "OPEN_TEXT":
        expected = 'a closing `"` on the same line'
        hint = (
            f"write `{mended.text.rstrip(' {')}`"
            if mended
            else "count the quotes before it: one is missing, or one too many"
        )
        findings.error("E102", span, "this text is never closed", expected=expected, hint=hint, fix=fix)
        return
    hint = "" if mended is None else f"write `{mended.text}`" if mended.text.strip() else f"leave out `{span.text}`"
    sign = f"`{word.value}`" if word.value.isprintable() else " ".join(f"U+{ord(c):04X}" for c in word.value)
    findings.error("E101", span, f"{sign} is no sign of the language", hint=hint, fix=fix)
