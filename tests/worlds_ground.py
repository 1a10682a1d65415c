"""What scores are drawn from at random, and the points they give."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.oracle_expressions import Arithmetic, Name, Negative, Number, Value
from tests.specs import Field
from tests.worlds_expressions import Scope

POINTS = (1.0, 5.0, 10.0, -3.0, 0.5, 2.5, -15.0, 40.0)
# Sums of these are not exact, and some are just beside a level at which scores are compared.
INEXACT = (0.1, 0.2, 2.4999996, 2.499999)


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
