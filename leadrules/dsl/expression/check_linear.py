"""Sums of weighted names: `0.4 * fit + 0.6 * engagement`, `-0.7 + 0.6 * intent`."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from msgspec import Struct

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.problem import Findings


class Linear(Struct, frozen=True):
    """A constant and the weight of each name, in the order they are written."""

    constant: float
    weights: tuple[tuple[str, float], ...] = ()

    def plus(self, other: Linear, sign: float) -> Linear:
        """This sum and `sign` times another, weights of the same name added up."""
        weights = dict(self.weights)
        for name, weight in other.weights:
            weights[name] = weights.get(name, 0.0) + sign * weight
        return Linear(self.constant + sign * other.constant, tuple(weights.items()))

    def times(self, factor: float) -> Linear:
        """This sum with every part multiplied."""
        return Linear(self.constant * factor, tuple((name, weight * factor) for name, weight in self.weights))


def check_linear(node: Expression, names: Callable[[tree.Path], Linear | None], findings: Findings) -> Linear | None:
    """A sum of weighted names; None, and a problem, where it is anything else.

    `names` says what a path stands for, a name or a number, and reports a path that stands for nothing.
    """
    match node:
        case tree.Number(value):
            return Linear(value)
        case tree.Path():
            return names(node)
        case tree.Sign(sign, operand):
            inner = check_linear(operand, names, findings)
            return None if inner is None else inner.times(-1.0 if sign == "-" else 1.0)
        case tree.Arithmetic():
            return _arithmetic(node, names, findings)
        case _:
            _refuse(node, findings)
            return None


def _arithmetic(
    node: tree.Arithmetic, names: Callable[[tree.Path], Linear | None], findings: Findings
) -> Linear | None:
    left, right = check_linear(node.left, names, findings), check_linear(node.right, names, findings)
    if left is None or right is None:
        return None
    match node.operator:
        case "+":
            return left.plus(right, 1.0)
        case "-":
            return left.plus(right, -1.0)
        case "*":
            return right.times(left.constant) if not left.weights else _scaled(node, left, right, findings)
        case "/":
            return _divided(node, left, right, findings)
        case _:
            assert_never(node.operator)


def _scaled(node: tree.Arithmetic, left: Linear, right: Linear, findings: Findings) -> Linear | None:
    if right.weights:
        _refuse(node, findings)
        return None
    return left.times(right.constant)


def _divided(node: tree.Arithmetic, left: Linear, right: Linear, findings: Findings) -> Linear | None:
    if right.weights:
        _refuse(node, findings)
        return None
    if right.constant == 0:
        findings.error("E405", node.span, "a division by zero is never known")
        return None
    return left.times(1.0 / right.constant)


def _refuse(node: Expression, findings: Findings) -> None:
    message, hint = "only names, weights and sums can stand here", "write it like `0.4 * fit + 0.6 * engagement`"
    findings.error("E505", node.span, message, hint=hint)
