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
    Duration,
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
    Bands,
    Begins,
    Bounds,
    Cases,
    Combination,
    Criterion,
    Decay,
    Each,
    EventType,
    Field,
    Level,
    OncePer,
    Per,
    Range,
    Scale,
    Score,
    Table,
    Values,
    Veto,
)
from tests.worlds_balances import balanced, multipliers, resets
from tests.worlds_expressions import (
    AMOUNTS,
    FAMILIES,
    NUMBERS,
    Scope,
    condition,
    fired,
    happened,
    measured,
    pattern,
    single,
    tally,
    value,
)
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
    kinds: tuple[Callable[[st.DrawFn, Ground, str], Criterion], ...] = (each, each, edge, level, table, scale, cases)
    names = ("five", "six", "seven", "eight") if name == "intent" else ("one", "two", "three", "four")
    within = bounds(draw)
    kinds += (veto,) if within else ()
    starts_afresh = resets(draw, ground.scope)
    criteria: tuple[Criterion, ...] = ()
    for own in names[: draw(st.integers(1, 4))]:
        criteria += (labelled(draw, ground, draw(st.sampled_from(kinds))(draw, ground, own)),)
        ground = asking(ground, f"{name}.{own}")
    default = decay(draw, ground) if draw(st.booleans()) else None
    found = Score(
        name,
        criteria,
        default,
        within,
        rounded(draw, ground),
        resets=starts_afresh,
        multipliers=multipliers(draw, ground.scope, ground.rounding),
    )
    return balanced(draw, ground.scope, found)


def asking(ground: Ground, criterion: str) -> Ground:
    """The ground in which one more criterion can be asked about, if no other has its name also without its score."""
    score, own = criterion.split(".")
    names = (criterion, own) if score == "intent" else (criterion,)
    return replace(ground, scope=replace(ground.scope, criteria=(*ground.scope.criteria, *names)))


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
    criterion = giving_way(draw, ground, weighed(draw, ground, criterion))
    if draw(st.integers(0, 3)) < 3:
        return criterion
    first = date.fromisoformat(draw(st.sampled_from(ground.scope.moments)).written[:10])
    first += timedelta(days=draw(st.sampled_from((0, -1, 1, -7))))
    last = first + timedelta(days=draw(st.sampled_from((0, 1, 7, 30))))
    return replace(criterion, valid=(first.isoformat(), last.isoformat()))


def giving_way(draw: st.DrawFn, ground: Ground, criterion: Criterion) -> Criterion:
    """The criterion, now and then with an `unless`; tables have none."""
    if isinstance(criterion, Table | Cases) or draw(st.integers(0, 3)) < 3:
        return criterion
    scope = ground.scope
    asked = fired if scope.criteria and draw(st.booleans()) else condition
    return replace(criterion, unless=asked(draw, scope))


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
    gap = draw(st.sampled_from((None, None, *scope.windows())))
    sequence = draw(st.integers(0, 3)) == 3
    often = per(draw, scope, event) if event and not sequence and draw(st.integers(0, 2)) == 2 else None
    cut = bands_of(draw, ground, event) if event and not sequence and not often and draw(st.booleans()) else None
    visit = None
    if not (sequence or often or cut) and draw(st.integers(0, 2)) == 2:
        visit, gap = draw(st.sampled_from(scope.windows())), None
    return Each(
        name,
        points(draw, ground),
        Pattern(event.name if event else None, where),
        which="each"
        if sequence or often or cut or visit
        else draw(st.sampled_from(("each", "each", "each", "each", "first", "last"))),
        gap=gap,
        before=before(draw, scope) if sequence else None,
        within=draw(st.sampled_from(scope.windows())) if sequence else None,
        per=often,
        bands=cut,
        visit=visit,
        limits=limits(draw, scope, event),
        worth=worth,
        decay=decay(draw, ground) if draw(st.booleans()) else None,
        worth_per=worth_per(draw, event),
    )


def edge(draw: st.DrawFn, ground: Ground, name: str) -> Each:
    """Points each time a condition begins."""
    scope = ground.scope
    return Each(
        name,
        points(draw, ground),
        Begins(draw(st.sampled_from((tally, tally, happened, condition)))(draw, scope)),
        gap=draw(st.sampled_from((None, None, None, *scope.windows()))),
        limits=limits(draw, scope, None) if draw(st.booleans()) else (),
        worth=draw(st.sampled_from((None, None, Number(5.0), Name("large")))),
        decay=decay(draw, ground) if draw(st.booleans()) else None,
    )


def per(draw: st.DrawFn, scope: Scope, event: EventType) -> Per | None:
    """So much of a property for the points, where the event has one that can be measured."""
    sizes = amounts(scope)
    families = [FAMILIES[property.type] for property in event.properties]
    fit = [(p.name, family) for p, family in zip(event.properties, families, strict=True) if family in sizes]
    if not fit:
        return None
    name, family = draw(st.sampled_from(fit))
    named = families.count(family) > 1 or draw(st.booleans())
    return Per(draw(st.sampled_from(sizes[family])), name, named, full=draw(st.booleans()))


def amounts(scope: Scope) -> dict[str, list[Value]]:
    """How much of a property may be counted, by what it measures."""
    return {
        "number": [Number(2.0), Number(0.5), Number(3.0)],
        "duration": [*scope.durations],
        "money": [Quantity(100.0, "EUR")],
    }


def bands_of(draw: st.DrawFn, ground: Ground, event: EventType) -> Bands | None:
    """Up to three bands of a property that can be measured, the last of them perhaps without end."""
    sizes = amounts(ground.scope)
    fit = [(p.name, FAMILIES[p.type]) for p in event.properties if FAMILIES[p.type] in sizes]
    if not fit:
        return None
    name, family = draw(st.sampled_from(fit))
    rates = [*sizes[family], *([None] * (family == "number"))]
    widths = [draw(st.sampled_from(sizes[family])) for _ in range(draw(st.integers(1, 3)))]
    ends = [None] if draw(st.booleans()) else []
    rows = tuple((width, points(draw, ground), draw(st.sampled_from(rates))) for width in (*widths, *ends))
    return Bands(name, rows)


def before(draw: st.DrawFn, scope: Scope) -> Pattern:
    """What has to come first."""
    event = draw(st.sampled_from((*scope.events, None)))
    where = condition(draw, scope.where(event)) if event and draw(st.booleans()) else None
    return Pattern(event.name if event else None, where)


def worth_per(draw: st.DrawFn, event: EventType | None) -> tuple[Value, str] | None:
    """What the occurrences of each value of a property may be worth, in one of three criteria that can say so."""
    if not event or not event.properties or draw(st.integers(0, 2)):
        return None
    worth = draw(st.sampled_from((Number(5.0), Number(2.5), Number(12.0), Name("large"))))
    return worth, draw(st.sampled_from(single(event.properties))).name


def limits(draw: st.DrawFn, scope: Scope, event: EventType | None) -> tuple[AtMost | AtMostInAny | OncePer, ...]:
    """Up to three limits of different kinds, and up to two that tell occurrences apart by a property."""
    kinds: tuple[Literal["all", "day", "week", "month", "any"], ...] = ("any", "day", "week", "month", "all")
    chosen = draw(st.lists(st.sampled_from(kinds), max_size=3, unique=True))
    properties = [property.name for property in single(event.properties)] if event else []
    apart = draw(st.lists(st.sampled_from(properties), max_size=2, unique=True)) if properties else []
    found: list[AtMost | AtMostInAny | OncePer] = [OncePer(property) for property in apart if draw(st.booleans())]
    for kind in chosen:
        count = draw(st.integers(1, 3))
        if kind == "any":
            found.append(AtMostInAny(count, draw(st.sampled_from(scope.windows()))))
        elif kind == "all" and count == 1:
            found.append(AtMost(draw(st.sampled_from((None, 1)))))
        else:
            found.append(AtMost(count, kind))
    return tuple(draw(st.permutations(found)))


def decay(draw: st.DrawFn, ground: Ground) -> Decay:
    """A law of decay. The first ones leave exact numbers exact."""
    exact = ("half-life", "expires", "none", "by age", "points every", "steps")
    law = draw(st.sampled_from(exact if ground.rounding else (*exact, "linear", "s-curve", "continuous")))
    if law == "none":
        return Decay("none")
    duration = draw(st.sampled_from(ground.scope.windows()))
    match law:
        case "by age":
            return Decay("by age", bands=bands(draw, ground))
        case "points every":
            amounts = (Number(1.0), Number(0.5), Number(4.0), Name("minor"))
            low = draw(st.sampled_from((None, Number(0.0), Number(2.0), Name("minor"))))
            return Decay("points every", duration, draw(st.sampled_from(amounts)), low=low)
        case "steps" | "continuous":
            share = draw(st.sampled_from((Percent(50.0), Percent(25.0), Percent(100.0), Number(0.75))))
            return Decay("of original", duration, share, law == "steps")
        case "half-life" | "expires" | "linear" | "s-curve":
            return Decay(law, duration)
        case _:
            raise ValueError(law)


def bands(draw: st.DrawFn, ground: Ground) -> tuple[tuple[Duration | None, Value], ...]:
    """Bands of age, the youngest first, and shares that never rise."""
    ages = sorted({length(duration): duration for duration in ground.scope.durations}.items())
    kept = [duration for _, duration in ages if draw(st.integers(0, 3))]
    shares: tuple[Value, ...] = (Percent(100.0), Number(1.0), Percent(75.0), Number(0.5), Percent(25.0), Percent(0.0))
    chosen = sorted(draw(st.integers(0, len(shares) - 1)) for _ in range(len(kept) + 1))
    return tuple(zip((*kept, None), (shares[at] for at in chosen), strict=True))


# Tables


def table(draw: st.DrawFn, ground: Ground, name: str) -> Table:
    """A table by a field: ranges or single values."""
    field = draw(st.sampled_from([field for field in single(ground.fields) if field.type != "flag"]))
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
