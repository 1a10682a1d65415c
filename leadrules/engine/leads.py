"""Leads and what they did: tables of columns, the one meeting point of real data and simulated worlds.

Leads are rows. Events are rows sorted by lead, then time, then id; `offsets` says where each lead's events begin. A
type of event keeps its properties in columns of its own, one value for each event of that type.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.columns import Bools, Column, Ints
from leadrules.engine.ranges import ranges

Times = npt.NDArray[np.int64]
LAST = np.iinfo(np.int64).max


class Occurrences(Struct, frozen=True):
    """The events of one type: their rows in the table of events, ascending, and a column for each property."""

    rows: Ints
    properties: Mapping[str, Column]

    def between(self, first: int, last: int) -> Occurrences:
        """Those with rows from `first` to `last` (excluded), counted from `first`."""
        a, b = self.rows.searchsorted(np.array((first, last), self.rows.dtype))  # another type would copy all rows
        part = slice(int(a), int(b))
        rows = np.subtract(self.rows[part], first, dtype=np.intp)
        return Occurrences(rows, {name: column.take(part) for name, column in self.properties.items()})


class Events(Struct, frozen=True):
    """All events.

    `offsets` int64 (leads + 1): the events of lead i are the rows offsets[i] to offsets[i + 1]. `time` int64 (events):
    microseconds UTC. `kinds` (events): positions in `names`, the declared types. `known_at` int64 (events), where an
    event can become known later than it happened. `ids` int64 (events), where the data has ids: numbers in their order.
    """

    offsets: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    kinds: Ints
    names: tuple[str, ...]
    of_type: Mapping[str, Occurrences]
    known_at: npt.NDArray[np.int64] | None = None
    ids: npt.NDArray[np.int64] | None = None

    def told(self, row: int) -> tuple[str, dict[str, Column]]:
        """The type of one event, and its properties: columns of one row."""
        name = self.names[int(self.kinds[row])]
        told = self.of_type[name]
        place = np.searchsorted(told.rows, [row])
        return name, {key: column.take(place) for key, column in told.properties.items()}

    def block(self, start: int, stop: int) -> Events:
        """The events of the leads from `start` to `stop` (excluded)."""
        first, last = int(self.offsets[start]), int(self.offsets[stop])
        rows = slice(first, last)
        return Events(
            self.offsets[start : stop + 1] - first,
            self.time[rows],
            self.kinds[rows],
            self.names,
            {name: of_type.between(first, last) for name, of_type in self.of_type.items()},
            None if self.known_at is None else self.known_at[rows],
            None if self.ids is None else self.ids[rows],
        )


class Dated(Struct, frozen=True):
    """Rows that each belong to a lead and a moment, sorted by both: dated values of a field, or adjustments by hand.

    `offsets` int64 (leads + 1), `time` int64 (rows), and a column for each thing a row says.
    """

    offsets: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    columns: Mapping[str, Column]

    def block(self, start: int, stop: int) -> Dated:
        """The rows of the leads from `start` to `stop` (excluded)."""
        rows = slice(int(self.offsets[start]), int(self.offsets[stop]))
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Dated(self.offsets[start : stop + 1] - rows.start, self.time[rows], columns)


class Merged(Struct, frozen=True):
    """When each lead was merged into another, and into which. `at` int64 (leads): `LAST` where it never was.

    `into` (leads): positions among all leads.
    """

    at: npt.NDArray[np.int64]
    into: Ints


class Links(Struct, frozen=True):
    """The accounts that leads come to belong to, sorted by lead and then by when each holds from (`time`).

    `offsets` int64 (leads + 1), `time` int64 (rows), `account` (rows): positions of accounts.
    """

    offsets: npt.NDArray[np.int64]
    time: npt.NDArray[np.int64]
    account: Ints

    def block(self, start: int, stop: int) -> Links:
        """The rows of the leads from `start` to `stop` (excluded)."""
        rows = slice(int(self.offsets[start]), int(self.offsets[stop]))
        return Links(self.offsets[start : stop + 1] - rows.start, self.time[rows], self.account[rows])


class Spells(Struct, frozen=True):
    """Who belonged to which account from when until when, sorted by account, then lead, then time.

    `account`, `lead` (spells): positions among all of them. `begin`, `end` (excluded) int64 (spells), microseconds UTC; no spell goes
    on when its lead is merged into another.
    """

    account: Ints
    lead: Ints
    begin: Times
    end: Times

    def of(self, account: Ints, at: Times) -> tuple[Ints, Ints]:
        """The members of some accounts, each at an instant: which of these accounts, ascending, and leads, ascending in each."""
        first = np.searchsorted(self.account, account)
        row, spell = ranges(first, np.searchsorted(self.account, account, side="right") - first)
        there = np.flatnonzero((self.begin[spell] <= at[row]) & (at[row] < self.end[spell]))
        return row[there], self.lead[spell[there]]


class Among(Struct, frozen=True):
    """Where leads are copies of one: the leads among which each of them stands by itself, in the place of that one.

    `position`: which of `leads` they are copies of. `stays`: who of these belonged to which account and when.
    """

    leads: Leads
    position: int
    stays: Spells


class Leads(Struct, frozen=True, weakref=True):
    """Leads with their fields and events.

    `ids` (leads): what the data calls each lead. `accounts` (leads): positions of the account each belongs to; a lead
    without one is an account of its own. `links`: those it belongs to later. `fields`: a column for each field that the data has, with the values that have
    no date. `histories`: for some fields the dated values, in the order in which each comes to hold (`time`): `value`,
    which shares its dictionary with the field, and `since`. `adjustments`: by hand, of scores by name
    (`score`), each `set` or else added, its `value` and its `reason`.
    `around`: where these are a block, the leads that they are a block of. `merged`: which of them went into others; what
    those took over is among their events and histories. `among`: where these are copies of one lead.
    """

    ids: npt.NDArray[np.object_] | Ints
    accounts: Ints
    fields: Mapping[str, Column]
    events: Events
    histories: Mapping[str, Dated] = {}
    adjustments: Dated | None = None
    around: Leads | None = None
    merged: Merged | None = None
    links: Links | None = None
    among: Among | None = None

    def merged_by(self, at: npt.NDArray[np.int64]) -> Bools:
        """Which leads were merged into others by an instant each (leads,)."""
        return np.zeros(len(self), bool) if self.merged is None else np.less_equal(self.merged.at, at)

    @property
    def whole(self) -> Leads:
        """All leads, of which these are perhaps but a block: the other members of an account may stand in another."""
        return self if self.around is None else self.around

    def __len__(self) -> int:
        return len(self.ids)

    def block(self, start: int, stop: int) -> Leads:
        """The leads from `start` to `stop` (excluded)."""
        part = slice(start, stop)
        fields = {name: column.take(part) for name, column in self.fields.items()}
        histories = {name: dated.block(start, stop) for name, dated in self.histories.items()}
        adjustments = self.adjustments.block(start, stop) if self.adjustments else None
        events = self.events.block(start, stop)
        merged = Merged(self.merged.at[part], self.merged.into[part]) if self.merged else None
        links = self.links.block(start, stop) if self.links else None
        return Leads(
            self.ids[part],
            self.accounts[part],
            fields,
            events,
            histories,
            adjustments,
            self.whole,
            merged,
            links,
            self.among,
        )


def no_events(leads: int) -> Events:
    """The events of leads that did nothing."""
    nothing = np.zeros(0, np.int64)
    return Events(np.zeros(leads + 1, np.int64), nothing, nothing.astype(np.int8), (), {})
