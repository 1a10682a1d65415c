"""What a test says of its lead and of events: values of the types that are declared, and times that go forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadrules.dsl.expression.check import declared_value
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import agree, check_constant
from leadrules.dsl.expression.model import Reference, Type
from leadrules.dsl.expression.tree import Expression, Moment, Name, Number, Path, Quantity, Text
from leadrules.dsl.expression.wordlike import has_word
from leadrules.dsl.members import joined, written_members
from leadrules.dsl.moment import LAST_YEAR
from leadrules.dsl.problem import Fix
from leadrules.dsl.quantity import MICROSECONDS
from leadrules.dsl.rules import tree_tests as written
from leadrules.dsl.rules.model_tests import Fact
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import nearest, suggest_akin, was_meant

TRUTHS: Mapping[str, tuple[str, ...]] = {
    "yes": ("true", "True", "TRUE", "Yes", "YES"),
    "no": ("false", "False", "FALSE", "No", "NO"),
    "missing": ("null", "NULL", "None", "nil"),
}

KINDS: Mapping[str, tuple[str, ...]] = {
    "number": ("number", "whole number"),
    "whole number": ("number", "whole number"),
}
KINDS_OF_TIME: Mapping[str, tuple[str, ...]] = {"time": ("time", "date"), "date": ("date",)}


def fields_of(scope: Scope) -> dict[str, Type]:
    """The fields of leads with their types."""
    known = ((name, known) for name, known in scope.names.items() if name.startswith("lead."))
    return {name.removeprefix("lead."): found.type for name, found in known if isinstance(found, Reference)}


def check_facts(
    nodes: Iterable[written.Fact], types: Mapping[str, Type], event: Name | None, scope: Scope
) -> list[Fact]:
    """The facts of a lead, or of an event; wrong ones are left out, each with its problem."""
    found: list[Fact] = []
    for node in nodes:
        if node.name.text in (fact.name for fact in found):
            hint = "a thing has one value at a time"
            scope.findings.error("E202", node.name.span, f"`{node.name.text}` is given twice", hint=hint)
        elif fact := check_fact(node, types, event, scope):
            found.append(fact)
    return found


def check_fact(node: written.Fact, types: Mapping[str, Type], event: Name | None, scope: Scope) -> Fact | None:
    """One value of a field, or of a property of an event; None, and a problem, where it is none."""
    name = node.name.text
    if name in types:
        return check_plain(name, node.value, types[name], scope)
    if event is not None:
        scope.own_property(event, node.name)
    elif name not in scope.unread:
        report_field(node.name.span, name, types, scope)
    return None


def report_field(span: Span, name: str, types: Mapping[str, Type], scope: Scope) -> None:
    """A problem for a field that leads do not have."""
    meant = nearest(name, types)
    hint = was_meant(meant) or suggest_akin(name, types, "declare it in the `lead` block of the rule set")
    message = f"leads have no field `{name}`"
    scope.findings.error("E201", span, message, hint=hint, fix=Fix(span, meant) if meant else None)


def check_plain(name: str, node: Expression, type: Type, scope: Scope) -> Fact | None:
    """A value as it stands in a test; `missing` is one that is not known."""
    if is_word(node, "missing") and "missing" not in type.values:
        return Fact(name, None)
    match type.name:
        case "text":
            return _text(name, node, scope)
        case "one of":
            return _choice(name, node, type, scope)
        case "flag":
            return _flag(name, node, scope)
        case "set of":
            return _set(name, node, type, scope)
        case _:
            return _number(name, node, type, scope)


def is_word(node: object, word: str) -> bool:
    """Whether a bare word stands there."""
    return isinstance(node, Path) and node.text == word


def _text(name: str, node: Expression, scope: Scope) -> Fact | None:
    if isinstance(node, Text):
        return Fact(name, node.value)
    fix = None if has_word(node.span.text) else Fix(node.span, f'"{node.span.text}"')
    hint = f'write the text in quotes: `"{node.span.text}"`'
    scope.findings.error("E307", node.span, f"`{name}` is a text", hint=hint, fix=fix)
    return None


def _choice(name: str, node: Expression, type: Type, scope: Scope) -> Fact | None:
    if isinstance(node, Path | Text | Number):
        label = declared_value(node, type, scope)
        return Fact(name, label.value) if label else None
    expected = ", ".join(type.values)
    scope.findings.error("E305", node.span, f"`{name}` is one of a few values", expected=expected)
    return None


def _set(name: str, node: Expression, type: Type, scope: Scope) -> Fact | None:
    """A set, its members in one text and parted by `;`."""
    if not isinstance(node, Text):
        scope.findings.error("E305", node.span, f"`{name}` is a set", expected='its members in one text: `"a; b"`')
        return None
    members = written_members(node.value)
    if not type.values:
        return Fact(name, joined(members))
    single = Type("one of", type.values)
    labels = [declared_value(Text(member, span=node.span), single, scope) for member in members]
    return Fact(name, joined(label.value for label in labels if label)) if all(labels) else None


def _flag(name: str, node: Expression, scope: Scope) -> Fact | None:
    if is_word(node, "yes") or is_word(node, "no"):
        return Fact(name, is_word(node, "yes"))
    meant = next((word for word, others in TRUTHS.items() if any(is_word(node, other) for other in others)), None)
    hint, fix = (f"write `{meant}`", Fix(node.span, meant)) if meant else ("", None)
    expected = "`yes`, `no` or `missing`"
    scope.findings.error("E305", node.span, f"`{name}` is a flag", expected=expected, hint=hint, fix=fix)
    return None


def _number(name: str, node: Expression, type: Type, scope: Scope) -> Fact | None:
    kinds = KINDS.get(type.name) or KINDS_OF_TIME.get(type.name) or (type.name,)
    constant = check_constant(node, scope, kinds, f"`{name}` is a {type}, and this")
    if constant is None:
        return None
    if type.name == "money" and not agree(constant.type, type):
        message = f"`{name}` is {type}, and this is {constant.type}"
        scope.findings.error("E305", node.span, message, hint="amounts of money are never converted")
        return None
    if type.name == "whole number" and constant.value != int(constant.value):
        scope.findings.error("E305", node.span, f"`{name}` is a whole number", expected="a number without fraction")
        return None
    return Fact(name, constant.value)


# Times


def check_when(when: written.When, before: int, begun: bool, scope: Scope) -> int | None:
    """The instant of a line, after that of the line `before`; None, and a problem, where it is none or goes back.

    Where no line stands above (the test has not `begun`) a date or time may be any.
    """
    at = _absolute(when, scope) if isinstance(when, Moment) else _relative(when, before, scope)
    if at is None:
        return None
    if at < before and (begun or not isinstance(when, Moment)):
        hint = "a test is read from the top to its end: put what happens earlier above"
        scope.findings.error("E581", when.span, "this is earlier than the line above", hint=hint)
        return None
    last = scope.instant(f"{LAST_YEAR}-12-31")
    if last is not None and at > last:
        scope.findings.error("E408", when.span, f"this is later than the year {LAST_YEAR}")
        return None
    return at


def _absolute(moment: Moment, scope: Scope) -> int | None:
    at = scope.instant(moment.text)
    if at is None:
        hint = "write the year, month and day: `2026-01-31`, with a time of day `2026-01-31 09:00`"
        scope.findings.error("E408", moment.span, f"`{moment.text}` is no date or time", hint=hint)
    return None if at is None else int(at)


def _relative(later: written.Later, before: int, scope: Scope) -> int | None:
    wrong = [part for part in later.parts if part.unit not in MICROSECONDS]
    for part in wrong:
        scope.findings.error("E305", part.span, "this is no duration", expected="a duration, such as `30 days`")
    return None if wrong else before + round((-1 if later.sign == "-" else 1) * sum(map(_microseconds, later.parts)))


def _microseconds(part: Quantity) -> float:
    return part.amount.value * MICROSECONDS[part.unit]
