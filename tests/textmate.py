"""The TextMate grammar in `editors/`, made from the words of both grammars, and a reader of it as simple as editors are.

`python -m pytest tests/test_editors.py --accept` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.rules.parse import RULES
from leadrules.dsl.scenario.parse import SCENARIO
from leadrules.highlight import OPERATORS, TYPES, UNITS

SCOPE = "leadrules"


def textmate() -> dict[str, Any]:
    """The grammar as editors read it: patterns in the order they are tried in."""
    words = grammar("rules").keywords() | grammar("scenario").keywords()
    heads = {*RULES.heads, *SCENARIO.heads}
    patterns = [
        _pattern("comment.line.number-sign", r"#.*$"),
        {
            **_pattern("string.quoted.double", None),
            "begin": '"',
            "end": r'"|$',
            "patterns": [_pattern("constant.character.escape", r"\\.")],
        },
        {
            "match": rf"^({_one_of(heads)})(?![\w-])(?:[ \t]+([^\W\d]\w*)(?![\w-]))?",
            "captures": {"1": {"name": f"keyword.declaration.{SCOPE}"}, "2": {"name": f"entity.name.type.{SCOPE}"}},
        },
        _pattern("constant.numeric.date", r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b"),
        _pattern("constant.numeric", r"(?<![\w])\d+(?:_\d+)*(?:\.\d+)?%?"),
        _pattern("support.type.currency", r"(?<![\w.])[A-Z]{3}(?!\w)"),
        _pattern("keyword.operator.word", _word(OPERATORS)),
        _pattern("support.type", _word(TYPES | UNITS)),
        _pattern("keyword.control", _word(words - OPERATORS - TYPES - UNITS)),
        _pattern("keyword.operator", r"<=|>=|!=|[<>=+*/&-]"),
        _pattern("variable.other", r"[^\W\d]\w*"),
        _pattern("punctuation", r"[{}(),;:.]"),
    ]
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Lead scoring rules",
        "scopeName": f"source.{SCOPE}",
        "fileTypes": ["lead", "scenario"],
        "patterns": patterns,
    }


def _pattern(name: str, match: str | None) -> dict[str, Any]:
    return {"name": f"{name}.{SCOPE}"} | ({"match": match} if match else {})


def _word(words: frozenset[str]) -> str:
    return rf"(?<![\w.-])(?:{_one_of(words)})(?![\w-])"


def _one_of(words: set[str] | frozenset[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def scopes(language: dict[str, Any], text: str) -> dict[int, str]:
    """The scope of each character of a text that has one: line by line, of all patterns the one that begins first."""
    found: dict[int, str] = {}
    start = 0
    for line in text.split("\n"):
        for at, to, name in _pieces(language["patterns"], line):
            found |= dict.fromkeys(range(start + at, start + to), name.removesuffix(f".{SCOPE}"))
        start += len(line) + 1
    return found


def _pieces(patterns: list[dict[str, Any]], line: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    while at < len(line):
        tried = [(p, re.compile(p.get("match") or p["begin"]).search(line, at)) for p in patterns]
        hits = [(match.start(), -i, pattern, match) for i, (pattern, match) in enumerate(tried) if match]
        if not hits:
            return
        _, _, pattern, match = min(hits, key=lambda hit: (hit[0], -hit[1]))
        at = _end(pattern, line, match.end()) if "begin" in pattern else match.end()
        if "name" in pattern:
            yield match.start(), at, pattern["name"]
        for group, capture in pattern.get("captures", {}).items():
            if match[int(group)]:
                yield *match.span(int(group)), capture["name"]


def _end(pattern: dict[str, Any], line: str, at: int) -> int:
    """Where a piece ends that begins before `at`: patterns inside it come first."""
    both = re.compile(
        "|".join(f"(?:{inner['match']})" for inner in pattern["patterns"]) + f"|(?P<end>{pattern['end']})"
    )
    while True:
        match = both.search(line, at)
        assert match
        at = match.end()
        if match["end"] is not None:
            return at
