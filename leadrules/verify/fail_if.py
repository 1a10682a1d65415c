"""`hot_per_week > 50` to the bound that is broken where it is true."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from leadrules.dsl.quantity import MICROSECONDS, read_duration
from leadrules.dsl.rules.gate_figures import lasts, range_of
from leadrules.dsl.spelling import nearest
from leadrules.verify.gates import Bound, Side

FORM = re.compile(
    r"\s*(?P<name>[^<>=]*?)\s*(?P<sign>[<>]=?)\s*(?P<number>[-+]?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<unit>%?|[a-z]+)\s*"
)
DELTA = "delta "  # before the name of a figure: of the new rules less that of the old
PSI = "psi of change"  # the stability index of the scores under new rules against old: of both, so that it has no delta
OPPOSITE: dict[str, Side] = {">": "at most", ">=": "below", "<": "at least", "<=": "above"}


def names_of_change(names: Sequence[str]) -> tuple[str, ...]:
    """What conditions on a change of rules can ask for: figures of the new rules, their differences, and what is of both."""
    return (*names, *(f"{DELTA}{name}" for name in names), PSI)


class NoCondition(ValueError):
    """A text that is no condition on a figure; the message says what was expected."""


class NoFigure(NoCondition):
    """A condition on what is called like no figure; `name` is what it says."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


def is_condition(text: str) -> bool:
    """Whether a text has the form of a condition, whatever its figure is called."""
    return FORM.fullmatch(text) is not None


def read_condition(text: str, names: Sequence[str]) -> Bound:
    """The bound that a condition breaks. Names may be written with `_` for spaces. Raises `NoCondition`."""
    found = FORM.fullmatch(text)
    if found is None:
        raise NoCondition(f"`{text}` is no condition: write NAME, then <, <=, > or >=, then a number")
    spelt = {plain(name): name for name in names}
    name = plain(found["name"])
    if name not in spelt:
        meant = nearest(name, spelt)
        hint = f": was `{spelt[meant].replace(' ', '_')}` meant?" if meant else f": it is one of {', '.join(names)}"
        raise NoFigure(f"no figure is called `{found['name']}`{hint}", name.removeprefix(DELTA))
    limit = _limit(spelt[name], found["number"].replace("_", ""), found["unit"])
    return Bound(spelt[name], OPPOSITE[found["sign"]], limit, f"fail if {text.strip()}")


def _limit(name: str, number: str, unit: str) -> float:
    """A limit in the unit of its figure: seconds of a duration."""
    if not lasts(name.removeprefix(DELTA)):
        if unit not in ("", "%"):
            raise NoCondition(f"`{name}` is no duration: write a plain number in place of `{number} {unit}`")
        limit = float(number) * (0.01 if unit else 1.0)
        if not _can_be(name, limit):
            raise NoCondition(f"`{name}` is never {number}{unit}: {_written(name)}")
        return limit
    if not unit and not float(number):
        return 0.0
    length = read_duration(f"{number.lstrip('+-')} {unit}")
    if length is None:
        raise NoCondition(f"`{name}` is a duration: write 12 hours or 2 days in place of `{number}{unit}`")
    return math.copysign(length / MICROSECONDS["second"], float(number))


def _can_be(name: str, limit: float) -> bool:
    """Whether a figure can be there at all, or a difference of two such."""
    low, high = range_of(name.removeprefix(DELTA))
    if name.startswith(DELTA):
        return abs(limit) <= high - low
    return low <= limit <= high


def _written(name: str) -> str:
    if range_of(name.removeprefix(DELTA))[1] > 1:
        return "it is 0 at least"
    return "write a number up to 1, or a percentage up to 100%"


def plain(name: str) -> str:
    """A name without the difference between spaces and underlines."""
    return " ".join(name.replace("_", " ").lower().split())
