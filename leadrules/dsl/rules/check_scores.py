"""Scores: criteria, their limits and decay, tables, combinations."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from leadrules.dsl.expression.check import check_condition, check_duration, check_pattern
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.model import Reference
from leadrules.dsl.expression.tree import Name, Number
from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.check_criteria import (
    check_cases,
    check_dates,
    check_scale,
    check_veto,
    check_weight,
    report_unbounded,
)
from leadrules.dsl.rules.check_decay import check_decay, report_idle
from leadrules.dsl.rules.check_per import check_per
from leadrules.dsl.rules.model import (
    AtMost,
    AtMostInAny,
    Criterion,
    Decay,
    Each,
    Level,
    Limit,
    NoDecay,
    OncePer,
    Score,
    Sequence,
    Table,
    WorthPer,
)


def check_score(node: tree.Score, scope: Scope) -> Score:
    """A score made of criteria. Criteria that are wrong are left out, each with its problem."""
    findings = scope.findings
    default = _default_decay(node, scope)
    names = Names(findings, "the criterion", node.name.text)
    criteria = [_labelled(item, default, scope) for item in _criteria(node, scope) if names.take(item.name)]
    kept = tuple(c for c in criteria if c is not None)
    report_unbounded(node, findings)
    title = node.title.value if node.title else ""
    return Score(node.name.text, title, kept, check_bounds(node.bounds, scope), node.rounded, span=node.span)


def _default_decay(node: tree.Score, scope: Scope) -> Decay:
    defaults = [item for item in node.body.items if isinstance(item, tree.DefaultDecay)]
    for extra in defaults[1:]:
        scope.findings.error("E502", extra.span, "a second `decay` for the whole score", hint="keep one")
    return check_decay(defaults[0].decay, scope) if defaults else NoDecay()


def _criteria(node: tree.Score, scope: Scope) -> Iterator[tree.Criterion]:
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
        scope.findings.error("E403", node.span, f"bounds from {low:g} to {high:g}", expected="the lower bound first")
        return None
    return low, high


def _labelled(node: tree.Criterion, default: Decay, scope: Scope) -> Criterion | None:
    """A criterion with its weight, and the time in which it is valid."""
    found = _criterion(node, default, scope)
    weight = check_weight(node, scope)
    valid = check_dates(node.valid, scope) if node.valid else None
    if found is None or weight is None or (node.valid and valid is None):
        return None
    return replace(found, weight=weight, valid=valid)


def _criterion(node: tree.Criterion, default: Decay, scope: Scope) -> Criterion | None:
    if isinstance(node, tree.Table):
        by = check_by_field(node.name.text, node.subject, node.body, node.span, scope)
        return Table(node.name.text, by, span=node.span) if by else None
    if isinstance(node, tree.Scale):
        return check_scale(node, scope)
    if isinstance(node, tree.Cases):
        return check_cases(node, scope)
    if isinstance(node, tree.Veto):
        return check_veto(node, scope)
    points = check_number(node.points, scope)
    if points == 0:
        scope.findings.warn("W605", node.points.span, f"`{node.name.text}` is worth 0 points", hint="leave it out")
    if isinstance(node, tree.Level):
        return _level(node, points, scope)
    return _each(node, points, default, scope)


def _level(node: tree.Level, points: float | None, scope: Scope) -> Level | None:
    condition = check_condition(node.condition, scope)
    known_for = check_duration(node.known_for, scope, "this time") if node.known_for else None
    if points is None or condition is None or (node.known_for and known_for is None):
        return None
    return Level(node.name.text, points, condition, known_for, span=node.span)


def _each(node: tree.Each, points: float | None, default: Decay, scope: Scope) -> Each | None:
    pattern = check_pattern(node.pattern, scope)
    _report_repeated(node, scope.findings)
    limits = [_limit(clause, node, scope) for clause in node.clauses if isinstance(clause, tree.AtMost | tree.OncePer)]
    worths = [_worth(clause, node, points, scope) for clause in node.clauses if isinstance(clause, tree.Worth)]
    decays = [_decay(clause, points, scope) for clause in node.clauses if isinstance(clause, tree.Decay)]
    if points is None or pattern is None or None in limits or None in worths:
        return None
    gaps = [
        check_duration(clause.duration, scope, "a gap") for clause in node.clauses if isinstance(clause, tree.AfterGap)
    ]
    sequence, per = _sequence(node, scope), check_per(node, scope)
    if None in gaps or (node.before and sequence is None) or (node.per and per is None):
        return None
    counted = tuple(limit for limit in limits if limit is not None)
    in_all = next((worth for worth in worths if isinstance(worth, float)), None)
    worth_per = next((worth for worth in worths if isinstance(worth, WorthPer)), None)
    return Each(
        node.name.text,
        points,
        pattern,
        node.which,
        counted,
        in_all,
        next(iter(decays), default),
        worth_per,
        next(iter(gaps), None),
        sequence,
        per,
        span=node.span,
    )


def _sequence(node: tree.Each, scope: Scope) -> Sequence | None:
    if node.before is None or node.within is None:
        return None
    pattern, within = check_pattern(node.before, scope), check_duration(node.within, scope, "this time")
    return None if pattern is None or within is None else Sequence(pattern, within, span=node.before.span)


def _decay(clause: tree.Decay, points: float | None, scope: Scope) -> Decay:
    decay = check_decay(clause, scope)
    if points is not None:
        report_idle(decay, clause, points, scope)
    return decay


def _report_repeated(node: tree.Each, findings: Findings) -> None:
    """Two clauses that say the same kind of thing leave open which one is meant."""
    seen: set[str] = set()
    for clause in node.clauses:
        kind = _kind(clause)
        if kind in seen:
            findings.error("E508", clause.span, f"a second clause about {kind}", hint="keep one of the two")
        seen.add(kind)


def _kind(clause: tree.Clause) -> str:
    match clause:
        case tree.AtMost(period=None, window=window):
            return "any stretch of time" if window else "how often in all"
        case tree.AtMost(period=period):
            return f"one calendar {period}"
        case tree.OncePer(property):
            return f"how often per {property.text}"
        case tree.Worth(per=per):
            return "how much of each" if per else "how much in all"
        case tree.AfterGap():
            return "the gap before"
        case _:
            return "decay"


def _limit(clause: tree.AtMost | tree.OncePer, node: tree.Each, scope: Scope) -> Limit | None:
    if isinstance(clause, tree.OncePer):
        property = _property(clause.property, node, scope)
        return OncePer(property) if property else None
    count = _count(clause.count, scope.findings) if clause.count else 1
    if clause.window is None:
        return None if count is None else AtMost(count, clause.period or "all")
    window = check_duration(clause.window, scope, "a window")
    return None if count is None or window is None else AtMostInAny(count, window)


def _property(name: Name, node: tree.Each, scope: Scope) -> Reference | None:
    """A property of the event of a criterion; an event that is none has its problem already."""
    event = node.pattern.event
    if event.text == "event":
        scope.findings.error("E207", name.span, "`event` means any event, and has no properties to tell apart")
        return None
    return scope.own_property(event, name) if event.text in scope.events else None


def _count(node: Number, findings: Findings) -> int | None:
    if node.value != int(node.value) or node.value < 1:
        findings.error("E402", node.span, f"at most {node.written} occurrences", expected="a whole number from 1")
        return None
    return int(node.value)


def _worth(clause: tree.Worth, node: tree.Each, points: float | None, scope: Scope) -> float | WorthPer | None:
    worth = check_number(clause.points, scope, "a limit")
    property = _property(clause.per, node, scope) if clause.per else None
    if worth is not None and worth <= 0:
        message = f"worth at most {worth:g} points"
        hint = "a limit bounds losses too: `worth at most 20 points` keeps the sum between -20 and 20"
        scope.findings.error("E402", clause.points.span, message, expected="a number above 0", hint=hint)
        return None
    if worth is not None and points is not None and worth < abs(points):
        extent = f"per {clause.per.text}" if clause.per else "in all"
        message = f"worth at most {worth:g} points {extent}, and one occurrence is worth {abs(points):g}"
        scope.findings.warn("W602", clause.span, message, hint="the first occurrence never earns its points in full")
    if worth is None or not clause.per:
        return worth
    return WorthPer(worth, property) if property else None
