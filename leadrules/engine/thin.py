"""Times of day at which leads are looked at, without those at which nothing can have changed since the look before."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from leadrules.engine.columns import NEVER, Ints, Moments
from leadrules.engine.leads import Leads
from leadrules.engine.ranges import offsets_of, runs
from leadrules.engine.turning import Span, Turning
from leadrules.engine.views import becomes_known, count_until

Times = npt.NDArray[np.int64]
Anchors = tuple[Ints, Times]  # leads, and an instant of each that ages are counted from
SLACK = 1_000_000.0  # ages in days are rounded; a second is far more than that
FAR = float(2**61)


class Looks:
    """Looks at leads, in the order of lead, then time, and which of them are wanted."""

    def __init__(self, leads: int, lead: Ints, at: Times) -> None:
        self.lead, self.at = lead, at
        self.offsets = offsets_of(np.bincount(lead, minlength=leads))
        self._change = np.zeros(len(at) + 1, np.int64)

    def want(self, anchors: Anchors, low: float, high: float) -> None:
        """Those that can show what changes from an age `low` to an age `high`: the first after it at the latest."""
        lead, time = anchors
        first, last = (self._before(lead, time, age) for age in (low - SLACK, high + SLACK))
        ends = self.offsets[lead + 1]
        np.add.at(self._change, first, 1)
        np.add.at(self._change, np.minimum(last + 1, ends), -1)

    def _before(self, lead: Ints, time: Times, age: float) -> Times:
        """The place of the first look of each lead that is not before an age."""
        when = np.clip(time + np.clip(np.ceil(age), -FAR, FAR), -FAR, FAR).astype(np.int64)
        return self.offsets[lead] + count_until(self.at, self.offsets, lead, when - 1)

    @property
    def wanted(self) -> Ints:
        """The places of those that are wanted."""
        found: Ints = np.flatnonzero(np.cumsum(self._change[:-1]))
        return found


def thin(leads: Leads, turning: Turning, others: Anchors, clocks: list[Anchors], at_events: bool) -> list[Anchors]:
    """Of looks at times of day, one series for each, those that have to be taken.

    `others`: leads and instants of all other looks, among them the first of every lead.
    """
    looks = [Looks(len(leads), *clock) for clock in clocks]
    for anchors, low, high in _changes(leads, turning, at_events):
        for series in looks:
            series.want(anchors, low, high)
    kept = [(series.lead[series.wanted], series.at[series.wanted]) for series in looks]
    if not turning.waits:
        return kept
    starts = [others, *kept]  # a wait begins where something changed
    for series in looks:
        for start in starts:
            for wait in turning.waits:
                series.want(start, wait, wait)
    return [(series.lead[series.wanted], series.at[series.wanted]) for series in looks]


def _changes(leads: Leads, turning: Turning, at_events: bool) -> Iterator[tuple[Anchors, float, float]]:
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


def _anchors(leads: Leads, span: Span) -> Iterator[Anchors]:
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


def _moments(leads: Leads, field: str) -> Iterator[Anchors]:
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
