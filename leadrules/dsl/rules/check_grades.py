"""Grades: labels of a score, and cells of two grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from msgspec.structs import replace

from leadrules.dsl.expression.check_scope import Known, Scope
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.model import Reference, Type
from leadrules.dsl.expression.tree import Name, Path
from leadrules.dsl.fold import fold
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.model import Grade, GradeRow, Matrix
from leadrules.dsl.source import Span


def check_grades(ruleset: tree.Ruleset, scope: Scope) -> tuple[Scope, tuple[Grade, ...], tuple[Matrix, ...]]:
    """All grades and matrices, and the scope with their names. One that is wrong is kept as unread."""
    grades: list[Grade] = []
    for item in ruleset.items:
        if isinstance(item, tree.Grade) and item.name.text not in scope.names:
            grade = _grade(item, scope, complete=not ruleset.unread)
            grades += [grade] if grade else []
            scope = _with(scope, item.name, "grade", grade.labels if grade else ())
    matrices: list[Matrix] = []
    found = {grade.name: grade for grade in grades}
    for item in ruleset.items:
        if isinstance(item, tree.Matrix) and item.name.text not in scope.names:
            matrix = _matrix(item, found, scope)
            matrices += [matrix] if matrix else []
            scope = _with(scope, item.name, "cell", matrix.cells if matrix else ())
    return scope, tuple(grades), tuple(matrices)


def _with(scope: Scope, name: Name, kind: str, labels: tuple[str, ...]) -> Scope:
    if not labels:
        return replace(scope, unread=scope.unread | {name.text})
    known = Reference("grade" if kind == "grade" else "cell", name.text, Type("one of", labels), span=name.span)
    names: Mapping[str, Known] = {name.text: known}
    return scope.with_names(names)


def _grade(node: tree.Grade, scope: Scope, complete: bool) -> Grade | None:
    score = _named(node.score, "score", "a grade is made of a score: `grade NAME of SCORE { … }`", scope)
    rows = [_row(row, scope) for row in node.body.items]
    kept = tuple(row for row in rows if row is not None)
    sound = _is_whole(node, complete, scope.findings) and len(kept) == len(rows)
    if not (sound and _differ([(r.label, r.span) for r in kept], scope.findings) and _descend(kept, scope.findings)):
        return None
    title = node.title.value if node.title else ""
    return Grade(node.name.text, title, score.name, kept, span=node.span) if score and kept else None


def _named(path: Path, kind: str, hint: str, scope: Scope) -> Reference | None:
    """What a path names, if that is a score or a grade; else a problem."""
    known = scope.resolve(path)
    if known is None or (isinstance(known, Reference) and known.kind == kind):
        return known
    scope.findings.error("E550", path.span, f"`{path.text}` is no {kind}", hint=hint)
    return None


def _row(node: tree.GradeRow, scope: Scope) -> GradeRow | None:
    if node.bound is None:
        return GradeRow(node.label.value, None, span=node.span)
    bound = check_number(node.bound, scope, "the bound of a grade")
    return None if bound is None else GradeRow(node.label.value, bound, span=node.span)


def _is_whole(node: tree.Grade, complete: bool, findings: Findings) -> bool:
    """Whether the last row, and no other, is for whoever is left. A last row is missed only where the file is `complete`."""
    rows = node.body.items
    if complete and not (rows and rows[-1].bound is None):
        place = rows[-1].span if rows else node.name.span
        message = "the last grade has a bound" if rows else f"the grade `{node.name.text}` has no labels"
        findings.error("E503", place, message, hint='name the grade of all other leads at the end: `"D" otherwise`')
    for row in rows[:-1]:
        if row.bound is None:
            message = f'`"{row.label.value}" otherwise` is not the last grade'
            findings.error("E503", row.span, message, hint="no lead ever gets a grade below it: put it last")
    return bool(rows) and rows[-1].bound is None and all(row.bound is not None for row in rows[:-1])


def _differ(labels: list[tuple[str, Span]], findings: Findings) -> bool:
    """Whether no two labels read the same; a problem for each that does not differ."""
    seen: dict[str, Span] = {}
    for label, span in labels:
        if fold(label) in seen:
            told = (Label(seen[fold(label)], "given here first"),)
            findings.error("E551", span, f"the grade `{label}` is given twice", labels=told, hint="rename one of them")
        seen.setdefault(fold(label), span)
    return len(seen) == len(labels)


def _descend(rows: tuple[GradeRow, ...], findings: Findings) -> bool:
    """Whether each bound is lower than the one above it."""
    bounded = [(row, row.bound) for row in rows if row.bound is not None]
    wrong = [(above, row) for (above, high), (row, low) in pairwise(bounded) if low >= high]
    for above, row in wrong:
        message = (
            f"no lead can have the grade `{row.label}`: whoever has {show_number(row.bound or 0.0)} is `{above.label}`"
        )
        told = (Label(above.span, f"takes all from {show_number(above.bound or 0.0)}"),)
        findings.error("E552", row.span, message, labels=told, hint="bounds descend from the first grade to the last")
    return not wrong


def _matrix(node: tree.Matrix, grades: Mapping[str, Grade], scope: Scope) -> Matrix | None:
    hint = "a matrix is made of two grades: `matrix NAME = GRADE & GRADE`"
    first, second = (_named(path, "grade", hint, scope) for path in (node.first, node.second))
    if first is None or second is None:
        return None
    pairs = [(a, b) for a in grades[first.name].labels for b in grades[second.name].labels]
    if not _readable(pairs, node, scope.findings):
        return None
    title = node.title.value if node.title else ""
    return Matrix(node.name.text, title, (first.name, second.name), tuple(a + b for a, b in pairs), span=node.span)


def _readable(pairs: list[tuple[str, str]], node: tree.Matrix, findings: Findings) -> bool:
    """Whether every cell has a text of its own; a problem for the first that has not."""
    seen: dict[str, tuple[str, str]] = {}
    for a, b in pairs:
        if fold(a + b) in seen:
            c, d = seen[fold(a + b)]
            message = f"two cells read `{a + b}`: `{c}` with `{d}`, and `{a}` with `{b}`"
            findings.error("E551", node.span, message, hint="rename labels, so that no two cells read the same")
            return False
        seen[fold(a + b)] = (a, b)
    return True


def report_unreachable_grades(
    grades: tuple[Grade, ...], reach: Mapping[str, tuple[float, float]], findings: Findings
) -> None:
    """Warn of each label that no lead can have, whatever it does."""
    for grade in grades:
        low, high = reach[grade.score]
        for row, below in _with_upper(grade):
            if row.bound is not None and row.bound > high:
                why = (
                    f"`{grade.score}` never reaches {show_number(row.bound)}: its highest value is {show_number(high)}"
                )
            elif below is not None and below <= low:
                why = f"`{grade.score}` is always {show_number(below)} or more: its lowest value is {show_number(low)}"
            else:
                continue
            message = f"no lead can have the grade `{row.label}`: {why}"
            findings.warn("W650", row.span, message, hint="move the bounds into the range of the score")


def _with_upper(grade: Grade) -> Iterator[tuple[GradeRow, float | None]]:
    """The rows, each with the bound that it stays below."""
    above: float | None = None
    for row in grade.rows:
        yield row, above
        above = row.bound
