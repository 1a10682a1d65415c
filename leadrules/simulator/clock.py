"""Operational time: how much of it has passed at each tick, and which tick it is when so much has passed.

Time weighs more in some hours than in others. Its weight is constant within cells of one width, in whole units a
second, so that both ways are exact in whole numbers. Several time zones lie behind one another on one line: a tick of
a zone is a place on the line, and the way back needs no zone.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.population import Floats, Small, Ticks

BUCKETS = 2
PIECE = 1 << 15  # as many as the cache of a core has room for
EXACT = 2.0**52  # doubles up to here are whole numbers without gaps


class Clock(Struct, frozen=True):
    """The operational time of one or several zones.

    `unit`: units that pass in a second of weight 1, a power of two. `width`: seconds of a cell. `begins` (zones,): the place on the line where tick 0 of each zone lies.
    `rates` (cells,): units that pass in a second of each cell. `passed` (cells + 1,): units passed before each cell.
    `guide`: for each stretch of 2^`shift` units, the cell in which it begins.
    """

    unit: float
    width: int
    begins: Ticks
    rates: Ticks
    passed: Ticks
    guide: npt.NDArray[np.int32]
    shift: int

    def place(self, tick: Ticks, zone: Small) -> Ticks:
        """Places on the line of ticks in their zones."""
        if len(self.begins) == 1:
            found: Ticks = tick + self.begins[0]
            return found
        return tick + self.begins[zone]

    def units(self, place: Ticks) -> Ticks:
        """Units passed at places on the line."""
        cell = place // self.width
        within = place - cell * self.width
        within *= _at(self.rates, cell)
        within += _at(self.passed, cell)
        return within

    def places(self, units: Ticks) -> Ticks:
        """The place at which so many units have passed: the last second that begins with no more of them."""
        cell = self.cells(units)
        left: Ticks = units - _at(self.passed, cell)
        left //= _at(self.rates, cell)
        cell *= self.width
        left += cell
        return left

    def cells(self, units: Ticks) -> Ticks:
        """The cell in which each of these units passes: it has some weight."""
        cell: Ticks = _at(self.guide, units >> self.shift).astype(np.int64)
        late = np.flatnonzero(_at(self.passed[1:], cell) <= units)
        while len(late):
            cell[late] += 1
            late = late[self.passed[cell[late] + 1] <= units[late]]
        return cell

    def drawn(self, start: Ticks, passing: Floats, u: Floats) -> Ticks:
        """The places at which a share `u` of the units `passing` after `start` (in units) has passed. Uses up `u`.

        Below 2^53, u < 1 times a whole number is rounded to less than that number.
        """
        u *= passing
        units = u.astype(np.int64)
        units += start
        for first in range(0, len(units), PIECE):
            part = slice(first, first + PIECE)
            units[part] = self.places(units[part])
        return units


def _at(table: npt.NDArray[Any], index: Ticks) -> npt.NDArray[Any]:
    """What a table holds at indices, which are in range: a check would cost as much as the look-up."""
    return np.take(table, index, mode="clip")


def build_clock(weights: Floats, width: int, before: int) -> Clock:
    """The clock of weights (zones, cells); the market starts `before` seconds after the first cell does.

    Units are as fine as they can be with those of all time still counted in doubles, so that a weight of no more than a
    millionth of the others is told from none over a hundred years.
    """
    zones, cells = weights.shape
    unit = 2.0 ** math.floor(math.log2(EXACT / max(1.0, float(weights.sum()) * width)))
    rates = np.rint(weights * unit).astype(np.int64).ravel()
    passed = np.zeros(len(rates) + 1, np.int64)
    np.cumsum(rates * width, out=passed[1:])
    shift = max(0, (int(passed[-1]) // (BUCKETS * len(rates))).bit_length() - 1)
    stretches = np.arange((int(passed[-1]) >> shift) + 1) << shift
    guide = np.searchsorted(passed, stretches, side="right") - 1
    begins = np.arange(zones) * (cells * width) + before
    return Clock(unit, width, begins, rates, passed, np.minimum(guide, len(rates) - 1).astype(np.int32), shift)
