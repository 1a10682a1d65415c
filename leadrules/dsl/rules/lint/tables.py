"""Tables that leave something unsaid, or say one thing many times."""

from __future__ import annotations

import math
from collections.abc import Iterator

from leadrules.dsl.expression.model import ByField, Range
from leadrules.dsl.expression.tree import RestRow
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.lint.subject import Subject, doubt, remark
from leadrules.dsl.rules.model_criteria import Table
from leadrules.dsl.source import Span


def tables(subject: Subject) -> Iterator[tuple[Table, written.Table]]:
    """The tables by a field, as they are meant and as they were written."""
    for score in subject.base_scores:
        for criterion in score.criteria:
            node = subject.node(score, criterion)
            if isinstance(criterion, Table) and isinstance(node, written.Table):
                yield criterion, node


def without_unknown(subject: Subject) -> Iterator[Problem]:
    """W971: a table that does not say what a lead gets of whom the value is not known."""
    for table, node in tables(subject):
        if not _has(node, "unknown"):
            name = table.by.subject.name
            message = f"`{table.name}` does not say what a lead gets whose `{name}` is not known"
            yield remark("W971", node.span, message, hint="it gets 0: say `unknown: 0`", fix=_with_unknown(node))


def _has(node: written.Table, rest: str) -> bool:
    return any(isinstance(row, RestRow) and row.rest == rest for row in node.body.items)


def _with_unknown(node: written.Table) -> Fix | None:
    """The row behind the last one: on its line where all rows share one, else on a line of its own."""
    if not node.body.items or node.body.items[-1].notes.after:
        return None
    last = node.body.items[-1].span
    place = Span(last.source, last.end, last.end)
    if "\n" not in last.source.text[node.span.start : last.end]:
        return Fix(place, "; unknown: 0")
    margin = " " * (last.source.position(last.start)[1] - 1)
    return Fix(place, f"\n{margin}unknown: 0")


def without_difference(subject: Subject) -> Iterator[Problem]:
    """W972: a table whose rows all give the same."""
    for table, node in tables(subject):
        given = {row.number for row in table.by.rows}
        if len(table.by.rows) > 1 and len(given) == 1 and (table.by.otherwise in given or not _has(node, "else")):
            message = f"every row of `{table.name}` gives {show_number(given.pop())}"
            hint = f"`when {table.by.subject.name} is known` says the same in one line"
            yield doubt("W972", node.span, message, hint=hint)


def one_sided(subject: Subject) -> Iterator[Problem]:
    """W973: a table of ranges that begins or ends somewhere, and does not say what lies beyond."""
    for table, node in tables(subject):
        ranges = [row for row in table.by.rows if isinstance(row, Range)]
        if ranges and not _has(node, "else"):
            beyond = _beyond(table.by, ranges)
            if beyond:
                message = f"`{table.name}` has no row for {' and for '.join(beyond)}"
                hint = "give them a row, or say `else: 0` where they earn nothing"
                yield remark("W973", node.span, message, hint=hint)


def _beyond(by: ByField, ranges: list[Range]) -> list[str]:
    low, high = min(row.low for row in ranges), max(row.high for row in ranges)
    least = 1.0 if by.subject.type.name == "whole number" else 0.0
    show = show_duration if by.subject.type.name == "duration" else show_number
    below = [f"less than {show(low)}"] if low > least else []
    return below + ([f"more than {show(high)}"] if math.isfinite(high) else [])
