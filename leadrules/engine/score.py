"""Plan and leads to scores, blocks of leads one after another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.engine.course import courses, last_tiers
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Tables
from leadrules.engine.plan import Plan
from leadrules.engine.scores import Scores, merge
from leadrules.engine.stand import stand
from leadrules.engine.trajectory import Trajectory

BLOCK = 16_384


def score(
    plan: Plan, leads: Leads, at: int | npt.NDArray[np.int64], *, criteria: bool = False, block: int = BLOCK
) -> Scores:
    """The scores of all leads at one instant, or at one each (int64, microseconds UTC).

    The points of each criterion are kept where `criteria` asks for them. The result does not depend on `block`.
    """
    tables = Tables()
    instants = np.broadcast_to(np.asarray(at, np.int64), len(leads))
    parts = []
    for start in range(0, max(1, len(leads)), block):
        stop = min(start + block, len(leads))
        trajectory = Trajectory(plan, leads.block(start, stop), tables)
        parts.append(stand(plan, trajectory.at(instants[start:stop]), criteria))
    scores = merge(parts)
    return replace(scores, tiers=last_tiers(courses(plan, leads, instants))) if plan.remembers else scores
