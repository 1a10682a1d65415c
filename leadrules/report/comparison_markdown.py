"""A comparison as Markdown, for the description of a pull request."""

from __future__ import annotations

from leadrules.judging.comparison import Comparison
from leadrules.report.comparison import definition, grids, made_of, notes, title
from leadrules.report.markdown import code, escaped, markdown_grid
from leadrules.report.verdict import verdict


def comparison_as_markdown(comparison: Comparison) -> str:
    """The comparison as Markdown: the verdict first, then what the figures are about, then all tables."""
    said = "\n".join(f"- {escaped(sentence)}" for sentence in verdict(comparison))
    about = "\n\n".join(map(escaped, definition(comparison)))
    tables = "\n\n".join(map(markdown_grid, grids(comparison)))
    more = "\n\n".join(map(escaped, notes(comparison)))
    made = code("\n".join(made_of(comparison)))
    return "\n\n".join(part for part in (f"# {escaped(title(comparison))}", said, about, tables, more, made) if part)
