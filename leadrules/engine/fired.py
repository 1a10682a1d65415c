"""Whether a criterion fired: it has occurrences that count, or its level holds, or a row of it takes the lead."""

from __future__ import annotations

from typing import assert_never

import numpy as np

from leadrules.engine.columns import TRUE, Bools
from leadrules.engine.criteria import barred, in_force, level_holds
from leadrules.engine.moment import Moment
from leadrules.engine.plan import CasesStep, EachStep, LevelStep, ScaleStep, Step, TableStep, VetoStep


def fired(step: Step, moment: Moment) -> Bools:
    """Which leads a criterion fired for, whatever points it gave them. Shape (leads,)."""
    match step:
        case LevelStep() | VetoStep():
            return level_holds(step, moment)
        case ScaleStep():
            return level_holds(step, moment) & ~np.isnan(step.points(moment))
        case EachStep():
            return _happened(step, moment) & ~barred(step, moment)
        case TableStep():
            return in_force(step.criterion, moment.at) & np.not_equal(step.taken(moment), 0.0)
        case CasesStep():
            true = [holds(moment) == TRUE for _, holds in step.rows]
            found: Bools = np.logical_or.reduce([np.zeros(len(moment), bool), *true])
            return in_force(step.criterion, moment.at) & found
        case _:
            assert_never(step)


def _happened(step: EachStep, moment: Moment) -> Bools:
    """Where an occurrence is meant: no limit refuses the first of them."""
    track = moment.along(step.fields)
    if track is not None:
        ever = step.find(moment.log)
        seen: Bools = track.last(ever.rows, np.ones(len(ever), bool), False)
        return seen
    found = np.zeros(len(moment), bool)
    found[step.find(moment).lead] = True
    return found
