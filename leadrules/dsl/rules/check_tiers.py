"""Checklists and thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from leadrules.dsl.expression.check import check_condition
from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import Both, Compare, Condition, Constant, Either, Reference
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules import tree_tiers as written
from leadrules.dsl.rules.check_names import COUNTS
from leadrules.dsl.rules.check_stays import check_clauses, floor, report_stays
from leadrules.dsl.rules.model import AnyScore, Checklist, NamedCondition
from leadrules.dsl.rules.model_tiers import Tier


def check_checklist(node: tree.Checklist, scope: Scope) -> Checklist:
    """A checklist; items that are wrong are left out, each with its problem."""
    names = Names(scope.findings, "the item", node.name.text)
    items = []
    for item in node.body.items:
        if item.name.text in COUNTS:
            hint = f"`{node.name.text}.{item.name.text}` counts items of the list: choose another name"
            scope.findings.error("E206", item.name.span, f"`{item.name.text}` is a word of checklists", hint=hint)
        condition = check_condition(item.condition, scope) if names.take(item.name) else None
        if condition is not None:
            items.append(NamedCondition(item.name.text, condition, span=item.span))
    if not node.body.items and not scope.unread:
        scope.findings.error("E501", node.name.span, f"the checklist `{node.name.text}` has no items")
    return Checklist(node.name.text, node.title.value if node.title else "", tuple(items), span=node.span)


def check_tiers(blocks: Sequence[written.Thresholds], scores: Sequence[AnyScore], scope: Scope) -> tuple[Tier, ...]:
    """The tiers, highest first. The last, and no other, is for whoever is left."""
    nodes = [tier for block in blocks for tier in block.tiers]
    names = Names(scope.findings, "the tier")
    kept = [node for node in nodes if names.take(node.name)]
    if not scope.unread:
        _report_rest(blocks, kept, scope.findings)
    tiers = tuple(tier for node in kept if (tier := _tier(node, scope)))
    _report_order(tiers, scope.findings)
    report_stays(tiers, scores, scope.findings)
    return tiers


def _tier(node: written.Tier, scope: Scope) -> Tier | None:
    condition = check_condition(node.condition, scope) if node.condition else None
    clauses = check_clauses(node, scope)
    if clauses is None or (node.condition and condition is None):
        return None
    return Tier(node.name.text, condition, *clauses, span=node.span)


def _report_rest(blocks: Sequence[written.Thresholds], nodes: Sequence[written.Tier], findings: Findings) -> None:
    if blocks and not any(node.condition is None for node in nodes):
        place = nodes[-1].span if nodes else blocks[-1].span
        hint = "name the tier of all other leads at the end: `cold otherwise`"
        findings.error("E503", place, "the last tier has a condition" if nodes else "no tier is named", hint=hint)
    for node in nodes[:-1]:
        if node.condition is None:
            hint = "no lead ever gets to the tiers below it: put it last"
            findings.error("E503", node.span, f"`{node.name.text} otherwise` is not the last tier", hint=hint)


def _report_order(tiers: Sequence[Tier], findings: Findings) -> None:
    """A tier that asks for more of a score than a higher tier does can never be reached."""
    asked: dict[str, tuple[float, bool, Tier]] = {}
    for tier in tiers:
        for score, level, strict in floor(tier.condition):
            above = asked.get(score)
            if above and (level, strict) >= above[:2]:
                message = f"no lead can be `{tier.name}`: whoever has {score} {show_number(level)} is `{above[2].name}`"
                labels = (Label(above[2].span, f"takes all from {show_number(above[0])}"),)
                hint = "thresholds descend from the first tier to the last"
                findings.error("E504", tier.span, message, labels=labels, hint=hint)
            elif isinstance(tier.condition, Compare) and tier.held_for is None:
                asked[score] = (level, strict, tier)


def report_unreachable(tiers: Sequence[Tier], reach: Mapping[str, tuple[float, float]], findings: Findings) -> None:
    """Warn of each comparison with a score that no lead can pass, and of each that every lead passes."""
    for tier in tiers:
        for compare in _comparisons(tier.condition):
            match compare:
                case Compare(Reference("score", name), ">=" | ">" as operator, Constant(level)):
                    low, high = reach[name]
                    if level > high or (level == high and operator == ">"):
                        never = "never reaches" if operator == ">=" else "is never above"
                        message = f"`{name}` {never} {show_number(level)}: its highest value is {show_number(high)}"
                        findings.warn("W601", compare.span, message, hint="lower the threshold, or give more points")
                    elif level < low or (level == low and operator == ">="):
                        message = (
                            f"`{name}` is always {show_number(level)} or more: its lowest value is {show_number(low)}"
                        )
                        findings.warn("W601", compare.span, message, hint="every lead passes this comparison")


def _comparisons(condition: Condition | None) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _comparisons(part)
