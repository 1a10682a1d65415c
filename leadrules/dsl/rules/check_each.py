"""Criteria that count occurrences: their pattern, what comes before, their limits and decay."""

from __future__ import annotations

from leadrules.dsl.expression.check import check_condition, check_duration, check_pattern
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number, is_set
from leadrules.dsl.expression.model import Holds, Meaning, Pattern, Reference
from leadrules.dsl.expression.tree import Name, Number
from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.check_bands import check_bands
from leadrules.dsl.rules.check_decay import check_decay, report_idle
from leadrules.dsl.rules.check_per import check_per
from leadrules.dsl.rules.model_criteria import (
    AtMost,
    AtMostInAny,
    Begins,
    Decay,
    Each,
    Limit,
    OncePer,
    Sequence,
    WorthPer,
)


def check_each(node: written.Each, points: float | None, default: Decay, scope: Scope) -> Each | None:
    """Points for occurrences, with all their clauses; None where a part of them is wrong."""
    pattern = (
        _begins(node.pattern, scope) if isinstance(node.pattern, written.Begins) else check_pattern(node.pattern, scope)
    )
    _report_repeated(node, scope.findings)
    clauses = _clauses(node, None if node.bands else points, scope)
    sequence, per = _sequence(node, scope), check_bands(node, scope) or check_per(node, scope)
    after = next((clause.duration for clause in node.clauses if isinstance(clause, written.AfterGap)), None)
    gap = check_duration(after, scope, "a gap") if after else None
    visit = check_duration(node.visit, scope, "the gap between visits") if node.visit else None
    parts = (node.before, sequence), (node.per or node.bands, per), (after, gap), (node.visit, visit)
    if points is None or pattern is None or clauses is None or any(said and part is None for said, part in parts):
        return None
    return Each(
        name=node.name.text,
        points=points,
        pattern=pattern,
        which=node.which,
        limits=tuple(clause for clause in clauses if isinstance(clause, Limit)),
        worth=next((clause for clause in clauses if isinstance(clause, float)), None),
        decay=next((clause for clause in clauses if isinstance(clause, Decay)), default),
        worth_per=next((clause for clause in clauses if isinstance(clause, WorthPer)), None),
        gap=gap,
        sequence=sequence,
        per=per,
        visit=visit,
        span=node.span,
    )


def _clauses(node: written.Each, one: float | None, scope: Scope) -> list[Limit | float | WorthPer | Decay] | None:
    """What the clauses say; None where one is wrong. `one`: what one occurrence is worth, where that is known."""
    found: list[Limit | float | WorthPer | Decay | None] = []
    for clause in node.clauses:
        match clause:
            case written.AtMost() | written.OncePer():
                found.append(_limit(clause, node, scope))
            case written.Worth():
                found.append(_worth(clause, node, one, scope))
            case written.AfterGap():
                _report_gap(clause, node, scope.findings)
            case written.Unless():
                pass
            case _:
                found.append(_decay(clause, one, scope))
    right = [clause for clause in found if clause is not None]
    return right if len(right) == len(found) else None


def _begins(node: written.Begins, scope: Scope) -> Begins | None:
    """A condition that events or changes of fields can make true; a doubt where it asks about none."""
    condition = check_condition(node.condition, scope)
    if condition is None:
        return None
    if not _can_turn(condition):
        hint = "points while a condition holds are `P when CONDITION`"
        scope.findings.warn("W640", node.span, "no event and no field makes this true: it never begins", hint=hint)
    return Begins(condition, span=node.span)


def _can_turn(meaning: Meaning) -> bool:
    """Whether events or fields may have a say in something; what has a name may ask about them."""
    named = isinstance(meaning, Holds) and meaning.reference.kind in ("condition", "fired")
    field = isinstance(meaning, Reference) and meaning.kind == "field"
    return named or field or isinstance(meaning, Pattern) or any(_can_turn(part) for part in meaning.made_of())


def _sequence(node: written.Each, scope: Scope) -> Sequence | None:
    if node.before is None or node.within is None:
        return None
    pattern, within = check_pattern(node.before, scope), check_duration(node.within, scope, "this time")
    return None if pattern is None or within is None else Sequence(pattern, within, span=node.before.span)


def _report_gap(clause: written.AfterGap, node: written.Each, findings: Findings) -> None:
    """Visits have a gap as they are."""
    if node.visit:
        hint = "a visit begins after a gap as it is: write the longer one"
        findings.error("E544", clause.span, "visits with two gaps", hint=hint)


def _decay(clause: written.Decay, points: float | None, scope: Scope) -> Decay:
    decay = check_decay(clause, scope)
    if points is not None:
        report_idle(decay, clause, points, scope)
    return decay


def _report_repeated(node: written.Each, findings: Findings) -> None:
    """Two clauses that say the same kind of thing leave open which one is meant."""
    seen: set[str] = set()
    for clause in node.clauses:
        kind = _kind(clause)
        if kind in seen:
            findings.error("E508", clause.span, f"a second clause about {kind}", hint="keep one of the two")
        seen.add(kind)


def _kind(clause: written.Clause) -> str:
    match clause:
        case written.AtMost(period=None, window=window):
            return "any stretch of time" if window else "how often in all"
        case written.AtMost(period=period):
            return f"one calendar {period}"
        case written.OncePer(property):
            return f"how often per {property.text}"
        case written.Worth(per=per):
            return "how much of each" if per else "how much in all"
        case written.AfterGap():
            return "the gap before"
        case written.Unless():
            return "when it gives way"
        case _:
            return "decay"


def _limit(clause: written.AtMost | written.OncePer, node: written.Each, scope: Scope) -> Limit | None:
    if isinstance(clause, written.OncePer):
        property = _property(clause.property, node, scope)
        return OncePer(property) if property else None
    count = _count(clause.count, scope.findings) if clause.count else 1
    if clause.window is None:
        return None if count is None else AtMost(count, clause.period or "all")
    window = check_duration(clause.window, scope, "a window")
    return None if count is None or window is None else AtMostInAny(count, window)


def _property(name: Name, node: written.Each, scope: Scope) -> Reference | None:
    """A property of the event of a criterion; an event that is none has its problem already."""
    if isinstance(node.pattern, written.Begins):
        scope.findings.error("E207", name.span, "a condition that begins has no properties to tell apart")
        return None
    event = node.pattern.event
    if event.text == "event":
        scope.findings.error("E207", name.span, "`event` means any event, and has no properties to tell apart")
        return None
    found = scope.own_property(event, name) if event.text in scope.events else None
    return None if found is None or is_set(found, name.span, scope) else found


def _count(node: Number, findings: Findings) -> int | None:
    if node.value != int(node.value) or node.value < 1:
        findings.error("E402", node.span, f"at most {node.written} occurrences", expected="a whole number from 1")
        return None
    return int(node.value)


def _worth(clause: written.Worth, node: written.Each, points: float | None, scope: Scope) -> float | WorthPer | None:
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
