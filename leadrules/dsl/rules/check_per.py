"""Points for so much of something: which property of an event is meant, and how much of it makes the points."""

from __future__ import annotations

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import agree, check_constant
from leadrules.dsl.expression.model import Constant, Reference
from leadrules.dsl.expression.tree import Pattern
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.model_criteria import Per

KINDS = ("number", "whole number", "duration", "money")


def check_per(node: written.Each, scope: Scope) -> Per | None:
    """How often an occurrence counts; None, and a problem, where it cannot be told."""
    if node.per is None:
        return None
    size = check_constant(node.per.size, scope, KINDS, "what is counted")
    if size is None:
        return None
    if size.value <= 0:
        scope.findings.error("E402", node.per.size.span, "points for nothing", expected="an amount above zero")
        return None
    property = _property(node, node.per, size, scope)
    return Per(property, size.value, node.per.full, span=node.per.span) if property else None


def _property(node: written.Each, per: written.Per, size: Constant, scope: Scope) -> Reference | None:
    """The property that is meant: the one that is named, or the only one that is of the kind of the size."""
    assert isinstance(node.pattern, Pattern)
    event = node.pattern.event
    if per.property is not None:
        found = scope.own_property(event, per.property)
        if found is not None and not agree(found.type, size.type):
            message = f"`{found.name}` is a {found.type}, and what is counted a {size.type}"
            scope.findings.error("E301", per.property.span, message, expected=f"a {size.type}")
            return None
        return found
    type = scope.event_type(event)
    if type is None:
        return None
    fit = [name for name, kind in type.properties.items() if agree(kind, size.type)]
    if len(fit) == 1:
        return Reference("property", fit[0], type.properties[fit[0]], span=per.span)
    message = f"`{event.text}` has {len(fit) or 'no'} properties that are a {size.type}"
    hint = f"say which: `of {fit[0]} of each {event.text}`" if fit else f"declare one: `event {event.text} {{ … }}`"
    scope.findings.error("E204", per.span, message, hint=hint)
    return None
