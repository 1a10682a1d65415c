"""Scores at random: criteria with their limits and decay, tables, combinations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from hypothesis import strategies as st

from tests.oracle_expressions import (
    Aggregate,
    Arithmetic,
    Moment,
    Name,
    Negative,
    Number,
    Pattern,
    Percent,
    Quantity,
    Text,
    Value,
)
from tests.oracle_text import fold
from tests.specs import (
    AtMost,
    AtMostInAny,
    Bounds,
    Cases,
    Combination,
    Criterion,
    Decay,
    Each,
    Field,
    Level,
    Range,
    Scale,
    Score,
    Table,
    Values,
    Veto,
)
from tests.worlds_expressions import AMOUNTS, FAMILIES, NUMBERS, Scope, condition, measured, pattern, value
from tests.worlds_times import instant_of, length

POINTS = (1.0, 5.0, 10.0, -3.0, 0.5, 2.5, -15.0, 40.0)
# Sums of these are not exact, and some are just beside a level at which scores are compared.
INEXACT = (0.1, 0.2, 2.4999996, 2.499999)
WHOLE = (0.0, 1.0, 2.0, 3.0, 10.0, 50.0, -1.0)
BOUNDS: tuple[Bounds | None, ...] = (
    None,
    (Number(0.0), Number(100.0)),
    (Number(-10.0), Number(10.0)),
    (Number(0.0), Number(2.5)),
    (Number(0.5), Number(10.0)),
    (Number(1.0), Name("large")),
)


@dataclass(frozen=True)
class Ground:
    """What scores are drawn from. Where scores are rounded, points are exact and none decay linearly: so is a half."""

    scope: Scope
    fields: tuple[Field, ...]
    zone: str
    rounding: bool


def points(draw: st.DrawFn, ground: Ground) -> Value:
    """Points, as a number or by name."""
    named = (Name("minor"), Name("large"), Negative(Name("minor")), Arithmetic(Number(2.0), "*", Name("minor")))
    numbers = POINTS if ground.rounding else POINTS + INEXACT
    return draw(st.sampled_from((*(Number(p) for p in numbers), *named)))


def bounds(draw: st.DrawFn) -> Bounds | None:
    """The bounds of a score, or None. `large` is above 1."""
    return draw(st.sampled_from(BOUNDS))


def rounded(draw: st.DrawFn, ground: Ground) -> bool:
    """Whether a score is rounded."""
    return ground.rounding and draw(st.booleans())


def score(draw: st.DrawFn, ground: Ground, name: str) -> Score:
    """A score made of criteria."""
    kinds: tuple[Callable[[st.DrawFn, Ground, str], Criterion], ...] = (each, each, level, table, scale, cases)
    names = ("one", "two", "three", "four")[: draw(st.integers(1, 4))]
    within = bounds(draw)
    kinds += (veto,) if within else ()
    criteria = tuple(labelled(draw, ground, draw(st.sampled_from(kinds))(draw, ground, own)) for own in names)
    default = decay(draw, ground) if draw(st.booleans()) else None
    return Score(name, criteria, default, within, rounded(draw, ground))


def combination(draw: st.DrawFn, ground: Ground, name: str, parts: Sequence[str]) -> Combination:
    """A score made of other scores."""
    weights = [Number(0.5), Number(1.0), Number(2.0), Number(-1.0), Percent(25.0), Name("share")]
    weights += [] if ground.rounding else [Number(0.1), Percent(35.0)]
    chosen = draw(st.lists(st.sampled_from(parts), min_size=1, unique=True))
    terms = tuple((draw(st.sampled_from(weights)), part) for part in chosen)
    constant = draw(st.sampled_from((0.0, 3.0, 0.5)))
    return Combination(name, terms, constant, bounds(draw), rounded(draw, ground))


# Criteria


def labelled(draw: st.DrawFn, ground: Ground, criterion: Criterion) -> Criterion:
    """The criterion, now and then valid for a few days only, around those that are written in the rules."""
    criterion = weighed(draw, ground, criterion)
    if draw(st.integers(0, 3)) < 3:
        return criterion
    first = date.fromisoformat(draw(st.sampled_from(ground.scope.moments)).written[:10])
    first += timedelta(days=draw(st.sampled_from((0, -1, 1, -7))))
    last = first + timedelta(days=draw(st.sampled_from((0, 1, 7, 30))))
    return replace(criterion, valid=(first.isoformat(), last.isoformat()))


def weighed(draw: st.DrawFn, ground: Ground, criterion: Criterion) -> Criterion:
    """The criterion, now and then with a weight; exact ones where scores are rounded."""
    if isinstance(criterion, Veto) or draw(st.integers(0, 3)) < 3:
        return criterion
    exact: tuple[Value, ...] = (Percent(50.0), Number(2.0), Name("share"), Percent(25.0))
    return replace(criterion, weight=draw(st.sampled_from(exact if ground.rounding else (*exact, Percent(35.0)))))


def level(draw: st.DrawFn, ground: Ground, name: str) -> Level:
    """Points while a condition holds."""
    known_for = draw(st.sampled_from([None, *ground.scope.windows()]))
    return Level(name, points(draw, ground), condition(draw, ground.scope), known_for)


def scale(draw: st.DrawFn, ground: Ground, name: str) -> Scale:
    """Points that are a value of the lead, with or without a condition. Where scores are rounded they are exact."""
    scope = ground.scope
    if ground.rounding:
        own: tuple[Value, ...] = (Name("ratio"), Name("lead.employees"), Aggregate("count", pattern(draw, scope)))
        factor = Number(draw(st.sampled_from(POINTS)))
        given: Value = Arithmetic(factor, "*", draw(st.sampled_from(own)))
    else:
        given = Arithmetic(points(draw, ground), "*", measured(draw, scope, "number"))
        given = draw(st.sampled_from((given, Arithmetic(given, "-", value(draw, scope, "number")))))
    when = condition(draw, scope, 1) if draw(st.booleans()) else None
    return Scale(name, given, when, draw(st.sampled_from([None, None, *scope.windows()])))


def cases(draw: st.DrawFn, ground: Ground, name: str) -> Cases:
    """A table of conditions."""
    rows = [(condition(draw, ground.scope, 1), points(draw, ground)) for _ in range(draw(st.integers(1, 4)))]
    return Cases(name, tuple(rows), points(draw, ground) if draw(st.booleans()) else None, draw(st.booleans()))


def veto(draw: st.DrawFn, ground: Ground, name: str) -> Veto:
    """What fixes a score at its lower bound."""
    return Veto(name, condition(draw, ground.scope, 1), draw(st.sampled_from([None, None, *ground.scope.windows()])))


def each(draw: st.DrawFn, ground: Ground, name: str) -> Each:
    """Points for each event, or for the first of them."""
    scope = ground.scope
    event = draw(st.sampled_from((*scope.events, *scope.events, None)))
    where = condition(draw, scope.where(event)) if event and draw(st.booleans()) else None
    worth = draw(st.sampled_from((None, None, Number(5.0), Number(2.5), Name("large"))))
    return Each(
        name,
        points(draw, ground),
        Pattern(event.name if event else None, where),
        first=draw(st.integers(0, 4)) == 4,
        limits=limits(draw, scope),
        worth=worth,
        decay=decay(draw, ground) if draw(st.booleans()) else None,
    )


def limits(draw: st.DrawFn, scope: Scope) -> tuple[AtMost | AtMostInAny, ...]:
    """Up to three limits of different kinds."""
    kinds: tuple[Literal["all", "day", "week", "month", "any"], ...] = ("any", "day", "week", "month", "all")
    chosen = draw(st.lists(st.sampled_from(kinds), max_size=3, unique=True))
    found: list[AtMost | AtMostInAny] = []
    for kind in chosen:
        count = draw(st.integers(1, 3))
        if kind == "any":
            found.append(AtMostInAny(count, draw(st.sampled_from(scope.windows()))))
        elif kind == "all" and count == 1:
            found.append(AtMost(draw(st.sampled_from((None, 1)))))
        else:
            found.append(AtMost(count, kind))
    return tuple(found)


def decay(draw: st.DrawFn, ground: Ground) -> Decay:
    """A law of decay."""
    laws: tuple[Literal["half-life", "linear", "expires", "none"], ...] = ("half-life", "expires", "none", "linear")
    law = draw(st.sampled_from(laws[:3] if ground.rounding else laws))
    return Decay(law, None if law == "none" else draw(st.sampled_from(ground.scope.windows())))


# Tables


def table(draw: st.DrawFn, ground: Ground, name: str) -> Table:
    """A table by a field: ranges or single values."""
    field = draw(st.sampled_from([field for field in ground.fields if field.type != "flag"]))
    subject = Name(draw(st.sampled_from(("", "lead."))) + field.name)
    if field.type in ("text", "one of") or draw(st.integers(0, 3)) == 3:
        rows: tuple[Range | Values, ...] = values(draw, ground, field)
    else:
        rows = ranges(draw, ground, field)
    rests = [points(draw, ground) if draw(st.booleans()) else None for _ in range(2)]
    return Table(name, subject, rows, rests[0] if rows else points(draw, ground), rests[1])


def cuts(draw: st.DrawFn, ground: Ground, field: Field) -> list[Value]:
    """Up to four values of a field, each other than the rest, the smallest first."""
    found = draw(st.lists(st.sampled_from(numbered(ground, field)), min_size=1, max_size=4, unique=True))
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


def numbered(ground: Ground, field: Field) -> list[tuple[float, Value]]:
    """The values a field may be cut at, each once, with its size."""
    match FAMILIES[field.type]:
        case "duration":
            return [(length(duration), duration) for duration in ground.scope.durations]
        case "time":
            found: dict[int, Moment] = {instant_of(moment, ground.zone): moment for moment in ground.scope.moments}
            return list(found.items())
        case "money":
            return [(amount, Quantity(amount, "EUR")) for amount in AMOUNTS]
        case _:
            return [(number, Number(number)) for number in (WHOLE if field.type == "whole number" else NUMBERS)]


def ranges(draw: st.DrawFn, ground: Ground, field: Field) -> tuple[Range, ...]:
    """Bands that do not overlap, some left out; of whole numbers some are closed."""
    edges = cuts(draw, ground, field)
    bands = [Range(None, edges[0], points(draw, ground)), Range(edges[-1], None, points(draw, ground))]
    for low, high in pairwise(edges):
        if field.type == "whole number" and isinstance(high, Number) and draw(st.booleans()):
            bands.append(Range(low, Number(high.value - 1), points(draw, ground), closed=True))
        else:
            bands.append(Range(low, high, points(draw, ground)))
    return tuple(band for band in bands if draw(st.integers(0, 3)) < 3)


def values(draw: st.DrawFn, ground: Ground, field: Field) -> tuple[Values, ...]:
    """Rows for single values, no value in two of them."""
    if field.type == "one of":
        found: list[Value] = [Text(choice) for choice in field.choices]
    elif field.type == "text":
        found = [Text(text) for text in {fold(text): text for text in ground.scope.topic.texts}.values()]
        found = draw(st.lists(st.sampled_from(found), min_size=1, max_size=4, unique=True))
    else:
        found = cuts(draw, ground, field)
    kept = [Values((value,), points(draw, ground)) for value in found[1:] if draw(st.booleans())]
    return (*kept, Values((found[0],), points(draw, ground)))
