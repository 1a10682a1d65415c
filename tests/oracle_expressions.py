"""Values, conditions and event patterns of a spec, and how each is written in a `.lead` file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

# Values


@dataclass(frozen=True)
class Number:
    """`12.5`, `-3`."""

    value: float


@dataclass(frozen=True)
class Percent:
    """`35%`, which is 0.35."""

    amount: float


@dataclass(frozen=True)
class Quantity:
    """`3 days`, `100 EUR`. The unit is a unit of time in the singular, or a currency."""

    amount: float
    unit: str


@dataclass(frozen=True)
class Moment:
    """`2026-03-29`, `2026-03-29 02:30`: local time of the rule set's zone."""

    written: str


@dataclass(frozen=True)
class Text:
    """A text, written in quotes."""

    value: str


@dataclass(frozen=True)
class Word:
    """A value of a `one of`, written without quotes."""

    value: str


@dataclass(frozen=True)
class Name:
    """A field, property, named number, condition or score; `lead.ratio`, `bant.need`, `bant.met`."""

    text: str


@dataclass(frozen=True)
class Negative:
    """`-operand`."""

    operand: Value


@dataclass(frozen=True)
class Arithmetic:
    """`left + right` and its kin."""

    left: Value
    operator: Literal["+", "-", "*", "/"]
    right: Value


@dataclass(frozen=True)
class Pattern:
    """`visit where pages > 3 in last 7 days`. `event` None is the bare word `event`: any that is not passive."""

    event: str | None
    where: Condition | None = None
    window: Duration | None = None


@dataclass(frozen=True)
class Aggregate:
    """`count of PATTERN`, `count of distinct PROPERTY of PATTERN`, `sum of PROPERTY of PATTERN` and its kin."""

    measure: Literal["count", "distinct", "sum", "max", "min"]
    pattern: Pattern
    property: str | None = None


@dataclass(frozen=True)
class DaysSince:
    """`days since created`, `days since visit where pages > 3`, `calendar days since visit`."""

    subject: Name | Pattern
    calendar: bool = False


Duration = Quantity | Name
Value = Number | Percent | Quantity | Moment | Text | Word | Name | Negative | Arithmetic | Aggregate | DaysSince

# Conditions


@dataclass(frozen=True)
class Compare:
    """`left >= right` and its kin, of numbers."""

    left: Value
    operator: Literal["<", "<=", "=", "!=", ">=", ">"]
    right: Value


@dataclass(frozen=True)
class IsOneOf:
    """`operand is one of a, b`; with a single choice it may be written `is a`, and of texts also `= "a"`."""

    operand: Value
    choices: tuple[Value, ...]
    negated: bool = False
    written: Literal["one of", "is", "="] = "one of"


@dataclass(frozen=True)
class IsKnown:
    """`operand is known`, `operand is missing`."""

    operand: Value
    missing: bool = False


@dataclass(frozen=True)
class TextTest:
    """`operand starts with "a"`, `operand mentions any of "a", "b"`; `exactly` and `matches` take one pattern."""

    operand: Value
    relation: Literal["exactly", "starts with", "ends with", "contains", "mentions", "matches"]
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Fired:
    """`CRITERION fired`; the score may be left out where no other has a criterion of that name."""

    criterion: str


@dataclass(frozen=True)
class Has:
    """`interests has any of "a", "b"`, or (`every`) `has all of`; a single choice may stand behind `has` alone."""

    operand: Name
    choices: tuple[Value, ...]
    every: bool = False
    bare: bool = False


@dataclass(frozen=True)
class AtLeast:
    """`fit_grade at least "B"`; `at most` where `most`."""

    grade: Name
    label: str
    most: bool = False


@dataclass(frozen=True)
class Both:
    """`a and b and c`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Either:
    """`a or b or c`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """`not a`."""

    part: Condition


@dataclass(frozen=True)
class Happened:
    """`any PATTERN`, or `no PATTERN`."""

    pattern: Pattern
    absent: bool = False


Condition = Compare | IsOneOf | IsKnown | TextTest | Fired | AtLeast | Has | Both | Either | Not | Happened | Name

# Writing


def number(value: float) -> str:
    """A number as the language writes it: digits, no exponent."""
    return format(Decimal(repr(float(value))).normalize(), "f")


def text(value: str) -> str:
    """A text in quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def write(node: Value | Condition) -> str:
    """A value or a condition, without brackets around it."""
    match node:
        case Both(parts):
            return " and ".join(_joined(parts))
        case Either(parts):
            return " or ".join(_joined(parts))
        case Not(part):
            return f"not {_bracketed(part)}"
        case Happened(pattern, absent):
            return f"{'no' if absent else 'any'} {write_pattern(pattern)}"
        case Compare(left, operator, right):
            return f"{_operand(left)} {operator} {_operand(right)}"
        case IsKnown(operand, missing):
            return f"{_operand(operand)} is {'missing' if missing else 'known'}"
        case IsOneOf():
            return _is_one_of(node)
        case Fired(criterion):
            return f"{criterion} fired"
        case Has(operand, choices, every, bare):
            words = "has" if bare else f"has {'all' if every else 'any'} of"
            return f"{operand.text} {words} {', '.join(write(choice) for choice in choices)}"
        case AtLeast(grade, label, most):
            return f"{grade.text} at {'most' if most else 'least'} {text(label)}"
        case TextTest(operand, relation, patterns):
            return f"{_operand(operand)} {_relation(relation, patterns)}"
        case _:
            return _value(node)


def write_pattern(pattern: Pattern) -> str:
    """An event pattern behind `any`, `count of` and their kin."""
    where = f" where {_guard(pattern.where)}" if pattern.where else ""
    window = f" in last {write(pattern.window)}" if pattern.window else ""
    return f"{pattern.event or 'event'}{where}{window}"


def _value(node: Value) -> str:
    match node:
        case Number(value):
            return number(value)
        case Percent(amount):
            return f"{number(amount)}%"
        case Quantity(amount, unit):
            plural = "s" if unit.islower() and amount != 1 else ""
            return f"{number(amount)} {unit}{plural}"
        case Moment(written) | Word(written) | Name(written):
            return written
        case Text(value):
            return text(value)
        case Negative(operand):
            return f"-{_factor(operand)}"
        case Arithmetic(left, operator, right):
            return _chain(left, operator, right)
        case Aggregate(measure, pattern, property):
            return f"{_measure(measure, property)} {write_pattern(pattern)}"
        case DaysSince(subject, calendar):
            what = subject.text if isinstance(subject, Name) else write_pattern(subject)
            return f"{'calendar ' if calendar else ''}days since {what}"


def _measure(measure: str, property: str | None) -> str:
    if property is None:
        return f"{measure} of"
    return f"count of distinct {property} of" if measure == "distinct" else f"{measure} of {property} of"


def _chain(left: Value, operator: str, right: Value) -> str:
    """A sum or a product, read from left to right: brackets only where they are needed."""
    product = operator in "*/"
    bare = not isinstance(left, Arithmetic) or not product or left.operator in "*/"
    before = _operand(left) if bare else f"({write(left)})"
    after = _factor(right)
    return f"{before} {operator} {after}"


def _factor(node: Value) -> str:
    return f"({write(node)})" if isinstance(node, Arithmetic) else _operand(node)


def write_value(node: Value) -> str:
    """A value where something follows it."""
    return _operand(node)


def _operand(node: Value) -> str:
    """A value beside an operator: a pattern that ends with its `where` needs brackets there."""
    pattern = _pattern_of(node)
    open_end = pattern is not None and pattern.where is not None and pattern.window is None
    return f"({write(node)})" if open_end else write(node)


def _pattern_of(node: Value | Condition) -> Pattern | None:
    match node:
        case Aggregate(_, pattern) | Happened(pattern) | DaysSince(Pattern() as pattern):
            return pattern
        case Not(part):
            return _pattern_of(part) if isinstance(part, Not | Happened) else None
        case _:
            return None


def _joined(parts: tuple[Condition, ...]) -> list[str]:
    """The parts of `and` or `or`: only the last may end with a `where`."""
    written = []
    for part in parts[:-1]:
        pattern = _pattern_of(part)
        open_end = pattern is not None and pattern.where is not None and pattern.window is None
        written.append(f"({write(part)})" if open_end else _bracketed(part))
    return [*written, _bracketed(parts[-1])]


def _bracketed(part: Condition) -> str:
    return f"({write(part)})" if isinstance(part, Both | Either) else write(part)


def _guard(where: Condition) -> str:
    """A `where` inside a condition: `and` and `or` in it need brackets."""
    return _bracketed(where)


def _is_one_of(node: IsOneOf) -> str:
    choices = ", ".join(_operand(choice) for choice in node.choices)
    if node.written == "=":
        return f"{_operand(node.operand)} {'!=' if node.negated else '='} {choices}"
    negation = " not" if node.negated else ""
    words = "" if node.written == "is" else " one of"
    return f"{_operand(node.operand)} is{negation}{words} {choices}"


def _relation(relation: str, patterns: tuple[str, ...]) -> str:
    texts = ", ".join(text(pattern) for pattern in patterns)
    if relation == "exactly":
        return f"is exactly {texts}"
    return f"{relation} any of {texts}" if len(patterns) > 1 else f"{relation} {texts}"
