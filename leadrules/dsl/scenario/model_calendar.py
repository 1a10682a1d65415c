"""The calendar of a market, and what changes in it at a date, checked. Times are seconds from the market's start."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.dsl.scenario.parameter import Parameter


class HourSpan(Struct, frozen=True):
    """What the time of day from `start` to `stop` weighs, in seconds after midnight; over midnight where start > stop."""

    start: int
    stop: int
    weight: Parameter


class Hours(Struct, frozen=True):
    """What each hour of the day weighs: that of the span it lies in, else `otherwise`."""

    spans: tuple[HourSpan, ...]
    otherwise: Parameter


class Peak(Struct, frozen=True):
    """A bell over the day: floor + (1 - floor) × exp(-½ (d / width)²), d the distance from `at` around the clock.

    `at` is in seconds after midnight, as is `width`, the standard deviation of the bell.
    """

    at: int
    width: Parameter
    floor: Parameter


class ZoneShare(Struct, frozen=True):
    """The share of leads that live by the clocks of a time zone."""

    zone: str
    share: Parameter


class Holiday(Struct, frozen=True):
    """Local days that weigh `factor` times what they would: from `first` to `last`, numbered from 1970-01-01.

    In one zone, or in all (None).
    """

    first: int
    last: int
    factor: Parameter
    zone: str | None


class Campaign(Struct, frozen=True):
    """A time from `start` to `stop` in which leads arrive, and make visits, so many times as often."""

    name: str
    start: int
    stop: int
    arrivals: Parameter
    visits: Parameter


class Knot(Struct, frozen=True):
    """How strong the stream of leads is at a time."""

    at: int
    factor: Parameter


class Calendar(Struct, frozen=True):
    """When leads are about.

    A moment weighs weekday × hour × holiday, by the clock of the lead. Rates of visits are averages over a week without
    holidays, campaigns and changes. `weekdays` are seven weights, that of Monday first. `trend` is about arrivals: the
    stream goes evenly from knot to knot, and stays what it is before the first and after the last.
    """

    weekdays: tuple[Parameter, ...]
    hours: Hours | Peak
    zones: tuple[ZoneShare, ...]
    holidays: tuple[Holiday, ...]
    campaigns: tuple[Campaign, ...]
    trend: tuple[Knot, ...]


class Change(Struct, frozen=True):
    """What is different from `start` on, wholly so from `full` on, and evenly on the way there in between.

    `shares` of personas among those who arrive; the personas that are not named share what is left as they did before.
    `arrivals` and `visits` come so many times as often as without this change. None: as before.
    """

    start: int
    full: int
    shares: Mapping[str, Parameter]
    arrivals: Parameter | None
    visits: Parameter | None
