"""Populations to simulated figures: sums over leads and accounts, block after block; no lead is kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from leadrules.dsl.scenario.model import OUTCOMES, WON
from leadrules.simulator.intervals import Z, wilson
from leadrules.simulator.laws import LONGEST
from leadrules.simulator.mailings import Cause
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats, Population, Ticks
from leadrules.simulator.world import World

BINS = 1 << 14
NEAR_NOTHING = 1e-9


class Moments(Struct, frozen=True):
    """Sums over accounts: of a figure's total, its square, its product with the account's leads, and those squared.

    An account with leads in two blocks counts as two.
    """

    accounts: int
    leads: int
    largest: int
    total: Floats
    square: Floats
    product: Floats
    leads_square: int

    def merge(self, other: Moments) -> Moments:
        """Both together."""
        return Moments(
            self.accounts + other.accounts,
            self.leads + other.leads,
            max(self.largest, other.largest),
            self.total + other.total,
            self.square + other.square,
            self.product + other.product,
            self.leads_square + other.leads_square,
        )

    def mean(self, figure: int) -> tuple[float, float]:
        """The mean of a figure over leads, and its standard error by accounts (linearised ratio)."""
        mean = float(self.total[figure]) / self.leads
        squares = float(self.square[figure]) - 2 * mean * float(self.product[figure]) + mean * mean * self.leads_square
        return mean, float(np.sqrt(max(squares, 0.0) * self.accounts / max(self.accounts - 1, 1)) / self.leads)


class Seen(Struct, frozen=True):
    """What was seen of a market.

    `moments` are of the figures in this order: for each date each stage and outcome; won in the end, won by the
    horizon; events of visits, of all types and of each; events of mails. `ways` (stages, stages and outcomes): how often each was gone. `times`: a
    histogram of the logarithm of the seconds to winning.
    """

    moments: Moments
    ways: Floats
    times: Ticks

    def merge(self, other: Seen) -> Seen:
        """Both together."""
        return Seen(self.moments.merge(other.moments), self.ways + other.ways, self.times + other.times)


def see(world: World, dates: Sequence[float], population: Population) -> Seen:
    """What is seen of a block of leads."""
    truth, leads = population.truth, len(population.truth.arrival)
    won = truth.outcome == WON
    rows = [
        *(row for date in dates for row in _states(world, population, date)),
        won,
        won & (truth.ended <= world.scenario.horizon.value),
        *_events(world, population),
    ]
    table = np.array(rows, np.float64).reshape(len(rows), leads)
    seconds = (truth.ended - truth.arrival)[won]
    bins = (np.log(np.clip(seconds, 1, LONGEST)) / np.log(LONGEST) * (BINS - 1)).astype(np.int64)
    return Seen(_moments(table, truth.account), _ways(world, population), np.bincount(bins, minlength=BINS))


def _moments(table: Floats, account: Ticks) -> Moments:
    first = np.flatnonzero(np.diff(account, prepend=-1))
    sizes = np.diff(np.append(first, len(account)))
    totals = np.add.reduceat(table, first, axis=1)
    return Moments(
        len(first),
        len(account),
        int(sizes.max()),
        totals.sum(axis=1),
        (totals * totals).sum(axis=1),
        (totals * sizes).sum(axis=1),
        int((sizes * sizes).sum()),
    )


def _states(world: World, population: Population, date: float) -> Floats:
    """Which stage each lead is in, or which outcome it has, at a date."""
    truth = population.truth
    found = np.zeros((len(world.stages) + len(OUTCOMES), len(truth.arrival)))
    for stay in population.stays:
        found[stay.stage, stay.who[(stay.start <= date) & (date < stay.end)]] = 1.0
    over = np.flatnonzero(truth.ended <= date)
    found[len(world.stages) + truth.outcome[over], over] = 1.0
    return found


def _events(world: World, population: Population) -> Floats:
    """Events of the visits of each lead, be they observed or not: all, and those of each type; then those of mails."""
    happened, types = population.happenings, len(world.scenario.events)
    assert happened is not None, "a population without what happened"
    counts = happened.counts
    lead = np.repeat(np.arange(len(counts)), counts)
    by_visit = np.array([deed.cause == Cause() for deed in world.actions], bool)[happened.action]
    kind = np.where(by_visit, np.take(world.kinds, happened.action), types)
    each = np.bincount(lead * (types + 1) + kind, minlength=len(counts) * (types + 1)).reshape(-1, types + 1).T
    return np.concatenate([each[:types].sum(axis=0)[None, :], each])


def _ways(world: World, population: Population) -> Floats:
    """How often each way was gone: from each stay to the next of the same lead, or to its outcome."""
    stages, states = len(world.stages), len(world.stages) + len(OUTCOMES)
    who = np.concatenate([stay.who for stay in population.stays])
    start = np.concatenate([stay.start for stay in population.stays])
    stage = np.concatenate([np.full(len(stay.who), stay.stage) for stay in population.stays])
    order = np.lexsort((start, who))
    who, stage = who[order], stage[order]
    following = np.append(stage[1:], 0)
    is_last = np.append(who[1:] != who[:-1], True)
    target = np.where(is_last, stages + population.truth.outcome[who], following)
    return np.bincount(stage * states + target, minlength=stages * states).reshape(stages, states).astype(np.float64)


# Estimates


def share(moments: Moments, figure: int, expected: float | None, blurred: float) -> tuple[Estimate, float | None]:
    """A share with Wilson's interval and the design effect of accounts, and how far it is off in standard errors."""
    mean, error = moments.mean(figure)
    independent = mean * (1.0 - mean) / moments.leads
    design = min(max(error * error / independent, 1.0), float(moments.largest)) if independent > 0 else 1.0
    return wilson(mean * moments.leads, moments.leads, design), share_z(mean, expected, moments.leads / design, blurred)


def share_z(mean: float, expected: float | None, trials: float, blurred: float = 0.0) -> float | None:
    """How many standard errors a share is above what is expected, as near to it as `blurred` allows.

    A share of nothing is taken for one of 1e-9.
    """
    if expected is None or not trials:
        return None
    nearest = min(max(mean, expected - blurred), expected + blurred)
    p = min(max(nearest, NEAR_NOTHING), 1.0 - NEAR_NOTHING)
    return float((mean - p) / np.sqrt(p * (1.0 - p) / trials))


def average(moments: Moments, figure: int, expected: float | None) -> tuple[Estimate, float | None]:
    """A mean of counts with its normal interval, and how far it is off in standard errors; one account tells nothing."""
    if moments.accounts < 2:
        return NOTHING, None
    mean, error = moments.mean(figure)
    estimate = Estimate(mean, max(mean - Z * error, 0.0), mean + Z * error)
    return estimate, (mean - expected) / error if expected is not None and error > 0 else None


def time(times: Ticks, p: float, expected: float | None, tolerance: float) -> tuple[Estimate, float | None]:
    """A quantile of the time to winning with the interval of its order statistics.

    How far it is off is told by how many took no longer than expected; with fixed durations, `tolerance` seconds are
    neither longer nor shorter.
    """
    trials = int(times.sum())
    if not trials:
        return NOTHING, None
    edges = np.exp(np.arange(BINS + 1) / (BINS - 1) * np.log(LONGEST))
    reached = np.append(0.0, np.cumsum(times)) / trials
    error = float(np.sqrt(p * (1.0 - p) / trials))
    low, value, high = (
        float(np.interp(min(max(q, 0.0), 1.0), reached, edges)) for q in (p - Z * error, p, p + Z * error)
    )
    if expected is None:
        return Estimate(value, low, high), None
    least, most = np.interp([expected - tolerance, expected + tolerance], edges, reached)
    return Estimate(value, low, high), float((p - np.clip(p, least, most)) / error)
