"""Criteria that ask how a lead stands now: scales, tables of conditions, vetoes."""

from __future__ import annotations

import math
from datetime import date, timedelta

from leadrules.dsl.expression.check import check_condition, check_duration, check_pattern
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number, check_value, type_of
from leadrules.dsl.expression.imply import implies
from leadrules.dsl.expression.model import NUMBER, WHOLE, Value
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.model_criteria import Case, Cases, Scale, Veto


def check_scale(node: written.Scale, scope: Scope) -> Scale | None:
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


def check_weight(node: written.Criterion, scope: Scope) -> float | None:
    """What the points of a criterion are multiplied by; None, and a problem, where that is below 0."""
    if node.label.weight is None:
        return 1.0
    if isinstance(node, written.Veto):
        hint = "it fixes the score, whatever other criteria weigh"
        scope.findings.error("E207", node.label.weight.span, "a veto has no weight", hint=hint)
        return None
    weight = check_number(node.label.weight, scope, "a weight")
    if weight is not None and weight < 0:
        hint = "what counts against a lead has points below 0, and a weight above"
        scope.findings.error("E402", node.label.weight.span, "a weight below 0", expected="such as `35%`", hint=hint)
        return None
    if weight == 0:
        scope.findings.warn("W605", node.label.weight.span, f"`{node.name.text}` weighs nothing", hint="leave it out")
    return weight


def check_dates(node: written.Dates, scope: Scope) -> tuple[float, float] | None:
    """The first instant of the first day and the one after the last; None, and a problem, where there are none."""
    first, last = scope.instant(node.first.text), scope.instant(node.last.text)
    for day, found in ((node.first, first), (node.last, last)):
        if found is None:
            scope.findings.error("E408", day.span, f"`{day.text}` is no date", hint="write the year, month and day")
    if first is None or last is None:
        return None
    if first > last:
        message = f"valid from {node.first.text} to {node.last.text}"
        scope.findings.error("E403", node.span, message, expected="the first day first")
        return None
    after = scope.instant((date.fromisoformat(node.last.text) + timedelta(days=1)).isoformat())
    return first, math.inf if after is None else after


def check_cases(node: written.Cases, scope: Scope) -> Cases | None:
    """A table of conditions whose rows are all right; None, and problems, otherwise."""
    if not node.body.items and not scope.unread:
        message = f"the table `{node.name.text}` has no rows"
        scope.findings.error("E501", node.span, message, expected="`CONDITION: POINTS`")
    _report_rest(node, scope.findings)
    written = [row for row in node.body.items if row.condition is not None]
    rows = [row for row in (_case(row, scope) for row in written) if row is not None]
    rests = [check_number(row.points, scope) for row in node.body.items if row.condition is None]
    if len(rows) < len(written) or None in rests:
        return None
    if not node.best:
        _report_unreached(rows, scope.findings)
    return Cases(node.name.text, node.best, tuple(rows), next(iter(rests), 0.0) or 0.0, span=node.span)


def _case(row: written.Case, scope: Scope) -> Case | None:
    condition = check_condition(row.condition, scope) if row.condition else None
    points = check_number(row.points, scope)
    return None if condition is None or points is None else Case(condition, points, span=row.span)


def _report_rest(node: written.Cases, findings: Findings) -> None:
    for row in node.body.items[:-1]:
        if row.condition is None:
            hint = "it is for whoever is left: put it last, and once"
            findings.error("E503", row.span, "`otherwise` is not the last row", hint=hint)


def _report_unreached(rows: list[Case], findings: Findings) -> None:
    """A row that is never the first that is true: whoever passes it passes one above it."""
    for i, row in enumerate(rows):
        above = next((other for other in rows[:i] if implies(row.condition, other.condition)), None)
        if above:
            labels = (Label(above.span, "takes all of them"),)
            hint = "put the row that asks for more above the one that asks for less"
            findings.warn("W611", row.span, "this row is never the first that is true", hint=hint, labels=labels)


def check_veto(node: written.Veto, scope: Scope) -> Veto | None:
    """A veto; None, and a problem, where its condition is none."""
    condition = check_condition(node.condition, scope)
    known_for = check_duration(node.known_for, scope, "this time") if node.known_for else None
    if condition is None or (node.known_for and known_for is None):
        return None
    return Veto(node.name.text, condition, known_for, span=node.span)


def report_unbounded(score: tree.Score, findings: Findings) -> None:
    """A veto has nothing to fix a score at that has no bounds."""
    for block in score.body.items if score.bounds is None else ():
        for node in block.body.items if isinstance(block, tree.Criteria) else ():
            if isinstance(node, written.Veto):
                message = f"`{node.name.text}` fixes `{score.name.text}` at its lower bound, and it has none"
                hint = f"give it bounds: `score {score.name.text} between 0 and 100 {{ … }}`"
                findings.error("E501", node.span, message, hint=hint)
