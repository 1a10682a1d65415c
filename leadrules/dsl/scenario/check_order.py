"""The graph of stages: in which order they can be gone through, and that every journey comes to an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_numbers import whole
from leadrules.dsl.scenario.model import StageLaw
from leadrules.dsl.scenario.tree_stages import Bound

Graph = Mapping[str, set[str]]
StageTree = tree.Stage
MOST_TIMES = 20
MOST_STATES = 64


def check_bound(node: Bound, scope: Scope) -> int:
    """How often a lead comes to a stage at most."""
    found = whole(node.number, "the bound of a stage", scope.findings, 1)
    if found > MOST_TIMES:
        expected = f"at most {MOST_TIMES} times"
        scope.findings.error("E402", node.number.span, f"a bound of {node.number.written} times", expected=expected)
    return min(max(found, 1), MOST_TIMES)


def order_of(stages: Sequence[StageTree], laws: Sequence[Mapping[str, StageLaw]], scope: Scope) -> tuple[str, ...]:
    """The stages in the order of `ScenarioModel`, the first declared one first; problems where there is none."""
    leads_to: dict[str, set[str]] = {stage.name.text: set() for stage in stages}
    for persona in laws:
        for name, law in persona.items():
            leads_to[name] |= _ways(law) & set(leads_to)
    bounds = {name: law.bound for persona in laws for name, law in persona.items() if law.bound}
    ordered, circle = sorted_out(leads_to)
    if circle:
        forward = {name: targets - set(bounds) for name, targets in leads_to.items()}
        behind = sorted_out(forward)[1]
        backward = {name: {other for other in behind if name in forward[other]} for name in behind}
        circle = sorted_out(backward)[1]
        ordered = _from_first(leads_to) if stages and not circle else ordered
    _report_ways(stages, leads_to, circle, scope)
    _report_bounds(stages, bounds, scope)
    return (*ordered, *(name for name in leads_to if name not in ordered))


def _ways(law: StageLaw) -> set[str]:
    return {law.otherwise, *(branch.target for branch in law.branches), *(each.target for each in law.deadlines)}


def sorted_out(leads_to: Graph) -> tuple[list[str], list[str]]:
    """The stages in an order in which none leads back, and those for which there is none."""
    ordered: list[str] = []
    waiting = list(leads_to)
    while ready := [name for name in waiting if not any(name in leads_to[other] for other in waiting)]:
        ordered += ready
        waiting = [name for name in waiting if name not in ready]
    return ordered, waiting


def _from_first(leads_to: Graph) -> list[str]:
    """Stages with few ways back between them: the reverse of the order in which a walk in depth leaves them."""
    left: list[str] = []
    seen: set[str] = set()

    def walk(name: str) -> None:
        seen.add(name)
        for target in leads_to:
            if target in leads_to[name] and target not in seen:
                walk(target)
        left.append(name)

    for name in leads_to:
        if name not in seen:
            walk(name)
    first = next(iter(leads_to))
    return [first, *(name for name in reversed(left) if name != first)]


def _report_bounds(stages: Sequence[StageTree], bounds: Mapping[str, int], scope: Scope) -> None:
    """The chances of a lead depend on how often it has been in each stage with a bound."""
    if prod(bound + 1 for bound in bounds.values()) > MOST_STATES:
        place = next(stage.name.span for stage in stages if stage.name.text in bounds)
        message = f"the bounds of {', '.join(bounds)} allow too many ways through them"
        expected = f"bounds whose product, each plus one, is at most {MOST_STATES}"
        scope.findings.error("E722", place, message, expected=expected, hint="bound fewer stages, or by less")


def _report_ways(stages: Sequence[StageTree], leads_to: Graph, circle: Iterable[str], scope: Scope) -> None:
    names = [stage.name.text for stage in stages if stage.name.text in set(circle)]
    if names:
        place = next(stage.name.span for stage in stages if stage.name.text == names[0])
        hint = f"say how often, in a stage that such a way leads to: `stage {names[0]} {{ … at most 3 times … }}`"
        scope.findings.error("E703", place, f"the stages {', '.join(names)} lead back to each other", hint=hint)
        return
    reached = {stages[0].name.text} if stages else set()
    while more := {target for name in reached for target in leads_to[name]} - reached:
        reached |= more
    astray = any(problem.code == "E704" for problem in scope.findings.problems)
    for stage in stages:
        if stage.name.text not in reached and not scope.unread and not astray:
            hint = f"leads begin in `{stages[0].name.text}`, the first stage"
            scope.findings.error("E706", stage.name.span, f"no way leads to `{stage.name.text}`", hint=hint)
