"""How many leads have got somewhere by an age, where others drop out before or are not followed up for so long."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from leadrules.judging.figure import Bools, Figure
from leadrules.simulator.population import Floats, Ticks


class Incidence(Struct, frozen=True):
    """What happened by age, to leads that are followed up until `age` (leads,) each.

    `place` (leads): the position of that age in `ages`, which ascend. `hit`: which leads got there then; `ends`: to which
    anything happened. `hazard`, `total` (ages): the share of those still there that get there at an age, and that leave
    at all. `open`: the share that is still there before it. `risk`: how many are.
    """

    ages: Ticks
    place: Ticks
    hit: Bools
    ends: Bools
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
        reached = np.cumsum((self.open * self.hazard)[:last])
        value = float(reached[-1]) if last else 0.0
        gain = np.zeros(len(self.ages) + 1)
        loss, kept = gain.copy(), gain.copy()
        left = 1 - self.total[:last]
        rest = np.divide(value - reached, left, out=np.zeros(last), where=left > 0)
        gain[:last], loss[:last] = self.open[:last] / self.risk[:last], rest / self.risk[:last]
        kept[:last] = np.cumsum(self.hazard[:last] * gain[:last] - self.total[:last] * loss[:last])
        kept[last:] = kept[last - 1] if last else 0.0
        parts: Floats = gain[self.place] * self.hit - loss[self.place] * self.ends - kept[self.place]
        return Figure(value, parts, "share", float(len(self.place)))


def incidence(hit: Ticks, other: Ticks, follow_up: Ticks) -> Incidence:
    """The incidence of something: ages (leads,) at which it happens, at which something else makes it impossible, and
    until which leads are followed up; -1 for never. Of one age the thing itself comes first, and follow-up ends last."""
    never = np.iinfo(np.int64).max
    first, second = (np.where(ages >= 0, ages.astype(np.int64), never) for ages in (hit, other))
    got = first <= np.minimum(second, follow_up)
    gone = ~got & (second <= follow_up)
    age = np.where(got, first, np.minimum(second, follow_up))
    ages, place = np.unique(age, return_inverse=True)
    hits, outs, all_ = (
        np.bincount(place, weights, len(ages)).astype(np.float64) for weights in (got, gone, np.ones(len(age)))
    )
    risk = len(age) - np.cumsum(all_) + all_
    total = (hits + outs) / risk
    open_ = np.append(1.0, np.cumprod(1 - total)[:-1])[: len(ages)]
    return Incidence(ages, place, got, got | gone, hits / risk, total, open_, risk)
