"""Expressions to the same with one small mistake: a number next to it, a comparison turned, `and` for `or`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from msgspec.structs import replace

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.tree import Expression, Node

Own = Iterator[tuple[str, Node]]
COMPARED: Mapping[str, tuple[str, ...]] = {
    ">=": (">", "<"),
    ">": (">=", "<="),
    "<=": ("<", ">"),
    "<": ("<=", ">="),
    "=": ("!=",),
    "!=": ("=",),
}
CALCULATED: Mapping[str, str] = {"+": "-", "-": "+", "*": "/", "/": "*"}
MEASURED: Mapping[str, str] = {"max": "min", "min": "max"}
RELATED: Mapping[str, str] = {
    "exactly": "contains",
    "starts with": "contains",
    "ends with": "contains",
    "contains": "starts with",
    "mentions": "starts with",
}
TESTS = (
    tree.IsOneOf,
    tree.IsKnown,
    tree.TextTest,
    tree.Has,
    tree.AtLeast,
    tree.Happened,
    tree.Fired,
    tree.Compare,
    tree.Both,
    tree.Either,
    tree.Not,
)


def changed_expressions(node: Node) -> Own:
    """What becomes of an expression by itself, and not of what it is made of."""
    match node:
        case tree.Number():
            yield from _number(node)
        case tree.Sign("-", operand):
            yield "sign", operand
        case tree.Arithmetic(operator=operator):
            yield "arithmetic", replace(node, operator=CALCULATED[operator])
        case tree.Aggregate(measure=measure) if measure in MEASURED:
            yield "measure", replace(node, measure=MEASURED[measure])
        case tree.DaysSince(subject=tree.Path(), calendar=calendar):
            yield "days of the calendar", replace(node, calendar=not calendar)
        case tree.Pattern():
            yield from _pattern(node)
        case tree.RangeRow(high_included=True):
            yield "end of a range", replace(node, high_included=False)
        case _ if isinstance(node, TESTS):
            yield from _test(node)


def with_part(node: Node, name: str, part: object) -> Node:
    """The same with another part, in the form in which it would be read."""
    if isinstance(node, tree.DaysSince) and isinstance(part, tree.Pattern) and part.where is None:
        part = tree.Path((part.event,), span=part.event.span)
    return replace(node, **{name: part})


def _number(node: tree.Number) -> Own:
    """The numbers one unit of the last written digit above and below."""
    percent = node.written.endswith("%")
    bare = Decimal(node.written.rstrip("%").replace("_", ""))
    unit = Decimal(1).scaleb(min(0, int(bare.as_tuple().exponent)))
    parted = "_" * ("_" in node.written)
    for number in (number for number in (bare + unit, bare - unit) if number >= 0):
        text = f"{number:,f}".replace(",", parted) + "%" * percent
        yield f"{node.written} → {text}", replace(node, value=float(number) / (100 if percent else 1), written=text)


def _pattern(node: tree.Pattern) -> Own:
    if node.where is not None:
        yield "`where` left out", replace(node, where=None)
    if node.window is not None:
        yield "window left out", replace(node, window=None)


def _test(node: Node) -> Own:
    match node:
        case tree.Compare(operator=operator):
            for other in COMPARED[operator]:
                yield f"{operator} → {other}", replace(node, operator=other)
        case tree.Both(parts):
            yield "and → or", tree.Either(parts, span=node.span)
            yield from _left_out(parts, node)
        case tree.Either(parts):
            yield "or → and", tree.Both(parts, span=node.span)
            yield from _left_out(parts, node)
        case tree.Not(part):
            yield "`not` left out", part
        case tree.Happened(absent=absent):
            yield "any ↔ no", replace(node, absent=not absent)
        case tree.IsKnown(missing=missing):
            yield "known ↔ missing", replace(node, missing=not missing)
        case tree.IsOneOf(choices=choices, negated=negated):
            yield "is ↔ is not", replace(node, negated=not negated)
            yield from _fewer(choices, "choices", node)
        case tree.TextTest(relation=relation, patterns=patterns):
            yield from _related(relation, node)
            yield from _fewer(patterns, "patterns", node)
        case tree.Has(choices=choices, every=every):
            yield "any ↔ all", replace(node, every=not every, bare=False)
            yield from _fewer(choices, "choices", node)
        case tree.AtLeast(most=most):
            yield "at least ↔ at most", replace(node, most=not most)
        case tree.Fired():
            yield "`fired` turned", tree.Not(node, span=node.span)


def _related(relation: tree.TextRelation, node: tree.TextTest) -> Own:
    if relation in RELATED:
        yield f"{relation} → {RELATED[relation]}", replace(node, relation=RELATED[relation])


def _left_out(parts: tuple[Expression, ...], node: tree.Both | tree.Either) -> Own:
    """The same without each of its parts."""
    for place in range(len(parts)):
        rest = parts[:place] + parts[place + 1 :]
        yield "a part left out", rest[0] if len(rest) == 1 else replace(node, parts=rest)


def _fewer(values: tuple[Node, ...], name: str, node: Node) -> Own:
    for place in range(len(values) if len(values) > 1 else 0):
        yield "a value left out", replace(node, **{name: values[:place] + values[place + 1 :]})
