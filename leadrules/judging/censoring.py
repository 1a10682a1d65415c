"""Leads that are not followed up for long enough: what the others stand for in their place.

Inverse probability of censoring (Robins and Rotnitzky 1992): a lead whose fate is known by the end of the window weighs
one over the chance that it is followed up until its fate is known. That chance is Kaplan and Meier's of being followed
up, an end of the journey counting before an end of the follow-up at the same time.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.judging.figure import Figure
from leadrules.simulator.population import Floats

Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]


class Censoring(Struct, frozen=True):
    """How long leads are followed up, and what follows from it.

    `weight` (leads,): 0 of those whose fate is not known. `until` (leads,): the time after the landmark from which on
    more would not tell more of a lead: its fate is known, or it is not followed up any longer. The rest is by time at
    which follow-up ends for some, ascending, within the window: `times`, how many are followed up until then (`there`),
    and how many of them no further (`leave`). `place` (leads,): how many of these times a lead is followed up to, itself
    included; `leaves` (leads,): whether its follow-up ends at the last of them.
    """

    weight: Floats
    until: Times
    times: Times
    there: Floats
    leave: Floats
    place: Times
    leaves: Bools


def censoring(ended: Times, followed: Times, window: int) -> Censoring:
    """The censoring of leads, from when each one's journey ends and until when it is followed up.

    `ended` and `followed` are (leads,), after the landmark and in the unit of the window; a journey that has not ended
    ends beyond any follow-up.
    """
    known = (ended <= np.minimum(followed, window)) | (followed >= window)
    until = np.minimum(np.minimum(ended, followed), window)
    times, leave = np.unique(until[~known], return_counts=True)
    seen = np.sort(until)
    fates = np.sort(until[known])
    there = len(seen) - np.searchsorted(seen, times, "left")
    there -= np.searchsorted(fates, times, "right") - np.searchsorted(fates, times, "left")
    staying = np.append(1.0, np.cumprod(1.0 - leave / there))
    chance = staying[np.searchsorted(times, until, "left")]
    place = np.searchsorted(times, until, "left") + ~known
    weight = np.zeros(len(until))
    weight[known] = 1.0 / chance[known]
    return Censoring(weight, until, times, there.astype(np.float64), leave.astype(np.float64), place, ~known)


def allowing(figure: Figure | None, found: Censoring | None) -> Figure | None:
    """The figure of weighted leads, to whose parts is added that the weights are estimated from the same leads.

    A lead that is followed up no further makes those that are followed up for longer weigh more, and each one that is
    there at such a time makes them weigh less (the martingale of censoring: Pepe and Fleming 1991, Blanche et al. 2013).
    """
    if figure is None or found is None or not len(found.times):
        return figure
    return replace(figure, parts=parts_allowing(figure.parts, found))


def parts_allowing(parts: Floats, found: Censoring) -> Floats:
    """The same of parts alone (leads,), be they those of a figure or of what it is solved from."""
    if not len(found.times):
        return parts
    later, stay = _sums_beyond(parts, found), found.there - found.leave
    gain = np.divide(later, stay, out=np.zeros(len(stay)), where=stay > 0)
    lost = np.append(0.0, np.cumsum(gain * found.leave / found.there))
    allowed: Floats = parts - lost[found.place]
    allowed[found.leaves] += gain[found.place[found.leaves] - 1]
    return allowed


def _sums_beyond(parts: Floats, found: Censoring) -> Floats:
    """For each of the times, the sum of the parts of the leads whose fate is known later (times,)."""
    beyond = np.searchsorted(found.times, found.until, "left")
    sums = np.bincount(beyond, parts, len(found.times) + 1)
    later: Floats = np.cumsum(sums[::-1])[::-1][1:].astype(np.float64)
    return later
