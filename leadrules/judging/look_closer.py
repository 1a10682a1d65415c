"""A rule set in a market to what is looked at only when somebody asks: thresholds of its score, and its funnel."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from leadrules.engine.plan import Plan
from leadrules.judging.comparison import FunnelRow
from leadrules.judging.find_thresholds import Threshold, for_capacity, for_precision
from leadrules.judging.measure import Showing
from leadrules.judging.measure_funnel import funnel
from leadrules.judging.peaks import peaks_in
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.measure import TOP
from leadrules.simulator.world import World


class Asked(Struct, frozen=True):
    """What to look at: thresholds for so many leads a week, or for so large a share of winners; and the `funnel`."""

    capacity: float | None = None
    precision: float | None = None
    funnel: bool = False


class Closer(Struct, frozen=True):
    """What was seen; empty where it was not asked for."""

    thresholds: tuple[Threshold, ...] = ()
    funnel: tuple[FunnelRow, ...] = ()


def look_closer(plan: Plan, world: World, draws: Draws, leads: int, asked: Asked) -> Closer:
    """All that was asked for, of the same leads as ever."""
    if asked == Asked():
        return Closer()
    (ratings,) = (tried := try_rules([plan], world, draws, leads, replayed=0)).ratings
    showing = Showing(tried.sample, ratings, TOP)
    found = tuple(_thresholds(plan, world, draws, showing, asked))
    return Closer(found, funnel(showing) if asked.funnel else ())


def _thresholds(plan: Plan, world: World, draws: Draws, showing: Showing, asked: Asked) -> Iterator[Threshold]:
    sample = showing.sample
    if asked.capacity is not None:
        yield for_capacity(sample, peaks_in(plan, world, draws, len(sample)), asked.capacity)
    if asked.precision is not None:
        yield for_precision(sample, showing.ratings.score, asked.precision)
