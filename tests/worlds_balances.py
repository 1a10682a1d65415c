"""What happens to scores as a whole, at random: resets, multipliers."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.oracle_expressions import Name, Number, Pattern, Percent, Value
from tests.specs import Multiplier, Reset
from tests.worlds_expressions import Scope, condition


def resets(draw: st.DrawFn, scope: Scope) -> tuple[Reset, ...]:
    """Up to two resets, in one score of three."""
    values: tuple[Value, ...] = (Number(0.0), Number(0.0), Number(10.0), Number(-2.5), Name("minor"))
    number = draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
    return tuple(Reset(draw(st.sampled_from(values)), occurrence(draw, scope)) for _ in range(number))


def multipliers(draw: st.DrawFn, scope: Scope, exact: bool) -> tuple[Multiplier, ...]:
    """Up to two multipliers, in one score of three; exact ones where scores are rounded."""
    factors: tuple[Value, ...] = (Number(2.0), Number(0.5), Number(0.0), Percent(50.0), Name("share"))
    factors += () if exact else (Number(1.2),)
    number = draw(st.sampled_from((0, 0, 0, 0, 1, 2)))
    return tuple(Multiplier(draw(st.sampled_from(factors)), condition(draw, scope, 1)) for _ in range(number))


def occurrence(draw: st.DrawFn, scope: Scope) -> Pattern:
    """An event of a type, or any that is not passive."""
    event = draw(st.sampled_from((*scope.events, *scope.events, None)))
    where = condition(draw, scope.where(event), 1) if event and draw(st.booleans()) else None
    return Pattern(event.name if event else None, where)
