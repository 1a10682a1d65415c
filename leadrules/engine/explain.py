"""One lead at an instant to the whole account of its scores: every criterion, every occurrence, every step between.

The account is made by the functions that score, on a block of one lead; nothing is worked out a second way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import Meaning, Type
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules.model import Combination, Score
from leadrules.dsl.rules.model_criteria import Case, Criterion
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.as_of import show_instant
from leadrules.engine.asks import fields_of
from leadrules.engine.columns import FALSE, NEVER, TRUE, UNKNOWN, Codes, Column, Flags, Floats, Moments, Numbers, known
from leadrules.engine.criteria import Trail, follow, given, in_force, known_for, known_since, points_of, times
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables
from leadrules.engine.plan import (
    CasesStep,
    CombinationPlan,
    EachStep,
    Giving,
    LevelStep,
    Plan,
    ScaleStep,
    ScorePlan,
    VetoStep,
)
from leadrules.engine.score import bounded, combined, rounded, stand, vetoed
from leadrules.engine.scores import Scores
from leadrules.engine.trajectory import Trajectory


class Fed(Struct, frozen=True):
    """An occurrence that matches a criterion.

    `time` is microseconds UTC, `age` microseconds. `original` are its points at age 0, `points` what is left of
    them and adds to the score; 0 where it does not count because of a limit. `properties` are what is known of it, as text.
    """

    time: int
    event: str
    properties: Mapping[str, str]
    counts: bool
    age: float
    original: float
    points: float


class CriterionAccount(Struct, frozen=True):
    """What a criterion gave.

    `points` = the points of its occurrences + `limit` (what `worth at most` took or gave) + `weighing` (what its weight
    took or gave).

    `truth` is Kleene's truth of a level criterion, None for other kinds; `unknown` are fields it asks for that are
    not known, and `at_stake` the points that hang on them. `chosen` is the row of a table of conditions that won.
    `in_force` is False where the lead's instant lies outside the time in which the criterion is valid.
    """

    criterion: Criterion
    points: float
    truth: int | None
    occurrences: tuple[Fed, ...]
    limit: float
    unknown: tuple[str, ...]
    at_stake: float
    chosen: Case | None = None
    weighing: float = 0.0
    in_force: bool = True


class Term(Struct, frozen=True):
    """A weighted score in a combination."""

    weight: float
    score: str
    value: float


class ScoreAccount(Struct, frozen=True):
    """How a score came about.

    Its parts but vetoes add up to `sum`; `sum` + `bound` + what vetoes took + `rounding` is its `value`. Among the
    criteria vetoes stand last.
    """

    score: Score | Combination
    criteria: tuple[CriterionAccount, ...]
    terms: tuple[Term, ...]
    constant: float
    sum: float
    bound: float
    rounding: float
    value: float


class Judgement(Struct, frozen=True):
    """A condition with its truth and the fields it asks for that are not known."""

    name: str
    truth: int
    unknown: tuple[str, ...]


class Explanation(Struct, frozen=True):
    """Everything about one lead at one instant. `known_since` is None where it is not known."""

    lead: str
    at: int
    known_since: int | None
    scores: tuple[ScoreAccount, ...]
    checklists: Mapping[str, tuple[Judgement, ...]]
    tiers: tuple[Judgement, ...]
    tier: str | None


def explain(plan: Plan, leads: Leads, position: int, at: int) -> Explanation:
    """The account of the lead at `position`, as of `at` (microseconds UTC)."""
    trajectory = Trajectory(plan, leads.block(position, position + 1), Tables())
    moment = trajectory.at(np.array([at], np.int64))
    scores = stand(plan, moment)
    since = int(known_since(moment)[0])
    return Explanation(
        lead=str(leads.ids[position]),
        at=at,
        known_since=None if since == NEVER else since,
        scores=tuple(_score(part, plan, moment, scores) for part in plan.scores),
        checklists=_checklists(plan, moment, scores),
        tiers=tuple(_tiers(plan, moment)),
        tier=scores.tier_names[int(scores.tiers[0])] if scores.tier_names else None,
    )


def _score(part: ScorePlan | CombinationPlan, plan: Plan, moment: Moment, scores: Scores) -> ScoreAccount:
    declared = next(score for score in plan.model.scores if score.name == part.name)
    criteria: tuple[CriterionAccount, ...] = ()
    terms: tuple[Term, ...] = ()
    constant = 0.0
    if isinstance(part, CombinationPlan):
        terms = tuple(Term(weight, name, float(scores.scores[name][0])) for weight, name in part.terms)
        constant, total = part.constant, combined(part, scores.scores)
    else:
        criteria = tuple(_criterion(step, plan, moment) for step in part.steps if not isinstance(step, VetoStep))
        total = np.array([sum(account.points for account in criteria)], np.float64)
    within = fixed = bounded(total, part.bounds)
    if isinstance(part, ScorePlan):
        taken: dict[tuple[str, str], Floats] = {}
        fixed = vetoed(part, within, moment, taken)
        criteria += tuple(_vetoes(part, plan, moment, within, taken))
    value = rounded(fixed, part.rounded)
    bound, rounding = float((within - total)[0]), float((value - fixed)[0])
    return ScoreAccount(declared, criteria, terms, constant, float(total[0]), bound, rounding, float(value[0]))


def _vetoes(
    part: ScorePlan, plan: Plan, moment: Moment, within: Floats, taken: Mapping[tuple[str, str], Floats]
) -> Iterator[CriterionAccount]:
    """The vetoes of a score, each with the points it takes; at stake is all that lies above the lower bound."""
    for step in part.steps:
        if isinstance(step, VetoStep):
            truth, unknown = _truth(step, moment), unknown_fields(step.criterion, plan, moment)
            low = part.bounds[0] if part.bounds else 0.0
            at_stake = low - float(within[0]) if truth == UNKNOWN else 0.0
            points = float(taken[part.name, step.criterion.name][0])
            account = CriterionAccount(step.criterion, points, truth, (), 0.0, unknown, at_stake)
            yield replace(account, in_force=bool(in_force(step.criterion, moment.at)[0]))


def _criterion(step: Giving, plan: Plan, moment: Moment) -> CriterionAccount:
    """The account of a criterion: first without its weight, then with it."""
    account, weight = _unweighed(step, plan, moment), step.criterion.weight
    if not isinstance(step, EachStep) and not in_force(step.criterion, moment.at)[0]:
        account = replace(account, at_stake=0.0, chosen=None, in_force=False)
    if weight == 1.0:
        return account
    points = float(points_of(step, moment)[0])
    at_stake = account.at_stake * weight if weight else 0.0
    return replace(account, points=points, weighing=points - account.points, at_stake=at_stake)


def _unweighed(step: Giving, plan: Plan, moment: Moment) -> CriterionAccount:
    criterion = step.criterion
    unknown = unknown_fields(criterion, plan, moment)
    points = float(given(step, moment)[0])
    if isinstance(step, EachStep):
        trail = follow(step, moment)
        occurrences = tuple(_fed(trail, step, plan, moment))
        return CriterionAccount(criterion, points, None, occurrences, points - float(trail.sums[0]), unknown, 0.0)
    if isinstance(step, LevelStep | ScaleStep):
        truth = _truth(step, moment)
        return CriterionAccount(criterion, points, truth, (), 0.0, unknown, _at_stake(step, moment, truth))
    if isinstance(step, CasesStep):
        return _cases(step, points, unknown, moment)
    most = max((row.number for row in step.criterion.by.rows), key=abs, default=0.0)
    return CriterionAccount(criterion, points, None, (), 0.0, unknown, most - points if unknown else 0.0)


def _cases(step: CasesStep, points: float, unknown: tuple[str, ...], moment: Moment) -> CriterionAccount:
    """The row that won; at stake are the rows above it of which it is not known whether they are true."""
    truths = [int(np.broadcast_to(holds(moment), 1)[0]) for _, holds in step.rows]
    winner = truths.index(int(TRUE)) if TRUE in truths else len(truths)
    open_rows = [row for (row, _), truth in zip(step.rows[:winner], truths, strict=False) if truth == UNKNOWN]
    at_stake = max((row.points - points for row in open_rows), key=abs, default=0.0)
    chosen = step.rows[winner][0] if winner < len(truths) else None
    return CriterionAccount(step.criterion, points, None, (), 0.0, unknown, at_stake, chosen)


def _truth(step: LevelStep | ScaleStep | VetoStep, moment: Moment) -> int:
    if not in_force(step.criterion, moment.at)[0]:
        return int(FALSE)
    if step.criterion.known_for is not None and not known_for(moment, step.criterion.known_for)[0]:
        return int(FALSE)
    return int(np.broadcast_to(TRUE if step.holds is None else step.holds(moment), 1)[0])


def _at_stake(step: LevelStep | ScaleStep, moment: Moment, truth: int) -> float:
    """The points that hang on what is not known; infinite where they are not known and nothing bounds them."""
    if isinstance(step, LevelStep):
        return step.criterion.points if truth == UNKNOWN else 0.0
    points = float(np.broadcast_to(step.points(moment), 1)[0])
    if np.isnan(points):
        return max(value_reach(step.criterion.points), key=abs) if truth != FALSE else 0.0
    return points if truth == UNKNOWN else 0.0


def unknown_fields(meaning: Meaning, plan: Plan, moment: Moment) -> tuple[str, ...]:
    """The fields something asks for that are not known of the lead."""
    asked = dict.fromkeys(fields_of(meaning, plan.model))
    columns = {name: moment.leads.fields.get(name) for name in asked}
    return tuple(name for name, column in columns.items() if column is None or not known(column)[0])


def _fed(trail: Trail, step: EachStep, plan: Plan, moment: Moment) -> Iterator[Fed]:
    """The occurrences of the one lead that match, in their order."""
    seen, events = trail.matched, moment.leads.events
    types = {event.name: {p.name: p.type for p in event.properties} for event in plan.model.events}
    left, per = iter(trail.left.tolist()), step.criterion.per
    often = np.ones(len(seen)) if per is None else times(per, seen, moment)
    for i in range(len(seen)):
        counts = bool(trail.counts[i])
        points = next(left) if counts else 0.0
        event = events.names[int(events.kinds[seen.rows[i]])]
        shown = {n: show_value(c, i, types[event][n], plan.model.timezone) for n, c in seen.properties.items()}
        properties = {name: text for name, text in shown.items() if text is not None}
        yield Fed(
            int(seen.time[i]),
            event,
            properties,
            counts,
            float(seen.age[i]),
            step.criterion.points * float(often[i]),
            points,
        )


def show_value(column: Column, row: int, type: Type, zone: str) -> str | None:
    """A value as a person writes it; None where it is not known."""
    if not known(column)[row]:
        return None
    match column:
        case Codes(codes, dictionary):
            return f'"{dictionary.values[codes[row]]}"'
        case Flags(values):
            return "yes" if values[row] == TRUE else "no"
        case Moments(times):
            return show_instant(int(times[row]), zone)
        case Numbers(numbers):
            amount = float(numbers[row])
            return show_duration(amount) if type.name == "duration" else f"{show_number(amount)} {type.detail}".rstrip()
        case _:
            assert_never(column)


def _checklists(plan: Plan, moment: Moment, scores: Scores) -> dict[str, tuple[Judgement, ...]]:
    found = {}
    for checklist in plan.model.checklists:
        truths = scores.checklists[checklist.name]
        found[checklist.name] = tuple(
            Judgement(item.name, int(truths[item.name][0]), unknown_fields(item, plan, moment))
            for item in checklist.items
        )
    return found


def _tiers(plan: Plan, moment: Moment) -> Iterator[Judgement]:
    """The tiers from the top down to the one that holds."""
    for tier, declared in zip(plan.tiers, plan.model.tiers, strict=True):
        truth = int(np.broadcast_to(tier.holds(moment), 1)[0]) if tier.holds else int(TRUE)
        yield Judgement(tier.name, truth, unknown_fields(declared, plan, moment))
        if truth == TRUE:
            return
