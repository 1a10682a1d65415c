"""Merges of leads: what a lead takes over of others, and from when on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.assemble import RawEvents
from leadrules.engine.columns import NEVER, Column, Ints, known
from leadrules.engine.histories import Told, both
from leadrules.engine.leads import LAST, Merged
from leadrules.engine.ranges import rows_of

Times = npt.NDArray[np.int64]
Steps = Mapping[str, tuple[str, int]]


class Merges(Struct, frozen=True):
    """Pairs of a lead and one that it went into, at once or by way of others, by `into`, then `at`, then id.

    `lead`, `into` (pairs): positions; from `leads` on they are those of ids that are no leads, but went into one. `at`
    int64 (pairs), microseconds UTC: from when on what is known of the one is known of the other.
    """

    lead: Ints
    into: Ints
    at: Times
    leads: int

    def merged(self) -> Merged:
        """When each lead first went into another one that there is."""
        own = np.flatnonzero(self.lead < self.leads)
        own = own[np.lexsort((self.at[own], self.lead[own]))][::-1]  # of several the earliest is written last
        at, into = np.full(self.leads, LAST, np.int64), np.full(self.leads, -1, np.int64)
        at[self.lead[own]], into[self.lead[own]] = self.at[own], self.into[own]
        return Merged(at, into)


def close(steps: Steps, ids: Sequence[str]) -> tuple[Merges, tuple[str, ...]]:
    """Single merges (lead to the one it went into, and when) to all pairs, and the ids without lead that have a part in them.

    `ids` are the leads there are, in order. A way from one lead to another is as late as the latest of its merges.
    """
    there = {id: place for place, id in enumerate(ids)}
    pairs = [(lead, into, at) for lead in steps for into, at in _way(lead, steps) if into in there]
    others = tuple(sorted({lead for lead, _, _ in pairs if lead not in there}))
    places = there | {id: len(ids) + place for place, id in enumerate(others)}
    pairs.sort(key=lambda pair: (places[pair[1]], pair[2], pair[0]))
    lead, into, at = (
        np.array(column, np.int64)
        for column in ([places[p[0]] for p in pairs], [places[p[1]] for p in pairs], [p[2] for p in pairs])
    )
    return Merges(lead, into, at, len(ids)), others


def _way(lead: str, steps: Steps) -> list[tuple[str, int]]:
    """Every lead that one goes into, the nearest first, and since when."""
    found, latest = [], NEVER
    while lead in steps:
        lead, at = steps[lead]
        latest = max(int(latest), at)
        found.append((lead, latest))
    return found


def merged_events(raw: RawEvents, merges: Merges) -> tuple[RawEvents, Ints]:
    """Events with those that leads take over of others, and which row each was. Own ones come first, then the earliest taken over."""
    pair, source = rows_of(merges.lead, raw.lead)
    own = np.flatnonzero(raw.lead < merges.leads)
    begins = raw.time if raw.known_at is None else np.maximum(raw.time, raw.known_at)
    rows = np.concatenate([own, source])
    visible = np.concatenate([begins[own], np.maximum(begins[source], merges.at[pair])])
    lead = np.concatenate([raw.lead[own], merges.into[pair]])
    return replace(raw.take(rows), lead=lead, visible=visible), rows


def merged_values(told: Told, merges: Merges) -> Told:
    """Dated values with those that leads take over of others."""
    pair, source = rows_of(merges.lead, told.lead)
    own = np.flatnonzero(told.lead < merges.leads)
    taken = told.take(np.concatenate([own, source]))
    visible = np.concatenate([told.begins[own], np.maximum(told.begins[source], merges.at[pair])])
    nearness = np.concatenate([np.zeros(len(own), np.int64), -1 - pair])
    lead = np.concatenate([told.lead[own], merges.into[pair]])
    return Told(lead, taken.since, taken.known_at, taken.values, visible, nearness)


def filled(column: Column, merges: Merges) -> Told:
    """Values without date that leads take over of others for want of their own: since ever, but not known before."""
    has = known(column)
    pair = np.flatnonzero(merges.lead < merges.leads)
    pair = pair[has[merges.lead[pair]] & ~has[merges.into[pair]]]
    ever = np.full(len(pair), NEVER, np.int64)
    return Told(merges.into[pair], ever, ever, column.take(merges.lead[pair]), merges.at[pair], -1 - pair)


def with_merged(told: Mapping[str, Told], fields: Mapping[str, Column], merges: Merges) -> dict[str, Told]:
    """All that is said of each field, with dates and without, and what leads take over of others."""
    return {name: all_said(told.get(name), fields.get(name), merges) for name in {**told, **fields}}


def all_said(told: Told | None, column: Column | None, merges: Merges) -> Told:
    """The same of one thing, of which something is told with dates or without."""
    if told is None:
        assert column is not None
        return filled(column, merges)
    dated = merged_values(told, merges)
    return dated if column is None else both(dated, filled(column, merges))
