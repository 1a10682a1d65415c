"""`CRITERION fired`: which criterion is meant."""

from __future__ import annotations

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import Holds
from leadrules.dsl.problem import Fix, Label
from leadrules.dsl.spelling import nearest, suggest_akin, was_meant


def check_fired(node: tree.Fired, scope: Scope) -> Holds | None:
    """Whether a criterion fired; None, and a problem, where the name means none, or more than one."""
    path = node.criterion
    found = scope.criteria.get(path.text, ())
    if len(found) == 1:
        return Holds(found[0], span=node.span)
    if found:
        message = f"{len(found)} criteria are called `{path.text}`"
        labels = tuple(Label(criterion.span, criterion.name) for criterion in found)
        hint = f"name the score too: `{found[0].name} fired`"
        scope.findings.error("E541", path.span, message, hint=hint, labels=labels)
    elif not scope.unread.intersection(name.text for name in path.names):
        _report_unknown(path, scope)
    return None


def _report_unknown(path: tree.Path, scope: Scope) -> None:
    meant = nearest(path.text, scope.criteria)
    hint = was_meant(meant) or suggest_akin(path.text, scope.criteria, "`fired` asks about a criterion of a score")
    if path.text in scope.names:
        hint = f"a condition or a flag holds or does not: write `{path.text}`"
    fix = Fix(path.span, meant) if meant else None
    scope.findings.error("E540", path.span, f"no criterion is called `{path.text}`", hint=hint, fix=fix)
