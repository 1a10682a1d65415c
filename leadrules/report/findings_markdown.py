"""Findings as Markdown, for the summary of a job or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.quantity import show_count
from leadrules.report.finding import LEVELS, Finding, gravest_first
from leadrules.report.grid import Grid
from leadrules.report.markdown import markdown_grid

MOST = 60_000  # characters: a comment on GitHub takes 65,536
MOST_ROWS = 200


def findings_as_markdown(findings: Sequence[Finding], title: str) -> str:
    """A heading, the counts, and a table of findings, the gravest first; what does not fit into a comment is counted."""
    parts = [f"## {title}", count_findings(findings)]
    if findings:
        parts.append(findings_table(findings))
    return "\n\n".join(parts)


def count_findings(findings: Sequence[Finding]) -> str:
    """`2 errors, 1 warning`."""
    counts = [(sum(f.level == level for f in findings), level) for level in LEVELS]
    return ", ".join(show_count(count, level) for count, level in counts if count) or "nothing found"


def findings_table(findings: Sequence[Finding], most: int = MOST) -> str:
    """The table alone, of at most so many characters."""
    ordered = sorted(findings, key=gravest_first)
    kept = ordered[:MOST_ROWS]
    while kept and len(_table(kept)) > most:
        kept = kept[: len(kept) // 2]
    left = len(ordered) - len(kept)
    return _table(kept) + (f"\n\n… and {left:,} more that are not shown here" if left else "")


def _table(findings: Sequence[Finding]) -> str:
    rows = [(f.level, f.code, f"{f.place.path}:{f.place.line}", f.message) for f in findings]
    return markdown_grid(Grid(("level", "code", "place", "what"), rows, ()))
