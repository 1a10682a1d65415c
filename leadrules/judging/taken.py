"""What a figure is taken of: which leads, with which values, so that two can be asked what more leads might change."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.population import Floats

Bools = npt.NDArray[np.bool_]
Values = Floats | Bools


def counted(weight: Values) -> float:
    """How many leads of weight 1 tell as much as leads of these weights (Kish 1965)."""
    if weight.dtype == bool:
        return float(np.count_nonzero(weight))
    squares = float((weight * weight).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


class Taken(Struct, frozen=True):
    """A mean or a quantile: of some leads, each with a value and for so many.

    `values` (leads,): NaN, or anything where `weight` is 0 and the other rule set's value is the same, of leads that have
    none. `weight` (leads,): 0 of leads left out. `ends`: between which values lie; None where only those seen tell.
    """

    values: Values
    weight: Values
    ends: tuple[float, float] | None = None

    def same(self, other: Taken) -> bool:
        """Whether the same leads have the same values in both."""
        inside = self.weight > 0
        return np.array_equal(self.weight, other.weight) and np.array_equal(self.values[inside], other.values[inside])

    @property
    def count(self) -> float:
        """How many leads it is taken of, by weight."""
        return counted(self.weight)


def reach(old: Taken, mean: float, new: Taken, changed: float) -> tuple[float, float]:
    """How far one more lead could lower, and raise, the difference between two means, given what rules do to leads.

    Rules that let leads in or out may do so with any that might come, whatever the few values of those that came; and
    rules that change the value of leads might do so with leads among those that count. 0 where nothing of the kind is
    seen. `mean`, `changed`: the old mean and the new one.
    """
    inside, after = old.weight > 0, new.weight > 0
    least, most = old.ends or _seen(old.values[inside], new.values[after])
    by = [0.0]
    if np.any(after & ~inside):
        by += [(end - changed) / new.count for end in (least, most)]
    if np.any(inside & ~after):
        by += [(mean - end) / old.count for end in (least, most)]
    by += [step / min(old.count, new.count) for step in _steps(old.values, new.values)]
    return -min(by), max(by)


def _seen(one: Values, other: Values) -> tuple[float, float]:
    return float(min(one.min(), other.min())), float(max(one.max(), other.max()))


def _steps(old: Values, new: Values) -> tuple[float, float]:
    """The largest steps down and up that values take, among leads that have both."""
    if old is new:
        return 0.0, 0.0
    if old.dtype == new.dtype == bool:
        return -float(np.any(old > new)), float(np.any(new > old))
    steps = np.subtract(new, old, dtype=np.float64)
    return float(np.fmin.reduce(steps, initial=0.0)), float(np.fmax.reduce(steps, initial=0.0))
