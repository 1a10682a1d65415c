"""The naive scorer: one lead, one loop after the other, to be checked against the manual line by line.

It reads a spec (`specs`), not the parsed rules, and rows of plain dictionaries:

    lead    {"lead": "a", "ratio": 0.5, "created": 1767225600000000, ...}
    event   {"lead": "a", "type": "visit", "time": 1767225600000000, "id": None, "known_at": None, "path": "/", ...}

Moments are microseconds UTC, dates `datetime.date`, durations microseconds, a missing value None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.oracle_conditions import Scene, Truth, holds, matching, named, number_of, same, value_of
from tests.oracle_expressions import Value
from tests.oracle_facts import Event, Known, Row, gather
from tests.oracle_time import calendar_period, midnight
from tests.specs import (
    AtMost,
    AtMostInAny,
    Bounds,
    Cases,
    Checklist,
    Combination,
    Criterion,
    Decay,
    Each,
    Level,
    Range,
    Scale,
    Score,
    Spec,
    Table,
    Values,
    Veto,
)

NO_DECAY = Decay("none")


@dataclass(frozen=True)
class Outcome:
    """What the rules say of one lead. `criteria` are points before the bounds of their score, without vetoes."""

    scores: Mapping[str, float]
    criteria: Mapping[tuple[str, str], float]
    checklists: Mapping[str, Mapping[str, Truth]]
    tier: str | None


def score_lead(spec: Spec, lead: Row, events: Sequence[Row], now: int) -> Outcome:
    """The scores, checklists and tier of one lead at `now`. Events of other leads may stand among the events."""
    scene = Scene(gather(spec, lead, events, now))
    criteria: dict[tuple[str, str], float] = {}
    for score in spec.scores:
        if isinstance(score, Score):
            for criterion in (c for c in score.criteria if not isinstance(c, Veto)):
                criteria[score.name, criterion.name] = points_of(criterion, score.decay or NO_DECAY, scene)
    scores = {score.name: total(score, spec, criteria, scene) for score in spec.scores}
    scene = replace(scene, scores=scores)
    checklists = {checklist.name: checked(checklist, scene) for checklist in spec.checklists}
    return Outcome(scores, criteria, checklists, tier_of(spec, replace(scene, checklists=checklists)))


def points_of(criterion: Criterion, default: Decay, scene: Scene) -> float:
    """The points of one criterion, by its weight. `default` is the decay of occurrences that name no other."""
    if not isinstance(criterion, Each) and not valid_at(criterion, scene.facts.now, scene):
        return 0.0
    given = unweighed(criterion, default, scene)
    return given if criterion.weight is None else given * number_of(criterion.weight, scene)


def valid_at(criterion: Criterion, time: int, scene: Scene) -> bool:
    """Whether an instant lies in the days in which a criterion is valid, the last of them included."""
    if criterion.valid is None:
        return True
    first, last = (date.fromisoformat(day) for day in criterion.valid)
    zone = scene.facts.spec.zone
    return midnight(first, zone) <= time < midnight(last + timedelta(days=1), zone)


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
            return 0.0 if value is None else float(value)
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


def earned(criterion: Each, decay: Decay, scene: Scene) -> float:
    """The points of every occurrence that counts, each decayed, their sum kept within what they may be worth."""
    found = [e for e in matching(criterion.pattern, scene) if valid_at(criterion, e.time, scene)]
    counted: list[Event] = []
    for event in found[:1] if criterion.first else found:
        if all(allows(limit, counted, event, scene) for limit in criterion.limits):
            counted.append(event)
    points = number_of(criterion.points, scene)
    earned = sum(points * left(decay, scene.facts.now - event.time, scene) for event in counted)
    worth = math.inf if criterion.worth is None else number_of(criterion.worth, scene)
    return max(-worth, min(worth, earned))


def allows(limit: AtMost | AtMostInAny, counted: Sequence[Event], event: Event, scene: Scene) -> bool:
    """Whether a limit lets one more occurrence count, after those counted before it."""
    if isinstance(limit, AtMostInAny):
        window = number_of(limit.window, scene)
        return sum(event.time - earlier.time < window for earlier in counted) < limit.count
    zone = scene.facts.spec.zone
    period = calendar_period(event.time, limit.period, zone)
    same_period = [earlier for earlier in counted if calendar_period(earlier.time, limit.period, zone) == period]
    return len(same_period) < (limit.count or 1)


def left(decay: Decay, age: int, scene: Scene) -> float:
    """The share of its points that an occurrence of this age still has."""
    if decay.duration is None:
        return 1.0
    duration = number_of(decay.duration, scene)
    match decay.law:
        case "half-life":
            return float(2.0 ** (-age / duration))
        case "linear":
            return max(0.0, 1.0 - age / duration)
        case _:
            return 1.0 if age < duration else 0.0


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


def total(score: Score | Combination, spec: Spec, criteria: Mapping[tuple[str, str], float], scene: Scene) -> float:
    """A score: its sum, kept within its bounds, at the lower of them if a veto holds, then rounded if it says so."""
    if isinstance(score, Score):
        raw = sum(criteria[score.name, c.name] for c in score.criteria if not isinstance(c, Veto))
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


def fixed(veto: Veto, scene: Scene) -> bool:
    """Whether a veto holds, on a day on which it is valid."""
    return valid_at(veto, scene.facts.now, scene) and fires(veto, scene)


def clamped(raw: float, bounds: Bounds | None, scene: Scene) -> float:
    """A number kept within bounds, both of which it may reach."""
    if bounds is None:
        return raw
    return max(number_of(bounds[0], scene), min(number_of(bounds[1], scene), raw))


def whole(value: float) -> float:
    """The nearest whole number, halves away from zero; first to the nearest 1e-6, as before any comparison."""
    value = round(value, 6)
    magnitude = math.floor(abs(value))
    if abs(value) - magnitude >= 0.5:
        magnitude += 1
    return math.copysign(magnitude, value)


def checked(checklist: Checklist, scene: Scene) -> dict[str, Truth]:
    """The items of a checklist: true, false or unknown."""
    return {item.name: holds(item.condition, scene) for item in checklist.items}


def tier_of(spec: Spec, scene: Scene) -> str | None:
    """The first tier from the top whose condition is true; the last one has none."""
    for tier in spec.tiers:
        if tier.condition is None or holds(tier.condition, scene) is True:
            return tier.name
    return None
