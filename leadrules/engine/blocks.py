"""How much is worked on at once: leads in blocks, their views in slices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.ranges import portions
from leadrules.engine.views import Views

Times = npt.NDArray[np.int64]
PAIRS, OWN = 1_000_000, 8  # pairs of a view and an event it sees, worked on at once; what a view weighs by itself
ROWS = 250_000  # views and events, worked on at once where no such pairs are needed


def blocks(plan: Plan, leads: Leads, views: Times) -> Iterator[slice]:
    """Leads in blocks that are worked on at once, by how many views of each there are (leads,)."""
    events = np.diff(leads.events.offsets)
    if is_linear(plan, leads):
        return portions(np.maximum(views, events) + 1, ROWS)
    return portions(views * (events + OWN), PAIRS)


def slices(plan: Plan, block: Leads, views: Views) -> Iterator[slice]:
    """Views of a block in slices that are worked on at once."""
    return iter([slice(0, len(views))]) if is_linear(plan, block) else portions(views.seen + OWN, PAIRS)


def is_linear(plan: Plan, leads: Leads) -> bool:
    """Whether the work grows with views and events alone: no view needs a look at each event that it sees."""
    fields = plan.linear
    plain = leads.events.known_at is None and leads.adjustments is None
    return plain and fields is not None and fields.isdisjoint(leads.histories)
