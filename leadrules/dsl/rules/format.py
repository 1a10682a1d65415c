"""Text to text: a `.lead` file in its canonical spelling."""

from __future__ import annotations

from leadrules.dsl.expression.format import comments_among, settle
from leadrules.dsl.expression.parse import grammar
from leadrules.dsl.rules.parse import read
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source


def format_source(source: Source) -> str:
    """The canonical text of a source. Raises `RulesError`, as `settle` says."""
    return settle(source, read, write, comments_of)


def comments_of(source: Source) -> list[str]:
    """All comments of a source, in the order of the text."""
    return comments_among(grammar("rules").words(source))
