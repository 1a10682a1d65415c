"""Points that people set or add by hand: put in order, and those that can be seen of one score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import FALSE, TRUE, Codes, Column, Flags, Floats, Ints, Numbers
from leadrules.engine.keep import keep
from leadrules.engine.leads import Dated
from leadrules.engine.moment import Moment, Times
from leadrules.engine.ranges import offsets_of, ranges


class Adjusted(Struct, frozen=True):
    """Adjustments of one score that some rows see, in order.

    `row`: of the moment. `at`: positions in the block's table of adjustments. `time` int64, `value` float64, `sets`:
    whether each sets the score, or adds to it.
    """

    row: Ints
    at: Ints
    time: Times
    value: Floats
    sets: npt.NDArray[np.bool_]


class Made(Struct, frozen=True):
    """Adjustments in any order, a row each: whose, when (microseconds UTC), of which score, whether it sets it, to what, why."""

    lead: Ints
    time: Times
    score: Codes
    sets: npt.NDArray[np.bool_]
    value: Floats
    reason: Codes

    def take(self, at: Ints) -> Made:
        """Some of them."""
        score, reason = self.score.take(at), self.reason.take(at)
        return Made(self.lead[at], self.time[at], score, self.sets[at], self.value[at], reason)

    def said(self) -> npt.NDArray[np.void]:
        """What each row says, as something that can be compared."""
        parts = [self.lead, self.time, self.score.codes, self.sets, self.value, self.reason.codes]
        return np.rec.fromarrays(parts)


def put_in_order(made: Made, leads: int) -> Dated:
    """Adjustments by lead and time; of one instant those that set come first."""
    order = np.lexsort((made.value, ~made.sets, made.time, made.lead))
    offsets = offsets_of(np.bincount(made.lead, minlength=leads))
    action, value = Flags(np.where(made.sets, TRUE, FALSE)), Numbers(made.value)
    columns: dict[str, Column] = {"score": made.score, "set": action, "value": value, "reason": made.reason}
    return Dated(offsets, made.time[order], {name: column.take(order) for name, column in columns.items()})


def adjusted(moment: Moment, score: str) -> Adjusted | None:
    """The adjustments of a score that each row sees: those of its lead, up to its instant. None without a table."""
    table = moment.leads.adjustments
    if table is None:
        return None
    found: Adjusted = moment.once(("adjusted", score), lambda: _seen(moment, table, score))
    return found


def _seen(moment: Moment, table: Dated, score: str) -> Adjusted:
    lead = np.arange(len(moment)) if moment.views is None else moment.views.lead
    row, at = ranges(table.offsets[lead], np.diff(table.offsets)[lead])
    names, sets, value = table.columns["score"], table.columns["set"], table.columns["value"]
    assert isinstance(names, Codes) and isinstance(sets, Flags) and isinstance(value, Numbers)
    code = names.dictionary.values.index(score) if score in names.dictionary.values else -2
    kept = np.flatnonzero((table.time[at] <= moment.at[row]) & (names.codes[at] == code))
    row, at = row[kept], at[kept]
    return Adjusted(row, at, table.time[at], keep(value.values[at]), sets.values[at] == TRUE)
