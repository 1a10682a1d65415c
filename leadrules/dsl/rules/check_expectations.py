"""What a test expects: conditions over everything a rule set works out."""

from __future__ import annotations

from msgspec.structs import replace

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check import check_condition, declared_value
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import type_of
from leadrules.dsl.expression.model import (
    NUMBER,
    WHOLE,
    Both,
    Compare,
    Condition,
    Constant,
    IsOneOf,
    Meaning,
    Pattern,
    Reference,
)
from leadrules.dsl.rules import tree_tests as written
from leadrules.dsl.rules.check_facts import check_when
from leadrules.dsl.rules.model_tests import Expectation, Passage, Stored

Plain = tree.Expression | written.ExpectBetween | written.ExpectWithin


def check_expectation(node: written.Expectation, at: int, before: int, scope: Scope) -> Expectation | None:
    """An expectation at an instant, the line above it being at `before`.

    None, and a problem, where it says nothing that can be looked at.
    """
    if isinstance(node, written.ExpectPassage):
        passage = _passage(node, at, before, scope)
        text = " ".join(node.span.text.split())
        return Expectation(at, passage, text, None, span=node.span) if passage else None
    if isinstance(node, written.ExpectWithin) and not _has_tolerance(node, scope):
        return None
    condition = check_condition(plainly(node), scope)
    if condition is None:
        return None
    if not _asks(condition):
        hint = "name a score, a criterion, an item of a checklist or the tier"
        scope.findings.error("E582", node.span, "this asks nothing of the lead", hint=hint)
        return None
    if isinstance(node, written.ExpectWithin | written.ExpectBetween):
        condition = _without_noise(condition)
    text = " ".join(node.span.text.split())
    return Expectation(at, condition, text, _stored(node, condition), span=node.span)


def _has_tolerance(node: written.ExpectWithin, scope: Scope) -> bool:
    """Whether the tolerance goes with what it is the tolerance of."""
    if isinstance(node.tolerance, tree.Sign) and node.tolerance.sign == "-":
        scope.findings.error("E402", node.tolerance.span, "a tolerance below zero", expected="a positive number")
        return False
    widened = tree.Arithmetic(node.target, "+", node.tolerance, span=node.span)
    return check_condition(tree.Compare(node.value, "<=", widened, span=node.span), scope) is not None


def _passage(node: written.ExpectPassage, at: int, before: int, scope: Scope) -> Passage | None:
    """A step from tier to tier that was taken up to an instant."""
    named = [name for name in (node.tier, node.other) if name is not None]
    labels = [_tier(name, scope) for name in named]
    when = check_when(node.when, before, False, scope) if node.when else None
    if None in labels or (node.when and when is None):
        return None
    if when is not None and when > at:
        hint = "expect it further down"
        scope.findings.error("E585", node.span, "this lies behind the instant of its line", hint=hint)
        return None
    other = node.other.text if node.other else None
    return Passage(node.step, node.tier.text, other, when, node.never, span=node.span)


def _tier(name: tree.Name, scope: Scope) -> str | None:
    """The name of a tier; None, and a problem, where none is called so."""
    tiers = scope.resolve(tree.Path((tree.Name("tier", span=name.span),), span=name.span))
    label = declared_value(name, tiers.type, scope) if tiers else None
    return label.value if label else None


def plainly(node: Plain) -> tree.Expression:
    """An expectation as a condition: tolerances and ranges are two comparisons."""
    match node:
        case written.ExpectBetween(value, low, high):
            return _range(node, value, low, high)
        case written.ExpectWithin(value, target, tolerance):
            low = tree.Arithmetic(target, "-", tolerance, span=node.span)
            high = tree.Arithmetic(target, "+", tolerance, span=node.span)
            return _range(node, value, low, high)
        case _:
            return node


def _range(
    node: written.ExpectBetween | written.ExpectWithin,
    value: tree.Expression,
    low: tree.Expression,
    high: tree.Expression,
) -> tree.Expression:
    above, below = tree.Compare(value, ">=", low, span=node.span), tree.Compare(value, "<=", high, span=node.span)
    return tree.Both((above, below), span=node.span)


def _without_noise(condition: Condition) -> Condition:
    """Bounds without what `22.15 + 0.01` leaves behind its last digit: the bound itself is within the tolerance."""
    match condition:
        case Both(parts):
            return replace(condition, parts=tuple(map(_without_noise, parts)))
        case Compare(right=Constant(value, type) as bound) if type in (NUMBER, WHOLE):
            return replace(condition, right=replace(bound, value=round(value, 9)))
        case _:
            return condition


def _asks(meaning: Meaning) -> bool:
    """Whether something is read of the lead."""
    return isinstance(meaning, Reference | Pattern) or any(map(_asks, meaning.made_of()))


def _stored(node: Plain, condition: Condition) -> Stored | None:
    """The value in the text that `--accept` writes anew; None where an expectation is more than one value."""
    match node, condition:
        case tree.Compare(_, "=", right), Compare(left) if _is_number(right) and type_of(left) in (NUMBER, WHOLE):
            return Stored(right.span, left)
        case written.ExpectWithin(_, target, tolerance), Both((Compare(left), *_)) if _is_number(target):
            return Stored(target.span, left, max(_decimals(target), _decimals(tolerance)))
        case tree.IsOneOf(choices=(choice,), negated=False, bare=True), IsOneOf(Reference() as operand) if (
            operand.type.values
        ):
            return Stored(choice.span, operand)
        case _:
            return None


def _is_number(node: tree.Expression) -> bool:
    """Whether a number stands there as digits, perhaps with its sign."""
    inner = node.operand if isinstance(node, tree.Sign) else node
    return isinstance(inner, tree.Number) and not inner.written.endswith("%")


def _decimals(node: tree.Expression) -> int:
    return len(node.span.text.partition(".")[2])
