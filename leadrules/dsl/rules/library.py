"""The files that a rule set may be made of, handed in from outside: the language itself opens none."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from leadrules.dsl.source import Source


class Refusal(Struct, frozen=True):
    """Why there is no text: `there is no such file`."""

    reason: str
    hint: str = ""


class Library(Protocol):
    """Files by their path below the folder of the rule set: `shared/fields.lead`."""

    def find(self, path: str) -> Source | Refusal:
        """The text of a file, or why there is none."""
        ...


class NoLibrary:
    """Nothing to read from: for a rule set that stands alone."""

    def find(self, path: str) -> Source | Refusal:
        """None of the files there may be."""
        return Refusal("no other file is at hand", "give the rule set as a file in a folder")
