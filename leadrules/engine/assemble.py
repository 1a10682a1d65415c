"""Columns as they were read to leads: events sorted by lead, time and id, what is said twice taken once."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import NEVER, UNKNOWN, Codes, Column, Flags, Ints, Moments, Numbers
from leadrules.engine.leads import Events, Leads, Occurrences
from leadrules.engine.ranges import offsets_of

Times = npt.NDArray[np.int64]


class RawEvents(Struct, frozen=True):
    """Events in any order, a row each.

    `lead`: positions of leads. `kinds`: positions in `names`. `ids`: numbers in the order of the ids, `NEVER` where an
    event has none. `properties`: for each type of event its columns, with a value for each row of that type. `visible`:
    when each can first be seen, where that is not the later of its time and its `known_at`.
    """

    lead: Ints
    kinds: Ints
    time: Times
    names: tuple[str, ...]
    properties: Mapping[str, Mapping[str, Column]]
    known_at: Times | None = None
    ids: Times | None = None
    visible: Times | None = None

    def take(self, at: Ints) -> RawEvents:
        """Some of the rows, in any order, and again if need be."""
        kinds, places = self.kinds[at], self.places()[at]
        properties: dict[str, Mapping[str, Column]] = {}
        for kind, name in enumerate(self.names):
            own = places[kinds == kind]
            properties[name] = {key: column.take(own) for key, column in self.properties.get(name, {}).items()}
        known_at, ids, visible = (None if c is None else c[at] for c in (self.known_at, self.ids, self.visible))
        return RawEvents(self.lead[at], kinds, self.time[at], self.names, properties, known_at, ids, visible)

    def places(self) -> Times:
        """Where each row stands among those of its type."""
        places = np.zeros(len(self.kinds), np.int64)
        for kind in range(len(self.names)):
            rows = np.flatnonzero(self.kinds == kind)
            places[rows] = np.arange(len(rows))
        return places


class Repeats(Struct, frozen=True):
    """Rows that say what another row says (`dropped`), and pairs of rows that share an id and differ (`conflicts`)."""

    dropped: Times
    conflicts: tuple[tuple[int, int], ...]


def assemble(
    ids: npt.NDArray[np.object_] | Ints, accounts: Ints, fields: Mapping[str, Column], raw: RawEvents
) -> tuple[Leads, Repeats]:
    """Leads with their events in order.

    Ties in time go by id, then by content; rows without id come last. Of rows that say the same, the first counts.
    """
    sorter = _Sorter(raw)
    order = sorter.order()
    repeated = sorter.repeated(order)
    events = _events(order[~repeated], len(ids), raw, sorter.places)
    return Leads(ids, accounts, fields, events), Repeats(np.sort(order[repeated]), sorter.conflicts())


def _events(order: Times, leads: int, raw: RawEvents, places: Times) -> Events:
    offsets = offsets_of(np.bincount(raw.lead[order], minlength=leads))
    kinds = raw.kinds[order]
    of_type = {}
    for kind, name in enumerate(raw.names):
        rows = np.flatnonzero(kinds == kind)
        columns = {key: column.take(places[order[rows]]) for key, column in raw.properties.get(name, {}).items()}
        of_type[name] = Occurrences(rows, columns)
    visible = raw.known_at if raw.visible is None else raw.visible
    known_at = visible[order] if visible is not None and bool((visible > raw.time).any()) else None
    event_ids = None if raw.ids is None else raw.ids[order]
    return Events(offsets, raw.time[order], kinds, raw.names, of_type, known_at, event_ids)


class _Sorter:
    """Rows in order, and what each says where order alone does not tell."""

    def __init__(self, raw: RawEvents) -> None:
        self.raw, self.places = raw, raw.places()

    def order(self) -> Times:
        order = np.lexsort((self.raw.time, self.raw.lead))
        at = np.flatnonzero(self.tied(order))
        order[at] = sorted(order[at].tolist(), key=self.key)
        return order

    def key(self, row: int) -> tuple[object, ...]:
        return (int(self.raw.lead[row]), int(self.raw.time[row]), *self.said(row), row)

    def tied(self, order: Times) -> npt.NDArray[np.bool_]:
        """Rows, in order, that share lead and time with a neighbour."""
        lead, time = self.raw.lead[order], self.raw.time[order]
        same = (lead[1:] == lead[:-1]) & (time[1:] == time[:-1])
        tied = np.zeros(len(order), bool)
        tied[1:] |= same
        tied[:-1] |= same
        return tied

    def said(self, row: int) -> tuple[object, ...]:
        """What a row says beside its lead and time: id first, rows without one last."""
        raw, place = self.raw, int(self.places[row])
        id = NEVER if raw.ids is None else int(raw.ids[row])
        known_at = 0 if raw.known_at is None else int(raw.known_at[row])
        name = raw.names[int(raw.kinds[row])]
        values = (_value(column, place) for column in raw.properties.get(name, {}).values())
        return (id == NEVER, id, name, known_at, *values)

    def repeated(self, order: Times) -> npt.NDArray[np.bool_]:
        """Rows, in order, that say what the row before says."""
        repeated = np.zeros(len(order), bool)
        tied = np.flatnonzero(self.tied(order)).tolist()
        for before, after in itertools.pairwise(tied):
            a, b = int(order[before]), int(order[after])
            repeated[after] = after == before + 1 and self.key(a)[:-1] == self.key(b)[:-1]
        return repeated

    def conflicts(self) -> tuple[tuple[int, int], ...]:
        """Rows of one lead that share an id and do not say the same."""
        raw = self.raw
        if raw.ids is None:
            return ()
        order = np.lexsort((raw.ids, raw.lead))
        lead, ids = raw.lead[order], raw.ids[order]
        same = np.flatnonzero((lead[1:] == lead[:-1]) & (ids[1:] == ids[:-1]) & (ids[1:] != NEVER))
        pairs = [(int(order[i]), int(order[i + 1])) for i in same]
        return tuple(pair for pair in pairs if self.key(pair[0])[:-1] != self.key(pair[1])[:-1])


def _value(column: Column, row: int) -> tuple[bool, float | str]:
    """A value that can be compared with others of its column, missing ones last."""
    match column:
        case Codes(codes, dictionary):
            return (False, dictionary.values[codes[row]]) if codes[row] >= 0 else (True, "")
        case Numbers(values):
            return (False, float(values[row])) if values[row] == values[row] else (True, 0.0)
        case Moments(values):
            return values[row] == NEVER, float(values[row])
        case Flags(values):
            return values[row] == UNKNOWN, float(values[row])
