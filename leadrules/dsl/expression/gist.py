"""What a condition says, however it is said: two that have one gist are true, false and unknown together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from msgspec.structs import replace

from leadrules.dsl.expression.imply import CONTRARY, choices_of
from leadrules.dsl.expression.model import Both, Compare, Condition, Either, Happened, IsKnown, IsOneOf, Not, Pattern

Gist = Hashable


def gist(condition: Condition) -> Gist:
    """The same for conditions that differ in the order of their parts, in brackets, in lists, or in denials.

    Two conditions with different gists may well say the same; two with one gist never differ.
    """
    match condition:
        case Both(parts):
            return _joined("all", parts)
        case Either(parts):
            return _joined("any", parts)
        case Not(part):
            return _denied(part)
        case IsOneOf() if (named := choices_of(condition)) is not None:
            return "is", condition.negated, condition.operand, named
        case Happened(pattern, absent):
            return "happened", absent, _of_pattern(pattern)
        case _:
            return condition


def _of_pattern(pattern: Pattern) -> Gist:
    return pattern if pattern.where is None else (replace(pattern, where=None), gist(pattern.where))


def _joined(word: str, parts: Iterable[Condition]) -> Gist:
    """Parts in no order; `or` between values of one thing is a list of them, and `and` between what it is not."""
    found: set[Gist] = set()
    values: dict[Hashable, frozenset[str | float]] = {}
    for part in parts:
        match gist(part):
            case ("is", bool() as negated, operand, frozenset() as named) if negated == (word == "all"):
                values[operand] = values.get(operand, frozenset()) | named
            case (str() as inner, frozenset() as several) if inner == word:
                found |= several
            case one:
                found.add(one)
    found |= {("is", word == "all", operand, named) for operand, named in values.items()}
    return found.pop() if len(found) == 1 else (word, frozenset(found))


def _denied(part: Condition) -> Gist:
    match part:
        case Not(inner):
            return gist(inner)
        case Compare(operator=operator):
            return replace(part, operator=CONTRARY[operator])
        case IsKnown(missing=missing):
            return replace(part, missing=not missing)
        case IsOneOf(negated=negated):
            return gist(replace(part, negated=not negated))
        case Happened(absent=absent):
            return gist(replace(part, absent=not absent))
        case _:
            return "not", gist(part)
