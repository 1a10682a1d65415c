"""The clock of a market, its accounts, intent and activity."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import Any, TypeVar

from msgspec import Struct

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.check_values import check_number
from leadrules.dsl.expression.model import FLAG, Reference
from leadrules.dsl.expression.tree import Node
from leadrules.dsl.problem import Findings
from leadrules.dsl.quantity import DAY, SECOND, show_duration, show_number
from leadrules.dsl.scenario import tree, tree_people
from leadrules.dsl.scenario.check_numbers import between, duration, plain, spread_of, whole
from leadrules.dsl.scenario.check_ways import flag_shift, shift
from leadrules.dsl.scenario.model import FRAILTIES, Frailty, Parameter, Sizes
from leadrules.dsl.scenario.shift import Shift
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import suggest

Part = TypeVar("Part", bound=Node)
DAYS = DAY / SECOND
LONGEST = 36_525
MOST_LEADS = 200.0


class Clock(Struct, frozen=True):
    """When a market begins, how long it is looked at, and when its leads are judged."""

    start: int
    horizon: Parameter
    arrivals: Parameter
    landmark: Parameter
    window: Parameter


def check_clock(settings: Sequence[tree.Setting], place: Span, scope: Scope) -> Clock:
    """The times of a market. A horizon has to be said; leads arrive all through it unless it is said otherwise."""
    horizon = only_one(settings, tree.Horizon, scope.findings)
    if horizon is None:
        if not scope.unread:
            expected = "`horizon 180 days from 2026-01-05`"
            scope.findings.error("E501", place, "it is not said how long this market is looked at", expected=expected)
        length, start = Parameter("horizon", 180 * DAYS, "seconds"), 0
    else:
        length = duration(horizon.duration, "horizon", "a horizon", scope, LONGEST * DAYS)
        start = _start(horizon, scope)
    arrivals = only_one(settings, tree.Arrivals, scope.findings)
    landmark = only_one(settings, tree.Landmark, scope.findings)
    target = only_one(settings, tree.Target, scope.findings)
    clock = Clock(
        start,
        length,
        duration(arrivals.duration, "arrivals", "this time", scope)
        if arrivals
        else Parameter("arrivals", length.value, "seconds"),
        duration(landmark.duration, "landmark", "a landmark", scope)
        if landmark
        else Parameter("landmark", 30 * DAYS, "seconds"),
        duration(target.duration, "target", "a target", scope) if target else Parameter("target", 90 * DAYS, "seconds"),
    )
    if horizon is not None:
        _report_order(clock, horizon, arrivals or horizon, landmark or horizon, scope)
    return clock


def _start(horizon: tree.Horizon, scope: Scope) -> int:
    start = scope.instant(horizon.start.text)
    if start is None:
        scope.findings.error("E408", horizon.start.span, f"`{horizon.start.text}` is no date or time")
    return int(start or 0)


def _report_order(clock: Clock, horizon: tree.Horizon, arrivals: Any, landmark: Any, scope: Scope) -> None:
    whole_time = show_duration(clock.horizon.value * SECOND)
    if clock.horizon.value > LONGEST * DAYS:
        scope.findings.error(
            "E402", horizon.span, f"a horizon of {whole_time}", expected=f"at most {show_number(LONGEST)} days"
        )
    if arrivals is not None and clock.arrivals.value > clock.horizon.value:
        scope.findings.error("E402", arrivals.span, f"leads arrive after the horizon of {whole_time} has ended")
    if landmark is not None and clock.landmark.value >= clock.horizon.value:
        message = f"no lead can be judged: the landmark lies behind the horizon of {whole_time}"
        scope.findings.error("E402", landmark.span, message, hint="judge earlier, or look longer")


def only_one(
    items: Sequence[Any], kind: type[Part] | UnionType, findings: Findings, hint: str = "keep one"
) -> Part | None:
    """The one statement of a kind, or of several kinds that say the same; None where there is none, and a problem for a second."""
    found = [item for item in items if isinstance(item, kind)]
    for extra in found[1:]:
        findings.error("E502", extra.span, "this is said twice", hint=hint)
    return found[0] if found else None


def check_accounts(parts: Sequence[Any], scope: Scope) -> tuple[int, Parameter, Sizes | None]:
    """Leads in an account, how much accounts differ in intent, and the law of their sizes where they are drawn."""
    size, wide = only_one(parts, tree.Size, scope.findings), only_one(parts, tree.IntentSpread, scope.findings)
    path = "accounts/intent_spread"
    found = spread_of(wide.amount if wide else None, path, scope)
    drawn = only_one(parts, tree_people.MeanSize, scope.findings)
    if size and drawn:
        scope.findings.error("E502", drawn.span, "a second size of accounts", hint="keep one")
    fixed = whole(size.number, "the size of an account", scope.findings, 1) if size else 1
    return fixed, found, _sizes(drawn, scope) if drawn else None


def _sizes(part: tree_people.MeanSize, scope: Scope) -> Sizes:
    mean = between(part.number, "accounts/size/mean", "the mean size of accounts", scope, 1.0, MOST_LEADS)
    shape = Parameter("accounts/size/shape", 1.0)
    if part.shape is not None:
        shape = between(part.shape, shape.path, "a shape", scope, 0.1, 100.0)
    return Sizes(mean, shape)


def check_activity(parts: Sequence[Any], scope: Scope) -> tuple[Parameter, Parameter, Frailty]:
    """How much leads differ in activity, how far activity goes with intent, and the law of activity."""
    spread, correlation = (
        only_one(parts, tree.Spread, scope.findings),
        only_one(parts, tree.Correlation, scope.findings),
    )
    path = "activity/spread"
    wide, law = spread_of(spread.amount if spread else None, path, scope), FRAILTIES[0]
    gamma = only_one(parts, tree_people.GammaSpread, scope.findings)
    if gamma is not None:
        wide, law = between(gamma.amount, path, "a spread of a gamma law", scope, 0.1, 3.0), FRAILTIES[1]
        if spread is not None:
            scope.findings.error("E502", gamma.span, "a second spread", hint="keep one")
    found = Parameter("activity/correlation", 0.0)
    if correlation is not None:
        found = plain(correlation.amount, found.path, "a correlation", scope)
        if abs(found.value) > 1:
            message = f"a correlation of {show_number(found.value)}"
            scope.findings.error("E402", correlation.amount.span, message, expected="a number from -1 to 1")
    return wide, found, law


def check_intent(parts: Sequence[Any], scope: Scope) -> tuple[Parameter, tuple[Shift, ...]]:
    """How much leads differ in intent by themselves, and what fields add to it."""
    spread = only_one(parts, tree.Spread, scope.findings)
    path = "intent/spread"
    wide = spread_of(spread.amount if spread else None, path, scope)
    shifts = []
    for part in parts:
        if isinstance(part, tree.IntentBy):
            table = check_by_field(part.subject.text, part.subject, part.body, part.span, scope)
            shifts += [shift(table, f"intent/by/{table.subject.name}")] if table else []
        elif isinstance(part, tree.IntentFlag):
            shifts += _flag_shift(part, scope)
    return wide, tuple(shifts)


def _flag_shift(part: tree.IntentFlag, scope: Scope) -> list[Shift]:
    name = part.field.text
    known = scope.names.get(name)
    amount = check_number(part.amount, scope, "what a flag adds") or 0.0
    if not isinstance(known, Reference) or known.type != FLAG:
        if name not in scope.unread:
            flags = [name for name, known in scope.names.items() if known.type == FLAG]
            hint = suggest(name, ("spread", *flags), f"for other fields write `by {name} {{ VALUE: 0.3; else: 0 }}`")
            scope.findings.error("E305", part.field.span, f"`{name}` is no flag", expected="a flag", hint=hint)
        return []
    return [flag_shift(known, Parameter(f"intent/by/{name}/yes", amount), part.span)]
