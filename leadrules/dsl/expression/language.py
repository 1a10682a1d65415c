"""What reading needs to know of a language beside its grammar."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Language(Struct, frozen=True):
    """One language.

    `heads`: the first words of statements at the margin, each with its form; `inside`: for a block's first word, or the three words before its brace, the rule its statements are read with; `forms`: how such statements look, or those of them that begin with a word.
    `either`: for a rule the others that its statements may be read with.
    """

    name: str
    heads: Mapping[str, str]
    inside: Mapping[str, str]
    forms: Mapping[str, str]
    either: Mapping[str, tuple[str, ...]] = {}
