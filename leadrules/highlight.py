"""Rule files and markets in colour wherever Pygments draws code: its entry point; nothing here imports this file.

The words are those of the grammars, read by the lexer that reads rules: what it takes, this colours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pygments.lexer import Lexer
from pygments.token import Comment, Error, Keyword, Literal, Name, Number, Operator, Punctuation, String, Whitespace

from leadrules.dsl.expression.language import Language
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.layout import Word
from leadrules.dsl.rules.parse import RULES
from leadrules.dsl.scenario.parse import SCENARIO
from leadrules.dsl.source import Source

TokenType = Any  # Pygments declares none
OPERATORS = frozenset(["and", "or", "not", "is", "has", "any", "no"])
TYPES = frozenset(["text", "number", "whole", "flag", "time", "date", "money", "duration"])
UNITS = frozenset(unit + plural for unit in ("second", "minute", "hour", "day", "week") for plural in ("", "s"))
SIGNS: Mapping[str, TokenType] = {
    "TEXT": String.Double,
    "COMMENT": Comment.Single,
    "NUMBER": Number,
    "PERCENT": Number,
    "DATE": Literal.Date,
    "CLOCK": Literal.Date,
    "CURRENCY": Keyword.Type,
    "NAME": Name,
    "NEWLINE": Whitespace,
    "STRAY": Error,
    "OPEN_TEXT": Error,
} | dict.fromkeys(["COMPARISON", "EQUAL", "PLUS", "MINUS", "STAR", "SLASH", "AMPERSAND"], Operator)


class _Lexer(Lexer):  # type: ignore[misc]
    language: ClassVar[Language]

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, TokenType, str]]:
        """Every character of a text, in pieces with their places and kinds."""
        end, before = 0, list[Word]()
        for word in grammar(self.language.name).words(Source("text", text)):
            start = word.start_pos or 0
            if start > end:
                yield end, Whitespace, text[end:start]
            yield start, self._kind(word, before), str(word.value)
            before = [] if word.type == "NEWLINE" else [*before, word]
            end = word.end_pos or 0
        if end < len(text):
            yield end, Whitespace, text[end:]

    def _kind(self, word: Word, before: Sequence[Word]) -> TokenType:
        """The kind of a word behind the others of its line."""
        value = str(word.value)
        if len(before) == 1 and before[0].value in self.language.heads and value.isidentifier():
            return Name.Class
        if word.type in SIGNS:
            return SIGNS[word.type]
        if value in OPERATORS:
            return Operator.Word
        if value in TYPES or value in UNITS:
            return Keyword.Type
        if not before and value in self.language.heads:
            return Keyword.Declaration
        return Keyword if value[0].isalpha() else Punctuation


class RulesLexer(_Lexer):
    """Rule files."""

    name = "Lead scoring rules"
    aliases: ClassVar = ["lead", "leadrules"]
    filenames: ClassVar = ["*.lead"]
    mimetypes: ClassVar = ["text/x-lead"]
    language = RULES


class ScenarioLexer(_Lexer):
    """Simulated markets."""

    name = "Lead scoring scenario"
    aliases: ClassVar = ["scenario", "leadrules-scenario"]
    filenames: ClassVar = ["*.scenario"]
    mimetypes: ClassVar = ["text/x-lead-scenario"]
    language = SCENARIO
