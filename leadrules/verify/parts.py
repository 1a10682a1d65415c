"""Expectation and moment to the values of everything that the expectation reads."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import (
    DATE,
    FLAG,
    TIME,
    Aggregate,
    Arithmetic,
    Constant,
    DaysSince,
    Happened,
    Holds,
    Label,
    Meaning,
    Negative,
    Reference,
    Value,
)
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules.model_tests import Stored
from leadrules.dsl.rules.write_name import write_name
from leadrules.engine.account import Explanation
from leadrules.engine.columns import NEVER, Column, Flags, Moments, Numbers
from leadrules.engine.compile_conditions import Compiler, is_text
from leadrules.engine.compile_texts import compile_texts
from leadrules.engine.explain_occurrences import show_value
from leadrules.engine.moment import Moment
from leadrules.engine.values import single
from leadrules.verify.verdicts import Part

Readable = Reference | Arithmetic | Negative | Aggregate | DaysSince | Happened


def parts_of(meaning: Meaning, moment: Moment, compiler: Compiler, zone: str) -> tuple[Part, ...]:
    """What something reads, with its value at the moment of one lead; each part once, in the order of the text."""
    parts = {" ".join(part.span.text.split()): part for part in _parts(meaning)}
    return tuple(Part(text, _shown(part, moment, compiler, zone)) for text, part in parts.items())


def narrowed(account: Explanation, meaning: Meaning) -> Explanation:
    """The account without what has no part in something: of the tier everything has."""
    references = list(_references(meaning))
    if any(reference.kind == "tier" for reference in references):
        return account
    names = {reference.name.partition(".")[0] for reference in references}
    kept = []
    for score in reversed(account.scores):  # those that are made of others stand behind them
        if score.score.name in names:
            names |= {term.score for term in score.terms}
            kept.append(score)
    checklists = {name: items for name, items in account.checklists.items() if name in names}
    return replace(account, scores=tuple(reversed(kept)), checklists=checklists, tiers=())


def _references(meaning: Meaning) -> Iterator[Reference]:
    if isinstance(meaning, Reference):
        yield meaning
    for part in meaning.made_of():
        yield from _references(part)


def _parts(meaning: Meaning) -> Iterator[Readable]:
    match meaning:
        case Holds(reference):
            yield reference
        case Reference() | Aggregate() | DaysSince() | Happened():
            yield meaning
        case Arithmetic() | Negative():
            yield meaning
            for part in meaning.made_of():
                yield from _parts(part)
        case _:
            for part in meaning.made_of():
                yield from _parts(part)


def _shown(part: Readable, moment: Moment, compiler: Compiler, zone: str) -> str | None:
    type = FLAG if isinstance(part, Happened) else part.type
    shown = show_value(_column(part, moment, compiler), 0, type, zone)
    return shown.strip('"') if shown and type.name == "one of" else shown


def _column(part: Value | Happened, moment: Moment, compiler: Compiler) -> Column:
    """A value as a column of one row."""
    if isinstance(part, Happened):
        return Flags(compiler.truth(part)(moment))
    if is_text(part):
        return compile_texts(part)(moment)
    if isinstance(part, Reference) and part.type == FLAG:
        return Flags(compiler.holds(part)(moment))
    numbers = np.broadcast_to(compiler.number(part)(moment), 1)
    if not isinstance(part, Label) and part.type in (TIME, DATE):
        return Moments(np.where(np.isnan(numbers), NEVER, np.nan_to_num(numbers)).astype(np.int64))
    return Numbers(numbers)


def instead(stored: Stored | None, moment: Moment, compiler: Compiler) -> str | None:
    """How the expected value would be written so that it holds; None where it is not known, or not one value."""
    if stored is None or isinstance(stored.value, Constant | Label):
        return None
    column, type = _column(stored.value, moment, compiler), stored.value.type
    if isinstance(column, Numbers):
        amount = float(column.values[0])
        return (
            None if np.isnan(amount) else show_number(round(amount, 6 if stored.decimals is None else stored.decimals))
        )
    if type.name == "one of" and isinstance(value := single(column, 0), str):
        return write_name(value)
    shown = show_value(column, 0, type, "UTC")
    return shown or "missing" if type == FLAG else shown
