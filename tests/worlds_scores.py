"""Scores at random: criteria and combinations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tests.oracle_expressions import Aggregate, Arithmetic, Name, Number, Percent, Value
from tests.specs import Bounds, Cases, Combination, Criterion, Level, Scale, Score, Table, Veto
from tests.worlds_balances import balanced, multipliers, resets
from tests.worlds_counting import decay, each, edge
from tests.worlds_expressions import condition, fired, measured, pattern, value
from tests.worlds_ground import POINTS, Ground, points
from tests.worlds_tables import table

BOUNDS: tuple[Bounds | None, ...] = (
    None,
    (Number(0.0), Number(100.0)),
    (Number(-10.0), Number(10.0)),
    (Number(0.0), Number(2.5)),
    (Number(0.5), Number(10.0)),
    (Number(1.0), Name("large")),
)


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
