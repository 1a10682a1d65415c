"""Tests of texts, decided once for each different text and looked up for each lead."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from leadrules.dsl.expression.model import Has, IsOneOf, Label, Reference, TextTest, Value
from leadrules.dsl.fold import fold, mentions, plain, words
from leadrules.dsl.members import members_of
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Codes, Dictionary, Truths
from leadrules.engine.moment import Frame, Occasion

Truth = Callable[[Frame], Truths]
Judge = Callable[[str], bool]


def compile_texts(value: Value) -> Callable[[Frame], Codes]:
    """The texts of a field, property or quoted text."""
    if isinstance(value, Label):
        single = Dictionary((value.value,))
        return lambda frame: Codes(np.zeros(len(frame), np.int8), single)
    assert isinstance(value, Reference)
    reference = value
    if reference.kind in ("tier", "grade", "cell"):
        return lambda frame: labels(reference.name, frame)

    def texts(frame: Frame) -> Codes:
        column = frame.column(reference)
        assert isinstance(column, Codes)
        return column

    return texts


def labels(name: str, frame: Frame) -> Codes:
    """The labels of this name, also where they are asked for occurrences of the leads."""
    if isinstance(frame, Occasion):
        return frame.moment.judged.labels[name].take(frame.seen.lead)
    return frame.judged.labels[name]


def compile_text_test(test: TextTest) -> Truth:
    """`starts with` and its kin."""
    return looked_up(test.operand, judge(test.relation, test.patterns))


def compile_choice(test: IsOneOf) -> Truth:
    """`is one of` over texts; a choice may be another field."""
    labels = [choice.value for choice in test.choices if isinstance(choice, Label)]
    if len(labels) < len(test.choices):
        return _compared(test)
    folded = {fold(label) for label in labels}
    return looked_up(test.operand, lambda text: (fold(text) in folded) is not test.negated)


def compile_has(test: Has) -> Truth:
    """`has`, decided once for each different set."""
    asked = {fold(choice) for choice in test.choices}

    def holds(text: str) -> bool:
        found = asked & {fold(member) for member in members_of(text)}
        return found == asked if test.every else bool(found)

    return looked_up(test.operand, holds)


def looked_up(operand: Value, is_true: Judge) -> Truth:
    """A test that is decided for each text of the dictionary; a missing text is unknown."""
    texts = compile_texts(operand)
    key = object()

    def table(dictionary: Dictionary) -> Truths:
        decided = [TRUE if is_true(text) else FALSE for text in dictionary.values]
        return np.array([*decided, UNKNOWN], np.int8)  # a missing text has the code -1: the last place

    def truth(frame: Frame) -> Truths:
        column = texts(frame)
        found: Truths = frame.tables.get(key, column.dictionary, table)[column.codes]
        return found

    return truth


def _compared(test: IsOneOf) -> Truth:
    operand, choices = compile_texts(test.operand), [compile_texts(choice) for choice in test.choices]

    def truth(frame: Frame) -> Truths:
        left = folded_numbers(operand(frame), frame)
        rights = [folded_numbers(choice(frame), frame) for choice in choices]
        equal = [np.where((left < 0) | (right < 0), UNKNOWN, np.where(left == right, TRUE, FALSE)) for right in rights]
        found: Truths = np.maximum.reduce(equal).astype(np.int8)
        return TRUE - found if test.negated else found

    return truth


def folded_numbers(column: Codes, frame: Frame) -> npt.NDArray[np.int64]:
    """The same number for the same text as it is compared; -1 where not known."""

    def table(dictionary: Dictionary) -> npt.NDArray[np.int64]:
        return np.array([*(frame.tables.number(fold(text)) for text in dictionary.values), -1], np.int64)

    found: npt.NDArray[np.int64] = frame.tables.get("folded", column.dictionary, table)[column.codes]
    return found


def judge(relation: str, patterns: Sequence[str]) -> Judge:
    """The test that a relation and its patterns make of one text."""
    folded = tuple(fold(pattern) for pattern in patterns)
    match relation:
        case "exactly":
            normal = {unicodedata.normalize("NFC", pattern) for pattern in patterns}
            return lambda text: unicodedata.normalize("NFC", text) in normal
        case "starts with":
            return lambda text: fold(text).startswith(folded)
        case "ends with":
            return lambda text: fold(text).endswith(folded)
        case "contains":
            return lambda text: any(pattern in fold(text) for pattern in folded)
        case "mentions":
            phrases = [words(pattern) for pattern in patterns]
            return lambda text: any(mentions(words(text), phrase) for phrase in phrases)
        case "matches":
            return _search(patterns[0])
        case _:
            raise AssertionError(relation)


def _search(pattern: str) -> Judge:
    import re2  # here alone: a rule set without `matches` does not pay for it

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    expression = re2.compile(pattern, options)
    return lambda text: expression.search(plain(text)) is not None
