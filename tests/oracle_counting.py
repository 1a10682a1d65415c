"""Which occurrences count, naively: those that are meant, one after the other, as the limits allow."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tests.oracle_balances import earning, place
from tests.oracle_conditions import Scene, comparable, holds, number_of
from tests.oracle_expressions import Condition
from tests.oracle_facts import Event, Known
from tests.oracle_time import calendar_period, midnight
from tests.specs import AtMost, AtMostInAny, Begins, Criterion, Each, OncePer


def counted_of(criterion: Each, scene: Scene) -> list[Event]:
    """The occurrences that count: of those that are meant, the earliest that every limit allows."""
    found = meant(criterion, scene)
    counted: list[Event] = []
    chosen = {"each": found, "first": found[:1], "last": found[-1:]}
    for event in chosen[criterion.which]:
        if all(allows(limit, counted, event, scene) for limit in criterion.limits):
            counted.append(event)
    return counted


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


def valid_at(criterion: Criterion, time: int, scene: Scene) -> bool:
    """Whether an instant lies in the days in which a criterion is valid, the last of them included."""
    if criterion.valid is None:
        return True
    first, last = (date.fromisoformat(day) for day in criterion.valid)
    zone = scene.facts.spec.zone
    return midnight(first, zone) <= time < midnight(last + timedelta(days=1), zone)


def beginnings(condition: Condition, scene: Scene) -> list[Event]:
    """The events that make a condition true, each where it arrives; without it, at the same instant, it is not."""
    facts, found = scene.facts, []
    arrived = sorted(facts.events, key=lambda event: event.arrives)
    for at, event in enumerate(arrived):
        without, with_it = (look(arrived[:seen], event.arrives, scene) for seen in (at, at + 1))
        turns = holds(condition, with_it) is True and holds(condition, without) is not True
        if turns and (event.arrives, place(event, scene)) >= (scene.reset_at, scene.gone):
            found.append(replace(event, time=event.arrives, of=event))
    found += [Event("", at, False, {}, at) for at in changed(condition, arrived, scene) if at > scene.reset_at]
    return sorted(found, key=lambda event: (event.time, event.of is not None))


def changed(condition: Condition, arrived: Sequence[Event], scene: Scene) -> list[int]:
    """When new values of fields make a condition true, before the events of their instant."""
    facts, found = scene.facts, []
    for at in facts.changes:
        before = [event for event in arrived if event.arrives < at]
        old, new = (look(before, at, scene, unchanged) for unchanged in (1, 0))
        if at <= facts.now - facts.unchanged and holds(condition, new) is True and holds(condition, old) is not True:
            found.append(at)
    return found


def look(seen: Sequence[Event], now: int, scene: Scene, unchanged: int = 0) -> Scene:
    """The lead at an earlier instant, with so many of its events, and perhaps with the fields it had just before."""
    events = [event for event in scene.facts.events if any(event is other for other in seen)]
    fields = scene.facts.fields_at(now - unchanged)
    facts = replace(scene.facts, now=now, fields=fields, events=events, unchanged=unchanged)
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


def told_by(event: Event, property: str) -> Known | None:
    """The value of a property as it is compared, by which occurrences are told apart; None where it is missing."""
    value = event.values[property]
    return None if value is None else comparable(value)
