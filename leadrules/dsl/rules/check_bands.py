"""Points band by band: which property of an event is cut into bands, how wide each is, and what it earns."""

from __future__ import annotations

import math

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import agree, check_constant, check_number
from leadrules.dsl.expression.model import NUMBER, WHOLE, Constant, Reference
from leadrules.dsl.expression.tree import Expression, Pattern
from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.check_per import KINDS
from leadrules.dsl.rules.model_criteria import Band, Bands


def check_bands(node: written.Each, scope: Scope) -> Bands | None:
    """What an occurrence earns band by band; None, and problems, where that cannot be told."""
    if node.bands is None:
        return None
    property = _property(node.bands, node, scope)
    rows = node.bands.body.items
    if not rows and not scope.unread:
        scope.findings.error("E501", node.bands.span, "no band is named", expected="`first 3 minutes: 3 per minute`")
    _report_order(rows, scope.findings)
    if property is None:
        return None
    bands = [_band(row, property, scope) for row in rows]
    kept = tuple(band for band in bands if band is not None)
    if len(kept) < len(bands):
        return None
    if kept and not any(band.points for band in kept):
        scope.findings.warn("W605", node.bands.span, f"`{node.name.text}` is worth 0 points", hint="leave it out")
    return Bands(property, kept, span=node.bands.span)


def _property(bands: written.Bands, node: written.Each, scope: Scope) -> Reference | None:
    assert isinstance(node.pattern, Pattern)
    if node.pattern.event.text == "event":
        message = "`event` means any event, and has no properties to measure"
        scope.findings.error("E207", bands.property.span, message)
        return None
    if node.pattern.event.text not in scope.events:
        return None  # which has its problem already
    property = scope.own_property(node.pattern.event, bands.property)
    if property is not None and property.type.name not in KINDS:
        message = f"`{property.name}` is a {property.type}, and cannot be cut into bands"
        scope.findings.error("E305", bands.property.span, message, expected="a number, a duration or money")
        return None
    return property


def _report_order(rows: tuple[written.Band, ...], findings: Findings) -> None:
    """`first` begins, `next` goes on, `after` ends."""
    for at, row in enumerate(rows):
        fits = {"first": at == 0, "next": at > 0, "after": at == len(rows) - 1}[row.which]
        if not fits:
            hint = "begin with `first`, go on with `next`, and end with `after` or with nothing"
            findings.error("E542", row.span, f"`{row.which}` does not stand in its place", hint=hint)


def _band(row: written.Band, property: Reference, scope: Scope) -> Band | None:
    size = (
        _amount(row.size, property, scope, "the width of a band")
        if row.size
        else Constant(math.inf, property.type, span=row.span)
    )
    points = check_number(row.points, scope)
    per: Constant | None = Constant(1.0, property.type, span=row.span)
    if row.per is not None:
        per = _amount(row.per, property, scope, "what is counted")
    elif property.type not in (NUMBER, WHOLE):
        unit = property.type.detail or "minute"
        hint = f"say for how much: `{row.points.span.text} per {unit}`"
        scope.findings.error("E543", row.points.span, f"points for an unknown part of a {property.type}", hint=hint)
        per = None
    return None if size is None or points is None or per is None else Band(size.value, points, per.value)


def _amount(node: Expression, property: Reference, scope: Scope, what: str) -> Constant | None:
    """So much of the property, which is more than nothing."""
    found = check_constant(node, scope, KINDS, what)
    if found is not None and not agree(found.type, property.type):
        message = f"`{property.name}` is a {property.type}, and {what} a {found.type}"
        scope.findings.error("E301", node.span, message, expected=f"a {property.type}")
        return None
    if found is not None and found.value <= 0:
        scope.findings.error("E402", node.span, f"{what} is {found.value:g}", expected="an amount above zero")
        return None
    return found
