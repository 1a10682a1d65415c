"""Events that a market makes, and the properties it gives them."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.expression.check import declared_value
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_value, is_number
from leadrules.dsl.expression.model import Constant, Type
from leadrules.dsl.expression.tree import Name, Number, Quantity, Text
from leadrules.dsl.scenario import tree

Given = tuple[tuple[str, str | float], ...]


def check_given(event: Name, written: Sequence[tree.Given], scope: Scope) -> Given:
    """The properties given to an event, each with its value; problems for what it does not have, or cannot be."""
    given = []
    known = scope.event_type(event) is not None
    for property in written if known else ():
        reference = scope.own_property(event, property.property)
        value = _value(property.value, reference.type, scope) if reference else None
        if value is not None:
            given.append((property.property.text, value))
    return tuple(given)


def _value(node: Text | Name | Number | Quantity, type: Type, scope: Scope) -> str | float | None:
    if type.name == "one of" and not isinstance(node, Quantity):
        label = declared_value(node, type, scope)
        return label.value if label else None
    if type.name == "text" and isinstance(node, Text):
        return node.value
    if type.name == "flag" and isinstance(node, Name) and node.text in ("yes", "no"):
        return float(node.text == "yes")
    if is_number(type) and isinstance(node, Number | Quantity):
        value = check_value(node, scope, lambda _pattern, _scope: None)
        if isinstance(value, Constant) and value.type.name in (type.name, "number"):
            return value.value
    found = "a text" if isinstance(node, Text) else f"`{node.span.text}`"
    scope.findings.error("E305", node.span, f"{found} is no value of a {type}", expected=f"a {type}")
    return None
