"""When the mailings of a series go out, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Literal

from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.moment import time_of_day
from leadrules.dsl.quantity import DAY, SECOND, show_duration
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_numbers import duration
from leadrules.dsl.scenario.check_settings import Clock, only_one
from leadrules.dsl.scenario.check_ways import known_stage
from leadrules.dsl.scenario.model import Parameter, Schedule
from leadrules.dsl.scenario.tree_mail import Dates, Drip, Every, Series, To
from leadrules.dsl.source import Span

SHORTEST = 3_600.0


def check_whom(
    items: Sequence[Any], stages: Collection[str], scope: Scope
) -> tuple[Literal["stages", "open", "all"], tuple[str, ...]]:
    """Who gets mails: whose journey goes on, where nothing is said."""
    to = only_one(items, To, scope.findings)
    if to is None:
        return "open", ()
    return to.whom, tuple(dict.fromkeys(name.text for name in to.stages if known_stage(name, stages, scope)))


def check_schedule(node: tree.Mail, path: str, clock: Clock, scope: Scope) -> Schedule:
    """When mailings go out; it is said once, and some of them lie within the horizon."""
    said: Every | Drip | Dates | Series | None = only_one(
        node.body.items, Every | Drip | Dates | Series, scope.findings, "make it a mail of its own"
    )
    if said is None:
        if not scope.unread:
            message = f"it is not said when the mail `{node.name.text}` goes out"
            scope.findings.error("E501", node.name.span, message, expected="`every 7 days at 10:00`")
        return Schedule()
    return _Schedule(path, clock, scope).read(said)


class _Schedule:
    """Reads when mailings go out."""

    def __init__(self, path: str, clock: Clock, scope: Scope) -> None:
        self.path, self.clock, self.scope = path, clock, scope

    def read(self, node: Every | Drip | Dates | Series) -> Schedule:
        match node:
            case Every():
                return self.every(node)
            case Drip(period):
                every = duration(period, f"{self.path}/every", "a period", self.scope, SHORTEST)
                if every.value < SHORTEST:
                    message = f"mails every {show_duration(every.value * SECOND)}"
                    self.scope.findings.error("E402", period.span, message, expected="at most one an hour")
                self.report_late(every, period.span)
                return Schedule(every=every)
            case Dates(moments):
                return Schedule(dates=tuple(sorted({self.date(m.text, m.span) for m in moments})))
            case Series(delays):
                path = f"{self.path}/delays"
                found = [duration(d, f"{path}/{n}", "this time", self.scope) for n, d in enumerate(delays, 1)]
                for delay, written in zip(found, delays, strict=True):
                    self.report_late(delay, written.span)
                return Schedule(delays=tuple(found))

    def every(self, node: Every) -> Schedule:
        period = duration(node.period, f"{self.path}/every", "a period", self.scope, DAY / SECOND)
        if period.value * SECOND % DAY:
            message = f"mails every {show_duration(period.value * SECOND)} at the same time of day"
            hint = "leave the time of day out and count from arrivals: `every 36 hours after arrival`"
            self.scope.findings.error("E402", node.period.span, message, expected="whole days", hint=hint)
        at = time_of_day(node.clock)
        if at is None:
            self.scope.findings.error("E408", node.span, f"`{node.clock}` is no time of day")
        since = self.date(node.since.text, node.since.span, early=True) if node.since else self.clock.start
        return Schedule(every=period, at=at or 0, since=since)

    def date(self, text: str, span: Span, early: bool = False) -> int:
        """An instant within the horizon, or, where that is said, before it."""
        found = self.scope.instant(text)
        if found is None:
            self.scope.findings.error("E408", span, f"`{text}` is no date or time")
            return self.clock.start
        since = (found - self.clock.start) / SECOND
        if since >= self.clock.horizon.value or (since < 0 and not early):
            self.report(f"nobody gets a mail of {text}", span)
        return int(found)

    def report_late(self, delay: Parameter, span: Span) -> None:
        if delay.value >= self.clock.horizon.value:
            self.report(f"nobody gets a mail {show_duration(delay.value * SECOND)} after arrival", span)

    def report(self, message: str, span: Span) -> None:
        horizon = show_duration(self.clock.horizon.value * SECOND)
        self.scope.findings.error("E741", span, message, expected=f"a time within the horizon of {horizon}")
