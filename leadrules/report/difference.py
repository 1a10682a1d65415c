"""Two versions of a text to the lines that differ."""

from __future__ import annotations

import difflib

from leadrules.report.text import Style, unstyled

UNENDED = "\\ No newline at end of file"
COLOURS = {"+": "added", "-": "error", "@": "frame"}


def draw_difference(name: str, before: str, after: str, style: Style = unstyled) -> str:
    """A unified diff, as `diff -u` and git write it; empty where the texts are the same."""
    name = name.lstrip("/")
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}", lineterm="")
    return "\n".join(style(line, COLOURS[line[0]]) if line[:1] in COLOURS else line for line in lines)


def _lines(text: str) -> list[str]:
    """The lines of a text; what applies a diff has to be told of a last one that nothing ends."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n{UNENDED}"] if last else lines
