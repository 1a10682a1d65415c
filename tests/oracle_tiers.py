"""The naive course of one lead: evaluation after evaluation, the tier it is in, the steps it takes, what they set off."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from tests.oracle import judged_scene
from tests.oracle_conditions import Scene, holds, number_of
from tests.oracle_facts import (
    ALONE,
    Beside,
    Row,
    accounts_without_date,
    becomes_known,
    own_events,
    own_values,
    read,
    undated,
    with_merged,
)
from tests.oracle_time import local_date, local_time
from tests.specs import On, Spec, Tier


@dataclass(frozen=True)
class Step:
    """A step from tier to tier. `before` is None for the first; `fired` are the places of the actions it sets off."""

    at: int
    before: str | None
    after: str
    fired: tuple[int, ...]


@dataclass
class Memory:
    """What a course remembers between evaluations."""

    tier: str | None
    since: dict[str, int]


def remembers(spec: Spec) -> bool:
    """Whether a tier depends on what the lead was in before."""
    return spec.frozen is not None or any(tier.until or tier.held_for for tier in spec.tiers)


def tier_at(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside = ALONE) -> str | None:
    """The tier of one lead at `now`: its whole course, and one more evaluation, which sees all."""
    memory = Memory(None, {})
    for at, seen in evaluations(spec, lead, events, now, beside):
        evaluate(spec, judged_scene(spec, lead, seen, at, beside, events), memory)
    evaluate(spec, judged_scene(spec, lead, events, now, beside, events), memory)
    return memory.tier


def steps_until(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside = ALONE) -> list[Step]:
    """The steps of one lead up to `now`, with what they set off."""
    memory = Memory(None, {})
    steps: list[Step] = []
    for at, seen in evaluations(spec, lead, events, now, beside):
        before = memory.tier
        evaluate(spec, judged_scene(spec, lead, seen, at, beside, events), memory)
        if memory.tier is not None and memory.tier != before:
            fired = (
                place for place, on in enumerate(spec.actions) if fires(spec, place, on, before, memory.tier, at, steps)
            )
            steps.append(Step(at, before, memory.tier, tuple(fired)))
    return steps


def evaluate(spec: Spec, scene: Scene, memory: Memory) -> None:
    """The first tier from the top that holds. While it is frozen a lead keeps the tier it has."""
    for tier in spec.tiers:
        if tier.condition is not None and holds(tier.condition, scene) is True:
            memory.since.setdefault(tier.name, scene.facts.now)
        else:
            memory.since.pop(tier.name, None)
    if memory.tier is not None and spec.frozen is not None and holds(spec.frozen, scene) is True:
        return
    for tier in spec.tiers:
        if tier.condition is None or held(tier, scene, memory):
            memory.tier = tier.name
            return


def held(tier: Tier, scene: Scene, memory: Memory) -> bool:
    """Its `until` is not true, and its condition is, or it is the tier the lead is in and has an `until`."""
    if tier.until is not None and holds(tier.until, scene) is True:
        return False
    if memory.tier == tier.name:
        return tier.until is not None or tier.name in memory.since
    delay = number_of(tier.held_for, scene) if tier.held_for else 0.0
    return tier.name in memory.since and scene.facts.now - memory.since[tier.name] >= delay


def evaluations(
    spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside
) -> Iterator[tuple[int, Sequence[Row]]]:
    """Each instant at which tiers are decided, and the events that are seen there."""
    declared = {event.name for event in spec.events}
    own = [row for row in own_events(lead, events, beside) if row["type"] in declared]
    own.sort(key=lambda row: (becomes_known(row), row["time"], row["id"] is None, row["id"] or content(spec, row)))
    first = first_fact(spec, lead, own, beside)
    if first is None:
        return
    at_events, daily = spec.evaluate
    times = {at for clock in daily for at in clocks(clock, first, now, spec.zone)}
    if not (at_events and any(becomes_known(row) == first for row in own)):
        times.add(first)
    looks = [(becomes_known(row), 0, place) for place, row in enumerate(own) if at_events] + [
        (at, 1, 0) for at in times
    ]
    for at, scheduled, place in sorted(looks):
        if at <= now:
            yield at, [row for row in own if becomes_known(row) <= at] if scheduled else own[: place + 1]


def content(spec: Spec, row: Row) -> tuple[object, ...]:
    """What rows without an id are ordered by: their type, when they became known, their properties as declared."""
    type = next(event for event in spec.events if event.name == row["type"])
    values = [read(property, row.get(property.name), spec.zone) for property in type.properties]
    known_at = row["time"] if row["known_at"] is None else row["known_at"]
    return (row["type"], known_at, *((value is None, 0 if value is None else value) for value in values))


def first_fact(spec: Spec, lead: Row, own: Sequence[Row], beside: Beside) -> int | None:
    """The first dated fact of a lead. A value without date of a lead that is merged into it is dated by the merge."""
    since = judged_scene(spec, lead, [], 0).facts.known_since()
    dates = [becomes_known(row) for row in own] + ([] if since is None else [int(since)])
    dates += [becomes_known(row | {"time": row["since"]}) for row in own_values(lead, beside)]
    dates += [row["time"] for row in beside.adjustments if row["lead"] == lead["lead"]]
    dates += [becomes_known(row | {"time": row["since"]}) for row in with_merged(lead, beside.links, beside)]
    dates += [int(at) for at, _ in accounts_without_date(lead, beside)[:1] if at > -math.inf]
    for field in spec.fields:
        dates += [int(at) for at, _ in undated(spec, field, lead, beside)[:1] if at > -math.inf]
    return min(dates, default=None)


def clocks(clock: str, first: int, now: int, zone: str) -> Iterator[int]:
    """The instants of a time of day, after `first` and up to `now`."""
    day = local_date(first, zone)
    while day <= local_date(now, zone):
        at = local_time(datetime.combine(day, time.fromisoformat(clock)), zone)
        if first < at <= now:
            yield at
        day += timedelta(days=1)


def fires(spec: Spec, place: int, on: On, before: str | None, after: str, at: int, steps: Sequence[Step]) -> bool:
    """Whether a step sets off an action: it is the one named, and the action was not set off too short a time ago."""
    if not named(spec, on, before, after, steps):
        return False
    last = [step.at for step in steps if place in step.fired]
    scene = judged_scene(replace(spec, tiers=(), frozen=None), {"lead": ""}, [], at)
    return on.cooldown is None or not last or at - last[-1] >= number_of(on.cooldown, scene)


def named(spec: Spec, on: On, before: str | None, after: str, steps: Sequence[Step]) -> bool:
    """Whether a step is the one an action names."""
    if on.step == "entering":
        return after == on.tier
    if on.step == "leaving":
        return before == on.tier and on.other in (None, after)
    order = [tier.name for tier in spec.tiers]
    if after != on.tier or before is None or order.index(before) >= order.index(after):
        return False
    path = [step.after for step in steps]
    since = len(path) - path[::-1].index(on.tier) if on.tier in path else 0
    return on.other in path[since:]
