"""What each lead would pay if it is won."""

from __future__ import annotations

import math

import numpy as np

from leadrules.dsl.scenario.model import Law
from leadrules.dsl.scenario.model_sales import Retention, Value
from leadrules.simulator.attributes import frame
from leadrules.simulator.draws import Draws, Uniforms
from leadrules.simulator.laws import LONGEST, drawn, dwell_of, survival
from leadrules.simulator.normal import normal
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats, Money
from leadrules.simulator.quantiles import geometric
from leadrules.simulator.world import World

AT_ONCE, NEARLY_NONE = 4_096, 1e-15


def draw_money(world: World, draws: Draws, people: People) -> Money | None:
    """What leads would pay, by draws of their own; None where the market does not say."""
    value = world.scenario.value
    if value is None:
        return None
    deal = value.median.value * np.exp(value.spread.value * normal(draws.uniforms("value", people.ids)))
    deal *= _factors(world, value, people)
    periods = np.ones(len(deal))
    if value.retention is not None:
        periods = _periods(value.retention, draws.uniforms("value/retention", people.ids))
    return Money(deal, periods)


def mean_worth(world: World, people: People) -> Floats:
    """What each lead would pay on average, given its fields and its intent; 0 where the market does not say."""
    value = world.scenario.value
    if value is None:
        return np.zeros(len(people.ids))
    deal = value.median.value * math.exp(value.spread.value**2 / 2)
    return deal * _factors(world, value, people) * (_mean_periods(value.retention) if value.retention else 1.0)


def _factors(world: World, value: Value, people: People) -> Floats:
    """How many times as much each lead pays by its fields and its intent."""
    found = np.exp(value.intent.value * people.intent)
    if world.factors:
        moment = frame(world, people.account, people.attributes)
        for factor in world.factors:
            found *= factor(moment)
    return found


def _periods(retention: Retention, u: Uniforms) -> Floats:
    """How many periods are paid for, 1 at least: a high draw stays long."""
    if retention.shape is None:
        staying = np.full(len(u), retention.staying.value)
        return geometric(1.0 / (1.0 - staying), u).astype(np.float64)
    law = Law("weibull", retention.staying, retention.shape)
    tenure = np.minimum(drawn(dwell_of(law), 1.0 - u, u), LONGEST)
    return 1.0 + np.floor(tenure / retention.period.value)


def _mean_periods(retention: Retention) -> float:
    """1, and the chances of a second period, a third and so on."""
    if retention.shape is None:
        return 1.0 / (1.0 - retention.staying.value)
    dwell = dwell_of(Law("weibull", retention.staying, retention.shape))
    period, found = retention.period.value, 1.0
    for first in range(1, int(LONGEST // period) + 1, AT_ONCE):
        ends = period * np.arange(first, first + AT_ONCE, dtype=np.float64)
        chances = survival(dwell, ends) * (ends <= LONGEST)
        found += float(chances.sum())
        if chances[-1] < NEARLY_NONE:
            break
    return found
