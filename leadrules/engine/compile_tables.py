"""Tables by a field to functions of columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from leadrules.dsl.expression.model import ByField, Range, Values
from leadrules.dsl.fold import fold
from leadrules.engine.columns import Dictionary, Floats
from leadrules.engine.compile_conditions import Compiler, is_text
from leadrules.engine.compile_texts import compile_texts
from leadrules.engine.moment import Frame


def compile_by_field(table: ByField, compiler: Compiler) -> Callable[[Frame], Floats]:
    """The number of the row that holds each value. Shape (rows of the frame,), float64."""
    return _by_text(table) if is_text(table.subject) else _by_number(table, compiler)


def _by_text(table: ByField) -> Callable[[Frame], Floats]:
    texts = compile_texts(table.subject)
    rows = {fold(str(v)): row.number for row in table.rows if isinstance(row, Values) for v in row.values}
    key = object()

    def by_code(dictionary: Dictionary) -> Floats:
        return np.array([*(rows.get(fold(text), table.otherwise) for text in dictionary.values), table.unknown])

    def numbers(frame: Frame) -> Floats:
        column = texts(frame)
        found: Floats = frame.tables.get(key, column.dictionary, by_code)[column.codes]
        return found

    return numbers


def _by_number(table: ByField, compiler: Compiler) -> Callable[[Frame], Floats]:
    number = compiler.number(table.subject)

    def numbers(frame: Frame) -> Floats:
        value = number(frame)
        found = np.where(np.isnan(value), table.unknown, table.otherwise)
        for row in table.rows:
            if isinstance(row, Range):
                below = value <= row.high if row.high_included else value < row.high
                found[(value >= row.low) & below] = row.number
            else:
                found[np.isin(value, [v for v in row.values if isinstance(v, float)])] = row.number
        return found

    return numbers
