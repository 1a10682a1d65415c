"""Where to look for conditions that one implies: among those that share a key with it, and nowhere else.

A condition that is implied by another one `claims` at least one key which that other one `offers`. Of a thousand criteria
about pages each is then held against the few about its own page.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from leadrules.dsl.expression.imply import choices_of, operand_of
from leadrules.dsl.expression.model import (
    Both,
    Compare,
    Condition,
    Either,
    Happened,
    Holds,
    IsKnown,
    IsOneOf,
    Not,
    TextTest,
)
from leadrules.dsl.fold import fold

Key = tuple[Hashable, ...]
DENIED: Key = ("not",)  # of all denials: one implies another by what they deny, the other way round


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
        case IsOneOf(negated=False):
            yield from _plain(condition)
            named = choices_of(condition)
            if named:
                yield "is", condition.operand, min(named, key=str)
        case Not():
            yield DENIED
            yield from _plain(condition)
        case TextTest(patterns=patterns):
            yield from _plain(condition)
            yield from (_tested(condition, text) for text in _within(fold(patterns[0]), condition.relation))
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
        case IsOneOf(negated=False) if named := choices_of(condition):
            yield from (("is", condition.operand, value) for value in named)
        case Not():
            yield DENIED
        case TextTest(patterns=patterns):
            yield from (_tested(condition, fold(text)) for text in patterns)
        case _:
            yield from _plain(condition)


def _tested(test: TextTest, text: str) -> Key:
    """`contains` has one key for all texts: the parts of a long text are too many to offer."""
    return test.relation, test.operand, "" if test.relation == "contains" else text


def _within(text: str, relation: str) -> Iterator[str]:
    """The texts that a text starts or ends with; itself for other relations."""
    match relation:
        case "starts with":
            yield from (text[:length] for length in range(len(text) + 1))
        case "ends with":
            yield from (text[start:] for start in range(len(text) + 1))
        case _:
            yield text


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
        yield "absent" if condition.absent else "happened", condition.pattern.event
        return
    about = condition.left if isinstance(condition, Compare) else operand_of(condition)
    yield ("about", about) if about is not None else ("same", condition)
