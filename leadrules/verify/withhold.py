"""A criterion and a field to the points that it withholds from a lead of which the field is not known.

What a criterion could give were the field known is set against what it gives all the same: for being missing, too.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from leadrules.dsl.expression.model import (
    Aggregate,
    Compare,
    Condition,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Meaning,
    Pattern,
    Reference,
    TextTest,
)
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Case, Cases, Criterion, Each, Level, Scale, Table, Veto
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.asks import fields_of
from leadrules.verify.possible import Possible, Truths

Given = frozenset[float]
World = tuple[Given, Given]  # what a criterion can give a lead where the field is known, and where it is not


def withheld(rule: Criterion, field: str, model: Model, possible: Possible) -> float:
    """The most points that a lead without the field cannot get of a criterion, beyond those it gets; infinite where they have no bound."""
    known, missing = (Supposed(possible.named, possible.reached, field=field, missing=is_) for is_ in (False, True))
    asked = _Asked(field, model, known, missing)
    pairs = ((had, left) for given, kept in asked.with_unless(rule) for had in given for left in kept)
    return max((had - left for had, left in pairs if had > left), default=0.0)


class Supposed(Possible, frozen=True, kw_only=True):
    """What conditions can be where a field is known, or (`missing`) is not."""

    field: str
    missing: bool

    def truths(self, condition: Condition) -> Truths:
        """Truths that the condition can have then."""
        match condition:
            case IsKnown(Reference("field", name), missing) if name == self.field:
                return frozenset(("true",)) if missing is self.missing else frozenset(("false",))
            case Compare() | IsOneOf() | TextTest() | Has() | Holds() if self.missing and self._reads(condition):
                return frozenset(("unknown",))
            case _:
                return super().truths(condition)

    def _reads(self, part: Meaning) -> bool:
        """Whether a test has the value of the field as a part of what it tests; events that are counted are none."""
        if isinstance(part, Reference):
            return part.kind == "field" and part.name == self.field
        return not isinstance(part, Aggregate | Pattern) and any(map(self._reads, part.made_of()))


class _Asked:
    """What criteria can give, where a field is known and where it is not, of leads that are alike in all else."""

    def __init__(self, field: str, model: Model, known: Supposed, missing: Supposed) -> None:
        self.field, self.model, self.known, self.missing = field, model, known, missing

    def asks(self, part: Meaning | None) -> bool:
        """Whether a part of the rules asks for the field."""
        return part is not None and self.field in fields_of(part, self.model)

    def with_unless(self, rule: Criterion) -> Iterator[World]:
        """What a criterion can give, times its weight, or nothing where its `unless` is true."""
        for known, missing in self.worlds(rule):
            if rule.unless is not None and self.asks(rule.unless):
                contrary = rule.unless
                known, missing = _but(known, self.known.truths(contrary)), _but(missing, self.missing.truths(contrary))
            yield _times(known, rule.weight), _times(missing, rule.weight)

    def worlds(self, rule: Criterion) -> Iterator[World]:
        """What a criterion can give before its weight."""
        match rule:
            case Level(points=points, condition=condition):
                yield self.while_true(points, condition)
            case Scale(points=value, condition=condition):
                low, high = value_reach(value)
                for points in (low, high):
                    known, missing = self.while_true(points, condition)
                    yield known, _just(0.0) if self.asks(value) else missing
            case Each(pattern=Pattern(where=where)) if not self.asks_elsewhere(rule):
                yield self.while_true(_total(rule), where)
            case Each():
                yield frozenset((_total(rule), 0.0)), _just(0.0)
            case Table(by=by) if self.asks(by.subject):
                yield frozenset((*(row.number for row in by.rows), by.otherwise)), _just(by.unknown)
            case Table(by=by):
                yield from ((_just(n), _just(n)) for n in (*(row.number for row in by.rows), by.otherwise, by.unknown))
            case Cases():
                yield from self.of_rows(rule)
            case Veto():
                yield _just(0.0), _just(0.0)  # a veto that is not known lets a lead have its points

    def while_true(self, points: float, condition: Condition | None) -> World:
        """Points while a condition is true; where it does not ask for the field, while it is."""
        if condition is None or not self.asks(condition):
            return _just(points), _just(points)
        return _while(points, self.known.truths(condition)), _while(points, self.missing.truths(condition))

    def asks_elsewhere(self, rule: Each) -> bool:
        """Whether a criterion asks for the field in more than the `where` and the `unless`."""
        pattern, where = rule.pattern, rule.pattern.where if isinstance(rule.pattern, Pattern) else None
        parts = [part for part in rule.made_of() if part not in (pattern, where, rule.unless)]
        return not isinstance(pattern, Pattern) or any(map(self.asks, parts))

    def of_rows(self, rule: Cases) -> Iterator[World]:
        """What a table of conditions gives, by the row that wins among those which do not ask for the field."""
        rows = sorted(rule.rows, key=lambda row: -row.points) if rule.best else list(rule.rows)
        for place, row in enumerate([*rows, None]):
            if row is None or not self.asks(row.condition):
                ahead = [other for other in rows[:place] if self.asks(other.condition)]
                points = rule.otherwise if row is None else row.points
                yield _first_of(ahead, points, self.known), _first_of(ahead, points, self.missing)


def _first_of(rows: list[Case], points: float, supposed: Supposed) -> Given:
    """The points of the rows up to one that is true for sure, else those that are left."""
    found = []
    for row in rows:
        truths = supposed.truths(row.condition)
        found += [row.points] if "true" in truths else []
        if truths == {"true"}:
            return frozenset(found)
    return frozenset((*found, points))


def _total(rule: Each) -> float:
    """What the occurrences of a criterion give as far as is told; of several no bound is known but `worth`."""
    if rule.per is not None and rule.worth is None:
        return math.inf if rule.points else 0.0
    return rule.points if rule.worth is None else math.copysign(rule.worth, rule.points) * (rule.points != 0)


def _just(points: float) -> Given:
    return frozenset((points,))


def _while(points: float, truths: Truths) -> Given:
    return frozenset((*([points] if "true" in truths else []), *([0.0] if truths != {"true"} else [])))


def _but(given: Given, truths: Truths) -> Given:
    """What is given unless something is true."""
    return (given if truths != {"true"} else frozenset()) | (_just(0.0) if "true" in truths else frozenset())


def _times(given: Given, weight: float) -> Given:
    return frozenset(points * weight if weight else 0.0 for points in given)
