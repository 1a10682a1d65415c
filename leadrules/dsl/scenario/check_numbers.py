"""Numbers of a scenario as parameters, each within what it can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from leadrules.dsl.expression.check import check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_constant, check_number
from leadrules.dsl.expression.model import Type
from leadrules.dsl.expression.tree import Expression, Number
from leadrules.dsl.problem import Findings
from leadrules.dsl.quantity import SECOND, show_number
from leadrules.dsl.scenario.model import Parameter
from leadrules.dsl.source import Span

WIDEST = 10.0
LIVELIEST = 1_000.0  # times as active as others


def plain(node: Expression, path: str, what: str, scope: Scope) -> Parameter:
    """A number of any size."""
    return Parameter(path, check_number(node, scope, what) or 0.0)


def quantity(node: Expression, path: str, what: str, type: Type, scope: Scope) -> Parameter:
    """A number in the unit of a field: of money its currency (which may be left out), of durations seconds."""
    kinds = {"money": ("money", "number", "whole number"), "duration": ("duration",)}
    found = check_constant(node, scope, kinds.get(type.name, ("number", "whole number")), what)
    if found is None:
        return Parameter(path, 1.0)
    if found.type.name == "money" and found.type != type:
        scope.findings.error("E301", node.span, f"{what} is a {found.type}", expected=f"{type}")
    if type.name == "duration":
        return Parameter(path, found.value / SECOND, "seconds")
    return Parameter(path, found.value, type.detail if type.name == "money" else "")


def above_zero(parameter: Parameter, node: Expression, what: str, scope: Scope, or_zero: bool = False) -> Parameter:
    """The same parameter; a problem where it is not above zero, or not from zero."""
    if parameter.value < 0 or (parameter.value == 0 and not or_zero):
        expected = "zero or more" if or_zero else "a number above zero"
        found = " ".join(node.span.text.split())
        scope.findings.error("E402", node.span, f"{what} is {found}", expected=expected)
    return parameter


def positive(node: Expression, path: str, what: str, scope: Scope, or_zero: bool = False) -> Parameter:
    """A number above zero, or from zero."""
    value = check_number(node, scope, what)
    return above_zero(Parameter(path, 1.0 if value is None else value), node, what, scope, or_zero)


def between(node: Expression, path: str, what: str, scope: Scope, low: float, high: float) -> Parameter:
    """A number from `low` to `high`."""
    value = check_number(node, scope, what)
    if value is not None and not low <= value <= high:
        expected = f"a number from {show_number(low)} to {show_number(high)}"
        scope.findings.error("E402", node.span, f"{what} is {' '.join(node.span.text.split())}", expected=expected)
    return Parameter(path, low if value is None else value)


def spread_of(node: Expression | None, path: str, scope: Scope) -> Parameter:
    """How wide something is on its own scale, mostly that of logarithms; 0 where it is not said."""
    return Parameter(path, 0.0) if node is None else between(node, path, "a spread", scope, 0.0, WIDEST)


def shape_of(node: Expression, path: str, scope: Scope) -> Parameter:
    """The shape of a law of durations."""
    return between(node, path, "a shape", scope, 0.1, 100.0)


def duration(node: Expression, path: str, what: str, scope: Scope, otherwise: float = 1.0) -> Parameter:
    """A duration above zero, in seconds; `otherwise` where it is refused, of which nothing else is to be reported."""
    found = check_duration(node, scope, what)
    return Parameter(path, otherwise if found is None else found / SECOND, "seconds")


def share(node: Number | None, path: str, findings: Findings) -> Parameter:
    """A share of 1."""
    if node is not None and not 0 <= node.value <= 1:
        findings.error("E402", node.span, f"a share of {node.written}", expected="0% to 100%")
    return Parameter(path, node.value if node else 0.0, "share")


def whole(node: Number, what: str, findings: Findings, least: int = 0) -> int:
    """A whole number."""
    if node.value != math.floor(node.value) or node.value < least:
        findings.error("E402", node.span, f"{what} is {node.written}", expected=f"a whole number from {least}")
    elif "." in node.written:
        meant = node.written.replace(".", "_")
        hint = f"write `{meant}`, or leave out what stands behind the point"
        findings.error(
            "E402", node.span, f"{what} has a point inside", expected=f"a whole number from {least}", hint=hint
        )
    return int(Decimal(node.written.replace("_", "")))


def report_sum(shares: Sequence[Parameter], span: Span, what: str, findings: Findings) -> None:
    """Shares of one whole have to make it up, to within a ten-thousandth."""
    total = sum(share.value for share in shares)
    if abs(total - 1.0) > 1e-4:
        message = f"the shares of {what} add up to {show_number(round(100 * total, 4))}%"
        hint = "give what is left to `unknown`, or to one of them" if total < 1 else "take from one of them"
        findings.error("E701", span, message, expected="100%", hint=hint)
