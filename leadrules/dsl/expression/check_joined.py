"""Values joined by `or` and `and` like conditions: `mentions "chief" or "ceo"`, `is germany or austria`."""

from __future__ import annotations

from collections.abc import Sequence

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check_scope import Scope


def report_joined(node: tree.Both | tree.Either, scope: Scope) -> bool:
    """Whether values stand among the parts behind a comparison of their kind: one problem for all of them."""
    bare = [at for at, part in enumerate(node.parts) if at and _is_value(part, scope)]
    asked = node.parts[bare[0] - 1] if bare else None
    if not isinstance(asked, tree.TextTest | tree.IsOneOf) or (
        isinstance(asked, tree.TextTest) and asked.relation == "matches"
    ):
        return False
    values = [node.parts[at].span.text for at in bare if at - bare[0] == bare.index(at)]
    every = isinstance(node, tree.Both) and isinstance(asked, tree.TextTest)
    written = _each(asked, values) if every else _listed(asked, values)
    what = "a text" if isinstance(node.parts[bare[0]], tree.Text) else "a value"
    message = f"{what} stands where a condition is expected"
    hint = f"write `{written}`"
    scope.findings.error(
        "E302", node.parts[bare[0]].span, message, expected="something that is true or false", hint=hint
    )
    return True


def _is_value(node: tree.Expression, scope: Scope) -> bool:
    unknown = isinstance(node, tree.Path) and len(node.names) == 1 and scope.find(node) is None
    return isinstance(node, tree.Text) or (unknown and node.span.text not in (*scope.unread, *scope.barred))


def _listed(asked: tree.TextTest | tree.IsOneOf, values: Sequence[str]) -> str:
    """One comparison with all the values."""
    if isinstance(asked, tree.TextTest):
        every = ", ".join([*(text.span.text for text in asked.patterns), *values])
        return f"{asked.operand.span.text} {asked.relation} any of {every}"
    every = ", ".join([*(choice.span.text for choice in asked.choices), *values])
    return f"{asked.operand.span.text} is {'not ' if asked.negated else ''}one of {every}"


def _each(asked: tree.TextTest | tree.IsOneOf, values: Sequence[str]) -> str:
    """A comparison for each of the values."""
    assert isinstance(asked, tree.TextTest)
    start = f"{asked.operand.span.text} {asked.relation}"
    return " and ".join([asked.span.text, *(f"{start} {value}" for value in values)])
