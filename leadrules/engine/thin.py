"""Times of day at which leads are looked at, without those at which nothing can have changed since the look before."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import NEVER, Ints, Moments
from leadrules.engine.daily import Daily, Looks
from leadrules.engine.leads import Leads
from leadrules.engine.ranges import runs
from leadrules.engine.turning import Span, Turning
from leadrules.engine.views import becomes_known

Times = npt.NDArray[np.int64]
SLACK = 1_000_000.0  # ages in days are rounded; a second is far more than that
FAR = 2.0**61


class Wanted:
    """Which looks at a time of day are wanted."""

    def __init__(self, daily: Daily) -> None:
        self.daily = daily
        self._change = np.zeros(len(daily) + 1, np.int32)

    def want(self, anchors: Looks, low: float, high: float) -> None:
        """Those that can show what changes from an age `low` to an age `high`: the first after it at the latest."""
        lead, time = anchors
        first, last = (self.daily.before(lead, time + _whole(age)) for age in (low - SLACK, high + SLACK))
        np.add.at(self._change, first, 1)
        np.add.at(self._change, np.minimum(last + 1, self.daily.offsets[lead + 1]), -1)

    def looks(self) -> Looks:
        """Those that are wanted."""
        return self.daily.take(np.flatnonzero(np.cumsum(self._change[:-1]) != 0))


def _whole(age: float) -> int:
    return math.ceil(min(max(age, -FAR), FAR))


def thin(leads: Leads, turning: Turning, others: Looks, clocks: list[Daily], at_events: bool) -> list[Looks]:
    """Of looks at times of day, one series for each, those that have to be taken.

    `others`: all other looks, among them the first of every lead.
    """
    every = [Wanted(daily) for daily in clocks]
    for anchors, low, high in _changes(leads, turning, at_events):
        for series in every:
            series.want(anchors, low, high)
    kept = [series.looks() for series in every]
    if not turning.waits:
        return kept
    starts = [others, *kept]  # a wait begins where something changed
    for series in every:
        for start in starts:
            for wait in turning.waits:
                series.want(start, wait, wait)
    return [series.looks() for series in every]


def _changes(leads: Leads, turning: Turning, at_events: bool) -> Iterator[tuple[Looks, float, float]]:
    for span in turning.spans:
        for anchors in _anchors(leads, span):
            yield anchors, *span.ages
    everyone = np.arange(len(leads))
    for instant in turning.instants:
        yield (everyone, np.full(len(leads), int(instant), np.int64)), 0.0, 0.0
    dated = (*leads.histories.values(), *(d for d in (leads.adjustments, leads.links) if d is not None))
    for table in dated:
        yield (np.repeat(everyone, np.diff(table.offsets)), table.time), 0.0, 0.0
    if not at_events:
        yield (np.repeat(everyone, np.diff(leads.events.offsets)), becomes_known(leads.events)), 0.0, 0.0


def _anchors(leads: Leads, span: Span) -> Iterator[Looks]:
    """What the ages of a span are counted from: for late events also when they became known, as a beginning is."""
    if span.field is not None:
        yield from _moments(leads, span.field)
        return
    if span.events is None:  # a condition begins at changes of fields too
        for dated in leads.histories.values():
            yield np.repeat(np.arange(len(leads)), np.diff(dated.offsets)), dated.time
    events = leads.events
    lead = np.repeat(np.arange(len(leads)), np.diff(events.offsets))
    rows: slice | Ints = slice(None)
    if span.events is not None:
        rows = np.flatnonzero(np.array([name in span.events for name in events.names], bool)[events.kinds])
    lead, time = lead[rows], events.time[rows]
    if events.known_at is not None:
        yield lead, becomes_known(events)[rows]
    kept = slice(None) if events.known_at is not None else _telling(span, lead, time)
    yield lead[kept], time[kept]


def _telling(span: Span, lead: Ints, time: Times) -> slice | Ints:
    """Which of the events of a span say when something changes, where all are known at once."""
    age = span.ages[1]
    if span.latest:  # the latest of its lead when it reaches that age
        same = np.append(lead[1:] == lead[:-1], False)[: len(lead)]
        return np.flatnonzero(~(same & (np.diff(time, append=0) < age)))
    return runs(lead)[:-1] if age == math.inf else slice(None)  # without end it changes from the first on


def _moments(leads: Leads, field: str) -> Iterator[Looks]:
    """The moments that a field tells or told."""
    column = leads.fields.get(field)
    if isinstance(column, Moments):
        lead = np.flatnonzero(column.values != NEVER)
        yield lead, column.values[lead]
    if field in leads.histories:
        table = leads.histories[field]
        values = table.columns["value"]
        assert isinstance(values, Moments)
        rows = np.flatnonzero(values.values != NEVER)
        yield np.repeat(np.arange(len(leads)), np.diff(table.offsets))[rows], values.values[rows]
