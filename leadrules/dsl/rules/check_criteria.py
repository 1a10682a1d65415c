"""Criteria that ask how a lead stands now: scales."""

from __future__ import annotations

from leadrules.dsl.expression.check import check_condition, check_duration, check_pattern
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_value, type_of
from leadrules.dsl.expression.model import NUMBER, WHOLE, Value
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.model import Scale


def check_scale(node: tree.Scale, scope: Scope) -> Scale | None:
    """Points that are a value of each lead; None, and a problem, where they are none."""
    points = _points(node.points, scope)
    condition = check_condition(node.condition, scope) if node.condition else None
    known_for = check_duration(node.known_for, scope, "this time") if node.known_for else None
    if points is None or (node.condition and condition is None) or (node.known_for and known_for is None):
        return None
    return Scale(node.name.text, points, condition, known_for, span=node.span)


def _points(node: Expression, scope: Scope) -> Value | None:
    points = check_value(node, scope, check_pattern)
    if points is None or type_of(points) in (NUMBER, WHOLE):
        return points
    hint = "divide a quantity by its unit: `timeframe / 1 day`, `budget / 1000 EUR`"
    scope.findings.error("E305", node.span, f"the points are a {type_of(points)}", expected="a number", hint=hint)
    return None
