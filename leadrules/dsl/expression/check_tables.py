"""Tables `by FIELD`: one row for each value, no two for one, and none forgotten without a word."""

from __future__ import annotations

import itertools
import math
from typing import assert_never

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check import check_pattern, declared_value
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import agree, check_number, check_value, is_number, is_set
from leadrules.dsl.expression.model import ByField, Constant, Range, Reference, Type, Values
from leadrules.dsl.expression.tree import Body, Expression, Number, Path, Text
from leadrules.dsl.expression.wordlike import RESTS, has_word
from leadrules.dsl.fold import fold
from leadrules.dsl.problem import Fix, Label
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import nearest

Row = Range | Values


def check_by_field(name: str, subject: Path, body: Body[tree.Row], span: Span, scope: Scope) -> ByField | None:
    """A table whose rows are all right; None, and problems, otherwise. `name` is what the table is called."""
    known = scope.resolve(subject)
    if known is None:
        return None
    if isinstance(known, Reference) and is_set(known, subject.span, scope):
        return None
    if not isinstance(known, Reference) or known.kind != "field" or known.type.name == "flag":
        hint = "a table asks about a field that is no flag; for a condition write `NAME POINTS when CONDITION`"
        scope.findings.error("E305", subject.span, f"a table by `{subject.text}`", hint=hint)
        return None
    written = [row for row in body.items if not isinstance(row, tree.RestRow)]
    if not body.items and not scope.unread:
        scope.findings.error("E501", span, f"the table `{name}` has no rows", expected="`VALUE: POINTS`")
    rests = _rests(body, scope)
    checked = [(row.span, _row(row, known.type, scope)) for row in written]
    rows = [(place, row) for place, row in checked if row is not None]
    if len(rows) < len(written):
        return None
    _report_overlaps(rows, known.type, scope)
    if "else" not in rests and not scope.unread:
        _report_gaps(name, span, known.type, [row for _, row in rows], scope)
    numbers = rests.get("else", 0.0), rests.get("unknown", 0.0)
    return ByField(known, tuple(row for _, row in rows), *numbers, span=span)


def _rests(body: Body[tree.Row], scope: Scope) -> dict[str, float]:
    rests: dict[str, float] = {}
    for row in body.items:
        if isinstance(row, tree.RestRow):
            if row.rest in rests:
                scope.findings.error("E506", row.span, f"a second `{row.rest}` row", hint="keep one")
            rests[row.rest] = check_number(row.points, scope) or 0.0
    return rests


def _row(row: tree.RangeRow | tree.ValueRow, type: Type, scope: Scope) -> Row | None:
    points = check_number(row.points, scope)
    if isinstance(row, tree.ValueRow):
        values = [_value(value, type, scope) for value in row.values]
        known = tuple(value for value in values if value is not None)
        return Values(known, points, span=row.span) if points is not None and len(known) == len(values) else None
    return _range(row, type, points, scope)


def _range(row: tree.RangeRow, type: Type, points: float | None, scope: Scope) -> Range | None:
    if not is_number(type):
        message = f"a range in a table by a {type}"
        scope.findings.error("E305", row.span, message, expected="the values themselves")
        return None
    low = _bound(row.low, type, scope) if row.low else -math.inf
    high = _bound(row.high, type, scope) if row.high else math.inf
    if points is None or low is None or high is None:
        return None
    if row.high_included and type.name != "whole number":
        hint = "say to which value it does not reach any more: `0.5 to under 1`"
        scope.findings.error("E305", row.span, f"`A to B` in a table by a {type}", expected="`A to under B`", hint=hint)
        return None
    if low > high or (low == high and not row.high_included):
        scope.findings.error("E403", row.span, "this row holds no value", expected="the lower bound first")
        return None
    return Range(low, high, row.high_included, points, span=row.span)


def _bound(node: Expression, type: Type, scope: Scope) -> float | None:
    if isinstance(node, Path) and scope.find(node) is None and _is_rest(node, type, scope):
        return None
    value = check_value(node, scope, check_pattern)
    if value is None:
        return None
    if not isinstance(value, Constant) or not agree(type, value.type):
        found = "no fixed number" if not isinstance(value, Constant) else f"a {value.type}"
        scope.findings.error("E305", node.span, f"a bound that is {found}", expected=f"a {type}")
        return None
    return value.value


def _value(node: Expression, type: Type, scope: Scope) -> str | float | None:
    if type.name == "one of" and isinstance(node, Path | Text | Number):
        if isinstance(node, Path) and _is_rest(node, type, scope):
            return None
        label = declared_value(node, type, scope)
        return label.value if label else None
    if type.name == "text" and isinstance(node, Text):
        return node.value
    if isinstance(node, tree.Arithmetic) and is_number(type):
        _report_reckoned(node, scope)
        return None
    if is_number(type):
        return _bound(node, type, scope)
    _report_no_text(node, scope)
    return None


def _report_no_text(node: Expression, scope: Scope) -> None:
    word = node.text.casefold() if isinstance(node, Path) else ""
    meant = next((rest for rest, words in RESTS.items() if word in words), None)
    expected = f'`{meant}`, or the text `"{node.span.text}"`' if meant else f'`"{node.span.text}"`'
    fix = Fix(node.span, f'"{node.span.text}"') if word and not has_word(word) else None
    hint = f"write `{meant}`" if meant else ""
    scope.findings.error("E307", node.span, "a table by a text has texts", expected=expected, hint=hint, fix=fix)


def _is_rest(node: Path, type: Type, scope: Scope) -> bool:
    """Whether a word means the rows for all others, or for what is not known: a problem with the word for it."""
    word = node.text.casefold()
    near = None if nearest(word, type.values) else nearest(word, RESTS)
    meant = next((rest for rest, words in RESTS.items() if word in words), near)
    if meant is None or word in map(fold, type.values):
        return False
    code, message = ("E306", f"`{node.text}` is none of the declared values")
    if type.name != "one of":
        code, message = "E201", f"nothing is called `{node.text}`"
    scope.findings.error(code, node.span, message, hint=f"write `{meant}`")
    return True


def _report_overlaps(rows: list[tuple[Span, Row]], type: Type, scope: Scope) -> None:
    """A value that two rows hold is a problem at the later row."""
    for i, (span, row) in enumerate(rows):
        for other, earlier in rows[:i]:
            shared = _shared(earlier, row, type)
            if shared is not None:
                labels = (Label(other, "and by this row"),)
                hint = "of two rows that hold a value nobody could say which one counts"
                scope.findings.error("E506", span, f"{shared} is held by two rows", labels=labels, hint=hint)
                break


def _shared(left: Row, right: Row, type: Type) -> str | None:
    """A value both rows hold, as a person would write it."""
    match left, right:
        case Range(), Range():
            low, high = max(left.low, right.low), min(left.high, right.high)
            closed = all(r.high_included for r in (left, right) if r.high == high)
            value = low if math.isfinite(low) else high - 1
            return _shown(value, type) if low < high or (low == high and closed) else None
        case Values(), Values():
            both = {_key(v) for v in left.values} & {_key(v) for v in right.values}
            least = min(both, key=str, default=None)
            return _shown(least, type) if isinstance(least, float) else least
        case Range() as band, Values(values):
            return next((_shown(v, type) for v in values if isinstance(v, float) and holds(band, v)), None)
        case Values(), Range():
            return _shared(right, left, type)
        case _:
            assert_never(left)  # type: ignore[arg-type]


def _shown(value: float, type: Type) -> str:
    return show_duration(value) if type.name == "duration" else show_number(value)


def _key(value: str | float) -> str | float:
    return fold(value) if isinstance(value, str) else value


def holds(band: Range, value: float) -> bool:
    """Whether a row of a table holds a number."""
    return band.low <= value and (value <= band.high if band.high_included else value < band.high)


def _report_gaps(name: str, span: Span, type: Type, rows: list[Row], scope: Scope) -> None:
    """Known values that no row holds earn nothing; that is said only where it is meant."""
    gaps = _missing_values(type, rows) if type.name == "one of" else _missing_bands(type, rows)
    if gaps:
        hint = "give them a row, or say `else: 0` where they earn nothing"
        scope.findings.warn("W607", span, f"`{name}` has no row for {', '.join(gaps)}", hint=hint)


def _missing_values(type: Type, rows: list[Row]) -> list[str]:
    held = {_key(v) for row in rows if isinstance(row, Values) for v in row.values}
    return [value for value in type.values if fold(value) not in held]


def _missing_bands(type: Type, rows: list[Row]) -> list[str]:
    bands = sorted((row for row in rows if isinstance(row, Range)), key=lambda band: band.low)
    if not bands:
        return []
    step = 1.0 if type.name == "whole number" else 0.0
    gaps = []
    for below, above in itertools.pairwise(bands):
        start = below.high + step if below.high_included else below.high
        if start < above.low:
            gaps.append(f"{_shown(start, type)} to under {_shown(above.low, type)}")
    return gaps


def _report_reckoned(node: tree.Arithmetic, scope: Scope) -> None:
    """A value that is reckoned: nearly always `50-999`, which was meant as a range."""
    hint, fix = "write the number itself", tuple[Fix, ...]()
    match node:
        case tree.Arithmetic(Number(written=low), "-", Number(written=high)):
            hint, fix = f"write `{low} to {high}` for a range", (Fix(node.span, f"{low} to {high}"),)
    message = f"`{node.span.text}` is reckoned"
    scope.findings.error("E305", node.span, message, expected="a value", hint=hint, fix=next(iter(fix), None))
