"""The course of a block of leads through time under a plan: whatever is asked about an instant is asked here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.plan import Plan
from leadrules.engine.track import in_turns
from leadrules.engine.views import Views

Order = slice | npt.NDArray[np.int64]


class Trajectory:
    """Leads under a plan, at every instant there is."""

    def __init__(self, plan: Plan, leads: Leads, tables: Tables) -> None:
        self.plan, self.leads, self.tables = plan, leads, tables

    def at(self, instants: npt.NDArray[np.int64]) -> Moment:
        """The leads at an instant each. Shape (leads,), int64 microseconds UTC."""
        return Moment(self.leads, instants, self.plan.setting, self.tables)

    def in_turns(self, views: Views) -> tuple[Moment, Order, Order]:
        """The same in turns where that can be: which views its rows are, and which of its rows the views are."""
        found = in_turns(views, self.leads.events)
        if found is None:
            return self.along(views), slice(None), slice(None)
        track, order, places = found
        return self.along(track), order, places

    def along(self, views: Views) -> Moment:
        """The leads as some views see them: many instants of each, or none."""
        return Moment(self.leads, views.at, self.plan.setting, self.tables, views)
