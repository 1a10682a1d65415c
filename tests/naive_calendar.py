"""The reference of calendars: what every quarter of an hour weighs, by the clocks of Python, for one market.

The numbers of `MARKET` stand here a second time, so that reading them wrongly shows.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

MARKET = """
scenario seasons {
  timezone Europe/Berlin
  horizon 140 days from 2026-01-12 10:07
  arrivals over 110 days
}
event look
event ask
calendar {
  monday to thursday 1
  friday 0.8
  saturday 0.3
  sunday 0.1
  hours { 8:00 to 12:00 1; 12:00 to 13:30 0.7; 13:30 to 18:00 1.2; 22:00 to 5:00 0; else 0.1 }
  zones { Europe/Berlin 50%; America/New_York 30%; Asia/Kolkata 20% }
  holiday 2026-04-03 to 2026-04-06 0.1
  holiday 2026-01-26 0 in Asia/Kolkata
  campaign launch 2026-02-01 to 2026-02-08 { arrivals times 2; visits times 1.8 }
  campaign fair 2026-03-10 09:00 to 2026-03-12 18:00 { visits times 3 }
  trend { 2026-01-12 1; 2026-03-01 1.5; 2026-05-01 0.5 }
}
from 2026-03-20 by 2026-04-20 { persona keen 60%; visits times 0.5 }
from 2026-04-25 { persona keen 10%; persona idle 50%; arrivals times 1.5 }
persona keen 30% { activity 1.5 }
persona calm 50% { }
persona idle 20% { activity 0.4 }
activity { spread 0.5 }
stage first {
  lasts exponential mean 15 days
  visits 2 per week
  events { look 100% }
  then second 60%, else lost
}
stage second {
  lasts weibull mean 10 days shape 0.8
  visits 0.5 per day
  events { ask 100% }
  then won 30%, else lost
}
"""
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")
ZONE_SHARES = (0.5, 0.3, 0.2)
ACTIVITY = np.array([1.5, 1.0, 0.4])
RATES = (2 / 7, 0.5)
QUARTER = 900
DAY = 86_400
START = datetime(2026, 1, 12, 10, 7, tzinfo=BERLIN).astimezone(UTC)
HORIZON, ARRIVALS = 140 * DAY, 110 * DAY
BEFORE = 7 * 60  # the market starts so many seconds into a quarter of an hour


def at(year: int, month: int, day: int, hour: int = 0) -> int:
    """The tick of a time in Berlin."""
    return int((datetime(year, month, day, hour, tzinfo=BERLIN) - START).total_seconds())


LAUNCH = at(2026, 2, 1), at(2026, 2, 9)
FAIR = at(2026, 3, 10, 9), at(2026, 3, 12, 18)
TREND = (at(2026, 1, 12), at(2026, 3, 1), at(2026, 5, 1)), (1.0, 1.5, 0.5)
DRIFT = at(2026, 3, 20), at(2026, 4, 20)
SHIFT = at(2026, 4, 25)


def by_the_week(local: datetime) -> float:
    """What a moment weighs by the weekday and the hour, before it is made 1 on average."""
    day = (1, 1, 1, 1, 0.8, 0.3, 0.1)[local.weekday()]
    hour = local.hour + local.minute / 60
    if 8 <= hour < 12:
        return day
    if 12 <= hour < 13.5:
        return day * 0.7
    if 13.5 <= hour < 18:
        return day * 1.2
    return day * (0.0 if hour >= 22 or hour < 5 else 0.1)


def mean_weight() -> float:
    monday = datetime(2026, 1, 5)
    return float(np.mean([by_the_week(monday + timedelta(minutes=15 * i)) for i in range(7 * 96)]))


def of_holidays(local: datetime, zone: str) -> float:
    easter = date(2026, 4, 3) <= local.date() <= date(2026, 4, 6)
    republic = zone == "Asia/Kolkata" and local.date() == date(2026, 1, 26)
    return (0.1 if easter else 1.0) * (0.0 if republic else 1.0)


@functools.cache
def quarters(zone: str) -> Any:
    """Of every quarter of an hour: its first tick, its weight by the calendar, and its hour of the week."""
    first = START - timedelta(seconds=BEFORE)
    mean, rows = mean_weight(), []
    for i in range((HORIZON + BEFORE) // QUARTER + 1):
        local = (first + timedelta(seconds=QUARTER * i)).astimezone(ZoneInfo(zone))
        weight = by_the_week(local) / mean * of_holidays(local, zone)
        rows.append((QUARTER * i - BEFORE, weight, local.weekday() * 24 + local.hour))
    return np.array(rows).T


def of_visits(tick: Any) -> Any:
    """How many times as often visits come at ticks, by campaigns and changes; evenly within a drift."""
    launch, fair = ((low <= tick) & (tick < high) for low, high in (LAUNCH, FAIR))
    return np.where(launch, 1.8, 1.0) * np.where(fair, 3.0, 1.0) * np.interp(tick, DRIFT, (1.0, 0.5))


def of_arrivals(tick: Any) -> Any:
    """How many times as often leads arrive."""
    launch = (LAUNCH[0] <= tick) & (tick < LAUNCH[1])
    return np.where(launch, 2.0, 1.0) * np.interp(tick, *TREND) * np.where(tick >= SHIFT, 1.5, 1.0)


def keen_share(tick: Any) -> Any:
    """The share of the keen among those who arrive at ticks."""
    return np.where(tick >= SHIFT, 0.1, np.interp(tick, DRIFT, (0.3, 0.6)))


@functools.cache
def passed(zone: str, what: str) -> tuple[Any, Any]:
    """Ticks, and how many days of weight 1 have passed at each; between them time passes evenly."""
    first, weight, _ = quarters(zone)
    factor = {"visits": of_visits, "arrivals": of_arrivals}[what](first + QUARTER / 2)
    return np.append(first, first[-1] + QUARTER), np.append(0.0, np.cumsum(weight * factor * QUARTER / DAY))


def days(zone: str, what: str, tick: Any) -> Any:
    """Days of weight 1 passed at ticks of a zone."""
    return np.interp(tick, *passed(zone, what))


@functools.cache
def by_hour_of_week(zone: str) -> tuple[Any, Any]:
    """Ticks, and the days of visits passed at each in every hour of the week (168, ticks)."""
    ticks, total = passed(zone, "visits")
    hour = quarters(zone)[2].astype(int)
    each = np.zeros((168, len(ticks)))
    each[hour, np.arange(1, len(ticks))] = np.diff(total)
    return ticks, np.cumsum(each, axis=1)


def hours_until(zone: str, tick: Any, rate: Any) -> Any:
    """Visits expected until some ticks at these rates a day, all together, in every hour of the week (168,)."""
    ticks, each = by_hour_of_week(zone)
    quarter = np.searchsorted(ticks, tick, side="right") - 1
    part = (tick - ticks[quarter]) / QUARTER
    at = np.bincount(quarter, rate * (1 - part), len(ticks)) + np.bincount(quarter + 1, rate * part, len(ticks))
    return each @ at
