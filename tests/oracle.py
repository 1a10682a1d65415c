"""The naive scorer: one lead, one loop after the other, to be checked against the manual line by line.

It reads a spec (`specs`), not the parsed rules, and rows of plain dictionaries:

    lead    {"lead": "a", "ratio": 0.5, "created": 1767225600000000, ...}
    event   {"lead": "a", "type": "visit", "time": 1767225600000000, "id": None, "known_at": None, "path": "/", ...}

Moments are microseconds UTC, dates `datetime.date`, durations microseconds, a missing value None.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tests.oracle_accounts import members_of, over_members, without_members
from tests.oracle_ageing import balance
from tests.oracle_balances import added, left_by_reset, multiplied, since
from tests.oracle_conditions import Scene, Truth, holds, named, number_of, same, value_of
from tests.oracle_counting import counted_of, valid_at
from tests.oracle_expressions import Name, Value
from tests.oracle_facts import ALONE, Beside, Event, Known, Row, gather, kept
from tests.oracle_worth import NO_DECAY, earned, worth_of
from tests.specs import (
    AnyScore,
    Bounds,
    Cases,
    Checklist,
    Criterion,
    Decay,
    Each,
    Level,
    Range,
    RollUp,
    Scale,
    Score,
    Spec,
    Table,
    Values,
    Veto,
)


@dataclass(frozen=True)
class Outcome:
    """What the rules say of one lead. `criteria` are points before the bounds of their score, without vetoes."""

    scores: Mapping[str, float]
    criteria: Mapping[tuple[str, str], float]
    checklists: Mapping[str, Mapping[str, Truth]]
    tier: str | None
    grades: Mapping[str, str]


def score_lead(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside = ALONE) -> Outcome:
    """The scores, checklists and tier of one lead at `now`. Events of other leads may stand among the events."""
    scene = Scene(gather(spec, lead, events, now, beside), fired=has_fired)
    scene = with_members(spec, scene, lead, events, now, beside)
    criteria = points_in(spec, scene)
    scene = judged(spec, scene, criteria)
    return Outcome(scene.scores, criteria, scene.checklists, tier_of(spec, scene), scene.grades)


def points_in(spec: Spec, scene: Scene) -> dict[tuple[str, str], float]:
    """The points of every criterion but vetoes."""
    return {
        (score.name, criterion.name): points_of(criterion, score.decay or NO_DECAY, since(score, scene))
        for score in spec.scores
        if isinstance(score, Score)
        for criterion in score.criteria
        if not isinstance(criterion, Veto)
    }


def judged_scene(
    spec: Spec, lead: Row, seen: Sequence[Row], now: int, beside: Beside = ALONE, events: Sequence[Row] = ()
) -> Scene:
    """All that tiers can ask for, where some of the lead's own events are seen; `events` are those of all leads."""
    scene = Scene(gather(spec, lead, seen, now, beside), fired=has_fired)
    scene = with_members(spec, scene, lead, events, now, beside)
    return judged(spec, scene, points_in(spec, scene))


def with_members(spec: Spec, scene: Scene, lead: Row, events: Sequence[Row], now: int, beside: Beside) -> Scene:
    """A scene with what the members of the lead's account make together: all of them as of `now`."""
    rolled = [score for score in spec.scores if isinstance(score, RollUp)]
    if not rolled:
        return scene
    found = members_of(lead, now, beside if beside.leads else Beside(leads=[lead]))
    members = [member_scene(spec, member, events, now, beside) for member in found]
    return scene._replace(over_members={score.name: over_members(score, members) for score in rolled})


def judged(spec: Spec, scene: Scene, criteria: Mapping[tuple[str, str], float]) -> Scene:
    """A scene with its scores, then with their grades, then with its checklists."""
    scene = scene._replace(scores={score.name: total(score, spec, criteria, scene) for score in spec.scores})
    scene = scene._replace(grades=graded(spec, scene))
    return scene._replace(checklists={checklist.name: checked(checklist, scene) for checklist in spec.checklists})


def member_scene(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside) -> Scene:
    """A lead by itself: what is known of it, and its scores that hang on nobody else."""
    names = without_members(spec)
    own = [score for score in spec.scores if score.name in names]
    alone = replace(spec, scores=tuple(own), tiers=(), checklists=(), grades=(), matrices=())
    outcome = score_lead(alone, lead, events, now, beside)
    return Scene(gather(spec, lead, events, now, beside), scores=outcome.scores, fired=has_fired)


def points_of(criterion: Criterion, default: Decay, scene: Scene) -> float:
    """The points of one criterion, by its weight. `default` is the decay of occurrences that name no other."""
    if not isinstance(criterion, Each) and not valid_at(criterion, scene.facts.now, scene):
        return 0.0
    if gives_way(criterion, scene):
        return 0.0
    given = unweighed(criterion, default, scene)
    return given if criterion.weight is None else given * number_of(criterion.weight, scene)


def gives_way(criterion: Criterion, scene: Scene) -> bool:
    """Whether what stands behind the `unless` of a criterion is true."""
    return criterion.unless is not None and holds(criterion.unless, scene) is True


def has_fired(name: str, scene: Scene) -> bool:
    """Whether a criterion has an occurrence that counts, holds, or has a row that takes the lead."""
    scores = [score for score in scene.facts.spec.scores if isinstance(score, Score)]
    ((score, criterion),) = ((s, c) for s in scores for c in s.criteria if name in (c.name, f"{s.name}.{c.name}"))
    scene = since(score, scene._replace(gone=0, reset_at=-math.inf))
    if gives_way(criterion, scene):
        return False
    if isinstance(criterion, Each):
        return bool(counted_of(criterion, scene))
    return valid_at(criterion, scene.facts.now, scene) and stands(criterion, scene)


def stands(criterion: Level | Table | Scale | Cases | Veto, scene: Scene) -> bool:
    """Whether a criterion without occurrences is met at this instant; what is left of a table for the rest is not."""
    match criterion:
        case Level() | Veto():
            return fires(criterion, scene)
        case Scale(points=points):
            return fires(criterion, scene) and value_of(points, scene) is not None
        case Table(subject=subject, rows=rows):
            value = named(subject.text, scene)
            return value is not None and any(contains(row, value, scene) for row in rows)
        case Cases(rows=cases):
            return any(holds(condition, scene) is True for condition, _ in cases)


def unweighed(criterion: Criterion, default: Decay, scene: Scene) -> float:
    """The points of one criterion before its weight."""
    match criterion:
        case Level(points=points):
            return number_of(points, scene) if fires(criterion, scene) else 0.0
        case Table():
            row = row_of(criterion, scene)
            return number_of(row, scene) if row else 0.0
        case Veto():
            return 0.0
        case Cases():
            return awarded(criterion, scene)
        case Scale(points=points):
            value = value_of(points, scene) if fires(criterion, scene) else 0.0
            assert not isinstance(value, str)
            return 0.0 if value is None else kept(float(value))
        case Each():
            return earned(criterion, criterion.decay or default, scene)


def awarded(table: Cases, scene: Scene) -> float:
    """The points of the first row that is true, or of the best of them; `otherwise` where none is."""
    true = [number_of(points, scene) for condition, points in table.rows if holds(condition, scene) is True]
    if not true:
        return 0.0 if table.otherwise is None else number_of(table.otherwise, scene)
    return max(true) if table.best else true[0]


def fires(criterion: Level | Scale | Veto, scene: Scene) -> bool:
    """Whether a level holds, and the lead is known for long enough."""
    if criterion.condition is not None and holds(criterion.condition, scene) is not True:
        return False
    if criterion.known_for is None:
        return True
    since = scene.facts.known_since()
    return since is not None and scene.facts.now - since >= number_of(criterion.known_for, scene)


def row_of(table: Table, scene: Scene) -> Value | None:
    """The points of the row that holds the value of a table's field; None where no row does."""
    value = named(table.subject.text, scene)
    if value is None:
        return table.unknown
    for row in table.rows:
        if contains(row, value, scene):
            return row.points
    return table.otherwise


def contains(row: Range | Values, value: Known, scene: Scene) -> bool:
    """Whether a row of a table holds a value."""
    if isinstance(row, Values):
        return any(same(value, value_of(choice, scene)) for choice in row.values)
    assert not isinstance(value, str)
    low = -math.inf if row.low is None else number_of(row.low, scene)
    high = math.inf if row.high is None else number_of(row.high, scene)
    return low <= value and (value < high or (row.closed and value == high))


def total(score: AnyScore, spec: Spec, criteria: Mapping[tuple[str, str], float], scene: Scene) -> float:
    """A score: its sum, kept within its bounds, at the lower of them if a veto holds, then rounded if it says so."""
    if isinstance(score, Score):
        running = score.floor is not None or score.ageing
        raw = balance(score, gains(score, scene), scene) if running else left_by_reset(score, scene)
        for criterion in score.criteria:
            if not isinstance(criterion, Veto) and not (running and isinstance(criterion, Each)):
                raw += criteria[score.name, criterion.name]
        raw = multiplied(raw + added(score, scene), score, scene)
    elif isinstance(score, RollUp):
        raw = scene.over_members[score.name]
    else:
        others = {other.name: other for other in spec.scores}
        raw = score.constant
        for weight, name in score.terms:
            raw += number_of(weight, scene) * total(others[name], spec, criteria, scene)
    bounded = clamped(raw, score.bounds, scene)
    if isinstance(score, Score) and any(fixed(c, scene) for c in score.criteria if isinstance(c, Veto)):
        assert score.bounds
        bounded = number_of(score.bounds[0], scene)
    return whole(bounded) if score.rounded else bounded


def gains(score: Score, scene: Scene) -> list[tuple[Event, float]]:
    """What each occurrence that counts adds to its criterion when it happens."""
    found = []
    scene = since(score, scene)
    for criterion in score.criteria:
        if isinstance(criterion, Each) and not gives_way(criterion, scene):
            counted = counted_of(criterion, scene)
            weight = 1.0 if criterion.weight is None else number_of(criterion.weight, scene)
            worth = [worth_of(criterion, counted[:n], NO_DECAY, scene) for n in range(len(counted) + 1)]
            found += [(e, weight * (b - a)) for e, (a, b) in zip(counted, itertools.pairwise(worth), strict=True)]
    return found


def fixed(veto: Veto, scene: Scene) -> bool:
    """Whether a veto holds, on a day on which it is valid."""
    return valid_at(veto, scene.facts.now, scene) and fires(veto, scene) and not gives_way(veto, scene)


def clamped(raw: float, bounds: Bounds | None, scene: Scene) -> float:
    """A number kept within bounds, both of which it may reach."""
    if bounds is None:
        return kept(raw)
    return max(number_of(bounds[0], scene), min(number_of(bounds[1], scene), raw))


def whole(value: float) -> float:
    """The nearest whole number, halves away from zero; first to the nearest 1e-6, as before any comparison."""
    value = round(value, 6)
    magnitude = math.floor(abs(value))
    if abs(value) - magnitude >= 0.5:
        magnitude += 1
    return math.copysign(magnitude, value)


def graded(spec: Spec, scene: Scene) -> dict[str, str]:
    """The label of each grade, the first whose bound is reached by the score as it is compared; then the cells."""
    found = {}
    for grade in spec.grades:
        value = number_of(Name(grade.score), scene)
        found[grade.name] = next(label for label, bound in grade.rows if not bound or value >= number_of(bound, scene))
    return found | {matrix.name: found[matrix.first] + found[matrix.second] for matrix in spec.matrices}


def checked(checklist: Checklist, scene: Scene) -> dict[str, Truth]:
    """The items of a checklist: true, false or unknown."""
    return {item.name: holds(item.condition, scene) for item in checklist.items}


def tier_of(spec: Spec, scene: Scene) -> str | None:
    """The first tier from the top whose condition is true, without memory; the last one has none."""
    for tier in spec.tiers:
        if tier.condition is None or holds(tier.condition, scene) is True:
            return tier.name
    return None
