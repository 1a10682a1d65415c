"""What an expression means: names resolved, types settled, quantities in one unit each.

Durations are microseconds, moments are microseconds since 1970-01-01 UTC, money is an amount in its currency, all of
them floats. A value that is not known has no number here: it is known only when leads are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from leadrules.dsl.source import Placed

TypeName = Literal["text", "number", "whole number", "flag", "time", "date", "duration", "money", "one of", "set of"]


class Type(Struct, frozen=True):
    """What values a name can have.

    `values` are those of a `one of`, or of a set of one of them, as declared; `detail` is the currency of money.
    """

    name: TypeName
    values: tuple[str, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        if self.name == "set of":
            return "set of one of" if self.values else "set of text"
        return f"money {self.detail}" if self.name == "money" else self.name


TEXT, NUMBER, WHOLE, FLAG = Type("text"), Type("number"), Type("whole number"), Type("flag")
TIME, DATE, DURATION = Type("time"), Type("date"), Type("duration")


class Meaning(Placed, frozen=True):
    """Something checked, with the place it was written at for later reports."""

    def made_of(self) -> Iterator[Meaning]:
        """The checked things this one is directly made of."""
        for value in self.said():
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Meaning):
                    yield part


class Constant(Meaning, frozen=True):
    """A number of any numeric type, in the unit of its type."""

    value: float
    type: Type


class Label(Meaning, frozen=True):
    """A text, or a value of a `one of`."""

    value: str


ReferenceKind = Literal[
    "field",
    "property",
    "condition",
    "score",
    "item",
    "met",
    "unmet",
    "unknown",
    "grade",
    "cell",
    "fired",
    "criterion",
    "tier",
]


class Reference(Meaning, frozen=True):
    """A value that has a name.

    "field" and "property" are read from data; "condition" and "item" (of a checklist) are conditions with a name;
    "fired" asks whether a criterion (`fit.authority`) did; "score" is a score rounded to 1e-6; "met", "unmet" and
    "unknown" count items of the checklist `name`; "grade" and "cell" are labels of scores, and never missing. The values
    of a grade's type stand highest first. Tests alone ask for "criterion", what one gave, and for the "tier".
    """

    kind: ReferenceKind
    name: str
    type: Type


class Negative(Meaning, frozen=True):
    """`-operand`."""

    operand: Value
    type: Type


class Arithmetic(Meaning, frozen=True):
    """`left + right` and its kin; a division by zero is unknown."""

    left: Value
    operator: Literal["+", "-", "*", "/"]
    right: Value
    type: Type


class Pattern(Meaning, frozen=True):
    """Events of one type (`event` None: of every type that is not passive), which of them, and how recent.

    `window` in microseconds: only events of the last so much time, the oldest instant excluded.
    """

    event: str | None
    where: Condition | None = None
    window: float | None = None


class Aggregate(Meaning, frozen=True):
    """A number made of the events of a pattern. `sum` and `count` of none are 0, `max` and `min` of none unknown."""

    measure: Literal["count", "distinct", "sum", "max", "min"]
    pattern: Pattern
    property: Reference | None
    type: Type


class DaysSince(Meaning, frozen=True):
    """Days since a moment or since the latest event of a pattern, fractional, or `calendar`: midnights in between."""

    subject: Reference | Pattern
    calendar: bool
    type: Type = NUMBER


Value = Constant | Label | Reference | Negative | Arithmetic | Aggregate | DaysSince


class Compare(Meaning, frozen=True):
    """A comparison of two numbers of one type, or (`=`, `!=`) of two texts; unknown where a side is."""

    left: Value
    operator: Literal["<", "<=", "=", "!=", ">=", ">"]
    right: Value


class IsOneOf(Meaning, frozen=True):
    """Whether a value is one of several; unknown where it is missing, negated or not."""

    operand: Value
    choices: tuple[Value, ...]
    negated: bool


class IsKnown(Meaning, frozen=True):
    """Whether a value is known (or missing); never unknown itself."""

    operand: Value
    missing: bool


class TextTest(Meaning, frozen=True):
    """Whether a text stands in a relation to any of several patterns."""

    operand: Value
    relation: Literal["exactly", "starts with", "ends with", "contains", "mentions", "matches"]
    patterns: tuple[str, ...]


class Has(Meaning, frozen=True):
    """Whether a set holds any (`every`: all) of several texts, compared as texts are; unknown where it is missing."""

    operand: Reference
    choices: tuple[str, ...]
    every: bool


class Holds(Meaning, frozen=True):
    """A flag, a named condition, an item of a checklist or whether a criterion fired, used as a condition."""

    reference: Reference


class Both(Meaning, frozen=True):
    """All of several conditions."""

    parts: tuple[Condition, ...]


class Either(Meaning, frozen=True):
    """Any of several conditions."""

    parts: tuple[Condition, ...]


class Not(Meaning, frozen=True):
    """The contrary; unknown stays unknown."""

    part: Condition


class Happened(Meaning, frozen=True):
    """Whether an event of the pattern happened, or (`absent`) none did; never unknown."""

    pattern: Pattern
    absent: bool


Condition = Compare | IsOneOf | IsKnown | TextTest | Holds | Both | Either | Not | Happened | Has


class Field(Meaning, frozen=True):
    """A field of leads or a property of an event, and how its column is called and read.

    `unit` is the unit of time of a column of durations ("": each cell names its own); `missing` are texts that mean
    "not known"; `blank_means_no` reads an empty cell of a flag as no, of a set as none. `separator` parts the members
    of a set where a cell is a text.
    """

    name: str
    type: Type
    column: str
    unit: str = ""
    missing: tuple[str, ...] = ()
    blank_means_no: bool = False
    separator: str = ";"

    @property
    def blank(self) -> bool | str | None:
        """What an empty cell says: no, the text of a set without members, or nothing."""
        if not self.blank_means_no:
            return None
        return "" if self.type.name == "set of" else False


class Range(Meaning, frozen=True):
    """A row of a table for low <= value < high, or <= high where `high_included`."""

    low: float
    high: float
    high_included: bool
    number: float


class Values(Meaning, frozen=True):
    """A row of a table for some values: texts, or numbers."""

    values: tuple[str | float, ...]
    number: float


class ByField(Meaning, frozen=True):
    """A number by the value of a field: the row that holds it, `otherwise` for other known values, `unknown` for none."""

    subject: Reference
    rows: tuple[Range | Values, ...]
    otherwise: float
    unknown: float
