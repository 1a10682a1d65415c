"""What happens to scores as a whole, at random: resets, multipliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from hypothesis import strategies as st

from tests.oracle_expressions import Arithmetic, Name, Number, Pattern, Percent, Value
from tests.specs import Ageing, Each, Multiplier, Reset, Score
from tests.worlds_expressions import Scope, condition
from tests.worlds_rows import Rows, Table


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


def balanced(draw: st.DrawFn, scope: Scope, score: Score) -> Score:
    """The score, now and then as a running balance: with a floor, with up to three ways to age, or both."""
    if draw(st.integers(0, 3)) < 3:
        return score
    gain = Number(draw(st.sampled_from((10.0, 40.0, 2.5))))
    own = Each("gain", gain, Pattern(draw(st.sampled_from((None, "plain", "visit"))), None))
    kept = (own, *(replace(c, decay=None) if isinstance(c, Each) else c for c in score.criteria))
    floor = draw(st.sampled_from((None, None, Number(0.0), Number(-10.0))))
    lines = tuple(ageing(draw, scope) for _ in range(draw(st.integers(0 if floor else 1, 3))))
    return replace(score, criteria=kept, decay=None, floor=floor, ageing=lines)


def ageing(draw: st.DrawFn, scope: Scope) -> Ageing:
    """One way to age."""
    loss: Literal["share", "points", "value"] = draw(st.sampled_from(("share", "points", "points", "value")))
    amounts: dict[str, tuple[Value, ...]] = {
        "share": (Percent(25.0), Percent(50.0), Percent(100.0)),
        "points": (Number(4.0), Number(1.0), Number(0.5), Name("minor")),
        "value": (Number(0.0), Number(3.0), Name("minor")),
    }
    lows: tuple[Value | None, ...] = (None, None, Number(0.0), Number(2.5), Arithmetic(Number(2.0), "*", Name("ratio")))
    levels = (Number(30.0), Number(10.0), Number(5.0), Number(0.0), Name("large"))
    signs: tuple[Literal["<", "<=", ">=", ">"], ...] = (">=", ">", "<", "<=")
    condition = (draw(st.sampled_from(signs)), draw(st.sampled_from(levels))) if draw(st.booleans()) else None
    once = loss == "value"
    return Ageing(
        loss,
        draw(st.sampled_from(amounts[loss])),
        draw(st.sampled_from(scope.windows())),
        draw(st.sampled_from((Pattern(None, None), occurrence(draw, scope)))),
        None if once else draw(st.sampled_from((None, None, *scope.windows()))),
        condition,
        None if once else draw(st.sampled_from(lows)),
    )


def adjustments(draw: st.DrawFn, table: Table, leads: Sequence[dict[str, Any]]) -> Rows:
    """In one world of three up to 3 adjustments of each lead, some of them twice, none that contradict each other."""
    names = [score.name for score in table.spec.scores if isinstance(score, Score)]
    if draw(st.integers(0, 2)):
        return []
    found: Rows = []
    for lead in leads:
        for _ in range(draw(st.integers(0, 3))):
            time, score = (
                draw(st.sampled_from((table.now, table.now + 1, table.instant(draw)))),
                draw(st.sampled_from(names)),
            )
            same = [row for row in found if (row["lead"], row["time"], row["score"]) == (lead["lead"], time, score)]
            action = "add" if same else draw(st.sampled_from(("set", "add", "add")))
            value = draw(st.sampled_from((10.0, -5.0, 0.0, 2.5, 50.0)))
            row = {"lead": lead["lead"], "time": time, "score": score, "action": action, "value": value}
            found += [row] * draw(st.sampled_from((1, 1, 2)))
    return draw(st.permutations(found))
