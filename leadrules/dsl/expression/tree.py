"""What was written: values, conditions and event patterns, each with its place. Nothing here knows what it means."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from leadrules.dsl.layout import Notes
from leadrules.dsl.source import Placed


class Node(Placed, frozen=True):
    """Something written."""


class Item(Node, frozen=True, kw_only=True):
    """A node that is a statement of its own; `notes` are the comments and blank lines around it."""

    notes: Notes = Notes()


T_co = TypeVar("T_co", covariant=True)


class Body(Node, Generic[T_co], frozen=True):
    """The statements between two braces, with the comment behind `{` and the comment lines before `}`."""

    items: tuple[T_co, ...]
    opening: str = ""
    closing: tuple[str, ...] = ()


class Name(Node, frozen=True):
    """One name, in normal form C."""

    text: str


class Path(Node, frozen=True):
    """Names joined by dots: `employees`, `lead.employees`, `bant.met`."""

    names: tuple[Name, ...]

    @property
    def text(self) -> str:
        """The path as it is written."""
        return ".".join(name.text for name in self.names)


class Number(Node, frozen=True):
    """A number without unit. `written` keeps its spelling: `35%`, `100_000`."""

    value: float
    written: str


class Quantity(Node, frozen=True):
    """A number with a unit of time (`day`, never `days`) or a currency."""

    amount: Number
    unit: str


class Text(Node, frozen=True):
    """A text in quotes, without them."""

    value: str


class Moment(Node, frozen=True):
    """A date, or a date with a time of day, as it stands there: `2026-01-10`, `2026-01-10 09:00`."""

    text: str


class Sign(Node, frozen=True):
    """A number with its sign turned, or with `+` before it."""

    sign: Literal["-", "+"]
    operand: Expression


class Arithmetic(Node, frozen=True):
    """`left + right` and its kin."""

    left: Expression
    operator: Literal["+", "-", "*", "/"]
    right: Expression


class Compare(Node, frozen=True):
    """`left >= right` and its kin."""

    left: Expression
    operator: Literal["<", "<=", "=", "!=", ">=", ">"]
    right: Expression


class IsOneOf(Node, frozen=True):
    """`operand is [not] one of choices`. `bare` where a single value stands without `one of`."""

    operand: Expression
    choices: tuple[Expression, ...]
    negated: bool = False
    bare: bool = False


class IsKnown(Node, frozen=True):
    """`operand is known`, or `is missing`."""

    operand: Expression
    missing: bool = False


TextRelation = Literal["exactly", "starts with", "ends with", "contains", "mentions", "matches"]


class TextTest(Node, frozen=True):
    """A test of a text against one or any of several others."""

    operand: Expression
    relation: TextRelation
    patterns: tuple[Text, ...]


class Fired(Node, frozen=True):
    """`CRITERION fired`, with or without its score: `fit.authority fired`."""

    criterion: Path


class Has(Node, frozen=True):
    """`operand has any of choices`, or (`every`) `has all of`. `bare` where a single value stands behind `has`."""

    operand: Expression
    choices: tuple[Expression, ...]
    every: bool = False
    bare: bool = False


class AtLeast(Node, frozen=True):
    """`operand at least bound`, of grades; `at most` where `most`."""

    operand: Expression
    bound: Expression
    most: bool = False


class Both(Node, frozen=True):
    """`a and b and c`."""

    parts: tuple[Expression, ...]


class Either(Node, frozen=True):
    """`a or b or c`."""

    parts: tuple[Expression, ...]


class Not(Node, frozen=True):
    """`not a`."""

    part: Expression


class Pattern(Node, frozen=True):
    """`form where name is "demo" in last 90 days`: events of one type, which of them, how recent."""

    event: Name
    where: Expression | None = None
    window: Expression | None = None


class Happened(Node, frozen=True):
    """`any PATTERN`, or `no PATTERN`."""

    pattern: Pattern
    absent: bool = False


Measure = Literal["count", "distinct", "sum", "max", "min"]


class Aggregate(Node, frozen=True):
    """`count of PATTERN`, or `sum of PROPERTY of PATTERN` and its kin."""

    measure: Measure
    pattern: Pattern
    property: Name | None = None


class DaysSince(Node, frozen=True):
    """`days since SUBJECT`: a field that holds a time, or an event; `calendar` counts local midnights."""

    subject: Path | Pattern
    calendar: bool = False


Expression = (
    Path
    | Number
    | Quantity
    | Text
    | Moment
    | Sign
    | Arithmetic
    | Compare
    | IsOneOf
    | IsKnown
    | TextTest
    | Fired
    | AtLeast
    | Has
    | Both
    | Either
    | Not
    | Happened
    | Aggregate
    | DaysSince
)


# Fields and properties, as both languages declare them


class Type(Node, frozen=True):
    """The type of a field: its word, and what some types carry (a unit, a currency, the values of `one of` and of sets)."""

    word: Literal["text", "number", "whole number", "flag", "time", "date", "duration", "money", "one of", "set of"]
    detail: str = ""
    choices: tuple[Name | Text | Number, ...] = ()


class Blank(Node, frozen=True):
    """`blank means no` or `blank means none`: what an empty cell says of a flag, or of a set."""

    word: Literal["no", "none"]


class Property(Item, frozen=True):
    """A field of leads or of an event: name, type, and how its column is called and read."""

    name: Name
    type: Type
    column: Text | None = None
    missing: tuple[Text, ...] = ()
    blank: Blank | None = None
    known_from: bool = False
    separator: Text | None = None


class Properties(Item, frozen=True):
    """Several properties of an event on one line."""

    properties: tuple[Property, ...]


# Rows of tables


class RangeRow(Item, frozen=True):
    """`under 50: p`, `50 to 999: p`, `0.5 to under 1: p`, `1000 and over: p`."""

    low: Expression | None
    high: Expression | None
    high_included: bool
    points: Expression


class ValueRow(Item, frozen=True):
    """`software, finance: p`."""

    values: tuple[Expression, ...]
    points: Expression


class RestRow(Item, frozen=True):
    """`else: p` (any other known value) or `unknown: p`."""

    rest: Literal["else", "unknown"]
    points: Expression


Row = RangeRow | ValueRow | RestRow
