"""Leads at instants to moments that know everything a rule set works out: what tests ask their questions of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import Codes, Dictionary
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Judged, Moment, Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory
from leadrules.engine.views import Views, count_seen


class Bench:
    """Leads at an instant each (int64, microseconds UTC), all scored at once, to be looked at one by one."""

    def __init__(self, plan: Plan, leads: Leads, at: npt.NDArray[np.int64]) -> None:
        self.leads = leads
        self._trajectory = Trajectory(plan, leads, Tables())
        moment = self._trajectory.at(at)
        self._judged = _judged(stand(plan, moment, criteria=True), moment.judged)
        lead = np.arange(len(leads))
        self.views = Views(lead, at, count_seen(leads.events, lead, at))

    def at(self, row: int) -> Moment:
        """The moment of one lead."""
        one, judged = slice(row, row + 1), self._judged
        moment = self._trajectory.along(self.views.take(one))
        moment.judged = Judged(
            {key: values[one] for key, values in judged.numbers.items()},
            {key: truths[one] for key, truths in judged.truths.items()},
            {key: labels.take(one) for key, labels in judged.labels.items()},
        )
        return moment


def _judged(scores: Scores, judged: Judged) -> Judged:
    """What thresholds can ask of, and beside it what each criterion gave and the tier."""
    gave = {("criterion", ".".join(key)): np.round(points, 6) for key, points in scores.criteria.items()}
    labels = dict(judged.labels)
    if scores.tier_names:
        labels["tier"] = Codes(scores.tiers, Dictionary(scores.tier_names))
    return Judged({**judged.numbers, **gave}, judged.truths, labels)
