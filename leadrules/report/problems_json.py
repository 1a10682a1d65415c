"""Problems as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from leadrules.dsl.problem import Problem
from leadrules.dsl.source import Span
from leadrules.report.fingerprint import fingerprints
from leadrules.report.json_text import json_text


def problems_as_json(problems: Sequence[Problem], silenced: int = 0) -> str:
    """The problems in the order of the text; lines and columns are counted from 1, ends are behind the last character."""
    told = {
        "format_version": 1,
        "problems": [_problem(problem, fingerprint) for problem, fingerprint in fingerprints(problems)],
        "counts": dict(sorted(Counter(problem.severity for problem in problems).items())),
        "silenced": silenced,
    }
    return json_text(told)


def _problem(problem: Problem, fingerprint: str) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        **_place(problem.span),
        "message": problem.message,
        "expected": problem.expected,
        "hint": problem.hint,
        "labels": [{**_place(label.span), "text": label.text} for label in problem.labels],
        "fix": {**_place(problem.fix.span), "text": problem.fix.text} if problem.fix else None,
        "fingerprint": fingerprint,
    }


def _place(span: Span) -> dict[str, Any]:
    (line, column), (end_line, end_column) = span.source.position(span.start), span.source.position(span.end)
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
