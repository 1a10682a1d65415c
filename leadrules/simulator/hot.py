"""Which leads of a block get hot, and when: the list that sales work through."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.zone import SECOND
from leadrules.simulator.population import Floats, Ticks

Numbers = npt.NDArray[np.uint32]


class HotList(Struct, frozen=True):
    """Hot leads, twenty bytes each. All (hot leads,).

    `lead`: number in the market. `account`: whose it is. `tick`: when it is in the best tier for the first time.
    `score`: what leads are ranked by, at that moment.
    """

    lead: Numbers
    account: Numbers
    tick: Numbers
    score: Floats

    def take(self, at: npt.NDArray[np.int64] | slice) -> HotList:
        """Some of them, in this order."""
        return HotList(self.lead[at], self.account[at], self.tick[at], self.score[at])


def joined(lists: Iterable[HotList]) -> HotList:
    """The hot leads of several blocks as one list, in the order in which they get hot; at one tick by number."""
    nobody = np.zeros(0, np.uint32)
    parts = [HotList(nobody, nobody, nobody, np.zeros(0)), *lists]
    whole = HotList(
        np.concatenate([part.lead for part in parts]),
        np.concatenate([part.account for part in parts]),
        np.concatenate([part.tick for part in parts]),
        np.concatenate([part.score for part in parts]),
    )
    return whole.take(np.lexsort((whole.lead, whole.tick)))


def last_looks(leads: Leads, end: int) -> Ticks:
    """Until when each lead is evaluated (leads,): to an end, such as that of the horizon, or until it is merged into another.

    Microseconds UTC; an instant at the end itself is no longer seen.
    """
    end -= 1
    return np.full(len(leads), end) if leads.merged is None else np.minimum(end, leads.merged.at - 1)


def contact_of(plan: Plan) -> float | None:
    """The seconds within which a rule set promises to contact a lead that gets hot; None where it does not."""
    best = plan.model.tiers[0] if plan.model.tiers else None
    return None if best is None or best.contact is None else best.contact / SECOND
