"""Criteria to aims: that they fire, that each row takes a lead, that limits refuse something, that points grow old."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate, pairwise

import numpy as np
from msgspec.structs import replace

from leadrules.dsl.expression.model import ByField, Range, Values
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules.model_criteria import (
    AtMost,
    AtMostInAny,
    Bands,
    ByAge,
    Decay,
    Each,
    Limit,
    NoDecay,
    OncePer,
    SCurve,
)
from leadrules.dsl.rules.reach import criterion_reach
from leadrules.engine.columns import TRUE, Bools, Numbers
from leadrules.engine.compile_tables import compile_by_field
from leadrules.engine.criteria import follow, given, in_force
from leadrules.engine.fired import fired
from leadrules.engine.moment import Occasion
from leadrules.engine.plan import (
    CasesStep,
    EachStep,
    LevelStep,
    Plan,
    ScaleStep,
    ScorePlan,
    Step,
    TableStep,
    VetoStep,
)
from leadrules.verify.goals import Aim, Goal
from leadrules.verify.looks import Looks
from leadrules.verify.possible import Possible


def criterion_aims(plan: Plan, possible: Possible) -> Iterator[Aim]:
    """The aims of every criterion."""
    for score in (score for score in plan.scores if isinstance(score, ScorePlan)):
        for step in score.steps:
            owner = f"{score.name}.{step.criterion.name}"
            goal = Goal("criterion", step.criterion.span, owner, "", "fires", "never fires")
            yield Aim(goal, partial(_fires, step), can_fire(step, possible))
            if isinstance(step, LevelStep | ScaleStep | VetoStep) and step.criterion.known_for is not None:
                yield _known_for(step, step.criterion.known_for, owner, can_fire(step, possible))
            if isinstance(step, TableStep):
                yield from _table(step, plan, owner)
            elif isinstance(step, CasesStep):
                yield from _cases(step, owner, possible)
            elif isinstance(step, EachStep) and can_fire(step, possible):
                yield from _limits(step, owner)
                yield from _ages(step, owner)
                yield from _bands(step, owner)


def can_fire(step: Step, possible: Possible) -> bool:
    """Whether a criterion can fire, as far as that is seen by its conditions alone."""
    match step:
        case EachStep(criterion):
            pattern = criterion.pattern
            asked = getattr(pattern, "where", None) or getattr(pattern, "condition", None)
            return asked is None or "true" in possible.truths(asked)
        case TableStep() | CasesStep():
            return True
        case _:
            condition = step.criterion.condition
            return condition is None or "true" in possible.truths(condition)


def _fires(step: Step, looks: Looks) -> Bools:
    return fired(step, looks.moment)


def _known_for(step: LevelStep | ScaleStep | VetoStep, duration: float, owner: str, possible: bool) -> Aim:
    """That a lead is not known for long enough, and nothing else keeps the criterion from firing."""
    said = f"for leads known for at least {show_duration(duration)}"
    goal = Goal("limit", step.criterion.span, owner, said, "reached", f"`{said}` never changes anything")
    without = replace(step, criterion=replace(step.criterion, known_for=None))

    def acts(looks: Looks) -> Bools:
        found: Bools = fired(step, looks.moment) != fired(without, looks.moment)
        return found

    return Aim(goal, acts, possible)


def _table(step: TableStep, plan: Plan, owner: str) -> Iterator[Aim]:
    """Each row of a table, and the values that no row holds."""
    table = step.criterion.by
    rows = tuple(replace(row, number=float(place)) for place, row in enumerate(table.rows, 1))
    rest, unknown = len(rows) + 1.0, len(rows) + 2.0
    number = compile_by_field(replace(table, rows=rows, otherwise=rest, unknown=unknown), plan.kept.compiler)

    def taken(which: float, looks: Looks) -> Bools:
        found: Bools = (number(looks.moment) == which) & in_force(step.criterion, looks.at)
        return found

    for place, row in enumerate(table.rows, 1):
        goal = Goal("row", row.span, owner, "", "taken", "never taken")
        yield Aim(goal, partial(taken, float(place)))
    span = step.criterion.span
    other = Goal("row", span, owner, "rest", "taken", "no lead with a value that no row holds")
    yield Aim(other, partial(taken, rest), not _holds_all(table))
    missing = Goal("row", span, owner, "unknown", "taken", f"no lead of whom `{table.subject.name}` is not known")
    yield Aim(missing, partial(taken, unknown))


def _holds_all(table: ByField) -> bool:
    """Whether the rows of a table hold every known value."""
    type = table.subject.type
    if type.name == "one of":
        return {value for row in table.rows if isinstance(row, Values) for value in row.values} >= set(type.values)
    ranges = [row for row in table.rows if isinstance(row, Range)]
    bands = sorted((row.low, row.high + (row.high_included and type.name == "whole number")) for row in ranges)
    return all(above[0] <= below[1] for below, above in pairwise([(-np.inf, -np.inf), *bands, (np.inf, np.inf)]))


def _cases(step: CasesStep, owner: str, possible: Possible) -> Iterator[Aim]:
    """Each row of a table of conditions, as it wins, and the rest."""
    open_ = True
    for place, (row, _) in enumerate(step.rows):
        truths = possible.truths(row.condition)
        goal = Goal("row", row.span, owner, "", "taken", "never taken")
        yield Aim(goal, partial(_wins, step, place), open_ and "true" in truths)
        open_ = open_ and truths != {"true"}
    goal = Goal("row", step.criterion.span, owner, "otherwise", "taken", "no lead for `otherwise`")
    yield Aim(goal, partial(_wins, step, len(step.rows)), open_)


def _wins(step: CasesStep, place: int, looks: Looks) -> Bools:
    won = np.full(len(looks), len(step.rows))
    for number, (_, holds) in reversed(list(enumerate(step.rows))):
        won[np.broadcast_to(holds(looks.moment) == TRUE, len(looks))] = number
    found: Bools = (won == place) & in_force(step.criterion, looks.at)
    return found


def _limits(step: EachStep, owner: str) -> Iterator[Aim]:
    """Each limit, reached where points would be others without it."""
    criterion = step.criterion
    for place, limit in enumerate(criterion.limits):
        without = replace(criterion, limits=criterion.limits[:place] + criterion.limits[place + 1 :])
        yield _limit(step, without, _said(limit), owner)
    if criterion.worth is not None:
        said = f"worth at most {show_number(criterion.worth)} points in all"
        yield _limit(step, replace(criterion, worth=None), said, owner, criterion.worth)
    if criterion.worth_per is not None:
        said = f"worth at most {show_number(criterion.worth_per.points)} points per {criterion.worth_per.property.name}"
        yield _limit(step, replace(criterion, worth_per=None), said, owner)


def _limit(step: EachStep, without: Each, said: str, owner: str, worth: float | None = None) -> Aim:
    other = replace(step, criterion=without)
    span = step.criterion.span
    goal = Goal("limit", span, owner, said, "reached", f"`{said}` never changes anything")
    low, high = criterion_reach(replace(without, weight=1.0))
    possible = worth is None or max(-low, high) > worth

    def acts(looks: Looks) -> Bools:
        found: Bools = np.not_equal(given(step, looks.moment), given(other, looks.moment))
        return found

    return Aim(goal, acts, possible)


def _said(limit: Limit) -> str:
    match limit:
        case AtMost(count, period):
            often = "once" if count == 1 else f"at most {count:_}"
            return often if period == "all" else f"at most {count:_} per calendar {period}"
        case AtMostInAny(count, window):
            return f"at most {count:_} in any {show_duration(window)}"
        case OncePer(property):
            return f"once per {property.name}"


def _ages(step: EachStep, owner: str) -> Iterator[Aim]:
    """Occurrences that count, in each stretch of age that their decay tells apart."""
    ends = (0.0, *boundaries(step.criterion.decay), np.inf)
    for low, high in pairwise(ends) if len(ends) > 2 else ():
        said = f"younger than {show_duration(high)}" if low == 0.0 else f"at least {show_duration(low)} old"
        goal = Goal("decay", step.criterion.span, owner, "decay", said, f"no occurrence {said}")
        yield Aim(goal, partial(_aged, step, low, high))


def boundaries(decay: Decay) -> tuple[float, ...]:
    """The ages, in microseconds, before and after which a decay is worth a look."""
    match decay:
        case NoDecay():
            return ()
        case ByAge(ages):
            return ages
        case SCurve(duration):
            return (2 * duration,)
        case _:
            return (decay.duration,)


def _aged(step: EachStep, low: float, high: float, looks: Looks) -> Bools:
    trail = follow(step, looks.moment)
    seen = trail.matched
    return looks.any_of(seen.lead, trail.counts & (seen.age >= low) & (seen.age < high))


def _bands(step: EachStep, owner: str) -> Iterator[Aim]:
    """Each band of a property, reached by an amount that goes into it."""
    per = step.criterion.per
    if isinstance(per, Bands):
        starts = [0.0, *accumulate(band.size for band in per.bands)]
        for place, start in enumerate(starts[: len(per.bands)], 1):
            goal = Goal("row", per.span, owner, f"band {place}", "taken", f"band {place} never reached")
            yield Aim(goal, partial(_in_band, step, per, start))


def _in_band(step: EachStep, per: Bands, start: float, looks: Looks) -> Bools:
    seen = step.find(looks.moment)
    column = Occasion(looks.moment, seen).column(per.property)
    assert isinstance(column, Numbers)
    return looks.any_of(seen.lead, np.nan_to_num(column.values, nan=0.0) > start)
