"""Single values out of columns, and columns made of single values."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import assert_never

import numpy as np

from leadrules.dsl.expression.model import Type
from leadrules.engine.columns import NEVER, TRUE, UNKNOWN, Codes, Column, Dictionary, Flags, Moments, Numbers

Single = str | float | bool | None  # a text, a number, duration, time or amount of money, a flag; not known


def single(column: Column, row: int) -> Single:
    """The value of one row."""
    return singles(column.take(slice(row, row + 1)))[0]


def singles(column: Column) -> list[Single]:
    """The values of all rows."""
    match column:
        case Codes(codes, dictionary):
            return [dictionary.values[code] if code >= 0 else None for code in codes.tolist()]
        case Flags(truths):
            return [None if truth == UNKNOWN else bool(truth == TRUE) for truth in truths.tolist()]
        case Moments(times):
            return [None if time == NEVER else time for time in times.tolist()]
        case Numbers(numbers):
            return [None if isnan(number) else number for number in numbers.tolist()]
        case _:
            assert_never(column)


def column_of(values: Sequence[Single], type: Type) -> Column:
    """A column of values that all are of one type. Shape (values,)."""
    match type.name:
        case "text" | "one of" | "set of":
            texts = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
            places = {text: place for place, text in enumerate(texts)}
            codes = [-1 if value is None else places[str(value)] for value in values]
            return Codes(np.array(codes, np.int64), Dictionary(texts))
        case "flag":
            return Flags(np.array([UNKNOWN if v is None else TRUE * v for v in values], np.int8))
        case "time" | "date":
            return Moments(np.array([NEVER if v is None else v for v in values], np.int64))
        case _:
            return Numbers(np.array([np.nan if v is None else v for v in values], np.float64))
