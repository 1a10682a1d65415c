"""A criterion that nothing feeds to the latest reset, where without resets something would."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.rules.model import Model, Score
from leadrules.engine.account import Turn
from leadrules.engine.columns import NEVER
from leadrules.engine.compile import compile_meant
from leadrules.engine.explain_changes import reset_of
from leadrules.engine.kept import Kept
from leadrules.engine.moment import Moment
from leadrules.engine.plan import EachStep, ScorePlan


class TakenBack(Struct, frozen=True):
    """The latest reset of a score, and how many occurrences would feed a criterion without any reset."""

    reset: Turn
    times: int


def taken_back(step: EachStep, part: ScorePlan, model: Model, kept: Kept, moment: Moment) -> TakenBack | None:
    """What resets keep from a criterion of the lead that nothing feeds; None where nothing would without them."""
    fresh = part.reset(moment)
    if fresh is None or fresh.time[0] == NEVER:
        return None
    times = len(compile_meant(step.criterion, kept.compiler, lambda moment: None)(moment))
    score = next(score for score in model.scores if isinstance(score, Score) and score.name == part.name)
    reset = reset_of(score, fresh, moment, 0)
    return TakenBack(reset, times) if times and reset is not None else None
