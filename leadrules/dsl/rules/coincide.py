"""Whether two conditions about one lead can be true at once, told only where what they say leaves no doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec.structs import replace

from leadrules.dsl.expression.imply import choices_of, excludes
from leadrules.dsl.expression.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    IsOneOf,
    Meaning,
    Pattern,
    Reference,
    Value,
)

MIRRORED: Mapping[str, Literal["<", "<=", "=", "!=", ">=", ">"]] = {
    "<": ">",
    "<=": ">=",
    "=": "=",
    "!=": "!=",
    ">": "<",
    ">=": "<=",
}
COUNTED = frozenset(["met", "unmet", "unknown"])
# What hangs on fields and events in a way that the condition itself does not say, and what hangs on scores.
NAMED = frozenset(["condition", "item", *COUNTED])
GRADED = frozenset(["grade", "cell", "fired"])

Subject = tuple[str, str]


def coincide(condition: Condition | None, other: Condition) -> bool:
    """Whether a lead can have both; False where one rules the other out, and where nobody can tell."""
    return any(_together(one, second) for one in _cases(condition) for second in _cases(other))


def mirrored(condition: Condition | None) -> Condition | None:
    """A comparison with its value on the left: `60 <= total` asks what `total >= 60` does."""
    match condition:
        case Compare(Constant() as level, operator, left) if not isinstance(left, Constant):
            return Compare(left, MIRRORED[operator], level, span=condition.span)
    return condition


def _cases(condition: Condition | None) -> Iterator[tuple[Condition, ...]]:
    """The ways in which a condition can be true, each as the parts that are true together."""
    if isinstance(condition, Either):
        for part in condition.parts:
            yield from _cases(part)
    elif isinstance(condition, Both):
        yield tuple(_plain(part) for part in condition.parts)
    else:
        yield () if condition is None else (_plain(condition),)


def _plain(condition: Condition) -> Condition:
    """A comparison with its value on the left, of what is counted with a bound that is reached."""
    match mirrored(condition):
        case Compare(left, ">", Constant(level) as bound) as compare if _is_counted(left):
            return replace(compare, operator=">=", right=replace(bound, value=math.floor(level) + 1.0))
        case Compare(left, "<", Constant(level) as bound) as compare if _is_counted(left):
            return replace(compare, operator="<=", right=replace(bound, value=math.ceil(level) - 1.0))
        case plain:
            return plain or condition


def _is_counted(value: Value) -> bool:
    match value:
        case Reference(kind, _, type):
            return kind in COUNTED or type.name == "whole number"
        case Aggregate(measure):
            return measure in ("count", "distinct")
        case _:
            return False


def _together(parts: tuple[Condition, ...], others: tuple[Condition, ...]) -> bool:
    pairs = [(one, other) for one in parts for other in others]
    return all(not excludes(one, other) and _told(one, other) for one, other in pairs)


def _told(one: Condition, other: Condition) -> bool:
    """Whether two conditions that do not exclude each other surely can be true together."""
    match one, other:
        case Compare(left, _, Constant()), Compare(same, _, Constant()) if left == same:
            return True
        case IsOneOf(operand), IsOneOf(same_operand) if operand == same_operand:
            return choices_of(one) is not None and choices_of(other) is not None
    return one == other or _independent(frozenset(_subjects(one)), frozenset(_subjects(other)))


def _independent(ones: frozenset[Subject], others: frozenset[Subject]) -> bool:
    events = [{name for kind, name in subjects if kind == "event"} for subjects in (ones, others)]
    if ones & others or (all(events) and "" in events[0] | events[1]):
        return False
    kinds, other_kinds = {kind for kind, _ in ones}, {kind for kind, _ in others}
    if (kinds | other_kinds) & GRADED:
        return False
    return all(a == {"score"} for a, b in ((kinds, other_kinds), (other_kinds, kinds)) if b & NAMED)


def _subjects(meaning: Meaning) -> Iterator[Subject]:
    """The fields, events, scores and names that a condition asks about; "" is any event."""
    if isinstance(meaning, Reference) and meaning.kind != "property":
        yield meaning.kind, meaning.name
    if isinstance(meaning, Pattern):
        yield "event", meaning.event or ""
    for part in meaning.made_of():
        yield from _subjects(part)
