"""Nodes to text: how long stages last, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from leadrules.dsl.expression.tree import Item
from leadrules.dsl.expression.write import write_expression
from leadrules.dsl.expression.write_statements import write_inline
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.tree_stages import (
    Bound,
    Deadline,
    Duration,
    Law,
    Loading,
    Mixture,
    PartRow,
    QuantileRow,
    Quantiles,
)

Write = Callable[[Item], str]
Passage = tree.Lasts | Deadline | Bound | QuantileRow | PartRow | tree.Then


def write_passage(item: Passage, write_item: Write) -> str:
    """A statement about how long a stage lasts or where it leads."""
    match item:
        case tree.Lasts(law, faster, least):
            sooner = f", faster with intent {write_expression(faster)}" if faster else ""
            return f"lasts {_law(law, write_item)}{sooner}" + (f", at least {write_expression(least)}" if least else "")
        case Deadline(limit, target):
            if isinstance(limit, Law | Quantiles | Mixture):
                return f"at most {_law(limit, write_item)}, then {target.text}"
            return f"at most {write_expression(limit)}, then {target.text}"
        case Bound(number):
            return f"at most {number.written} {'time' if number.value == 1 else 'times'}"
        case QuantileRow(share, duration):
            return f"{share.written}: {write_expression(duration)}"
        case PartRow(share, law):
            return f"{share.written} {_law(law, write_item)}"
        case tree.Then(branches):
            return "then " + ", ".join(_branch(branch, write_item) for branch in branches)
        case _:
            assert_never(item)


def _law(law: Duration, write_item: Write) -> str:
    match law:
        case Quantiles(body):
            return f"as in {write_inline(body, write_item)}"
        case Mixture(body):
            return f"mixture {write_inline(body, write_item)}"
        case Law():
            return write_family(law)
        case _:
            assert_never(law)


def write_family(law: Law) -> str:
    """A law of a family."""
    measure = write_expression(law.measure)
    shape = write_expression(law.shape) if law.shape else ""
    match law.family:
        case "exponential":
            return f"exponential mean {measure}"
        case "weibull" | "gamma":
            return f"{law.family} mean {measure} shape {shape}"
        case "lognormal":
            return f"lognormal median {measure} spread {shape}"
        case "log-logistic":
            return f"log-logistic median {measure} shape {shape}"
        case "exactly":
            return f"exactly {measure}"
        case _:
            assert_never(law.family)


def _branch(branch: tree.Branch, write_item: Write) -> str:
    if branch.share is not None:
        return f"{branch.target.text} {branch.share.written}"
    if branch.logit is not None:
        tables = "".join(_loading(loading, write_item) for loading in branch.loadings)
        return f"{branch.target.text} logit {write_expression(branch.logit)}{tables}"
    return f"else {branch.target.text}"


def _loading(loading: Loading, write_item: Write) -> str:
    return f" by {loading.subject.text} {write_inline(loading.body, write_item)}"
