"""A hot list to the figures of its queue: as it is, and run anew with other accounts drawn in place of these.

Leads share the capacity, so that how far these figures are known follows from no formula for leads one by one: each
replicate of the bootstrap over accounts has a queue of its own.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.simulator.follow_up import Bools, waits_for
from leadrules.simulator.hot import HotList
from leadrules.simulator.metrics import Week
from leadrules.simulator.population import Ticks
from leadrules.simulator.queue import NEVER
from leadrules.simulator.working_hours import HOUR, Rounds

WEEK = 7 * 24 * HOUR


class QueueFigures(Struct, frozen=True):
    """The figures of a queue; NaN where they have no value.

    `calls`: made in all. `overflow_per_week`: leads that get hot in a week beyond the calls of that week. `sla_kept`:
    share of leads called in time, among those whose time is over before the horizon. Waits in seconds.
    """

    hot_per_week: float
    utilisation: float
    expired_share: float
    wait_median: float
    wait_90: float
    calls: float
    overflow_per_week: float
    sla_kept: float


class Queued(Struct, frozen=True):
    """A queue: the `rows` of a hot list that are in it, when each of those is called, and its figures."""

    rows: Ticks
    served: Ticks
    figures: QueueFigures


def queue_figures(
    hot: HotList, served: Ticks, rounds: Rounds, scenario: ScenarioModel, contact: float | None = None
) -> QueueFigures:
    """The figures of a queue. `served`: when each lead is called; `contact`: seconds within which it should be."""
    waits = served - hot.tick.astype(np.int64)
    known = waits[served != NEVER]
    median, late = np.quantile(known, (0.5, 0.9)) if len(known) else (math.nan, math.nan)
    slots, gone = int(rounds.calls.sum()), int(np.count_nonzero(expired(hot, served, scenario)))
    kept = math.nan
    if contact is not None:
        due = hot.tick + contact < scenario.horizon.value
        kept = _share(int(np.count_nonzero(due & (served != NEVER) & (waits <= contact))), int(np.count_nonzero(due)))
    return QueueFigures(
        hot_per_week=len(served) * WEEK / scenario.horizon.value,
        utilisation=_share(len(known), slots),
        expired_share=_share(gone, len(served)),
        wait_median=float(median),
        wait_90=float(late),
        calls=float(len(known)),
        overflow_per_week=_overflow(hot, rounds, scenario),
        sla_kept=kept,
    )


def _share(some: int, all_: int) -> float:
    return some / all_ if all_ else math.nan


def _overflow(hot: HotList, rounds: Rounds, scenario: ScenarioModel) -> float:
    arrived, capacity = by_week(hot.tick.astype(np.int64), scenario), capacity_by_week(rounds, scenario)
    return float(np.maximum(arrived - capacity, 0).sum()) * WEEK / scenario.horizon.value


def by_week(ticks: Ticks, scenario: ScenarioModel) -> Ticks:
    """How many ticks lie in each seven days of the market; the last may be cut short."""
    weeks = -(-int(scenario.horizon.value) // WEEK)
    found: Ticks = np.bincount(ticks // WEEK, minlength=weeks)[:weeks]
    return found


def capacity_by_week(rounds: Rounds, scenario: ScenarioModel) -> Ticks:
    """The calls that can be made in each seven days of the market."""
    return by_week(np.repeat(rounds.start, rounds.calls), scenario)


def weekly(hot: HotList, served: Ticks, gone: Bools, rounds: Rounds, scenario: ScenarioModel) -> tuple[Week, ...]:
    """Week after week from the beginning of the market; the last may be cut short."""
    assert scenario.sales is not None
    tick = hot.tick.astype(np.int64)
    expire = int(scenario.sales.expire.value) if scenario.sales.expire else 0
    out = gone | (served != NEVER)
    arrived = by_week(tick, scenario)
    called = by_week(served[served != NEVER], scenario)
    left = by_week(np.where(gone, tick + expire, served)[out], scenario)
    columns = (arrived, capacity_by_week(rounds, scenario), called, np.cumsum(arrived - left))
    return tuple(Week(*row) for row in np.stack(columns, axis=1).tolist())


def expired(hot: HotList, served: Ticks, scenario: ScenarioModel) -> Bools:
    """Who was never called, and waited longer than anybody is waited for."""
    assert scenario.sales is not None
    if scenario.sales.expire is None:
        return np.zeros(len(served), bool)
    over = hot.tick.astype(np.int64) + int(scenario.sales.expire.value) < int(scenario.horizon.value)
    gone: Bools = over & (served == NEVER)
    return gone


def queued_again(
    hot: HotList, counts: Ticks, rounds: Rounds, scenario: ScenarioModel, contact: float | None = None
) -> Queued:
    """The queue where each account is drawn so often. `counts` (accounts,)."""
    assert scenario.sales is not None
    rows = np.repeat(np.arange(len(hot.tick)), counts[hot.account])
    drawn = hot.take(rows)
    served = waits_for(scenario.sales, drawn, rounds)
    return Queued(rows, served, queue_figures(drawn, served, rounds, scenario, contact))
