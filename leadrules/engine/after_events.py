"""Plan and leads to the scores right after every event, block after block, and when each lead first got somewhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.blocks import blocks, is_linear, slices
from leadrules.engine.columns import NEVER, Bools, Ints
from leadrules.engine.evaluations import at_events
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.track import after_each
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views

Times = npt.NDArray[np.int64]


class AfterEvents(Struct, frozen=True):
    """Scores right after some events of a block of leads.

    `lead` int (rows): whose event each is, among all leads. `rows` int64 (rows): which it is, among all events. Those of
    a lead stand in the order in which they become known, and of events at one instant each is scored before the next is
    seen; leads may stand in any order, and between each other. `scores` has a row for each event; their tiers are those
    whose conditions hold, whatever tiers remember.
    """

    lead: Ints
    rows: Times
    scores: Scores

    def first(self, holds: Bools, found: Times) -> None:
        """When something first holds of each lead, by what holds in each row: set in `found` (all leads).

        `found` is `NEVER` where it did not hold so far, and stays so where it does not hold here.
        """
        at = np.flatnonzero(holds)[::-1]
        at = at[found[self.lead[at]] == NEVER]
        found[self.lead[at]] = self.scores.at[at]


def after_events(plan: Plan, leads: Leads) -> Iterator[AfterEvents]:
    """The scores after every event. Memory is bounded by blocks of leads, not by how many there are."""
    tables = Tables()
    for part in blocks(plan, leads, np.diff(leads.events.offsets)):
        block = leads.block(part.start, part.stop)
        trajectory = Trajectory(plan, block, tables)
        for seen, rows in _parts(plan, block):
            yield AfterEvents(
                seen.lead + part.start, rows + leads.events.offsets[part.start], stand(plan, trajectory.along(seen))
            )


def _parts(plan: Plan, block: Leads) -> Iterator[tuple[Views, Times]]:
    """Views after every event and the rows of these events, as many as are worked on at once."""
    if is_linear(plan, block):
        yield after_each(block.events)
        return
    views, rows = at_events(block)
    for at in slices(plan, block, views):
        yield views.take(at), rows[at]
