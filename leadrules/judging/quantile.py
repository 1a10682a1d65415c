"""Quantiles as figures: of leads by counting how many lie below, of weeks by weights of the ordered weeks."""

from __future__ import annotations

import math

import numpy as np

from leadrules.judging.figure import Bools, Figure, total_of
from leadrules.judging.taken import Taken
from leadrules.simulator.intervals import Z
from leadrules.simulator.population import Floats, Ticks

PIECES = 200  # of which each weight is the sum


def quantile_of(values: Floats, q: float, among: Bools) -> Figure | None:
    """The value that a share `q` of some leads lie below; None where there are none.

    A lead moves it by how the share below it changes, over the density there (Bahadur 1966); the density is read off
    the values that a share of q ± 1.96 errors lie below (Woodruff 1952).
    """
    n = int(np.count_nonzero(among))
    if not n:
        return None
    own = np.sort(values[among])
    value = float(np.quantile(own, q))
    reach = Z * math.sqrt(q * (1 - q) / n)
    low, high = np.quantile(own, np.clip([q - reach, q + reach], 0, 1))
    width = float(high - low) / (2 * reach)  # how far the value moves for each share of leads
    parts: Floats = np.where(among, (q - (values < value) - (values == value) / 2) * width / n, 0.0)
    return Figure(value, parts, "quantile", q, taken=Taken(values, among))


def weeks_of(ticks: Ticks, weeks: int, week: int) -> tuple[Ticks, Floats]:
    """The week of each tick, `weeks` for what is none or outside them, and how many leads there are in each."""
    number = np.where((ticks >= 0) & (ticks < weeks * week), ticks // week, weeks)
    return number, np.bincount(number, minlength=weeks + 1)[:-1].astype(np.float64)


def busy_week(ticks: Ticks, weeks: int, week: int, q: float) -> Figure | None:
    """How many leads come in a week than which a share `q` of all weeks are quieter; -1 is a lead that never comes.

    The mean of the weeks in the order of their counts, weighted by how likely each is to hold the quantile (Harrell and
    Davis 1982). A lead moves it by the weight of its week. That a week which gains leads changes places with another is
    left out: where weeks are much alike, intervals are wider than they have to be (0.985 of them hold the mean).
    """
    if not weeks:
        return None
    number, counts = weeks_of(ticks, weeks, week)
    weights = np.zeros(weeks + 1)
    weights[np.argsort(counts, kind="stable")] = harrell_davis(weeks, q)
    own = weights[number]
    return total_of(own)


def harrell_davis(n: int, q: float) -> Floats:
    """The weights of n ordered values: what the Beta law with (n + 1)q and (n + 1)(1 - q) gives to each n-th part."""
    x = (np.arange(n * PIECES) + 0.5) / (n * PIECES)
    logs = ((n + 1) * q - 1) * np.log(x) + ((n + 1) * (1 - q) - 1) * np.log1p(-x)
    pieces = np.exp(logs - logs.max()).reshape(n, PIECES).sum(axis=1)
    found: Floats = pieces / pieces.sum()
    return found
