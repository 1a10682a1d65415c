"""A moment to how leads stand in it: match, count, decay, bound, add up, combine, compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import numpy as np
import numpy.typing as npt

from leadrules.engine.accounts import rolled
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Floats, Truths
from leadrules.engine.criteria import level_holds
from leadrules.engine.grades import graded
from leadrules.engine.keep import keep
from leadrules.engine.moment import Judged, Moment
from leadrules.engine.plan import AnyPlan, CombinationPlan, Plan, RollUpPlan, ScorePlan, VetoStep
from leadrules.engine.scores import Scores
from leadrules.engine.total import total


def stand(plan: Plan, moment: Moment, criteria: bool = False) -> Scores:
    """How leads stand at a moment: scores in the order they are made of each other, then checklists, then tiers."""
    points: dict[tuple[str, str], Floats] = {}
    scores: dict[str, Floats] = {}
    for part in plan.scores:
        scores[part.name] = _value(part, moment, scores, points, criteria)
    numbers = {name: np.round(values, 6) for name, values in scores.items()}
    grades = graded(plan, numbers)
    moment.judged = Judged({("score", name): values for name, values in numbers.items()}, {}, grades)
    lists = {c.name: {name: holds(moment) for name, holds in c.items.items()} for c in plan.checklists}
    moment.judged = Judged({**moment.judged.numbers, **_counts(lists, len(moment))}, _items(lists), grades)
    names = tuple(tier.name for tier in plan.tiers)
    kept = {key: points[key] for key in plan.criteria} if criteria else {}
    tiers = _tiers(plan, moment)
    return Scores(moment.ids, moment.at, scores, kept, lists, tiers, names, plan.model.ranking, grades)


def _value(
    part: AnyPlan,
    moment: Moment,
    scores: Mapping[str, Floats],
    kept: dict[tuple[str, str], Floats],
    criteria: bool,
) -> Floats:
    """A score. `kept` gets the points of criteria, at least where `criteria` asks for them."""
    match part:
        case CombinationPlan():
            value = combined(part, scores)
        case RollUpPlan():
            value = rolled(part, moment, stand)
        case ScorePlan():
            track = moment.along(part.fields)
            if track is not None and not criteria:  # no view of a lead changes it
                whole: Floats = _value(part, moment.log, scores, kept, criteria)[track.lead]
                return whole
            value = vetoed(part, bounded(_total(part, moment, kept), part.bounds), moment, kept)
            return rounded(value, part.rounded)
        case _:
            assert_never(part)
    return rounded(bounded(value, part.bounds), part.rounded)


def _total(part: ScorePlan, moment: Moment, kept: dict[tuple[str, str], Floats]) -> Floats:
    found = total(part, moment)
    kept |= {(part.name, name): points for name, points in found.points.items()}
    return found.value


def vetoed(part: ScorePlan, values: Floats, moment: Moment, kept: dict[tuple[str, str], Floats]) -> Floats:
    """A score after its vetoes: at its lower bound where one holds. `kept` gets what each of them takes, in turn."""
    for step in part.steps:
        if isinstance(step, VetoStep):
            assert part.bounds
            fixed = np.where(level_holds(step, moment), part.bounds[0], values)
            kept[part.name, step.criterion.name] = fixed - values
            values = fixed
    return values


def combined(part: CombinationPlan, scores: Mapping[str, Floats]) -> Floats:
    """The weighted sum of scores, before its bounds."""
    total: Floats = np.full(len(scores[part.terms[0][1]]), part.constant)
    for weight, name in part.terms:
        total += weight * scores[name]
    return total


def bounded(values: Floats, bounds: tuple[float, float] | None) -> Floats:
    """Values within bounds, or where there are none within what points can be."""
    return keep(values) if bounds is None else np.clip(values, *bounds)


def rounded(values: Floats, wanted: bool) -> Floats:
    """Whole numbers where they are wanted, halves away from zero.

    First to 1e-6, as before any comparison: what the order of a sum leaves behind the last digits moves no half.
    """
    if not wanted:
        return values
    values = np.round(values, 6)
    whole = np.trunc(values)
    away: Floats = whole + np.sign(values) * (np.abs(values - whole) >= 0.5)
    return away


def _counts(lists: Mapping[str, Mapping[str, Truths]], leads: int) -> dict[tuple[str, str], Floats]:
    """How many items of each checklist are met, unmet and unknown."""
    kinds = {"met": TRUE, "unmet": FALSE, "unknown": UNKNOWN}
    none = np.zeros(leads)
    return {
        (kind, name): none + sum(truths == value for truths in items.values())
        for name, items in lists.items()
        for kind, value in kinds.items()
    }


def _items(lists: Mapping[str, Mapping[str, Truths]]) -> dict[str, Truths]:
    return {f"{name}.{item}": truths for name, items in lists.items() for item, truths in items.items()}


def _tiers(plan: Plan, moment: Moment) -> npt.NDArray[np.int8]:
    """The first tier from the top whose condition is true; the last takes whoever is left."""
    tiers = np.full(len(moment), max(0, len(plan.tiers) - 1), np.int8)
    for position, tier in reversed(list(enumerate(plan.tiers))):
        if tier.holds is not None:
            tiers += (np.int8(position) - tiers) * (tier.holds(moment) == TRUE)  # a mask that is random is slower
    return tiers
