"""Tables of cases: a test for each row, all with the body that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.model import FLAG
from leadrules.dsl.expression.tree import Expression, Moment, Path, Quantity, Sign
from leadrules.dsl.problem import Findings, Label
from leadrules.dsl.rules import tree_tests as written
from leadrules.dsl.rules.check_expectations import check_expectation
from leadrules.dsl.rules.check_facts import check_plain, check_when, fields_of, is_word, report_field
from leadrules.dsl.rules.model_tests import Expectation, Fact, Happening, Known, Stored, Test
from leadrules.dsl.source import Span


class Body(Struct):
    """What the lines of a test say so far."""

    known: list[Known] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)

    def seen_by(self, expectation: Expectation) -> Expectation:
        """The expectation as one that stands below these lines."""
        return replace(expectation, happened=len(self.happenings), known=len(self.known))

    def test(self, name: str, span: Span) -> Test:
        """The test that they make."""
        return Test(name, "", tuple(self.known), tuple(self.happenings), tuple(self.expectations), span=span)


class _Case(Struct):
    """What one row gives: facts of the lead, of events by their name, and the instant it is looked at."""

    at: int
    facts: list[Fact] = field(default_factory=list)
    properties: dict[str, list[Fact]] = field(default_factory=dict)


Fill = Callable[[_Case, written.Cell], None]


def check_cases(node: written.Cases, body: Body, time: int, name: str, scope: Scope) -> tuple[Test, ...]:
    """The test of each row. Its outcomes are expected at the end of the body, or at the time of its column `at`."""
    if len(node.body.items) < 2:
        if not scope.unread:
            hint = "the first row names the columns, each row below it is a case"
            scope.findings.error("E501", node.span, "a table of cases without a case", hint=hint)
        return ()
    head, *rows = node.body.items
    fills = [_column(cell, body, scope) for cell in head.given]
    asked = [_asked(outcome, scope) for outcome in head.expected]
    _report_repeated(rows, scope.findings)
    tests = []
    for row in rows:
        if _fits(row, head, scope.findings):
            case = _Case(time)
            for fill, cell in zip(fills, row.given, strict=True):
                fill(case, cell)
            expected = list(_expected(asked, row, case.at, scope))
            tests.append(_test(name, row, case, body, expected))
    return tuple(tests)


def _test(name: str, row: written.CaseRow, case: _Case, body: Body, expected: list[Expectation]) -> Test:
    title = ", ".join(cell.span.text for cell in row.given)
    happenings = tuple(_filled(happening, case.properties.get(happening.event, ())) for happening in body.happenings)
    known = (*body.known, Known(None, tuple(case.facts)))
    below = tuple(map(body.seen_by, expected))
    return Test(name, title, known, happenings, (*body.expectations, *below), span=row.span)


def _filled(happening: Happening, facts: Sequence[Fact]) -> Happening:
    told = {fact.name for fact in happening.facts}
    return replace(happening, facts=(*happening.facts, *(fact for fact in facts if fact.name not in told)))


def _fits(row: written.CaseRow, head: written.CaseRow, findings: Findings) -> bool:
    if (len(row.given), len(row.expected)) == (len(head.given), len(head.expected)):
        return True
    shape = f"{len(head.given)} before the colon" + f" and {len(head.expected)} behind it" * bool(head.expected)
    labels = (Label(head.span, "the columns"),)
    findings.error("E583", row.span, "this row does not fill the columns", expected=f"values: {shape}", labels=labels)
    return False


def _report_repeated(rows: Sequence[written.CaseRow], findings: Findings) -> None:
    seen: dict[tuple[object, ...], Span] = {}
    for row in rows:
        if row.given in seen:
            labels = (Label(seen[row.given], "this is the other"),)
            findings.error("E202", row.span, "two cases are given the same", labels=labels)
        seen.setdefault(row.given, row.span)


# Columns before the colon


def _column(cell: written.Cell, body: Body, scope: Scope) -> Fill:
    """What a column before the colon does with its values."""
    if isinstance(cell, written.At):
        return lambda case, value: _look_at(case, value, body, scope)
    names = [name.text for name in cell.names] if isinstance(cell, Path) else []
    if len(names) == 1:
        return _field(cell, names[0], body, scope)
    if len(names) == 2 and names[0] in scope.events:
        return _property(cell, names[0], names[1], body, scope)
    if not scope.unread.intersection(names):
        expected = "a field, EVENT.PROPERTY, or `at`"
        scope.findings.error("E584", cell.span, "this names no column", expected=expected)
    return lambda _case, _value: None


def _field(cell: Expression, name: str, body: Body, scope: Scope) -> Fill:
    types = fields_of(scope)
    if name not in types:
        if name not in scope.unread:
            report_field(cell.span, name, types, scope)
        return lambda _case, _value: None
    if any(name in (fact.name for fact in known.facts) for known in body.known if known.since is None):
        hint = "a field stands in `lead { … }` or in the table"
        scope.findings.error("E202", cell.span, f"`{name}` is given twice", hint=hint)

    def fill(case: _Case, value: written.Cell) -> None:
        fact = None if isinstance(value, written.At) else check_plain(name, value, types[name], scope)
        case.facts += [fact] if fact else []

    return fill


def _property(cell: Expression, event: str, name: str, body: Body, scope: Scope) -> Fill:
    assert isinstance(cell, Path)
    found = scope.own_property(*cell.names)
    if found is None:
        return lambda _case, _value: None
    if not any(h.event == event and name not in (fact.name for fact in h.facts) for h in body.happenings):
        hint = f"add a line `+1 day {event}`, without `{name}`"
        scope.findings.error("E584", cell.span, f"no `{event}` in this test leaves `{name}` to the table", hint=hint)

    def fill(case: _Case, value: written.Cell) -> None:
        fact = None if isinstance(value, written.At) else check_plain(name, value, found.type, scope)
        case.properties.setdefault(event, []).extend([fact] if fact else [])

    return fill


def _look_at(case: _Case, cell: written.Cell, body: Body, scope: Scope) -> None:
    match cell:
        case Sign(sign, Quantity() as part):
            at = check_when(written.Later(sign, (part,), span=cell.span), case.at, True, scope)
        case Moment():
            at = check_when(cell, case.at, bool(body.happenings or body.expectations), scope)
        case _:
            at = None
            expected = "`+7 days` after the last line of the test, or `2026-01-31 09:00`"
            scope.findings.error("E305", cell.span, "this is no time", expected=expected)
    case.at = case.at if at is None else at


# Columns behind the colon


def _asked(outcome: written.Outcome, scope: Scope) -> Path | None:
    """The name that a column behind the colon asks for."""
    if isinstance(outcome, Path):
        return outcome if scope.resolve(outcome) is not None else None
    expected = "a score, a criterion (`fit.authority`), an item of a checklist or `tier`"
    scope.findings.error("E584", outcome.span, "this names no column", expected=expected)
    return None


def _expected(asked: Sequence[Path | None], row: written.CaseRow, at: int, scope: Scope) -> Iterator[Expectation]:
    for head, cell in zip(asked, row.expected, strict=True):
        if head is None or is_word(cell, "any"):
            continue
        node, text = _said(head, cell, scope)
        found = check_expectation(node, at, at, scope) if node else None
        if found:
            stored = found.stored or _truth(head, cell, scope)
            yield replace(found, text=text, stored=stored, span=cell.span)


def _truth(head: Path, cell: written.Outcome, scope: Scope) -> Stored | None:
    """The `yes` or `no` of a cell."""
    known = scope.find(head)
    return Stored(cell.span, known) if known and known.type == FLAG and isinstance(cell, Path) else None


def _said(head: Path, cell: written.Outcome, scope: Scope) -> tuple[written.Expectation | None, str]:
    """What a cell expects of its column, and in words."""
    name, said, span = head.text, " ".join(cell.span.text.split()), cell.span
    match cell:
        case written.About(target, tolerance):
            return written.ExpectWithin(head, target, tolerance, span=span), f"{name} = {said}"
        case written.OutcomeBetween(low, high):
            return written.ExpectBetween(head, low, high, span=span), f"{name} between {said.replace(' to ', ' and ')}"
        case written.OutcomeCompare(operator, value):
            return tree.Compare(head, operator, value, span=span), f"{name} {said}"
        case _:
            return _plainly(head, cell, scope), f"{name} {_verb(head, cell, scope)} {said}"


def _verb(head: Path, cell: Expression, scope: Scope) -> str:
    known = scope.find(head)
    number = known is not None and known.type.name not in ("text", "one of", "flag")
    return "=" if number and not is_word(cell, "missing") else "is"


def _plainly(head: Path, cell: Expression, scope: Scope) -> Expression | None:
    """A cell that is one value."""
    known = scope.find(head)
    if is_word(cell, "missing"):
        return tree.IsKnown(head, missing=True, span=cell.span)
    if known is None or known.type != FLAG:
        equal: Mapping[bool, Expression] = {
            True: tree.IsOneOf(head, (cell,), bare=True, span=cell.span),
            False: tree.Compare(head, "=", cell, span=cell.span),
        }
        return equal[_verb(head, cell, scope) == "is"]
    if is_word(cell, "yes"):
        return head
    if is_word(cell, "no"):
        return tree.Not(head, span=cell.span)
    scope.findings.error("E305", cell.span, f"`{head.text}` holds or not", expected="`yes`, `no`, `missing` or `any`")
    return None
