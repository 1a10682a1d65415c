"""Findings as the workflow commands that GitHub turns into annotations of a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.quantity import show_count
from leadrules.report.finding import LEVELS, Finding, Level

MOST = 10  # of each kind that GitHub shows for one step of a workflow
COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


def findings_as_github(findings: Sequence[Finding]) -> str:
    """A line each, the ten first of each kind; how many more there are stands in the log, since GitHub drops them."""
    return "\n".join(line for level in LEVELS for line in _lines([f for f in findings if f.level == level], level))


def _lines(findings: Sequence[Finding], level: Level) -> Iterator[str]:
    yield from (_command(finding) for finding in findings[:MOST])
    if more := findings[MOST:]:
        told = ", ".join(f"{in_log(f.place.path)}:{f.place.line} {f.code}" for f in more[:MOST])
        rest = ", ..." if len(more) > MOST else ""
        yield f"{show_count(len(more), f'more {level}')}, which GitHub would not show: {told}{rest}"


def in_log(text: str) -> str:
    """A text as it may stand in a log: names of files may have ends of lines in them, and commands begin a line."""
    return text.replace("\r", "%0D").replace("\n", "%0A")


def _command(finding: Finding) -> str:
    place = finding.place
    parts = {"file": place.path, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:  # GitHub takes columns of one line alone; its last one is within
        parts |= {"col": place.column, "endColumn": max(place.column, place.end_column - 1)}
    parts["title"] = f"leadrules {finding.code}"
    said = ",".join(f"{name}={_property(str(value))}" for name, value in parts.items())
    message = f"{finding.message}\n{finding.hint}" if finding.hint else finding.message
    return f"::{COMMANDS[finding.level]} {said}::{_data(message)}"


def _data(text: str) -> str:
    """The message of a command, escaped as @actions/core does it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
