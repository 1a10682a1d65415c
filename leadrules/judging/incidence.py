"""How many leads have got somewhere by an age, where others drop out before or are not followed up for so long."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.judging.figure import Figure
from leadrules.simulator.population import Floats

Ages = npt.NDArray[np.signedinteger[Any]]


class Incidence(Struct, frozen=True):
    """What happened by age, to leads that are followed up until `age` (leads,) each.

    `place` (leads): the position of that age in `ages`, which ascend. `end` (leads): 2 where a lead got there then, 1 where
    something else happened to it, 0 where nothing did. `hazard`, `total` (ages): the share of those still there that get there at an age, and that leave
    at all. `open`: the share that is still there before it. `risk`: how many are.
    """

    ages: Ages
    place: npt.NDArray[np.int32]
    end: npt.NDArray[np.int8]
    hazard: Floats
    total: Floats
    open: Floats
    risk: Floats

    def by(self, age: float) -> Figure | None:
        """The share of leads that got there by an age (Aalen and Johansen 1978); None where nobody is followed up.

        A lead moves it by what it adds to the hazard at its own age, and by standing among those at risk before: the
        infinitesimal jackknife, which without censoring is that of a plain share.
        """
        if not len(self.ages):
            return None
        last = int(np.searchsorted(self.ages, age, side="right"))
        reached = np.cumsum(self.open[:last] * self.hazard[:last])
        value = float(reached[-1]) if last else 0.0
        moves = self._moves(last, value - reached)
        parts: Floats = moves[self.end, np.minimum(self.place, last)]
        return Figure(value, parts, "share", float(len(self.place)))

    def _moves(self, last: int, more: Floats) -> Floats:
        """By how much each kind of `end` at each of so many ages moves a share of which `more` (ages,) comes later.

        Shape (3, ages + 1): what comes to a lead at a later age than these moves nothing but for its standing among all
        before. In as few columns as can be, for there may be an age for each lead.
        """
        moves, left = np.zeros((3, last + 1)), 1 - self.total[:last]
        loss, gain = moves[1, :last], moves[2, :last]
        np.divide(more, left, out=loss, where=left > 0)
        loss /= self.risk[:last]
        np.divide(self.open[:last], self.risk[:last], out=gain)
        kept = np.cumsum(self.hazard[:last] * gain - self.total[:last] * loss)
        gain -= loss
        np.negative(loss, out=loss)
        moves[:, :last] -= kept
        moves[:, last:] -= kept[-1:] if last else 0.0
        return moves


def incidence(hit: Ages, other: Ages, follow_up: Ages) -> Incidence:
    """The incidence of something: ages (leads,) at which it happens, at which something else makes it impossible, and
    until which leads are followed up; -1 for never. Of one age the thing itself comes first, and follow-up ends last."""
    first, second = (np.where(ages >= 0, ages, np.iinfo(ages.dtype).max) for ages in (hit, other))
    got = first <= np.minimum(second, follow_up)
    gone = ~got & (second <= follow_up)
    age = np.where(got, first, np.minimum(second, follow_up))
    ages, places = np.unique(age, return_inverse=True)
    place = places.astype(np.int32)
    end = 2 * got.astype(np.int8) + gone
    hits, outs, all_ = (
        np.bincount(p, minlength=len(ages)).astype(np.float64) for p in (place[got], place[gone], place)
    )
    risk = len(age) - np.cumsum(all_) + all_
    total = (hits + outs) / risk
    open_ = np.append(1.0, np.cumprod(1 - total)[:-1])[: len(ages)]
    return Incidence(ages, place, end, hits / risk, total, open_, risk)
