"""Working hours to rounds of calls: at the beginning of each working hour the list of who is called is made anew."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.zone import DAY, SECOND, Zone
from leadrules.simulator.population import Ticks

HOUR = 3_600
THURSDAY = 3  # the first of January 1970, Monday being 0


class Rounds(Struct, frozen=True):
    """The rounds of a market, in the order of time. `start`, `calls`, `opens`, `first`: (rounds,).

    In a round sales make so many `calls`, those with the numbers from `first` on in their day. The calls of a day are
    spread evenly over its working hours: `daily` of them, from the tick `opens` on, over `length` seconds.
    `hours`: working hours altogether.
    """

    start: Ticks
    calls: Ticks
    opens: Ticks
    first: Ticks
    daily: int
    length: int
    hours: float

    def tick(self, number: Ticks, place: Ticks) -> Ticks:
        """When the call at a place (0, 1, ...) of a round is made."""
        return self.opens[number] + (self.first[number] + place) * self.length // self.daily


def rounds_of(scenario: ScenarioModel) -> Rounds:
    """The rounds of sales within the horizon, by the clocks of the market's time zone."""
    assert scenario.sales is not None
    hours, daily = scenario.sales.hours, int(scenario.sales.capacity.value)
    horizon, zone = int(scenario.horizon.value), Zone(scenario.timezone)
    ends = np.array([scenario.start, scenario.start + horizon * SECOND])
    days = np.arange(zone.day(ends)[0], zone.day(ends)[1] + 1)
    days = days[np.isin((days + THURSDAY) % 7, hours.days)]
    opens = (zone.instant(days * DAY + hours.opens * SECOND) - scenario.start) // SECOND
    length = hours.closes - hours.opens
    calls = np.bincount(np.arange(daily) * length // daily // HOUR)
    hour = np.flatnonzero(calls)
    start = (opens[:, None] + hour * HOUR).ravel()
    inside = np.flatnonzero((start >= 0) & (start < horizon))
    first = np.cumsum(calls) - calls
    return Rounds(
        start=start[inside],
        calls=np.tile(calls[hour], len(days))[inside],
        opens=np.repeat(opens, len(hour))[inside],
        first=np.tile(first[hour], len(days))[inside],
        daily=daily,
        length=length,
        hours=int(np.count_nonzero((opens >= 0) & (opens < horizon))) * length / HOUR,
    )
