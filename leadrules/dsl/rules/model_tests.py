"""Tests that were checked: times are instants, values have the types of their fields, cases stand by themselves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import Condition, Meaning, Value
from leadrules.dsl.source import Span

Plain = str | float | bool | None


class Fact(Struct, frozen=True):
    """The value of a field or property, None where it is not known.

    Texts and values of a `one of` are texts, flags are true or false, times and dates microseconds UTC, durations
    microseconds.
    """

    name: str
    value: Plain


class Known(Struct, frozen=True):
    """What is known of the lead from `since` (microseconds UTC) on; since ever where that is None."""

    since: int | None
    facts: tuple[Fact, ...]


class Happening(Struct, frozen=True):
    """An event at `time`, microseconds UTC. Events at one time are in the order of the text."""

    time: int
    event: str
    facts: tuple[Fact, ...]


class Stored(Struct, frozen=True):
    """An expected value that can be written anew: where it stands, and what it should be the value of.

    `decimals` is how many digits behind the point are worth writing; None: as many as there are.
    """

    span: Span
    value: Value
    decimals: int | None = None


class Passage(Meaning, frozen=True):
    """Whether the lead `entered` or `left` a tier, to `other` where one is named, at an instant (microseconds UTC) or ever.

    `never`: whether it did not.
    """

    step: Literal["entered", "left"]
    tier: str
    other: str | None
    at: int | None
    never: bool


class Expectation(Meaning, frozen=True):
    """What holds at an instant, microseconds UTC. `text` says it in words.

    `happened` and `known` are how many events and how many lines about the lead stand above it: those it sees.
    """

    at: int
    condition: Condition | Passage
    text: str
    stored: Stored | None
    happened: int = 0
    known: int = 0


class Test(Meaning, frozen=True):
    """A test, or one case of its table: `case` are the words that tell it from the others, "" without a table.

    `known` and `happenings` stand as in the text, and what has a time in the order of time.
    """

    __test__ = False  # pytest looks for classes of this name

    name: str
    case: str
    known: tuple[Known, ...]
    happenings: tuple[Happening, ...]
    expectations: tuple[Expectation, ...]

    @property
    def title(self) -> str:
        """The name with its case."""
        return f"{self.name}: {self.case}" if self.case else self.name
