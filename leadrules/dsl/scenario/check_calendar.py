"""The calendar of a market: what days and hours weigh, where its leads live, and what is special."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from msgspec.structs import replace

from leadrules.dsl.expression.check_fields import Names
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.tree import Expression, Item, Moment
from leadrules.dsl.moment import MIDNIGHT, WEEKDAYS, find_zone, until_midnight, zone_hint
from leadrules.dsl.quantity import MICROSECONDS, SECOND, show_number
from leadrules.dsl.scenario import tree_calendar as tree
from leadrules.dsl.scenario.check_numbers import between, duration, report_sum, share
from leadrules.dsl.scenario.check_settings import Clock, only_one
from leadrules.dsl.scenario.model_calendar import (
    Calendar,
    Campaign,
    Holiday,
    Hours,
    HourSpan,
    Knot,
    Peak,
    ZoneShare,
)
from leadrules.dsl.scenario.parameter import Parameter
from leadrules.dsl.source import Span

HEAVIEST = 1_000.0
QUARTER = 900
EPOCH = date(1970, 1, 1)
ONE = 1.0

Part = TypeVar("Part", bound=Item)


class Dates:
    """Reads the dates of a market as seconds from its start."""

    def __init__(self, clock: Clock, scope: Scope) -> None:
        self.clock, self.scope, self.findings = clock, scope, scope.findings

    def at(self, moment: Moment, after: bool = False) -> int | None:
        """When a date begins, or is over; a time of day is the same both ways. None, and a problem, where it is none."""
        found = self.scope.instant(_next_day(moment.text) if after else moment.text)
        if found is None:
            self.findings.error("E408", moment.span, f"`{moment.text}` is no date or time")
            return None
        seconds = int(found) // int(SECOND)
        if seconds % QUARTER:
            self.report_quarter(moment.span)
        return seconds - self.clock.start // int(SECOND)

    def report_quarter(self, span: Span) -> None:
        """A calendar goes by quarters of an hour."""
        message = f"`{span.text}` is no quarter of an hour"
        self.findings.error("E710", span, message, expected="a time such as 8:00, 8:15 or 8:30")

    def span(self, start: Moment, last: Moment, place: Span) -> tuple[int, int] | None:
        """From the beginning of one date to the end of another."""
        first, stop = self.at(start), self.at(last, after=True)
        if first is None or stop is None:
            return None
        if first >= stop:
            self.findings.error("E712", last.span, "this ends before it begins", expected="the earlier date first")
            return None
        self.report_outside(first, stop, place)
        return first, stop

    def report_outside(self, start: int, stop: int, place: Span) -> None:
        """What nobody will notice."""
        if stop <= 0 or start >= self.clock.horizon.value:
            hint = "it changes nothing: look at the year, or at the horizon"
            self.findings.warn("W710", place, "this lies outside the time that is looked at", hint=hint)


def _next_day(text: str) -> str:
    """The day after a date; a text with a time of day, or that is no date, as it is."""
    try:
        return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return text


def factor(node: Expression, path: str, scope: Scope) -> Parameter:
    """How many times something is what it would be."""
    return between(node, path, "a factor", scope, 0.0, HEAVIEST)


def check_calendar(nodes: Sequence[tree.CalendarPart], timezone: str, dates: Dates) -> Calendar:
    """The calendar that the statements of one block make."""
    return _Checker(nodes, timezone, dates).calendar()


class _Checker:
    """Reads one calendar."""

    def __init__(self, items: Sequence[tree.CalendarPart], timezone: str, dates: Dates) -> None:
        self.items, self.dates, self.scope, self.findings = items, dates, dates.scope, dates.findings
        self.zones = self.read_zones(timezone)

    def of(self, kind: type[Part]) -> list[Part]:
        return [item for item in self.items if isinstance(item, kind)]

    def calendar(self) -> Calendar:
        return Calendar(
            weekdays=self.weekdays(),
            hours=self.hours(),
            zones=self.zones,
            holidays=tuple(found for item in self.of(tree.Holiday) for found in self.holiday(item)),
            campaigns=tuple(self.campaigns()),
            trend=self.trend(),
        )

    # Where leads live

    def read_zones(self, timezone: str) -> tuple[ZoneShare, ...]:
        block = only_one(self.items, tree.Zones, self.findings)
        if block is None:
            return (ZoneShare(timezone, Parameter(f"calendar/zones/{timezone}", 1.0, "share")),)
        rows: dict[str, tree.ZoneShare] = {}
        for row in block.body.items:
            if rows.setdefault(row.zone, row) is not row:
                self.findings.error("E506", row.span, f"`{row.zone}` has a share already", hint="keep one")
            elif find_zone(row.zone) is None:
                hint = zone_hint(row.zone)
                self.findings.error("E407", row.span, f"no time zone is called `{row.zone}`", hint=hint)
        found = [
            ZoneShare(zone, share(row.share, f"calendar/zones/{zone}", self.findings)) for zone, row in rows.items()
        ]
        if not self.scope.unread:
            report_sum([row.share for row in found], block.span, "the time zones", self.findings)
        known = tuple(row for row in found if find_zone(row.zone))
        return known or (ZoneShare("UTC", Parameter("calendar/zones/UTC", 1.0, "share")),)

    # Days and hours

    def weekdays(self) -> tuple[Parameter, ...]:
        found: dict[str, Parameter] = {}
        before = len(self.findings.problems)
        for item in self.of(tree.Weekdays):
            for day in _days(item):
                if day in found:
                    self.findings.error("E506", item.span, f"{day} has a weight already", hint="keep one")
                found[day] = between(item.weight, f"calendar/{day}", "a weight", self.scope, 0.0, HEAVIEST)
        missing = [day for day in WEEKDAYS if day not in found]
        if found and missing and not self.scope.unread:
            place = self.of(tree.Weekdays)[0].span
            message = f"it is not said what {', '.join(missing)} weighs"
            self.findings.error("E501", place, message, expected=f"`{missing[0]} 0.2`")
        weights = tuple(found.get(day, Parameter(f"calendar/{day}", ONE)) for day in WEEKDAYS)
        self.report_nothing(weights, self.of(tree.Weekdays), "no day of the week weighs anything", before)
        return weights

    def report_nothing(self, weights: Sequence[Parameter], items: Sequence[Item], message: str, before: int) -> None:
        """Weights that leave nothing, each of them right: no mistake was noted behind the first `before` problems."""
        if items and not any(weight.value > 0 for weight in weights) and not self.findings.failed_since(before):
            self.findings.error("E711", items[0].span, message, expected="a weight above zero")

    def hours(self) -> Hours | Peak:
        said: tree.Hours | tree.Peak | None = only_one(self.items, tree.Hours | tree.Peak, self.findings)
        if said is None:
            return Hours((), Parameter("calendar/hours/else", ONE))
        return self.peak(said) if isinstance(said, tree.Peak) else self.bands(said)

    def peak(self, node: tree.Peak) -> Peak:
        width = duration(node.width, "calendar/hours/width", "a width", self.scope, MIDNIGHT)
        floor = between(node.floor, "calendar/hours/floor", "a floor", self.scope, 0.0, 1.0)
        if not QUARTER <= width.value <= MIDNIGHT:
            self.findings.error("E402", node.width.span, "a bell of this width", expected="15 minutes to 24 hours")
            width = replace(width, value=float(MIDNIGHT))
        return Peak((self.time(node.at) or 0) % MIDNIGHT, width, floor)

    def bands(self, node: tree.Hours) -> Hours:
        rows = [row for row in node.body.items if isinstance(row, tree.HourSpan)]
        before = len(self.findings.problems)
        rest = only_one(node.body.items, tree.HourRest, self.findings)
        spans, taken = [], set[int]()
        for number, row in enumerate(rows, 1):
            span = self.band(row, f"calendar/hours/{number}")
            if span and taken & _quarters(span):
                self.findings.error("E506", row.span, "some of this time has a weight already", hint="part them")
            spans += [span] if span else []
            taken |= _quarters(span) if span else set()
        otherwise = Parameter("calendar/hours/else", 0.0)
        if rest is not None:
            otherwise = between(rest.weight, otherwise.path, "a weight", self.scope, 0.0, HEAVIEST)
        elif len(taken) < MIDNIGHT // QUARTER and len(spans) == len(rows) and not self.scope.unread:
            self.findings.error("E501", node.span, "it is not said what the other hours weigh", expected="`else 0.1`")
            return Hours(tuple(spans), replace(otherwise, value=ONE))
        weights = [*(span.weight for span in spans), otherwise]
        self.report_nothing(weights, [node], "no hour of the day weighs anything", before)
        return Hours(tuple(spans), otherwise)

    def band(self, row: tree.HourSpan, path: str) -> HourSpan | None:
        start, stop = self.time(row.start), self.time(row.stop)
        weight = between(row.weight, path, "a weight", self.scope, 0.0, HEAVIEST)
        if start is None or stop is None:
            return None
        if start == stop:
            message = "this begins and ends at the same time"
            self.findings.error("E712", row.span, message, hint="a whole day is `0:00 to 24:00`")
            return None
        return HourSpan(start, stop, weight)

    def time(self, node: tree.Clock) -> int | None:
        """Seconds after midnight; `24:00` is the end of a day. None, and a problem, where it is no time."""
        found = until_midnight(node.text)
        if found is None:
            self.findings.error("E408", node.span, f"`{node.text}` is no time of day")
            return None
        if found % QUARTER:
            self.dates.report_quarter(node.span)
        return found

    # What is special

    def holiday(self, node: tree.Holiday) -> Iterator[Holiday]:
        zones = [row.zone for row in self.zones]
        if node.zone is not None and node.zone not in zones:
            hint = f"leads live in {', '.join(zones)}"
            self.findings.error("E407", node.span, f"no lead lives in `{node.zone}`", hint=hint)
        last = node.last or node.first
        amount = factor(node.factor, f"calendar/holidays/{node.first.text}", self.scope)
        if self.dates.span(node.first, last, node.span):
            yield Holiday(_day(node.first), _day(last), amount, node.zone)

    def campaigns(self) -> Iterator[Campaign]:
        names = Names(self.findings, "the campaign")
        for node in self.of(tree.Campaign):
            span = self.dates.span(node.start, node.last, node.span)
            path = f"calendar/campaigns/{node.name.text}"
            arrivals, visits = pulses(node.body.items, path, self.scope)
            if names.take(node.name) and span:
                rest = Parameter(f"{path}/arrivals", ONE), Parameter(f"{path}/visits", ONE)
                yield Campaign(node.name.text, *span, arrivals or rest[0], visits or rest[1])

    def trend(self) -> tuple[Knot, ...]:
        said: tree.Trend | tree.Growth | None = only_one(self.items, tree.Trend | tree.Growth, self.findings)
        if said is None:
            return ()
        return self.growth(said) if isinstance(said, tree.Growth) else self.knots(said)

    def growth(self, node: tree.Growth) -> tuple[Knot, ...]:
        """A trend from the first day to the last; it may not fall below nothing."""
        end = self.dates.clock.arrivals.value
        amount = between(node.amount, "calendar/trend/growth", "a growth", self.scope, -HEAVIEST, HEAVIEST).value
        last = ONE + amount * end * SECOND / MICROSECONDS[node.unit]
        if last < 0:
            message = f"the stream of leads falls to {show_number(round(last, 4))} times what it is at first"
            self.findings.error("E402", node.span, message, expected="nothing below zero until leads stop arriving")
        first = Knot(0, Parameter("calendar/trend/first", ONE))
        return first, Knot(int(end), Parameter("calendar/trend/last", max(0.0, last)))

    def knots(self, node: tree.Trend) -> tuple[Knot, ...]:
        before = len(self.findings.problems)
        rows = [(row, self.dates.at(row.moment)) for row in node.body.items]
        found = [
            Knot(at, factor(row.factor, f"calendar/trend/{row.moment.text}", self.scope))
            for row, at in rows
            if at is not None
        ]
        for (row, at), (_, last) in zip(rows[1:], rows, strict=False):
            if at is not None and last is not None and at <= last:
                self.findings.error("E712", row.span, "this date is not after the one above it", hint="sort the dates")
        self.report_nothing([knot.factor for knot in found], [node], "no lead arrives under this trend", before)
        return tuple(sorted(found, key=lambda knot: knot.at))


def pulses(items: Sequence[Any], path: str, scope: Scope) -> tuple[Parameter | None, Parameter | None]:
    """How many times as often leads arrive, and make visits; None where it is not said."""
    arrivals = only_one(items, tree.ArrivalsTimes, scope.findings)
    visits = only_one(items, tree.VisitsTimes, scope.findings)
    return (
        factor(arrivals.factor, f"{path}/arrivals", scope) if arrivals else None,
        factor(visits.factor, f"{path}/visits", scope) if visits else None,
    )


def _days(item: tree.Weekdays) -> Iterator[str]:
    """The days of a row, over the end of the week where it says so."""
    first = WEEKDAYS.index(item.first)
    last = first if item.last is None else WEEKDAYS.index(item.last)
    for day in range(first, last + 1 if last >= first else last + 8):
        yield WEEKDAYS[day % 7]


def _quarters(span: HourSpan) -> set[int]:
    stop = span.stop if span.stop > span.start else span.stop + MIDNIGHT
    return {quarter % (MIDNIGHT // QUARTER) for quarter in range(span.start // QUARTER, stop // QUARTER)}


def _day(moment: Moment) -> int:
    return (date.fromisoformat(moment.text) - EPOCH).days
