"""A showing to measures of its follow-up: what capacity is used, what the calls bring, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from leadrules.judging.figure import Figure, mean_of, share_of
from leadrules.judging.measure import Group, Kind, Measure, Showing
from leadrules.judging.worked import Worked
from leadrules.simulator.intervals import student
from leadrules.simulator.population import Floats
from leadrules.simulator.queue_runs import WEEK

CAPACITY: tuple[tuple[str, str, str, Kind, int], ...] = (
    ("utilisation", "utilisation", "capacity used", "share", 0),
    ("calls", "calls", "calls made", "count", 0),
    ("wait median", "wait_median", "wait for a call, median", "duration", -1),
    ("wait 90", "wait_90", "wait for a call, 90 % wait less", "duration", -1),
    ("expired share", "expired_share", "expired before a call, of hot leads", "share", -1),
    ("overflow per week", "overflow_per_week", "hot leads a week beyond its calls", "count", -1),
)


def measure_sales(showing: Showing) -> Iterator[Measure]:
    """Figures of the queue and of money; none where nobody calls."""
    worked = showing.worked
    if worked is None:
        return
    for name, key, title, kind, better in CAPACITY:
        yield _measure(name, title, "capacity", kind, better, worked.runs[key])
    weeks = showing.sample.horizon / WEEK
    yield _measure("calls per week", "calls a week", "capacity", "count", 0, worked.runs["calls"] / weeks)
    if worked.policy.contact is not None:
        yield _measure("sla kept", "called as soon as promised", "capacity", "share", 1, worked.runs["sla_kept"])
    yield from _brought(worked)
    yield from _paid(worked)
    yield from _spent(showing, worked, weeks)
    yield from _by_tier(showing, worked)


def _brought(worked: Worked) -> Iterator[Measure]:
    """Wins, expected of each lead as it stands when it is called."""
    runs = worked.runs
    calls = runs["calls"]
    yield _money("won", "won as sales call, expected", "count", 1, runs["won"])
    yield _money("won more", "won more by calls, expected (uplift captured)", "count", 1, runs["won_more"])
    yield _money("uplift per call", "P(won) that a call adds", "share", 1, _over(runs["won_more"], calls))
    yield _money("chance when called", "P(won) before a call", "share", 0, _over(runs["chance"], calls))


def _paid(worked: Worked) -> Iterator[Measure]:
    if not worked.priced:
        return
    runs, of = worked.runs, f" in {worked.policy.currency}" if worked.policy.currency else ""
    yield _money("value", f"value as sales call, expected{of}", "money", 1, runs["value"])
    yield _money("value more", f"value more by calls, expected{of}", "money", 1, runs["value_more"])
    yield _money("gain", f"value more by calls less their costs, expected{of}", "money", 1, runs["gain"])


def _spent(showing: Showing, worked: Worked, weeks: float) -> Iterator[Measure]:
    """Costs of calls and of coming by leads, as far as the market says what they are."""
    runs, of = worked.runs, f" in {worked.policy.currency}" if worked.policy.currency else ""
    if runs["costs"].any():
        yield _money("costs", f"costs of calls{of}", "money", -1, runs["costs"])
        extra = _over(runs["costs"], runs["won_more"])
        yield _money("cost per win more", f"costs of calls per win more{of}", "money", -1, extra)
    if showing.sample.cost is not None:
        hot = runs["hot_per_week"] * weeks
        yield _money("cost per mql", f"costs of channels per hot lead{of}", "money", -1, _over(runs["spent"], hot))
    parts = [word for word, key in (("channels", "spent"), ("calls", "costs")) if runs[key].any()]
    if parts:
        deal = _over(runs["spent"] + runs["costs"], runs["won"])
        yield _money("cost per won deal", f"costs of {' and '.join(parts)} per win{of}", "money", -1, deal)


def _by_tier(showing: Showing, worked: Worked) -> Iterator[Measure]:
    """What becomes of the judged leads of each tier at the landmark as sales call: who wins, for how long they pay."""
    for place, tier in enumerate(showing.ratings.tiers):
        won = partial(_conversion, showing, worked, place)
        yield Measure(
            f"conversion of {tier}", f"winners among {tier}, as sales call", "money", "share", 0, won, "queue"
        )
        if showing.sample.periods is not None:
            kept = partial(_retention, showing, worked, place)
            yield Measure(
                f"retention of {tier}", f"periods that winners of {tier} pay", "money", "number", 0, kept, "queue"
            )


def _conversion(showing: Showing, worked: Worked, place: int) -> Figure | None:
    return share_of(worked.after, showing.sample.judged & (showing.ratings.tier == place))


def _retention(showing: Showing, worked: Worked, place: int) -> Figure | None:
    assert showing.sample.periods is not None
    return mean_of(showing.sample.periods, showing.sample.judged & (showing.ratings.tier == place) & worked.after)


def _money(name: str, title: str, kind: Kind, better: int, runs: Floats) -> Measure:
    return _measure(name, title, "money", kind, better, runs)


def _measure(name: str, title: str, group: Group, kind: Kind, better: int, runs: Floats) -> Measure:
    return Measure(name, title, group, kind, better, lambda: of_runs(runs, kind), "queue")


def of_runs(runs: Floats, kind: Kind) -> Figure | None:
    """The figure of the sample, with that of each replicate."""
    if math.isnan(runs[0]):
        return None
    least = -math.inf if kind in ("money", "number") else 0.0
    return Figure(float(runs[0]), np.zeros(0), again=runs[1:], least=least, most=1.0 if kind == "share" else math.inf)


def _over(above: Floats, below: Floats) -> Floats:
    """A ratio run by run; there is none at all where one might divide by nothing, or by less.

    The ratio of two means has no bounded interval where the second is not shown to differ from 0 (Fieller 1954).
    """
    spread = float(below[1:].std(ddof=1))
    if not below[0] > student(len(below) - 2) * spread or below.min() <= 0:
        return np.full(len(above), math.nan)
    return above / below
