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
from datetime import date, timedelta

from tests.oracle_accounts import members_of, over_members, without_members
from tests.oracle_ageing import balance
from tests.oracle_balances import added, earning, left_by_reset, multiplied, place, since
from tests.oracle_conditions import Scene, Truth, comparable, holds, named, number_of, same, value_of
from tests.oracle_expressions import Condition, Name, Value
from tests.oracle_facts import ALONE, Beside, Event, Known, Row, gather
from tests.oracle_time import calendar_period, midnight
from tests.specs import (
    AnyScore,
    AtMost,
    AtMostInAny,
    Bands,
    Begins,
    Bounds,
    Cases,
    Checklist,
    Criterion,
    Decay,
    Each,
    Level,
    OncePer,
    Per,
    Range,
    RollUp,
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
    return replace(scene, over_members={score.name: over_members(score, members) for score in rolled})


def judged(spec: Spec, scene: Scene, criteria: Mapping[tuple[str, str], float]) -> Scene:
    """A scene with its scores, then with their grades, then with its checklists."""
    scene = replace(scene, scores={score.name: total(score, spec, criteria, scene) for score in spec.scores})
    scene = replace(scene, grades=graded(spec, scene))
    return replace(scene, checklists={checklist.name: checked(checklist, scene) for checklist in spec.checklists})


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
    scene = since(score, replace(scene, gone=0, reset_at=-math.inf))
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
    return worth_of(criterion, counted_of(criterion, scene), decay, scene)


def counted_of(criterion: Each, scene: Scene) -> list[Event]:
    """The occurrences that count: of those that are meant, the earliest that every limit allows."""
    found = meant(criterion, scene)
    counted: list[Event] = []
    chosen = {"each": found, "first": found[:1], "last": found[-1:]}
    for event in chosen[criterion.which]:
        if all(allows(limit, counted, event, scene) for limit in criterion.limits):
            counted.append(event)
    return counted


def worth_of(criterion: Each, counted: Sequence[Event], decay: Decay, scene: Scene) -> float:
    """What some occurrences that count are worth now."""
    points = number_of(criterion.points, scene)
    groups: dict[Known | None, float] = {}
    for event in counted:
        group = told_by(event, criterion.worth_per[1]) if criterion.worth_per else None
        earns = points * often(criterion.per, event, scene)
        if criterion.bands:
            earns = banded(criterion.bands, event, scene)
        groups[group] = groups.get(group, 0.0) + left(decay, earns, scene.facts.now - event.time, scene)
    if criterion.worth_per:
        groups = {group: within(total, number_of(criterion.worth_per[0], scene)) for group, total in groups.items()}
    return within(sum(groups.values()), math.inf if criterion.worth is None else number_of(criterion.worth, scene))


def within(total: float, worth: float) -> float:
    """A sum kept within what it may be worth, to either side of zero."""
    return max(-worth, min(worth, total))


def told_by(event: Event, property: str) -> Known | None:
    """The value of a property as it is compared, by which occurrences are told apart; None where it is missing."""
    value = event.values[property]
    return None if value is None else comparable(value)


def often(per: Per | None, event: Event, scene: Scene) -> float:
    """How many times the points an occurrence is worth."""
    if per is None:
        return 1.0
    amount = event.values[per.property]
    if amount is None:
        return 0.0
    found = float(amount) / number_of(per.size, scene)  # type: ignore[arg-type]
    return float(math.trunc(found)) if per.full else found


def banded(bands: Bands, event: Event, scene: Scene) -> float:
    """What the property of an occurrence earns: the first part of it at one rate, the next at another."""
    amount = event.values[bands.property]
    rest, earned = 0.0 if amount is None else max(0.0, float(amount)), 0.0
    for width, points, per in bands.rows:
        part = rest if width is None else min(rest, number_of(width, scene))
        earned += part / (1.0 if per is None else number_of(per, scene)) * number_of(points, scene)
        rest -= part
    return earned


def meant(criterion: Each, scene: Scene) -> list[Event]:
    """The occurrences that match, those that follow what they must, and of these those after a gap."""
    pattern = criterion.pattern
    every = beginnings(pattern.condition, scene) if isinstance(pattern, Begins) else earning(pattern, scene)
    found = [event for event in every if valid_at(criterion, event.time, scene)]
    if criterion.before and criterion.within:
        found = following(earning(criterion.before, scene), found, number_of(criterion.within, scene))
    if criterion.visit:
        found = [visit[0] for visit in visits(found, number_of(criterion.visit, scene))]
    if criterion.gap is None:
        return found
    gap = number_of(criterion.gap, scene)
    return [event for earlier, event in itertools.pairwise(found) if event.time - earlier.time >= gap]


def beginnings(condition: Condition, scene: Scene) -> list[Event]:
    """The events that make a condition true, each where it arrives; without it, at the same instant, it is not."""
    facts, found = scene.facts, []
    arrived = sorted(facts.events, key=lambda event: event.arrives)
    for at, event in enumerate(arrived):
        without, with_it = (look(arrived[:seen], event.arrives, scene) for seen in (at, at + 1))
        turns = holds(condition, with_it) is True and holds(condition, without) is not True
        if turns and (event.arrives, place(event, scene)) >= (scene.reset_at, scene.gone):
            found.append(replace(event, time=event.arrives, of=event))
    return found


def look(seen: Sequence[Event], now: int, scene: Scene) -> Scene:
    """The lead at an earlier instant, with so many of its events."""
    events = [event for event in scene.facts.events if any(event is other for other in seen)]
    facts = replace(scene.facts, now=now, fields=scene.facts.fields_at(now), events=events)
    return Scene(facts, fired=scene.fired)


def visits(events: Sequence[Event], gap: float) -> list[list[Event]]:
    """Events in groups, with pauses shorter than the gap inside each."""
    found: list[list[Event]] = []
    for event in events:
        if found and event.time - found[-1][-1].time < gap:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def following(unused: list[Event], after: Sequence[Event], within: float) -> list[Event]:
    """Each event that takes the latest unused one strictly before it, within the time that is allowed."""
    found = []
    for event in after:
        open = [other for other in unused if event.time - within < other.time < event.time]
        if open:
            latest = max(open, key=lambda other: other.time)
            unused = [other for other in unused if other is not latest]
            found.append(event)
    return found


def allows(limit: AtMost | AtMostInAny | OncePer, counted: Sequence[Event], event: Event, scene: Scene) -> bool:
    """Whether a limit lets one more occurrence count, after those counted before it."""
    if isinstance(limit, AtMostInAny):
        window = number_of(limit.window, scene)
        return sum(event.time - earlier.time < window for earlier in counted) < limit.count
    if isinstance(limit, OncePer):
        return all(told_by(earlier, limit.property) != told_by(event, limit.property) for earlier in counted)
    zone = scene.facts.spec.zone
    period = calendar_period(event.time, limit.period, zone)
    same_period = [earlier for earlier in counted if calendar_period(earlier.time, limit.period, zone) == period]
    return len(same_period) < (limit.count or 1)


def left(decay: Decay, points: float, age: int, scene: Scene) -> float:
    """What is left of the points of an occurrence of this age."""
    if decay.law == "by age":
        for limit, share in decay.bands:
            if limit is None or age < number_of(limit, scene):
                return points * number_of(share, scene)
    if decay.duration is None:
        return points
    duration = number_of(decay.duration, scene)
    amount = 0.0 if decay.amount is None else number_of(decay.amount, scene)
    match decay.law:
        case "half-life":
            return float(points * 2.0 ** (-age / duration))
        case "linear":
            return points * max(0.0, 1.0 - age / duration)
        case "expires":
            return points if age < duration else 0.0
        case "s-curve":
            x = age / (2.0 * duration)
            return points * (1.0 - 3.0 * x**2 + 2.0 * x**3) if x < 1.0 else 0.0
        case "of original":
            times = age // duration if decay.in_steps else age / duration
            return points * max(0.0, 1.0 - amount * times)
        case _:
            low = 0.0 if decay.low is None else number_of(decay.low, scene)
            return nearer(points, amount * (age // duration), low)


def nearer(points: float, by: float, low: float) -> float:
    """Points moved towards zero, not across it and not below a magnitude that they have at first."""
    magnitude = abs(points)
    if magnitude > low:
        magnitude = max(low, magnitude - by)
    return math.copysign(magnitude, points)


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
        return raw
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
