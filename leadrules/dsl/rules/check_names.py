"""The names a file declares, and what each means to the expressions that use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from leadrules.dsl.expression.check import check_condition
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import EventType, Known, Scope
from leadrules.dsl.expression.check_values import agree, check_constant
from leadrules.dsl.expression.model import FLAG, NUMBER, WHOLE, Constant, Field, Reference
from leadrules.dsl.expression.tree import Expression, Name, Number, Quantity
from leadrules.dsl.moment import instant
from leadrules.dsl.problem import Findings, Fix, Label
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.check_references import asked_by, criterion_names, reachable
from leadrules.dsl.rules.model import Event, NamedCondition, Param

CONSTANT_KINDS = ("number", "whole number", "duration", "money")
COUNTS: tuple[Literal["met", "unmet", "unknown"], ...] = ("met", "unmet", "unknown")

RESULT_COLUMNS = (tree.Score, tree.Combination, tree.RollUp, tree.Checklist, tree.Grade, tree.Matrix)
RESULTS = ("lead", "tier", "rank", "percentile")


def base_scope(
    ruleset: tree.Ruleset, fields: Sequence[Field], events: Sequence[Event], zone: ZoneInfo, findings: Findings
) -> Scope:
    """The scope of everything that knows leads and events: fields, and conditions by name."""
    names: dict[str, Known] = {}
    for field in fields:
        names[field.name] = names[f"lead.{field.name}"] = Reference("field", field.name, field.type, span=field.span)
    for item in ruleset.items:
        if isinstance(item, tree.Condition):
            names.setdefault(item.name.text, Reference("condition", item.name.text, FLAG, span=item.name.span))
    types = {event.name: EventType({p.name: p.type for p in event.properties}) for event in events}
    scope = Scope(findings, names, types, lambda written: instant(written, zone), barred(ruleset), ruleset.unread)
    return replace(scope, criteria=criterion_names(ruleset))


def report_duplicates(ruleset: tree.Ruleset, fields: Sequence[Field], findings: Findings) -> None:
    """A bare name means one thing: fields, points, params, conditions, scores and checklists share their names."""
    names = Names(findings, "the name")
    names.seen = {field.name.casefold(): field.span for field in fields}
    declared = [name for item in ruleset.items for name in _declared(item)]
    for name in declared:
        names.take(name)
    for text, span in names.seen.items():
        if text in ("lead", "event"):
            findings.error("E206", span, f"`{text}` is a word of the language", hint="choose another name")
    for item in ruleset.items:
        if isinstance(item, RESULT_COLUMNS) and item.name.text.casefold() in RESULTS:
            message = f"`{item.name.text}` is a column of every table of scores"
            findings.error("E206", item.name.span, message, hint="choose another name")


def _declared(item: tree.Declaration) -> Iterator[Name]:
    if isinstance(item, tree.Points):
        yield from (named.name for named in item.names)
    elif isinstance(item, (tree.Param, tree.Condition, *RESULT_COLUMNS)):
        yield item.name


def barred(ruleset: tree.Ruleset) -> Mapping[str, str]:
    """Scores, grades and checklists, which criteria and conditions are not made of."""
    hint = "scores and checklists are made of conditions, not the other way round; ask for it in `thresholds`"
    names: dict[str, str] = {}
    for item in ruleset.items:
        if isinstance(item, tree.Score | tree.Combination | tree.RollUp | tree.Grade | tree.Matrix):
            names[item.name.text] = hint
        elif isinstance(item, tree.Checklist):
            every = (*COUNTS, *(check.name.text for check in item.body.items))
            names |= {f"{item.name.text}.{name}": hint for name in every}
    return names


def score_names(ruleset: tree.Ruleset) -> dict[str, Known]:
    """Scores, as checklists and thresholds use them."""
    scores = [item for item in ruleset.items if isinstance(item, tree.Score | tree.Combination | tree.RollUp)]
    return {s.name.text: Reference("score", s.name.text, NUMBER, span=s.name.span) for s in scores}


def checklist_names(ruleset: tree.Ruleset) -> dict[str, Known]:
    """Items of checklists and their counts, as thresholds use them."""
    names: dict[str, Known] = {}
    for node in ruleset.items:
        if isinstance(node, tree.Checklist):
            owner = node.name.text
            for check in node.body.items:
                path = f"{owner}.{check.name.text}"
                names[path] = Reference("item", path, FLAG, span=check.name.span)
            for kind in COUNTS:
                names[f"{owner}.{kind}"] = Reference(kind, owner, WHOLE, span=node.name.span)
    return names


def check_constants(
    ruleset: tree.Ruleset, scope: Scope, given: Mapping[str, tree.Given]
) -> tuple[Scope, tuple[Param, ...]]:
    """The scope with all named points and params in it, each made of those above it; and the params.

    A param has the value `given` to it from outside, where there is one.
    """
    params: list[Param] = []
    for item in ruleset.items:
        if isinstance(item, tree.Points):
            for named in item.names:
                constant = check_constant(named.value, scope, ("number", "whole number"), "named points")
                scope = _with(scope, named.name, constant)
        elif isinstance(item, tree.Param):
            constant = _value(item, given.get(item.name.text), scope)
            params += _param(item, constant, scope)
            scope = _with(scope, item.name, constant)
    return scope, tuple(params)


def _with(scope: Scope, name: Name, constant: Constant | None) -> Scope:
    """The scope with one more constant. A wrong one is kept as unread: using it is no second mistake."""
    if name.text in scope.names:
        return scope
    if constant is None:
        return replace(scope, unread=scope.unread | {name.text})
    return scope.with_names({name.text: constant})


def _value(item: tree.Param, given: tree.Given | None, scope: Scope) -> Constant | None:
    """The value a param has: the one it was given, which must be of the kind of its own, or its own."""
    own = check_constant(item.value, scope, CONSTANT_KINDS, "a param")
    if given is None or own is None:
        return own
    chosen = check_constant(given.value, scope, CONSTANT_KINDS, "a param")
    if chosen is not None and not agree(chosen.type, own.type):
        message = f"`{item.name.text}` is a {own.type}, and this a {chosen.type}"
        labels = (Label(item.span, "declared here"),)
        scope.findings.error("E305", given.value.span, message, expected=f"a {own.type}", labels=labels)
        return own
    return chosen


def _param(item: tree.Param, constant: Constant | None, scope: Scope) -> Iterator[Param]:
    low, high = _limit(item.low, item.value, constant, scope), _limit(item.high, item.value, constant, scope)
    if constant is None or (item.low and low is None) or (item.high and high is None):
        return
    if low is not None and high is not None and not low <= constant.value <= high:
        hint = "change the value or its range"
        outside = constant.span.source is not item.span.source
        labels = (Label(item.span, "its range"),) if outside else ()
        message = f"`{item.name.text}` is outside its own range"
        scope.findings.error("E404", constant.span, message, hint=hint, labels=labels)
    yield Param(item.name.text, constant.value, constant.type, low, high, span=item.span)


def _limit(node: Expression | None, own: Expression, constant: Constant | None, scope: Scope) -> float | None:
    if node is None or constant is None:
        return None
    limit = check_constant(node, scope, CONSTANT_KINDS, "the limit of a param")
    if limit is not None and not agree(limit.type, constant.type):
        message = f"a param that is a {constant.type} and its limit a {limit.type}"
        unit = own.span.text.split()[-1] if isinstance(own, Quantity) else ""
        meant = f"{node.span.text} {unit}" if unit and isinstance(node, Number) else ""
        hint, fix = (f"write `{meant}`", Fix(node.span, meant)) if meant else ("", None)
        scope.findings.error("E301", node.span, message, expected=f"a {constant.type}", hint=hint, fix=fix)
        return None
    return limit.value if limit else None


def check_conditions(ruleset: tree.Ruleset, scope: Scope) -> tuple[Scope, tuple[NamedCondition, ...]]:
    """All named conditions, and the scope without those that are wrong. None may be made of itself."""
    found: dict[str, NamedCondition] = {}
    broken: set[str] = set()
    for item in ruleset.items:
        if isinstance(item, tree.Condition):
            condition = check_condition(item.condition, scope)
            if condition is None:
                broken.add(item.name.text)
            else:
                found[item.name.text] = NamedCondition(item.name.text, condition, span=item.span)
    broken |= set(_report_circles(found, scope.findings))
    names = {name: known for name, known in scope.names.items() if name not in broken}
    kept = replace(scope, names=names, unread=scope.unread | broken)
    return kept, tuple(named for name, named in found.items() if name not in broken)


def _report_circles(conditions: Mapping[str, NamedCondition], findings: Findings) -> Iterator[str]:
    """The conditions that are made of themselves, with one problem for each circle of them."""
    uses = {name: set(asked_by(named.condition)) & set(conditions) for name, named in conditions.items()}
    reported: set[str] = set()
    for name, named in conditions.items():
        reached = reachable(name, uses)
        if name in reached:
            if name not in reported:
                findings.error("E205", named.span, f"the condition `{name}` is made of itself", hint="break the circle")
            reported |= reached
            yield name
