"""Rules to the values they name: of fields, and of the properties of the events they look for."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import (
    Aggregate,
    ByField,
    Compare,
    Constant,
    DaysSince,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Meaning,
    Negative,
    Pattern,
    Range,
    Reference,
    TextTest,
    Type,
    Value,
)
from leadrules.dsl.members import joined
from leadrules.dsl.quantity import DAY, MICROSECONDS, show_number
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Bands, Per
from leadrules.engine.change import Becomes, Happens
from leadrules.engine.values import Single
from leadrules.engine.zone import Zone

MOST = 32  # events that are tried for one pattern
WORDS = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)*")
Naming = tuple[Reference, Single]


class _Place(Struct, frozen=True):
    """Where and when values are named: dates are local midnights, times since are counted back from `at`."""

    at: int
    zone: Zone

    def near(self, value: str | float, type: Type) -> tuple[Single, ...]:
        """A value and, of numbers, its neighbours on both sides: as far as the last digit, or the unit of a duration."""
        if isinstance(value, str):
            return (value,)
        if not math.isfinite(value):
            return ()
        match type.name:
            case "date":
                day = int(self.zone.day(np.array([int(value)]))[0])
                return self.midnight(day), self.midnight(day - 1), self.midnight(day + 1)
            case "time":
                return int(value), int(value) - int(DAY), int(value) + int(DAY)
            case "whole number":
                low, high = math.floor(value), math.ceil(value)
                return tuple(map(float, dict.fromkeys((low, high, low - 1, high + 1))))
            case _:
                step = _step(value, type)
                return float(value), round(value - step, 6), round(value + step, 6)

    def midnight(self, day: int) -> int:
        """When a local day begins, by its number."""
        return int(self.zone.instant(np.array([day * int(DAY)]))[0])

    def sample(self, type: Type) -> Single:
        """A value of a type, where any will do."""
        match type.name:
            case "text":
                return "something"
            case "one of":
                return type.values[0]
            case "set of":
                return type.values[0] if type.values else "something"
            case "flag":
                return True
            case "time" | "date":
                return self.near(self.at, type)[0]
            case "duration":
                return DAY
            case _:
                return 1.0


def _step(value: float, type: Type) -> float:
    """How far the next value is: a unit of the last digit that is written, of a duration its largest whole unit."""
    if type.name == "duration":
        return next((unit for unit in reversed(MICROSECONDS.values()) if value % unit == 0), 1.0) if value else DAY
    return float(10.0 ** -len(show_number(value).partition(".")[2]))


def changes_named(model: Model, at: int) -> Iterator[Becomes | Happens]:
    """Every field set to a value that the rules name, every event that they look for. Nothing comes twice.

    A field that is `one of` some values is set to each of them.
    """
    found: dict[object, Becomes | Happens] = {}
    place = _Place(at, Zone(model.timezone))
    for part in meanings(model):
        for reference, value in namings(part, place):
            if reference.kind == "field":
                one_of = reference.type.values if reference.type.name == "one of" else ()
                for each in one_of or (value,):
                    found.setdefault((reference.name, type(each), each), Becomes(reference.name, each))
        for happens in _events(part, model, place):
            found.setdefault((happens.event, *sorted(happens.properties.items())), happens)
    return iter(found.values())


def properties_named(model: Model, at: int) -> Iterator[tuple[str, str, Single]]:
    """The events that the rules look for, each with a property and a value that they name for it."""
    place = _Place(at, Zone(model.timezone))
    for part in meanings(model):
        for pattern in (p for p in part.made_of() if isinstance(p, Pattern) and p.event and p.where):
            assert pattern.event
            assert pattern.where
            for reference, value in (n for asked in meanings(pattern.where) for n in namings(asked, place)):
                if reference.kind == "property":
                    yield pattern.event, reference.name, value


def meanings(meaning: Meaning) -> Iterator[Meaning]:
    """Something checked and all it is made of."""
    waiting = [meaning]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(list(part.made_of())))


def _events(part: Meaning, model: Model, place: _Place) -> Iterator[Happens]:
    """The events that a part of a rule looks for, with the values that it names for their properties."""
    for pattern in (p for p in part.made_of() if isinstance(p, Pattern)):
        named: dict[str, list[Single]] = {}
        asked = [
            *(meanings(pattern.where) if pattern.where else ()),
            *(p for p in part.made_of() if isinstance(p, Per | Bands)),
        ]
        for reference, value in itertools.chain.from_iterable(namings(a, place) for a in asked):
            if reference.kind == "property":
                named.setdefault(reference.name, []).append(value)
        events = [pattern.event] if pattern.event else [e.name for e in model.events if not e.passive][:1]
        yield from (Happens(event, values) for event in events for values in _choices(named))
    for aggregate, amount in _aggregates(part):
        assert aggregate.property
        event = aggregate.pattern.event
        yield from (
            Happens(event, {aggregate.property.name: v}) for v in place.near(amount.value, amount.type) if event
        )


def _choices(named: Mapping[str, list[Single]]) -> Iterator[dict[str, Single]]:
    """Nothing known of an event, and then every choice of values, up to so many."""
    yield {}
    chosen = itertools.product(*named.values()) if named else iter(())
    yield from (dict(zip(named, values, strict=True)) for values in itertools.islice(chosen, MOST))


def _aggregates(part: Meaning) -> Iterator[tuple[Aggregate, Constant]]:
    """A measure of a property and the number it is compared with."""
    if isinstance(part, Compare):
        for one, other in ((part.left, part.right), (part.right, part.left)):
            if (
                isinstance(one, Aggregate)
                and one.property
                and one.measure != "distinct"
                and isinstance(other, Constant)
            ):
                yield one, other


def namings(part: Meaning, place: _Place) -> Iterator[Naming]:
    """The fields and properties that one part of a rule is about, each with a value it names."""
    match part:
        case Compare(left, _, right):
            yield from _compared(left, right, place)
            yield from _compared(right, left, place)
        case IsOneOf(Reference() as reference, choices):
            for choice in choices:
                yield from _compared(reference, choice, place)
        case TextTest(Reference() as reference):
            yield from ((reference, text) for text in _texts(part, reference.type))
        case Has(reference, choices, every):
            sets = (joined(choices),) if every else choices
            yield from ((reference, text) for text in (*sets, ""))
        case Holds(reference) if reference.kind in ("field", "property"):
            yield from ((reference, True), (reference, False))
        case IsKnown(Reference() as reference):
            yield reference, place.sample(reference.type)
        case ByField(subject, rows):
            for row in rows:
                values = (row.low, row.high) if isinstance(row, Range) else row.values
                yield from ((subject, value) for v in values for value in place.near(v, subject.type))
        case Per(property, size):
            yield property, size
        case Bands(property, bands):
            ends = itertools.accumulate(band.size for band in bands if math.isfinite(band.size))
            yield from ((property, end) for end in ends)


def _texts(test: TextTest, type: Type) -> tuple[str, ...]:
    """The texts that a test is about: those there can be, where there are but some, else those that it names."""
    if type.name == "one of":
        return tuple(map(str, type.values))
    if test.relation == "matches":
        return tuple(WORDS.findall(re.sub(r"\\.", " ", test.patterns[0])))
    return test.patterns


def _compared(value: Value, with_: Value, place: _Place) -> Iterator[Naming]:
    """What a comparison says about the value that stands on one of its sides."""
    if isinstance(with_, Negative) and isinstance(with_.operand, Constant):
        with_ = Constant(-with_.operand.value, with_.operand.type, span=with_.span)
    if isinstance(value, Reference) and isinstance(with_, Constant):
        yield from ((value, near) for near in place.near(with_.value, value.type))
    if isinstance(value, Reference) and isinstance(with_, Label):
        yield value, with_.value
    if isinstance(value, DaysSince) and isinstance(value.subject, Reference) and isinstance(with_, Constant):
        then = place.at - int(with_.value * DAY)
        yield from ((value.subject, near) for near in place.near(then, value.subject.type))
