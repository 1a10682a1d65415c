"""What happens to a score as a whole: resets, multipliers."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.expression.check import check_condition, check_pattern
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_balances as written
from leadrules.dsl.rules.model_balances import Multiplier, Reset
from leadrules.dsl.rules.model_criteria import Criterion, Each


def check_resets(
    node: tree.Score, criteria: Sequence[Criterion], bounds: tuple[float, float] | None, scope: Scope
) -> tuple[Reset, ...]:
    """The resets of a score; those that are wrong are left out, each with its problem."""
    nodes = [item for item in node.body.items if isinstance(item, written.Resets)]
    found = [reset for item in nodes if (reset := _reset(item, scope))]
    for reset in found:
        _report_reset(node, reset, criteria, bounds, scope)
    return tuple(found)


def _reset(node: written.Resets, scope: Scope) -> Reset | None:
    value, pattern = check_number(node.value, scope, "a reset"), check_pattern(node.pattern, scope)
    return None if value is None or pattern is None else Reset(value, pattern, span=node.span)


def _report_reset(
    node: tree.Score, reset: Reset, criteria: Sequence[Criterion], bounds: tuple[float, float] | None, scope: Scope
) -> None:
    """Doubts about a reset that does nothing, or leaves a score where it cannot be."""
    if bounds and not bounds[0] <= reset.value <= bounds[1]:
        low, high = map(show_number, bounds)
        message = f"a reset to {show_number(reset.value)} of a score between {low} and {high}"
        scope.findings.warn("W660", reset.span, message, hint="the bounds hold after a reset too")
    if reset.value == 0 and not scope.unread and not any(isinstance(criterion, Each) for criterion in criteria):
        message = f"a reset that takes nothing: no criterion of `{node.name.text}` counts what happened"
        scope.findings.warn("W661", reset.span, message, hint="points of levels and tables are given while they hold")


def check_multipliers(node: tree.Score, scope: Scope) -> tuple[Multiplier, ...]:
    """The multipliers of a score; those that are wrong are left out, each with its problem."""
    nodes = [item for item in node.body.items if isinstance(item, written.Multiplier)]
    return tuple(multiplier for item in nodes if (multiplier := _multiplier(item, scope)))


def _multiplier(node: written.Multiplier, scope: Scope) -> Multiplier | None:
    factor, condition = check_number(node.factor, scope, "a factor"), check_condition(node.condition, scope)
    if factor is not None and factor < 0:
        hint = "a score that is to be 0 is multiplied by 0; one that is to be lower has criteria below 0"
        scope.findings.error("E402", node.factor.span, "a factor below 0", expected="such as `1.2`", hint=hint)
        return None
    if factor == 1:
        scope.findings.warn("W662", node.span, "a score times 1 stays what it is", hint="leave it out")
    return None if factor is None or condition is None else Multiplier(factor, condition, span=node.span)
