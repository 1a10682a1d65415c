"""Numbers of a scenario as parameters, each within what it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from leadrules.dsl.expression.check import check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.tree import Expression, Number
from leadrules.dsl.problem import Findings
from leadrules.dsl.quantity import SECOND, show_number
from leadrules.dsl.scenario.model import Parameter
from leadrules.dsl.source import Span


def plain(node: Expression, path: str, what: str, scope: Scope) -> Parameter:
    """A number of any size."""
    return Parameter(path, check_number(node, scope, what) or 0.0)


def positive(node: Expression, path: str, what: str, scope: Scope, or_zero: bool = False) -> Parameter:
    """A number above zero, or from zero."""
    value = check_number(node, scope, what)
    if value is not None and (value < 0 or (value == 0 and not or_zero)):
        expected = "zero or more" if or_zero else "a number above zero"
        scope.findings.error("E402", node.span, f"{what} is {show_number(value)}", expected=expected)
    return Parameter(path, 1.0 if value is None else value)


def duration(node: Expression, path: str, what: str, scope: Scope) -> Parameter:
    """A duration above zero, in seconds."""
    found = check_duration(node, scope, what)
    return Parameter(path, 1.0 if found is None else found / SECOND, "seconds")


def share(node: Number | None, path: str, findings: Findings) -> Parameter:
    """A share of 1."""
    if node is not None and not 0 <= node.value <= 1:
        findings.error("E402", node.span, f"a share of {node.written}", expected="0% to 100%")
    return Parameter(path, node.value if node else 0.0, "share")


def whole(node: Number, what: str, findings: Findings, least: int = 0) -> int:
    """A whole number."""
    if node.value != math.floor(node.value) or node.value < least:
        findings.error("E402", node.span, f"{what} is {node.written}", expected=f"a whole number from {least}")
    return int(node.value)


def report_sum(shares: Sequence[Parameter], span: Span, what: str, findings: Findings) -> None:
    """Shares of one whole have to make it up, to within a ten-thousandth."""
    total = sum(share.value for share in shares)
    if abs(total - 1.0) > 1e-4:
        message = f"the shares of {what} add up to {show_number(round(100 * total, 4))}%"
        hint = "give what is left to `unknown`, or to one of them" if total < 1 else "take from one of them"
        findings.error("E701", span, message, expected="100%", hint=hint)
