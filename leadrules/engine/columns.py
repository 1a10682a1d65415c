"""Columns of values, each with its own mark for "not known"."""

from __future__ import annotations

from typing import TypeAlias, assert_never

import numpy as np
import numpy.typing as npt
from msgspec import Struct

Ints: TypeAlias = npt.NDArray[np.integer]
Floats: TypeAlias = npt.NDArray[np.floating]
Bools: TypeAlias = npt.NDArray[np.bool_]
Truths: TypeAlias = npt.NDArray[np.int8]

# Kleene's three values. Ordered so that `and` is the minimum, `or` the maximum, `not` what is left to 2.
FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)
NEVER = np.iinfo(np.int64).min


class Dictionary:
    """The different texts of a column. Compared by identity, so that what was worked out for it once can be kept."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[str, ...]) -> None:
        self.values = values


class Codes(Struct, frozen=True):
    """Texts: positions in a dictionary, -1 where not known. Shape (n,), any signed integer type."""

    codes: Ints
    dictionary: Dictionary

    def take(self, at: slice | Ints) -> Codes:
        """The values at some rows."""
        return Codes(self.codes[at], self.dictionary)


class Numbers(Struct, frozen=True):
    """Numbers, durations (microseconds) and money: NaN where not known. Shape (n,), any float type."""

    values: Floats

    def take(self, at: slice | Ints) -> Numbers:
        """The values at some rows."""
        return Numbers(self.values[at])


class Moments(Struct, frozen=True):
    """Times and dates: microseconds since 1970 UTC, `NEVER` where not known. Shape (n,), int64."""

    values: npt.NDArray[np.int64]

    def take(self, at: slice | Ints) -> Moments:
        """The values at some rows."""
        return Moments(self.values[at])


class Flags(Struct, frozen=True):
    """Flags: FALSE, UNKNOWN or TRUE. Shape (n,), int8."""

    values: Truths

    def take(self, at: slice | Ints) -> Flags:
        """The values at some rows."""
        return Flags(self.values[at])


Column = Codes | Numbers | Moments | Flags


def known(column: Column) -> Bools:
    """Where a column holds a value."""
    match column:
        case Codes(codes):
            return np.greater_equal(codes, 0)
        case Numbers(values):
            return np.logical_not(np.isnan(values))
        case Moments(times):
            return np.not_equal(times, NEVER)
        case Flags(flags):
            return np.not_equal(flags, UNKNOWN)
        case _:
            assert_never(column)
