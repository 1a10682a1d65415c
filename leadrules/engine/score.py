"""Plan and leads to scores, blocks of leads one after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.engine.columns import Floats
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
    (found,) = score_each([plan], leads, at, criteria=criteria, block=block)
    return found


def score_each(
    plans: Sequence[Plan],
    leads: Leads,
    at: int | npt.NDArray[np.int64],
    *,
    criteria: bool = False,
    block: int = BLOCK,
) -> list[Scores]:
    """The same under several plans. A step that some of them share is worked out once."""
    tables = [Tables() for _ in plans]
    instants = np.broadcast_to(np.asarray(at, np.int64), len(leads))
    parts: list[list[Scores]] = [[] for _ in plans]
    for start in range(0, max(1, len(leads)), block):
        stop = min(start + block, len(leads))
        some, points = leads.block(start, stop), dict[int, Floats]()
        for plan, table, found in zip(plans, tables, parts, strict=True):
            moment = Trajectory(plan, some, table).at(instants[start:stop])
            moment.points = points if len(plans) > 1 else None
            found.append(stand(plan, moment, criteria))
    return [_remembered(plan, merge(found), leads, instants) for plan, found in zip(plans, parts, strict=True)]


def _remembered(plan: Plan, scores: Scores, leads: Leads, at: npt.NDArray[np.int64]) -> Scores:
    return replace(scores, tiers=last_tiers(courses(plan, leads, at))) if plan.remembers else scores
