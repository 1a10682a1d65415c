"""Laws of decay: durations, shares and points that take something away, and never give any back."""

from __future__ import annotations

from typing import assert_never

from leadrules.dsl.expression.check import check_duration
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.quantity import show_number
from leadrules.dsl.rules import tree_criteria as written
from leadrules.dsl.rules.model_criteria import (
    ByAge,
    Decay,
    Expires,
    HalfLife,
    Linear,
    NoDecay,
    OfOriginal,
    PointsEvery,
    SCurve,
)


def check_decay(node: written.Decay, scope: Scope) -> Decay:
    """A law of decay; `NoDecay`, and a problem, where something in it is wrong."""
    if isinstance(node, written.NoDecay):
        return NoDecay()
    found = _by_age(node, scope) if isinstance(node, written.ByAge) else _over_time(node, scope)
    return found or NoDecay()


Timed = written.HalfLife | written.Linear | written.Expires | written.SCurve | written.OfOriginal | written.PointsEvery


def _over_time(node: Timed, scope: Scope) -> Decay | None:
    duration = check_duration(node.duration, scope, "a decay")
    match node:
        case written.OfOriginal():
            return _of_original(node, duration, scope)
        case written.PointsEvery():
            return _points_every(node, duration, scope)
    if duration is None:
        return None
    match node:
        case written.HalfLife():
            return HalfLife(duration)
        case written.Linear():
            return Linear(duration)
        case written.Expires():
            return Expires(duration)
        case written.SCurve():
            return SCurve(duration)
        case _:
            assert_never(node)


def _of_original(node: written.OfOriginal, duration: float | None, scope: Scope) -> Decay | None:
    share = _share(node.share, scope)
    if share == 0:
        scope.findings.error("E402", node.share.span, "a decay that takes nothing", hint="write `no decay`")
        return None
    return None if share is None or duration is None else OfOriginal(share, duration, node.in_steps)


def _points_every(node: written.PointsEvery, duration: float | None, scope: Scope) -> Decay | None:
    points = check_number(node.points, scope, "a decay")
    low = check_number(node.low, scope, "a limit") if node.low else 0.0
    hint = "points below zero decay towards zero too: `5 points every 7 days` makes -20 to -15"
    if points is not None and points <= 0:
        message = f"a decay of {show_number(points)} points"
        scope.findings.error("E402", node.points.span, message, expected="a number above 0", hint=hint)
        return None
    if node.low and low is not None and low < 0:
        message, hint = f"not below {show_number(low)}", "`not below 5` keeps points below zero at -5"
        scope.findings.error("E402", node.low.span, message, expected="a number from 0", hint=hint)
        return None
    return None if points is None or low is None or duration is None else PointsEvery(points, duration, low)


def _share(node: Expression, scope: Scope) -> float | None:
    share = check_number(node, scope, "a share of the points")
    if share is not None and not 0 <= share <= 1:
        message = f"a share of {show_number(share * 100)}%"
        scope.findings.error("E402", node.span, message, expected="a share from 0% to 100%")
        return None
    return share


def _by_age(node: written.ByAge, scope: Scope) -> Decay | None:
    rows = node.body.items
    if not scope.unread and (not rows or rows[-1].age):
        hint = "say what is left from the last age on: `older: 0%`"
        scope.findings.error("E501", node.span, "a decay by age that does not end with `older`", hint=hint)
        return None
    ages = [check_duration(row.age, scope, "an age") for row in rows if row.age]
    shares = [_share(row.share, scope) for row in rows]
    if None in ages or None in shares or len(ages) != len(shares) - 1:
        _report_early_end(rows, scope)
        return None
    found = ByAge(tuple(a for a in ages if a is not None), tuple(s for s in shares if s is not None))
    return None if _disorder(found, rows, scope) else found


def _report_early_end(rows: tuple[written.AgeRow, ...], scope: Scope) -> None:
    for row in rows[:-1]:
        if row.age is None:
            scope.findings.error("E521", row.span, "`older` is not the last row", hint="put it at the end, once")


def _disorder(decay: ByAge, rows: tuple[written.AgeRow, ...], scope: Scope) -> bool:
    """Report rows that do not follow from the ones above: an age that is no later, a share that is larger."""
    wrong = False
    for at, row in enumerate(rows[1:], 1):
        if at < len(decay.ages) and decay.ages[at] <= decay.ages[at - 1]:
            message, hint = "an age that is not above the one before it", "put the youngest first"
            scope.findings.error("E521", row.span, message, hint=hint)
            wrong = True
        elif decay.shares[at] > decay.shares[at - 1]:
            message, hint = "a share above the one before it", "points never come back with age"
            scope.findings.error("E521", row.span, message, hint=hint)
            wrong = True
    return wrong


def report_idle(decay: Decay, node: written.Clause, points: float, scope: Scope) -> None:
    """A doubt where a decay stops above the points that it is to take from."""
    if isinstance(decay, PointsEvery) and decay.low >= abs(points) > 0:
        message = f"points that do not go below {show_number(decay.low)}, and one occurrence is worth {points:g}"
        scope.findings.warn("W612", node.span, message, hint="write `no decay`, or a lower limit")
