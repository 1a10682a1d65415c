"""Findings as a report of GitLab's code quality: an array of issues, of the form that Code Climate gave them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from leadrules.report.find import fingerprint_of
from leadrules.report.finding import Finding, Level
from leadrules.report.json_text import json_text

SEVERITIES: dict[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def findings_as_gitlab(findings: Sequence[Finding]) -> str:
    """The report. GitLab takes two findings of one fingerprint for the same, so that the path is a part of it."""
    return json_text(list(_issues(findings)))


def _issues(findings: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for finding in findings:
        place = finding.place
        key = fingerprint_of(place.path, finding.code, finding.fingerprint)
        seen[key] += 1
        yield {
            "description": finding.message,
            "check_name": f"leadrules/{finding.code}",
            "fingerprint": key if seen[key] == 1 else fingerprint_of(key, str(seen[key])),
            "severity": SEVERITIES[finding.level],
            "location": {"path": place.path, "lines": {"begin": place.line, "end": place.end_line}},
        }
