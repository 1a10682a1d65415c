"""Scores: criteria, their limits and decay, tables, combinations."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from leadrules.dsl.expression.check import check_condition, check_duration
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.check_ageing import check_ageing, check_floor
from leadrules.dsl.rules.check_balances import check_multipliers, check_resets
from leadrules.dsl.rules.check_criteria import (
    check_cases,
    check_dates,
    check_scale,
    check_veto,
    check_weight,
    report_unbounded,
)
from leadrules.dsl.rules.check_decay import check_decay
from leadrules.dsl.rules.check_each import check_each
from leadrules.dsl.rules.model import Score
from leadrules.dsl.rules.model_criteria import (
    Criterion,
    Decay,
    Level,
    NoDecay,
    Table,
)


def check_score(node: tree.Score, scope: Scope) -> Score:
    """A score made of criteria. Criteria that are wrong are left out, each with its problem."""
    findings = scope.findings
    default = _default_decay(node, scope)
    names = Names(findings, "the criterion", node.name.text)
    criteria = [_labelled(item, default, scope) for item in _criteria(node, scope) if names.take(item.name)]
    kept = tuple(c for c in criteria if c is not None)
    report_unbounded(node, findings)
    bounds = check_bounds(node.bounds, scope)
    return Score(
        node.name.text,
        node.title.value if node.title else "",
        kept,
        bounds,
        node.rounded,
        check_resets(node, kept, bounds, scope),
        check_multipliers(node, scope),
        check_floor(node, scope),
        check_ageing(node, scope),
        span=node.span,
    )


def _default_decay(node: tree.Score, scope: Scope) -> Decay:
    defaults = [item for item in node.body.items if isinstance(item, tree.DefaultDecay)]
    for extra in defaults[1:]:
        scope.findings.error("E502", extra.span, "a second `decay` for the whole score", hint="keep one")
    return check_decay(defaults[0].decay, scope) if defaults else NoDecay()


def _criteria(node: tree.Score, scope: Scope) -> Iterator[written.Criterion]:
    blocks = [item for item in node.body.items if isinstance(item, tree.Criteria)]
    if not scope.unread and not any(block.body.items for block in blocks):
        hint = "say what earns points: `criteria { NAME POINTS when CONDITION }`"
        scope.findings.error("E501", node.name.span, f"the score `{node.name.text}` has no criteria", hint=hint)
    for block in blocks:
        yield from block.body.items


def check_bounds(node: tree.Bounds | None, scope: Scope) -> tuple[float, float] | None:
    """The lowest and highest value a score can show."""
    if node is None:
        return None
    low = check_number(node.low, scope, "a bound")
    high = check_number(node.high, scope, "a bound")
    if low is None or high is None:
        return None
    if low >= high:
        hint = f"write `between {high:g} and {low:g}`" if low > high else ""
        message = f"bounds from {low:g} to {high:g}"
        scope.findings.error("E403", node.span, message, expected="the lower bound first", hint=hint)
        return None
    return low, high


def _labelled(node: written.Criterion, default: Decay, scope: Scope) -> Criterion | None:
    """A criterion with its weight, and the time in which it is valid."""
    found = _criterion(node, default, scope)
    weight = check_weight(node, scope)
    valid = check_dates(node.label.valid, scope) if node.label.valid else None
    given = _unless(node)
    unless = check_condition(given.condition, scope) if given else None
    if found is None or weight is None or (node.label.valid and valid is None) or (given and unless is None):
        return None
    return replace(found, weight=weight, valid=valid, unless=unless)


def _unless(node: written.Criterion) -> written.Unless | None:
    match node:
        case written.Level(unless=unless) | written.Scale(unless=unless) | written.Veto(unless=unless):
            return unless
        case written.Each(clauses=clauses):
            return next((clause for clause in clauses if isinstance(clause, written.Unless)), None)
        case _:
            return None


def _criterion(node: written.Criterion, default: Decay, scope: Scope) -> Criterion | None:
    if isinstance(node, written.Table):
        by = check_by_field(node.name.text, node.subject, node.body, node.span, scope)
        return Table(node.name.text, by, span=node.span) if by else None
    if isinstance(node, written.Scale):
        return check_scale(node, scope)
    if isinstance(node, written.Cases):
        return check_cases(node, scope)
    if isinstance(node, written.Veto):
        return check_veto(node, scope)
    points = check_number(node.points, scope) if node.points else 1.0
    if points == 0 and node.points:
        scope.findings.warn("W605", node.points.span, f"`{node.name.text}` is worth 0 points", hint="leave it out")
    if isinstance(node, written.Level):
        return _level(node, points, scope)
    return check_each(node, points, default, scope)


def _level(node: written.Level, points: float | None, scope: Scope) -> Level | None:
    condition = check_condition(node.condition, scope)
    known_for = check_duration(node.known_for, scope, "this time") if node.known_for else None
    if points is None or condition is None or (node.known_for and known_for is None):
        return None
    return Level(node.name.text, points, condition, known_for, span=node.span)
