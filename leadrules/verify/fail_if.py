"""`hot_per_week > 50` to the bound that is broken where it is true."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leadrules.dsl.spelling import nearest
from leadrules.verify.gates import Bound, Side

FORM = re.compile(
    r"\s*(?P<name>[^<>=]*?)\s*(?P<sign>[<>]=?)\s*(?P<number>[-+]?[0-9][0-9_]*(?:\.[0-9]+)?)\s*(?P<percent>%?)\s*"
)
OPPOSITE: dict[str, Side] = {">": "at most", ">=": "below", "<": "at least", "<=": "above"}


class NoCondition(ValueError):
    """A text that is no condition on a figure; the message says what was expected."""


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
        raise NoCondition(f"no figure is called `{found['name']}`{hint}")
    limit = float(found["number"].replace("_", "")) * (0.01 if found["percent"] else 1.0)
    return Bound(spelt[name], OPPOSITE[found["sign"]], limit, f"fail if {text.strip()}")


def plain(name: str) -> str:
    """A name without the difference between spaces and underlines."""
    return " ".join(name.replace("_", " ").lower().split())
