"""The reference of journeys: what the simple model does, by the exponential of a matrix, and what counts as far off.

The numbers of `benchmarks/journeys.scenario` stand here a second time, so that reading them wrongly shows. Times are
days. States of a journey: its three stages, then won, then lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.linalg import expm

from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.simulator.world import World, build_world

Floats = npt.NDArray[np.float64]

SIMPLE = (Path(__file__).parent.parent / "benchmarks" / "journeys.scenario").read_text(encoding="utf-8")
HORIZON = 180.0
STAGES = 3
WON = 3


class Segment(NamedTuple):
    """A kind of lead: its share, and of each stage the mean stay, the chance to go on, and events per day."""

    share: float
    means: tuple[float, float, float]
    onward: tuple[float, float, float]
    rates: tuple[float, float, float]


SEGMENTS = (
    Segment(0.20, (20, 15, 10), (0.60, 0.60, 0.50), (0.30, 0.60, 1.2)),
    Segment(0.50, (25, 20, 15), (0.40, 0.45, 0.30), (0.20, 0.50, 1.0)),
    Segment(0.30, (40, 25, 20), (0.20, 0.25, 0.15), (0.15, 0.30, 0.6)),
)
MIXES = ((0.60, 0.30, 0.06, 0.03, 0.01), (0.50, 0.20, 0.15, 0.10, 0.05), (0.40, 0.10, 0.20, 0.15, 0.15))


def generator(segment: Segment) -> Floats:
    """The rates at which a journey goes from state to state."""
    q = np.zeros((STAGES + 2, STAGES + 2))
    for stage, (mean, onward) in enumerate(zip(segment.means, segment.onward, strict=True)):
        q[stage, stage] = -1.0 / mean
        q[stage, stage + 1] = onward / mean
        q[stage, WON + 1] = (1.0 - onward) / mean
    return q


def integral(segment: Segment, until: float, times: int) -> Floats:
    """The chance of each state, integrated so many times over the age of a lead from 0 to `until`."""
    states = STAGES + 2
    blocks = np.zeros(((times + 1) * states, (times + 1) * states))
    blocks[:states, :states] = generator(segment)
    for i in range(times):
        blocks[i * states : (i + 1) * states, (i + 1) * states : (i + 2) * states] = np.eye(states)
    found: Floats = expm(blocks * until)[0, times * states :]
    return found


def occupancy(date: float) -> Floats:
    """The chance that a lead is in each state at a date; leads arrive evenly until the horizon."""
    return np.sum([s.share * integral(s, date, 1) / HORIZON for s in SEGMENTS], axis=0)


def events_per_lead() -> Floats:
    """Expected events of a lead within the horizon, in each stage."""
    return np.sum([s.share * integral(s, HORIZON, 2)[:STAGES] * s.rates / HORIZON for s in SEGMENTS], axis=0)


def chance(segment: Segment, stage: int) -> float:
    """The chance to win from a stage on, however long it takes."""
    return float(np.prod(segment.onward[stage:]))


def time_to_win(days: Floats) -> Floats:
    """The distribution function of the days from arrival to winning, among those who win."""
    weights = np.array([s.share * chance(s, 0) for s in SEGMENTS])
    grid = np.linspace(0.0, 1500.0, 6001)
    laws = [1.0 - _still_under_way(s, grid) for s in SEGMENTS]
    return np.interp(days, grid, np.average(laws, axis=0, weights=weights))


def _still_under_way(segment: Segment, grid: Floats) -> Floats:
    leave = 1.0 / np.array(segment.means)
    onward = np.diag(-leave) + np.diag(leave[:-1], 1)
    step, at = expm(onward * (grid[1] - grid[0])), np.array([1.0, 0.0, 0.0])
    found = np.empty(len(grid))
    for i in range(len(grid)):
        found[i] = at.sum()
        at = at @ step
    return found


# Markets, seeds and judgement

RICH = """
scenario rich {
  timezone Europe/Warsaw
  horizon 200 days from 2026-01-05
  arrivals over 120 days
  landmark 30 days after arrival
  target won within 60 days
}
lead {
  industry  one of software, finance, retail
  employees whole number
  budget    money EUR
  customer  flag
  runway    duration in days
  created   time known from
}
event page { path text }
event demo
everyone {
  industry { software 40%; finance 25%; retail 20%; unknown 15% }
  employees lognormal median 120 spread 1.1, unknown 15%
  budget normal mean 5_000 EUR spread 900 EUR
  customer 5%
  runway evenly 10 days to 90 days
}
persona champion 35% {
  intent 0.5
  activity 1.3
  in decide { lasts exponential mean 6 days; then won logit 0.4 + 0.7 * intent, else lost }
}
persona browser 40% {
  in aware { visits 0.9 per day; events { page path "/blog" 100% } }
}
persona student 25% never buys { employees lognormal median 8 spread 0.5 }
accounts {
  size 3
  intent spread 0.4
}
intent {
  spread 0.9
  customer 0.8
  by industry { software: 0.3; else: 0; unknown: -0.2 }
}
activity {
  spread 0.6
  correlation with intent 0.3
}
stage aware {
  lasts lognormal median 15 days spread 0.9, faster with intent 0.2
  visits 0.3 per day
  each visit has 2.9 events on average, gaps median 70 seconds spread 1
  events { page path "/" 60%; page path "/pricing" 30%; demo 10% }
  then consider logit 0.6 + 0.6 * intent, else lost
}
stage consider {
  lasts weibull mean 20 days shape 1.4
  visits 0.5 per day
  events { page path "/" 50%; demo 50% }
  then test 40%, no_decision 30%, else decide
}
stage test {
  lasts log-logistic median 9 days shape 3
  visits 1 per day
  events { demo 100% }
  then decide 60%, disqualified 10%, else lost
}
stage decide {
  lasts exactly 5 days
  visits 0.4 per day
  events { page path "/pricing" 100% }
  then won logit -0.2 + 0.9 * intent, else lost
}
"""


def world_of(text: str) -> World:
    """The world of a scenario given as text."""
    return build_world(check(parse(Source("market", text))))


def seeds(full: bool, few: int = 12, many: int = 200) -> list[int]:
    """Seeds that nobody chose."""
    texts = (f"seed {i}".encode() for i in range(many if full else few))
    return [int.from_bytes(hashlib.sha256(text).digest()[:6], "big") for text in texts]


def judge(figures: Sequence[float]) -> None:
    """Hold figures that are standard normal if a law holds: each, their sum, and how they spread."""
    z = np.asarray(figures, np.float64)
    assert np.abs(z).max() < 5, z
    assert abs(z.sum()) < 5 * np.sqrt(len(z)), z
    assert stats.kstest(z, "norm").pvalue > 1e-4, z


def mean_z(values: npt.NDArray[Any], expected: float) -> float:
    """How many standard errors a mean is off."""
    return float((values.mean() - expected) / (values.std(ddof=1) / np.sqrt(len(values))))


def share_z(holds: npt.NDArray[np.bool_], expected: float | Floats) -> float:
    """How many standard errors a count is off its expected value; `expected` is one chance, or one for each."""
    p = np.broadcast_to(expected, holds.shape)
    return float((holds.sum() - p.sum()) / np.sqrt((p * (1.0 - p)).sum()))


def z_of(p: float) -> float:
    """A p-value as a standard normal figure: large where the law does not hold. Counts may hit their law on the nose."""
    return float(stats.norm.isf(min(p, 0.999)))


def counts_z(counts: npt.NDArray[Any], shares: Sequence[float] | Floats) -> float:
    """How far counts are off their expected shares, by χ²."""
    return z_of(stats.chisquare(counts, np.asarray(shares) * counts.sum()).pvalue)
