"""The calendar of a market, and what changes in it at a date, as they were written."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Body, Expression, Item, Moment, Name, Number

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class CalendarItem(Item, frozen=True):
    """A statement about the time of a market."""


# calendar { ... }


class Weekdays(CalendarItem, frozen=True):
    """`monday to friday 1`, or `saturday 0.3`."""

    first: Weekday
    last: Weekday | None
    weight: Expression


class Clock(Item, frozen=True):
    """`8:30`, a time of day."""

    text: str


class HourSpan(CalendarItem, frozen=True):
    """`8:00 to 18:00 1`: what the hours between weigh."""

    start: Clock
    stop: Clock
    weight: Expression


class HourRest(CalendarItem, frozen=True):
    """`else 0.1`: what all other hours weigh."""

    weight: Expression


class Hours(CalendarItem, frozen=True):
    """`hours { 8:00 to 18:00 1; else 0.1 }`."""

    body: Body[HourSpan | HourRest]


class Peak(CalendarItem, frozen=True):
    """`hours peak 11:00 width 4 hours floor 0.1`: a bell over the day, from the floor up to 1."""

    at: Clock
    width: Expression
    floor: Expression


class ZoneShare(CalendarItem, frozen=True):
    """`Europe/Berlin 70%`: the share of leads in a time zone."""

    zone: str
    share: Number


class Zones(CalendarItem, frozen=True):
    """`zones { Europe/Berlin 70%; America/New_York 30% }`."""

    body: Body[ZoneShare]


class Holiday(CalendarItem, frozen=True):
    """`holiday 2026-12-24 to 2026-12-26 0.1 in Europe/Berlin`: days that weigh so many times what they would."""

    first: Moment
    last: Moment | None
    factor: Expression
    zone: str | None


class ArrivalsTimes(CalendarItem, frozen=True):
    """`arrivals times 2`."""

    factor: Expression


class VisitsTimes(CalendarItem, frozen=True):
    """`visits times 1.8`."""

    factor: Expression


class Campaign(CalendarItem, frozen=True):
    """`campaign launch 2026-02-01 to 2026-02-08 { ... }`."""

    name: Name
    start: Moment
    last: Moment
    body: Body[ArrivalsTimes | VisitsTimes]


class Knot(CalendarItem, frozen=True):
    """`2026-03-01 1.2`: how strong the stream of leads is at a date."""

    moment: Moment
    factor: Expression


class Trend(CalendarItem, frozen=True):
    """`trend { 2026-01-05 1; 2026-03-01 1.2 }`: in between it goes evenly."""

    body: Body[Knot]


class Growth(CalendarItem, frozen=True):
    """`trend 2% per week`: the stream of leads grows evenly by that share of what it is at first."""

    amount: Expression
    unit: Literal["hour", "day", "week"]


CalendarPart = Weekdays | Hours | Peak | Zones | Holiday | Campaign | Trend | Growth


class Calendar(CalendarItem, frozen=True):
    """`calendar { ... }`."""

    body: Body[CalendarPart]


# from DATE { ... }


class PersonaFrom(CalendarItem, frozen=True):
    """`persona student 30%`: the share of a persona among the leads that arrive from then on."""

    persona: Name
    share: Number


class Change(CalendarItem, frozen=True):
    """`from 2026-03-01 by 2026-06-01 { ... }`: what is different from a date on, all at once or by another date."""

    start: Moment
    by: Moment | None
    body: Body[PersonaFrom | ArrivalsTimes | VisitsTimes]
