"""Scenario to clocks: when leads arrive and visit, by weekday, hour, holiday, campaign, trend and change."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.model_calendar import Calendar, Hours, HourSpan, ZoneShare
from leadrules.dsl.scenario.parameter import Parameter, value_of
from leadrules.engine.zone import SECOND, Zone
from leadrules.simulator.clock import Clock, build_clock
from leadrules.simulator.drift import Drift, constant, moved, through
from leadrules.simulator.population import Floats, Ticks

HOUR, QUARTER, MIDNIGHT = 3_600, 900, 86_400
MONDAY = 3  # 1970-01-01 was a Thursday


class Seasons(Struct, frozen=True):
    """What time does to a market. None where every moment is like every other.

    `arrivals`: the clock by which leads arrive, and the seconds it goes. `visits`: the clock by which they make visits.
    `zones` (zones,): the upper bounds of the shares of time zones. `shares`: those of personas, by arrival.
    """

    arrivals: Clock | None
    visits: Clock | None
    zones: Floats
    shares: Drift | None


def build_seasons(scenario: ScenarioModel) -> Seasons:
    """The clocks of a scenario."""
    calendar, changes = scenario.calendar, scenario.changes
    zones = calendar.zones if calendar else (ZoneShare(scenario.timezone, Parameter("calendar/zones", 1.0, "share")),)
    bounds = np.cumsum([zone.share.value for zone in zones])
    grid = _Grid(scenario, tuple(zone.zone for zone in zones))
    by_arrival = calendar is not None or any(change.arrivals for change in changes)
    by_visit = calendar is not None or any(change.visits for change in changes)
    return Seasons(
        arrivals=grid.clock(_arrivals(scenario)) if by_arrival else None,
        visits=grid.clock(_visits(scenario)) if by_visit else None,
        zones=bounds / bounds[-1],
        shares=_shares(scenario) if any(change.shares for change in changes) else None,
    )


# What makes time weigh more, beside the calendar of the week


def _arrivals(scenario: ScenarioModel) -> list[Drift]:
    """The factors of arrivals: campaigns, the trend, changes."""
    found = [_change(change.start, change.full, change.arrivals) for change in scenario.changes]
    if scenario.calendar:
        found += [_while(campaign.start, campaign.stop, campaign.arrivals) for campaign in scenario.calendar.campaigns]
        knots = scenario.calendar.trend
        if knots:
            factors = [knot.factor.value for knot in knots]
            found.append(through(np.array([float(knot.at) for knot in knots]), np.array(factors)))
    return found


def _visits(scenario: ScenarioModel) -> list[Drift]:
    """The factors of visits: campaigns and changes."""
    found = [_change(change.start, change.full, change.visits) for change in scenario.changes]
    if scenario.calendar:
        found += [_while(campaign.start, campaign.stop, campaign.visits) for campaign in scenario.calendar.campaigns]
    return found


def _change(start: int, full: int, factor: Parameter | None) -> Drift:
    always = constant(np.ones(1))
    return moved(always, start, full, np.array([factor.value])) if factor else always


def _while(start: int, stop: int, factor: Parameter) -> Drift:
    return moved(_change(start, start, factor), stop, stop, np.ones(1))


def _shares(scenario: ScenarioModel) -> Drift:
    """The shares of personas. Those that a change does not name share what is left as they did before it."""
    first = np.array([persona.share.value for persona in scenario.personas])
    found = constant(first)
    for change in scenario.changes:
        if change.shares:
            named = np.array([persona.name in change.shares for persona in scenario.personas])
            before = found.at(np.array([float(change.start)]))[0]
            rest = np.where(named, 0.0, before if before[~named].sum() > 0 else first)
            given = [value_of(change.shares.get(p.name)) for p in scenario.personas]
            left = max(0.0, 1.0 - sum(given))
            found = moved(found, change.start, change.full, np.array(given) + rest * (left / (rest.sum() or 1.0)))
    return found


# The line of time in cells


class _Grid:
    """The cells of a market's time in each of its zones, as wide as they can be with nothing changing inside one."""

    def __init__(self, scenario: ScenarioModel, zones: tuple[str, ...]) -> None:
        self.scenario, self.zones = scenario, zones
        self.start = scenario.start // SECOND
        end = self.start + max(scenario.horizon.value, scenario.arrivals.value)
        self.width = self._width()
        first = self.start // self.width
        self.before = self.start - first * self.width
        cells = first + np.arange(math.ceil(end / self.width) - first + 1)
        self.middle = cells * self.width + self.width // 2
        self.local = [Zone(zone).local(self.middle * SECOND) // SECOND for zone in zones]

    def _width(self) -> int:
        """The greatest common divisor of all times at which something changes, from a quarter of an hour up."""
        times = [*_times(self.scenario), *(self.start + time for time in _dates(self.scenario))]
        span = np.array([self.scenario.start, self.scenario.start + int(self.scenario.horizon.value) * SECOND])
        days = np.arange(span[0], span[1] + MIDNIGHT * SECOND, MIDNIGHT * SECOND)
        for zone in self.zones:
            times += np.unique((Zone(zone).local(days) - days) // SECOND).tolist()
        return max(QUARTER, math.gcd(HOUR, *times))

    def clock(self, factors: list[Drift]) -> Clock:
        """The clock of the calendar, and of these factors of it."""
        common: Floats = np.ones(len(self.middle))
        for factor in factors:
            common *= factor.at(self.middle - self.start)[:, 0]
        calendar = self.scenario.calendar
        each = [self._weights(calendar, place) if calendar else common * 0 + 1 for place in range(len(self.zones))]
        return build_clock(np.array(each) * common, self.width, self.before)

    def _weights(self, calendar: Calendar, place: int) -> Floats:
        """What every cell weighs by the clocks of a zone; 1 on average over a plain week."""
        local, zone = self.local[place], self.zones[place]
        day, time = local // MIDNIGHT, local % MIDNIGHT
        weekdays = np.array([weight.value for weight in calendar.weekdays])
        hours = _hours(calendar, np.arange(self.width // 2, MIDNIGHT, self.width))
        weights: Floats = (weekdays / weekdays.mean())[(day + MONDAY) % 7] * (hours / hours.mean())[time // self.width]
        for holiday in calendar.holidays:
            if holiday.zone in (None, zone):
                weights[(holiday.first <= day) & (day <= holiday.last)] *= holiday.factor.value
        return weights


def _hours(calendar: Calendar, time: Ticks) -> Floats:
    """What times of day weigh, in seconds after midnight."""
    law = calendar.hours
    if isinstance(law, Hours):
        weights = np.full(len(time), law.otherwise.value)
        for span in law.spans:
            weights[_inside(span, time)] = span.weight.value
        return weights
    away = np.abs((time - law.at + MIDNIGHT // 2) % MIDNIGHT - MIDNIGHT // 2)
    bell: Floats = np.exp(-0.5 * (away / law.width.value) ** 2)
    return law.floor.value + (1.0 - law.floor.value) * bell


def _inside(span: HourSpan, time: Ticks) -> Ticks:
    after, before = time >= span.start, time < span.stop
    return np.flatnonzero(after & before if span.start < span.stop else after | before)


def _times(scenario: ScenarioModel) -> Iterator[int]:
    """The times of day at which something changes."""
    if scenario.calendar and isinstance(scenario.calendar.hours, Hours):
        for span in scenario.calendar.hours.spans:
            yield from (span.start, span.stop)


def _dates(scenario: ScenarioModel) -> Iterator[int]:
    """The ticks at which something changes, beside the clock of the day."""
    for change in scenario.changes:
        yield from (change.start, change.full)
    if scenario.calendar:
        for campaign in scenario.calendar.campaigns:
            yield from (campaign.start, campaign.stop)
        yield from (knot.at for knot in scenario.calendar.trend)
