"""How far the numbers of a market are known, and from where."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from leadrules.dsl.expression.check import check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_constant, check_number
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.quantity import MICROSECONDS, SECOND
from leadrules.dsl.scenario import tree_people as tree
from leadrules.dsl.scenario.model import Parameter, ScenarioModel, changed, parameters
from leadrules.dsl.spelling import suggest


def check_sources(
    rows: Sequence[tree.SourceRow], model: ScenarioModel, refused: Collection[str], scope: Scope
) -> ScenarioModel:
    """The same market, with ranges and sources at the parameters that `sources { … }` names.

    Of those with the paths in `refused` nothing more is said: they have their problems already.
    """
    by_path: dict[str, Parameter] = {_dotted(p.path): p for p in parameters(model)}
    passed, found = set(map(_dotted, refused)), dict[str, Parameter]()
    for row in rows:
        path = _dotted(row.path.value)
        if path in passed:
            continue
        if path in by_path:
            known = _said(row.extent, by_path[path], scope)
            if found.setdefault(known.path, known) is not known:
                scope.findings.error("E502", row.span, f"a second source of `{path}`", hint="keep one")
        elif not scope.unread:
            hint = suggest(path, by_path, _hint(path, by_path))
            scope.findings.error("E733", row.path.span, f"no number of this market is called `{path}`", hint=hint)
    return changed(model, found) if found else model


def _dotted(path: str) -> str:
    return path.replace("/", ".")


def _hint(path: str, known: Mapping[str, Parameter]) -> str:
    """What begins alike."""
    parts = path.split(".")
    for length in range(len(parts) - 1, 0, -1):
        begin = ".".join(parts[:length]) + "."
        alike = [name for name in known if name.startswith(begin)]
        if alike:
            return f"there are {', '.join(sorted(alike)[:8])}"
    return f"paths begin with {', '.join(sorted({name.split('.')[0] for name in known}))}"


def _said(said: tree.Extent, parameter: Parameter, scope: Scope) -> Parameter:
    """The parameter with its range and its source."""
    source = said.source.value if said.source else ""
    if said.low is None or said.high is None:
        return replace(parameter, source=source)
    low, high = (_bound(node, said, parameter, scope) for node in (said.low, said.high))
    if low is None or high is None:
        return replace(parameter, source=source)
    most = 1.0 if parameter.unit == "share" else math.inf
    if parameter.unit in ("share", "seconds", "per second") and (low < 0 or high > most):
        expected = "0% to 100%, or a part of it" if parameter.unit == "share" else "nothing below zero"
        scope.findings.error(
            "E402", said.span, f"a range that `{_dotted(parameter.path)}` cannot have", expected=expected
        )
    elif low > high:
        scope.findings.error("E403", said.span, "this range holds no value", expected="the lower bound first")
    elif not low <= parameter.value <= high:
        hint = "correct the range, or the number"
        message = f"`{_dotted(parameter.path)}` lies outside of the range that is said for it"
        scope.findings.error("E734", said.span, message, hint=hint)
    return replace(parameter, low=low, high=high, source=source)


def _bound(node: Expression, said: tree.Extent, parameter: Parameter, scope: Scope) -> float | None:
    """A bound in the unit of its parameter."""
    if (said.unit is not None) != (parameter.unit == "per second"):
        expected = "`0.2 to 0.4 per day`" if said.unit is None else "`0.2 to 0.4`"
        if node is said.low:
            message = "a range of a rate" if said.unit is None else "a rate for a number that is none"
            scope.findings.error("E305", said.span, message, expected=expected)
        return None
    match parameter.unit:
        case "seconds":
            found = check_duration(node, scope, "a bound")
            return None if found is None else found / SECOND
        case "per second":
            rate = check_number(node, scope, "a bound")
            return None if rate is None or said.unit is None else rate * SECOND / MICROSECONDS[said.unit]
        case "" | "share":
            return check_number(node, scope, "a bound")
        case currency:
            amount = check_constant(node, scope, ("money", "number", "whole number"), "a bound")
            if amount is not None and amount.type.name == "money" and amount.type.detail != currency:
                scope.findings.error("E301", node.span, f"a bound is a {amount.type}", expected=currency)
            return None if amount is None else amount.value
