"""Laws and shares that depend on the value of a field: tables whose rows are told apart by their positions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.model import FLAG, ByField, Range, Reference, Values
from leadrules.dsl.expression.tree import Body, Number, Path, RestRow, Row, ValueRow
from leadrules.dsl.fold import fold
from leadrules.dsl.scenario import tree_people as tree
from leadrules.dsl.scenario.check_numbers import share
from leadrules.dsl.scenario.model import By, Hiding, Persona
from leadrules.dsl.source import Span

NOBODY = -1.0
ANSWERS: Mapping[str, float] = {"yes": 1.0, "no": 0.0}


def check_cases(name: str, subject: Path, rows: Sequence[Row], span: Span, scope: Scope) -> ByField | None:
    """A table whose numbers are the positions of its rows, -1 where none holds a value; None, and problems, otherwise.

    Who has no `unknown` row counts as `else`.
    """
    if not rows and not scope.unread:
        scope.findings.error("E501", span, f"`{name}` has no rows", expected="`VALUE: …`")
    numbered = [replace(row, points=Number(float(i), str(i), span=row.span)) for i, row in enumerate(rows)]
    rests = {row.rest for row in rows if isinstance(row, RestRow)}
    if "else" not in rests:
        numbered.append(RestRow("else", Number(NOBODY, "-1", span=span), span=span))
    known = scope.names.get(subject.text)
    if isinstance(known, Reference) and known.type == FLAG:
        table = _by_flag(known, numbered, span, scope)
    else:
        table = check_by_field(name, subject, Body(tuple(numbered), span=span), span, scope)
    if table is None or "unknown" in rests:
        return table
    return replace(table, unknown=table.otherwise)


def _by_flag(subject: Reference, rows: Sequence[Row], span: Span, scope: Scope) -> ByField | None:
    found: dict[float, Values] = {}
    rests = {"else": NOBODY, "unknown": NOBODY}
    for row in rows:
        number = check_number(row.points, scope) or 0.0
        if isinstance(row, RestRow):
            rests[row.rest] = number
            continue
        answers = [ANSWERS.get(value.text) if isinstance(value, Path) else None for value in _values(row)]
        if not answers or None in answers:
            scope.findings.error("E305", row.span, "this is no value of a flag", expected="`yes: …` or `no: …`")
            return None
        for answer in answers:
            here = Values((float(answer or 0.0),), number, span=row.span)
            if found.setdefault(float(answer or 0.0), here).number != number:
                scope.findings.error("E506", row.span, "a second row for this value", hint="keep one")
    return ByField(subject, tuple(found.values()), rests["else"], rests["unknown"], span=span)


def _values(row: Row) -> Sequence[object]:
    return row.values if isinstance(row, ValueRow) else ()


def is_open(table: ByField) -> bool:
    """Whether a known value may be held by no row."""
    held = {fold(v) if isinstance(v, str) else v for row in table.rows if isinstance(row, Values) for v in row.values}
    every = set(ANSWERS.values()) if table.subject.type == FLAG else {fold(v) for v in table.subject.type.values}
    return table.otherwise == NOBODY and not (every and every <= held) and not _covers(table)


def _covers(table: ByField) -> bool:
    """Whether ranges hold every number."""
    step = 1.0 if table.subject.type.name == "whole number" else 0.0
    reached = -math.inf
    for band in sorted((row for row in table.rows if isinstance(row, Range)), key=lambda band: band.low):
        if band.low > reached:
            return False
        reached = band.high + step if band.high_included else band.high
    return reached == math.inf


def check_hidden(item: tree.UnknownBy, path: str, scope: Scope) -> Hiding | None:
    """For how many leads nobody knows a field, by the value of a field; None, and problems, where it is not clear."""
    shares = []
    for number, row in enumerate(item.body.items, 1):
        value = check_number(row.points, scope, "a share")
        written = Number(value or 0.0, " ".join(row.points.span.text.split()), span=row.points.span)
        shares.append(share(written, f"{path}/{number}", scope.findings))
    table = check_cases(item.field.text, item.subject, item.body.items, item.span, scope)
    return Hiding(table, tuple(shares)) if table else None


def report_circles(personas: Sequence[Persona], scope: Scope) -> None:
    """A field whose law depends on itself, by whatever other fields, has no law."""
    reported: set[str] = set()
    for persona in personas:
        asks = {name: o.table.subject.name for name, o in persona.attributes.items() if isinstance(o, By)}
        for name in asks:
            chain = [name]
            while chain[-1] in asks and asks[chain[-1]] not in chain:
                chain.append(asks[chain[-1]])
            if asks.get(chain[-1]) == name and not reported & set(chain):
                reported |= set(chain)
                way = " asks for ".join(f"`{part}`" for part in (*chain, name))
                origin = persona.attributes[name]
                assert isinstance(origin, By)
                scope.findings.error(
                    "E731", origin.table.span, f"a circle of laws: {way}", hint="give one of them a law of its own"
                )
