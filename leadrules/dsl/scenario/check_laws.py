"""Laws of durations: families, tables of quantiles and mixtures, each as parameters."""

from __future__ import annotations

from itertools import pairwise

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.quantity import show_number
from leadrules.dsl.scenario.check_numbers import duration, report_sum, shape_of, share, spread_of
from leadrules.dsl.scenario.model import Component, Duration, Law, Mixture, Parameter, Quantiles
from leadrules.dsl.scenario.tree_stages import Duration as Node
from leadrules.dsl.scenario.tree_stages import Law as LawNode
from leadrules.dsl.scenario.tree_stages import Mixture as MixtureNode
from leadrules.dsl.scenario.tree_stages import Quantiles as QuantilesNode


def check_law(node: Node, path: str, what: str, scope: Scope) -> Duration:
    """A law as parameters under `path`."""
    if not isinstance(node, MixtureNode):
        return _single(node, path, what, scope)
    parts = tuple(
        Component(
            share(row.share, f"{path}/parts/{n}/share", scope.findings),
            _single(row.law, f"{path}/parts/{n}", what, scope),
        )
        for n, row in enumerate(node.body.items, 1)
    )
    if parts or not scope.unread:
        report_sum([part.share for part in parts], node.span, "a mixture", scope.findings)
    return Mixture(parts) if parts else always(path)


def always(path: str) -> Law:
    """A law that stands where none could be read."""
    return Law("exactly", Parameter(f"{path}/lasts", 1.0, "seconds"), Parameter(f"{path}/shape", 1.0))


def _single(node: LawNode | QuantilesNode, path: str, what: str, scope: Scope) -> Law | Quantiles:
    if isinstance(node, QuantilesNode):
        return _quantiles(node, path, what, scope)
    measure, shape = duration(node.measure, f"{path}/lasts", what, scope), Parameter(f"{path}/shape", 1.0)
    if node.shape is not None:
        known = spread_of if node.family == "lognormal" else shape_of
        shape = known(node.shape, shape.path, scope)
    return Law(node.family, measure, shape)


def _quantiles(node: QuantilesNode, path: str, what: str, scope: Scope) -> Law | Quantiles:
    rows = node.body.items
    found = Quantiles(
        tuple(share(row.share, f"{path}/quantiles/{n}/share", scope.findings) for n, row in enumerate(rows, 1)),
        tuple(duration(row.duration, f"{path}/quantiles/{n}", what, scope) for n, row in enumerate(rows, 1)),
    )
    shares = [each.value for each in found.shares]
    if not scope.unread and (not shares or (shares[0], shares[-1]) != (0.0, 1.0)):
        hint = "say how long the shortest and the longest last"
        scope.findings.error(
            "E721", node.span, "this table has open ends", expected="rows from `0%` to `100%`", hint=hint
        )
    durations = [each.value for each in found.durations]
    for row, (before, after), (least, most) in zip(rows[1:], pairwise(shares), pairwise(durations), strict=True):
        if not (before < after and least < most):
            message = f"this row does not rise above the one of {show_number(100 * before)}%"
            scope.findings.error("E721", row.span, message, hint="let both shares and durations rise")
            return always(path)
    return found if len(rows) > 1 else always(path)
