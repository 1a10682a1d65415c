"""Criteria that hold of a lead at one time to what they give together: a value is one number or text, never two.

Criteria that ask about one value are laid out over all it can be, and summed up place by place: of numbers every level
that is named and every stretch between two of them, of texts every one that is named, and any other. What asks about
several values counts with the one that most criteria ask about. Time grows with the number of criteria, not its square.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from leadrules.dsl.expression.imply import choices_of
from leadrules.dsl.expression.model import Both, Compare, Condition, Constant, IsOneOf, Range, Reference, Value, Values
from leadrules.dsl.fold import fold
from leadrules.dsl.rules.model_criteria import Level, Table
from leadrules.dsl.rules.reach_values import Interval

Held = Level | Table
Test = Compare | IsOneOf


class Places(Struct, frozen=True):
    """What a value can be: `named`, each at twice its position and one, with whatever lies before it at one less.

    `whole`: only whole numbers; `closed`: nothing but what is named.
    """

    named: Mapping[float | str, int]
    whole: bool
    closed: bool

    def __len__(self) -> int:
        return 2 * len(self.named) + 1

    def of(self, value: float | str) -> int:
        """The place of a value that is named."""
        return 2 * self.named[value] + 1

    def taken(self) -> Iterator[int]:
        """The places where something lies."""
        named = tuple(self.named)
        for place in range(len(self)):
            at = place // 2
            around = named[at - 1 : at + 1] if 0 < place < len(self) - 1 else ()
            if place % 2 or not (self.closed or (self.whole and around and _no_whole(*around))):
                yield place


def _no_whole(low: float | str, high: float | str) -> bool:
    return isinstance(low, float) and isinstance(high, float) and math.floor(low) + 1 >= high


def together(criteria: Iterable[tuple[Held, Interval]]) -> Iterator[Interval]:
    """The fewest and the most points of groups of criteria, each given with its own; a group asks about one value."""
    listed = [(criterion, given, tuple(_asked(criterion))) for criterion, given in criteria]
    often = Counter(value for _, _, asked in listed for value in asked)
    groups: dict[Value, list[tuple[Held, Interval]]] = {}
    for criterion, given, asked in listed:
        if asked and often[most := max(asked, key=often.__getitem__)] > 1:
            groups.setdefault(most, []).append((criterion, given))
        else:
            yield given
    for value, group in groups.items():
        yield _of_group(value, group)


def _asked(criterion: Held) -> Iterator[Value]:
    """The values without which a criterion gives nothing, or by which it gives what it gives."""
    if isinstance(criterion, Table):
        yield criterion.by.subject
    else:
        yield from dict.fromkeys(_operand(test) for test in _tests(criterion.condition))


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case Both(parts):
            for part in parts:
                yield from _tests(part)
        case Compare(operator="<" | "<=" | "=" | ">=" | ">", right=Constant()):
            yield condition
        case IsOneOf() if choices_of(condition):
            yield condition


def _operand(test: Test) -> Value:
    return test.left if isinstance(test, Compare) else test.operand


def _of_group(value: Value, group: list[tuple[Held, Interval]]) -> Interval:
    named = {name for criterion, _ in group for name in _names(value, criterion)}
    if len({isinstance(name, str) for name in named}) > 1:
        return _sum(given for _, given in group)
    places = _places(value, named)
    low, high = [0.0] * (len(places) + 1), [0.0] * (len(places) + 1)
    unknown = [0.0, 0.0]
    for criterion, given in group:
        if isinstance(criterion, Table):
            without = criterion.by.unknown * criterion.weight
            least, most = (min(0.0, without), max(0.0, without)) if _may_rest(criterion) else (without, without)
            unknown = [unknown[0] + least, unknown[1] + most]
        for start, end, (least, most) in _laid_out(value, criterion, given, places):
            for sums, points in ((low, least), (high, most)):
                sums[start] += points
                sums[end] -= points
    taken = tuple(places.taken())
    lows, highs = (list(itertools.accumulate(sums)) for sums in (low, high))
    return round(min(unknown[0], *(lows[i] for i in taken)), 9), round(max(unknown[1], *(highs[i] for i in taken)), 9)


def _places(value: Value, named: set[float | str]) -> Places:
    type = value.type if isinstance(value, Reference) else None
    closed = type is not None and bool(type.values) and type.name == "one of" and len(named) >= len(type.values)
    whole = type is not None and type.name == "whole number"
    return Places({name: at for at, name in enumerate(sorted(named, key=_order))}, whole, closed)


def _order(value: float | str) -> tuple[float, str]:
    return (0.0, value) if isinstance(value, str) else (value, "")


def _sum(intervals: Iterable[Interval]) -> Interval:
    lows, highs = zip(*intervals, strict=True)
    return sum(lows), sum(highs)


def _names(value: Value, criterion: Held) -> Iterator[float | str]:
    """The numbers and texts that a criterion names of a value."""
    if isinstance(criterion, Table):
        for row in criterion.by.rows:
            ends = (row.low, row.high) if isinstance(row, Range) else row.values
            yield from (_known(end) for end in ends if isinstance(end, str) or math.isfinite(end))
        return
    for test in _tests(criterion.condition):
        if _operand(test) == value:
            match test:
                case Compare(right=Constant(level)):
                    yield level
                case IsOneOf():
                    yield from choices_of(test) or ()


Laid = tuple[int, int, Interval]


def _laid_out(value: Value, criterion: Held, given: Interval, places: Places) -> Iterator[Laid]:
    """Where a criterion gives points, from a place to before another, and how many."""
    if isinstance(criterion, Level):
        tests = [test for test in _tests(criterion.condition) if _operand(test) == value]
        yield from ((start, end, _times(given, sign)) for start, end, sign in _where(tests, places))
        return
    yield 0, len(places), _points(criterion, criterion.by.otherwise)
    rest = _points(criterion, criterion.by.otherwise)
    for row in criterion.by.rows:
        points = _points(criterion, row.number)
        more = points[0] - rest[0], points[1] - rest[1]
        yield from ((start, end, more) for start, end in _of_row(row, places))


def _times(given: Interval, sign: int) -> Interval:
    return given[0] * sign, given[1] * sign


def _where(tests: Sequence[Test], places: Places) -> Iterator[tuple[int, int, int]]:
    """The places that pass all tests: stretches that count, and (-1) what is taken out of them again."""
    covered = [set(_covers(test, places)) for test in tests if isinstance(test, IsOneOf) and not test.negated]
    denied = {at for test in tests if isinstance(test, IsOneOf) and test.negated for at in _covers(test, places)}
    start, end = 0, len(places)
    for test in tests:
        if isinstance(test, Compare):
            first, last = _stretch(test, places)
            start, end = max(start, first), min(end, last)
    if covered:
        yield from ((at, at + 1, 1) for at in set.intersection(*covered) - denied if start <= at < end)
    elif start < end:
        yield start, end, 1
        yield from ((at, at + 1, -1) for at in denied if start <= at < end)


def _of_row(row: Range | Values, places: Places) -> Iterator[tuple[int, int]]:
    if isinstance(row, Range):
        start = places.of(row.low) if math.isfinite(row.low) else 0
        end = places.of(row.high) + row.high_included if math.isfinite(row.high) else len(places)
        yield start, end
    else:
        yield from ((at, at + 1) for at in map(places.of, map(_known, row.values)))


def _known(value: float | str) -> float | str:
    return fold(value) if isinstance(value, str) else value


def _points(criterion: Table, number: float) -> Interval:
    points = number * criterion.weight
    return (min(0.0, points), max(0.0, points)) if _may_rest(criterion) else (points, points)


def _may_rest(criterion: Table) -> bool:
    return criterion.valid is not None or criterion.unless is not None


def _covers(test: IsOneOf, places: Places) -> Iterator[int]:
    return (places.of(choice) for choice in choices_of(test) or ())


def _stretch(test: Compare, places: Places) -> tuple[int, int]:
    """The places of the numbers that pass a comparison, the last excluded."""
    at = places.of(test.right.value) if isinstance(test.right, Constant) else 0
    stretches: Mapping[str, tuple[int, int]] = {
        "<": (0, at),
        "<=": (0, at + 1),
        "=": (at, at + 1),
        ">=": (at, len(places)),
        ">": (at + 1, len(places)),
    }
    return stretches[test.operator]
