"""Comments as other languages write them."""

from __future__ import annotations

import re

from leadrules.dsl.layout import Statement, place
from leadrules.dsl.problem import Findings, Fix
from leadrules.dsl.source import Span

SIGNS = ("//", "--", "/*")
NEGATED = re.compile(r"--(?=\S)")


def comment_meant(span: Span) -> str:
    """What to write where a comment begins as in other languages; nothing where none does."""
    sign = span.source.text[span.start : span.start + 2]
    return f"a comment begins with `#`, not with `{sign}`" if sign in SIGNS else ""


def may_be_value(statement: Statement, start: str) -> bool:
    """Whether a statement may begin with a value that has two signs, such as `--1 < size: 5`."""
    return start == "case" and NEGATED.match(statement.span.source.text, statement.span.start) is not None


def report_comment(statement: Statement, start: str, findings: Findings) -> bool:
    """Whether a comment stands where a statement should; a problem then."""
    span = place(statement.span.source, statement.parts[0])
    hint = comment_meant(span)
    if not hint or start == "declaration":
        return False
    sign = Span(span.source, span.start, span.start + 2)
    alone = "\n" not in statement.span.text and not sign.text.startswith("/*")
    message = f"`{sign.text}` does not fit here"
    findings.error("E110", sign, message, hint=hint, fix=Fix(sign, "#") if alone else None)
    return True
