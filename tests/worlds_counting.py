"""Criteria at random that count occurrences, with their limits and decay."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st

from tests.oracle_expressions import Duration, Name, Number, Pattern, Percent, Quantity, Value
from tests.specs import AtMost, AtMostInAny, Bands, Begins, Decay, Each, EventType, OncePer, Per
from tests.worlds_expressions import FAMILIES, Scope, condition, happened, single, tally
from tests.worlds_ground import Ground, points
from tests.worlds_times import length


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
