"""Whether leads of every time zone can arrive at all under a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from leadrules.dsl.problem import Findings
from leadrules.dsl.scenario.check_settings import Clock
from leadrules.dsl.scenario.model_calendar import Calendar, Change, Hours, Knot
from leadrules.dsl.source import Span

QUARTER, MIDNIGHT, MICROSECONDS = 900, 86_400, 1_000_000


def report_nobody(calendar: Calendar, changes: Sequence[Change], clock: Clock, place: Span, findings: Findings) -> None:
    """A problem where the leads of some zone have no moment to arrive in."""
    for row in calendar.zones:
        if not any(_weighs(calendar, changes, row.zone, clock, tick) for tick in _ticks(clock)):
            message = f"no lead can arrive from {row.zone}: all the time for it weighs nothing"
            findings.error("E711", place, message, hint="let leads arrive for longer, or give some hours a weight")
            return


def _ticks(clock: Clock) -> Iterator[int]:
    """A tick of every quarter of an hour in which leads arrive."""
    yield 0
    yield from range(-(clock.start // MICROSECONDS) % QUARTER, int(clock.arrivals.value), QUARTER)


def _weighs(calendar: Calendar, changes: Sequence[Change], zone: str, clock: Clock, tick: int) -> bool:
    """Whether a lead of a zone can arrive at a tick."""
    now = datetime.fromtimestamp(clock.start // MICROSECONDS + tick, UTC).astimezone(ZoneInfo(zone))
    day, time = now.toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal(), now.hour * 3_600 + now.minute * 60
    free = any(h.first <= day <= h.last and not h.factor.value and h.zone in (None, zone) for h in calendar.holidays)
    shut = any(c.start <= tick < c.stop and not c.arrivals.value for c in calendar.campaigns)
    over = any(c.full <= tick and c.arrivals is not None and not c.arrivals.value for c in changes)
    weight = calendar.weekdays[now.weekday()].value * _hour(calendar, time) * _trend(calendar.trend, tick)
    return weight > 0 and not (free or shut or over)


def _hour(calendar: Calendar, time: int) -> float:
    """What a time of day weighs; of a bell only whether it weighs anything, which it always does."""
    if not isinstance(calendar.hours, Hours):
        return 1.0
    for span in calendar.hours.spans:
        inside = (time >= span.start, time < span.stop)
        if all(inside) if span.start < span.stop else any(inside):
            return span.weight.value
    return calendar.hours.otherwise.value


def _trend(knots: Iterable[Knot], tick: int) -> float:
    """Whether the stream of leads flows: between two knots it does unless both are 0."""
    factors = [(knot.at, knot.factor.value) for knot in knots]
    before = [factor for at, factor in factors if at <= tick][-1:]
    after = [factor for at, factor in factors if at > tick][:1]
    return max(before + after, default=1.0)
