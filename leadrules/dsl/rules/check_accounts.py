"""Accounts: who their members are, and scores over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.expression.check import check_condition
from leadrules.dsl.expression.check_fields import check_field
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.model import Field, Reference
from leadrules.dsl.expression.tree import Path, Property
from leadrules.dsl.problem import Findings
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.check_scores import check_bounds
from leadrules.dsl.rules.model import AnyScore, Combination, RollUp, parts_of

ROLE = "role"


def check_account(blocks: Sequence[tree.Account], findings: Findings) -> tuple[Field, ...]:
    """The fields that leads have as members of an account: their role, where it is declared."""
    fields: list[Field] = []
    for block in blocks[:1]:
        items = block.body.items
        if not any(isinstance(item, tree.Members) for item in items):
            message = f"`{block.name.text}` does not say who its members are"
            findings.error("E501", block.name.span, message, expected="`members by account`")
        for role in _properties(block):
            if role.name.text != ROLE:
                hint = "other fields stand in `lead { … }`"
                findings.error(
                    "E592", role.name.span, f"`{role.name.text}` is no part of an account", expected="`role`", hint=hint
                )
            elif fields:
                findings.error("E202", role.name.span, "a second `role`", hint="a member has one role at a time")
            else:
                fields.append(check_field(role, (), findings))
    return tuple(fields)


def _properties(block: tree.Account) -> list[Property]:
    found = [item.role if isinstance(item, tree.Members) else item for item in block.body.items]
    return [role for role in found if role is not None]


def check_roll_up(node: tree.RollUp, has_members: bool, scope: Scope) -> RollUp | None:
    """A score over the members of an account. `scope` knows the other scores."""
    if not has_members and not scope.unread:
        hint = "say it in a block of its own: `account NAME { members by account }`"
        scope.findings.error(
            "E590", node.name.span, f"nobody says who the members of `{node.name.text}` are", hint=hint
        )
    score = _score(node.score, scope) if node.score else None
    where = check_condition(node.where, scope) if node.where else None
    weight = None
    if node.weight:
        weight = check_by_field(node.name.text, node.weight.subject, node.weight.body, node.weight.span, scope)
    bounds = check_bounds(node.bounds, scope)
    if (node.score and score is None) or (node.where and where is None) or (node.weight and weight is None):
        return None
    title = node.title.value if node.title else ""
    return RollUp(node.name.text, title, node.measure, score, weight, where, bounds, node.rounded, span=node.span)


def _score(path: Path, scope: Scope) -> str | None:
    known = scope.resolve(path)
    if isinstance(known, Reference) and known.kind == "score":
        return known.name
    if known is not None:
        hint = "members are added up by a score of theirs: make one of it"
        scope.findings.error("E505", path.span, f"`{path.text}` is no score", hint=hint)
    return None


def report_nested(scores: Mapping[str, AnyScore], findings: Findings) -> None:
    """A score over members is made of scores of one lead each: not of another one over members."""
    over: set[str] = set()
    for score in scores.values():
        parts = set(parts_of(score))
        if isinstance(score, RollUp):
            if parts & over:
                message = f"`{score.name}` is a score over members that is made of another one"
                findings.error("E591", score.span, message, expected="scores of one lead each")
            over.add(score.name)
        elif isinstance(score, Combination) and parts & over:
            over.add(score.name)
