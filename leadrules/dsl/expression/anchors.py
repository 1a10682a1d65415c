"""Where to look for conditions that one implies: among those that share a key with it, and nowhere else.

A condition that is implied by another one `claims` at least one key which that other one `offers`. Of a thousand criteria
about pages each is then held against the few about its own page. Of what is denied it is the other way round: one denial
implies another where what the other denies implies what it denies itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from msgspec.structs import replace

from leadrules.dsl.expression.imply import choices_of, operand_of
from leadrules.dsl.expression.model import (
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    Happened,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Not,
    TextTest,
    Value,
)
from leadrules.dsl.fold import fold

Key = tuple[Hashable, ...]


def offers(condition: Condition) -> Iterator[Key]:
    """The keys under which conditions are found that this one may imply."""
    match condition:
        case Both(parts):
            for part in parts:
                yield from offers(part)
        case Either(parts):
            yield from offers(parts[0])
        case Happened(pattern, False) if pattern.where is not None:
            yield "happened", pattern.event
            yield from ((pattern.event, *key) for key in offers(pattern.where))
        case Happened(absent=True):
            yield from (("not", *key) for key in claims(replace(condition, absent=False)))
        case IsOneOf(operand, negated=negated) if named := choices_of(condition):
            yield from _plain(condition)
            yield from ((("is not", operand, value) for value in named) if negated else _listed("is", operand, named))
        case Not(part):
            yield from _plain(condition)
            yield from (("not", *key) for key in claims(part))
        case TextTest(operand, relation, patterns):
            yield from _plain(condition)
            yield from ((relation, operand, text) for text in _within(fold(patterns[0]), relation))
        case Has() | Compare(operator="="):
            yield from _plain(condition)
            yield _alone(condition)
        case _:
            yield from _plain(condition)


def claims(condition: Condition) -> Iterator[Key]:
    """The keys under which a condition is to be found by those that may imply it."""
    match condition:
        case Both(parts):
            yield from claims(min(parts, key=_breadth))
        case Either(parts):
            for part in parts:
                yield from claims(part)
        case Happened(pattern, False) if pattern.where is not None:
            yield from ((pattern.event, *key) for key in claims(pattern.where))
        case Happened(absent=True):
            yield from (("not", *key) for key in offers(replace(condition, absent=False)))
        case IsOneOf(operand, negated=negated) if named := choices_of(condition):
            yield from _listed("is not", operand, named) if negated else (("is", operand, value) for value in named)
        case Not(part):
            yield from (("not", *key) for key in offers(part))
        case TextTest(operand, relation, patterns):
            yield from ((relation, operand, _sought(fold(text), relation)) for text in patterns)
        case Has() | Compare(operator="="):
            yield _alone(condition)
        case _:
            yield from _plain(condition)


def _listed(word: str, operand: Value, named: frozenset[str | float]) -> Iterator[Key]:
    """What is shared with every longer list; and with every list of the other kind, `is` or `is not`."""
    yield word, operand, min(named, key=str)
    yield "another", operand


def _alone(condition: Has | Compare) -> Key:
    """What nothing implies but the same: numbers of several types are the same by their value."""
    match condition:
        case Compare(left, sign, Constant(level)):
            return sign, left, level
        case _:
            return "same", condition


def _sought(text: str, relation: str) -> str:
    """A part of a text by which it is found: for `contains` its end, of the length of a power of two."""
    return text[-(1 << len(text).bit_length() >> 1) :] if relation == "contains" else text


def _within(text: str, relation: str) -> Iterable[str]:
    """The texts by which those are found that a text starts with, ends with or contains; itself for other relations."""
    match relation:
        case "starts with":
            return (text[:length] for length in range(len(text) + 1))
        case "ends with":
            return (text[start:] for start in range(len(text) + 1))
        case "contains":
            lengths = [1 << power >> 1 for power in range(len(text).bit_length() + 1)]
            return dict.fromkeys(text[at : at + length] for length in lengths for at in range(len(text) + 1 - length))
        case _:
            return (text,)


def _breadth(condition: Condition) -> int:
    """How many conditions of a kind imply one, roughly: what names values is implied by few."""
    match condition:
        case IsOneOf(negated=False):
            return 0
        case Happened() | Holds():
            return 1
        case IsKnown() | Either():
            return 3
        case _:
            return 2


def _plain(condition: Condition) -> Iterator[Key]:
    if isinstance(condition, Happened):
        yield "happened", condition.pattern.event
        return
    about = condition.left if isinstance(condition, Compare) else operand_of(condition)
    yield ("about", about) if about is not None else ("same", condition)
