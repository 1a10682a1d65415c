"""Rules and draws to stories: leads that do what the rules ask for, in every order, with gaps that matter to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import fields as fields_of

from leadrules.dsl.expression.model import DURATION, Aggregate, Compare, Constant, Meaning
from leadrules.dsl.quantity import DAY, LONGEST, MICROSECONDS
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Each, OncePer
from leadrules.engine.change import Becomes, Happens
from leadrules.engine.name_values import changes_named, meanings, properties_named
from leadrules.engine.values import Single
from leadrules.simulator.draws import Draws
from leadrules.verify.stories import Step, Story, beginning

Some = TypeVar("Some")
DURATIONS = frozenset(["duration", "window", "within", "gap", "visit", "known_for"])
THEME, KNOWN, ALIKE = 3, 0.75, 0.5
SECOND = int(MICROSECONDS["second"])
USUAL = tuple(int(MICROSECONDS[unit]) for unit in ("minute", "hour", "day")) + (int(30 * DAY),)


class Alphabet(Struct, frozen=True):
    """What stories are made of: values of fields and of the properties of events, gaps in microseconds.

    `most`: the largest number that a rule holds a count of events against.
    """

    facts: Mapping[str, tuple[Single, ...]]
    events: Mapping[str, Mapping[str, tuple[Single, ...]]]
    gaps: tuple[int, ...]
    most: int


def alphabet_of(model: Model) -> Alphabet:
    """All that a rule set names, and every event that it declares."""
    facts: dict[str, list[Single]] = {}
    events: dict[str, dict[str, list[Single]]] = {event.name: {} for event in model.events}
    for change in changes_named(model, beginning(model)):
        if isinstance(change, Becomes):
            facts.setdefault(change.field, []).append(change.value)
        elif isinstance(change, Happens):
            for name, value in change.properties.items():
                events[change.event].setdefault(name, []).append(value)
    for event, name, value in properties_named(model, beginning(model)):
        events[event].setdefault(name, []).append(value)
    named = sorted({gap for d in _durations(model) for gap in _around(d)})
    return Alphabet(
        {name: tuple(values) for name, values in facts.items()},
        {event: {name: tuple(dict.fromkeys(v)) for name, v in own.items()} for event, own in events.items()},
        (0, *USUAL, *named),
        max((count for part in meanings(model) for count in _counts(part)), default=0),
    )


def _around(duration: float) -> Iterator[int]:
    """A duration, one a little shorter, half of it: whole seconds all of them."""
    for part in (duration, duration - MICROSECONDS["minute"], duration / 2):
        if 0 < part <= LONGEST / 10:
            yield int(part) // SECOND * SECOND


def _counts(part: Meaning) -> Iterator[int]:
    """The whole numbers that one part of a rule counts events to."""
    match part:
        case Compare(Aggregate("count" | "distinct"), _, Constant(value)):
            yield int(value)
        case Compare(Constant(value), _, Aggregate("count" | "distinct")):
            yield int(value)
        case Each(limits=limits):
            yield from (limit.count for limit in limits if not isinstance(limit, OncePer))


def _durations(part: object) -> Iterator[float]:
    """Every duration that a rule set names."""
    if isinstance(part, tuple):
        for each in part:
            yield from _durations(each)
    elif isinstance(part, Constant):
        yield from [part.value] if part.type == DURATION else []
    elif isinstance(part, Struct):
        for field in fields_of(type(part)):
            value = getattr(part, field.name)
            if field.name in DURATIONS and isinstance(value, float):
                yield value
            elif field.name == "ages":
                yield from value
            elif field.name != "span":
                yield from _durations(value)


def invent(alphabet: Alphabet, draws: Draws, stream: str, count: int, longest: int, must: str | None) -> list[Story]:
    """So many stories of up to `longest` steps. One of the steps is an event of the type `must`, and marked."""
    who = np.arange(count, dtype=np.uint64)
    most = 2 * max((len(properties) for properties in alphabet.events.values()), default=0)
    needed = 2 * len(alphabet.facts) + THEME * (most + 5) + 2 * longest + (most + 5) + 3 + THEME
    columns = [draws.uniforms(stream, who, k).tolist() for k in range(needed)]
    return [_story(alphabet, iter(row), longest, must) for row in zip(*columns, strict=True)]


def _story(alphabet: Alphabet, draws: Iterator[float], longest: int, must: str | None) -> Story:
    """A lead that does a few things, each of them again and again, after a few different times."""
    facts = _some(alphabet.facts, draws)
    theme = _theme(alphabet, draws)
    length = int(next(draws) * (longest + 1)) if theme else 0
    pace = [_pick(alphabet.gaps, next(draws)) for _ in range(THEME)]
    steps = [_after(_pick(pace, next(draws)), _pick(theme, next(draws))) for _ in range(length)]
    wait = _pick(alphabet.gaps, next(draws))
    if must is None:
        return Story(facts, tuple(steps), wait)
    place = int(next(draws) * (len(steps) + 1))
    steps.insert(place, _after(_pick(pace, next(draws)), _like(theme, must, alphabet, draws)))
    return Story(facts, tuple(steps), wait, place)


def _theme(alphabet: Alphabet, draws: Iterator[float]) -> list[Happens]:
    """What a lead does again and again."""
    names = tuple(alphabet.events)
    found = [_happens(_pick(names, next(draws)), alphabet, draws)] if names else []
    while 0 < len(found) < THEME:
        event = found[0].event if next(draws) < ALIKE else _pick(names, next(draws))
        found.append(_like(found, event, alphabet, draws))
    return found


def _like(others: Sequence[Happens], event: str, alphabet: Alphabet, draws: Iterator[float]) -> Happens:
    """An event; as often as not like another that the lead does, but for one property: one may stand in the other's way."""
    fresh, alike, which, what = _happens(event, alphabet, draws), next(draws), next(draws), next(draws)
    same = [other for other in others if other.event == event]
    if alike >= ALIKE or not same:
        return fresh
    changed = _pick([*fresh.properties.items()], what) if fresh.properties else ()
    return Happens(event, {**_pick(same, which).properties, **dict([changed] if changed else [])})


def _happens(event: str, alphabet: Alphabet, draws: Iterator[float]) -> Happens:
    return Happens(event, _some(alphabet.events[event], draws))


def _after(gap: int, happens: Happens) -> Step:
    return Step(gap, happens.event, happens.properties)


def _some(named: Mapping[str, tuple[Single, ...]], draws: Iterator[float]) -> dict[str, Single]:
    """A value for most of several names."""
    chosen = {name: (next(draws), next(draws)) for name in named}
    return {name: _pick(named[name], which) for name, (there, which) in chosen.items() if there < KNOWN}


def _pick(values: Sequence[Some], draw: float) -> Some:
    return values[int(draw * len(values))]
