"""Dated values of fields, put in order, and which of them holds at an instant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.assemble import Repeats
from leadrules.engine.columns import (
    NEVER,
    UNKNOWN,
    Bools,
    Codes,
    Column,
    Dictionary,
    Flags,
    Ints,
    Moments,
    Numbers,
)
from leadrules.engine.leads import Dated, Leads
from leadrules.engine.views import count_until

Times = npt.NDArray[np.int64]


class Told(Struct, frozen=True):
    """Values of one field in any order, a row each: whose, since when, known from when on. Times int64 microseconds UTC.

    `visible`: when each can first be seen, where that is not the later of its two times. `nearness`: of rows with the
    same two times the one nearest to its lead holds.
    """

    lead: Ints
    since: Times
    known_at: Times
    values: Column
    visible: Times | None = None
    nearness: Ints | None = None

    def take(self, at: Ints) -> Told:
        """Some of the rows."""
        visible = None if self.visible is None else self.visible[at]
        nearness = None if self.nearness is None else self.nearness[at]
        return Told(self.lead[at], self.since[at], self.known_at[at], self.values.take(at), visible, nearness)

    @property
    def begins(self) -> Times:
        """When each can first be seen."""
        return np.maximum(self.since, self.known_at) if self.visible is None else self.visible


def history(told: Told, leads: int) -> Dated:
    """The values in the order in which each comes to hold, without those that never do.

    A value is visible from the later of its two times on. Of those visible the one since latest holds, and of several
    since the same time the one that became known last.
    """
    order = _in_order(told)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))  # the higher of two visible values of a lead holds
    begins = told.begins
    arriving = np.lexsort((rank, begins, told.lead))
    kept = arriving[rank[arriving] == np.maximum.accumulate(rank[arriving])] if len(order) else order
    offsets = np.zeros(leads + 1, np.int64)
    np.cumsum(np.bincount(told.lead[kept], minlength=leads), out=offsets[1:])
    columns: Mapping[str, Column] = {"value": told.values.take(kept), "since": Moments(told.since[kept])}
    return Dated(offsets, begins[kept], columns)


def repeats_of(told: Told, *more: Column) -> Repeats:
    """Rows that say the same as another, and those that say different things of the same two times.

    `more` are further columns of the rows.
    """
    order = _in_order(told)
    again = _alike(told, order)
    same = again.copy()
    for values in (told.values, *more):
        same &= alike(values, order[1:], order[:-1])
    clashes = np.flatnonzero(again & ~same)
    return Repeats(np.sort(order[1:][same]), tuple((int(order[i]), int(order[i + 1])) for i in clashes))


def _in_order(told: Told) -> Times:
    """The rows by lead, since when, known from when, and what is nearest last."""
    nearness = np.zeros(len(told.lead), np.int64) if told.nearness is None else told.nearness
    return np.lexsort((nearness, told.known_at, told.since, told.lead))


def histories_of(told: Mapping[str, Told], leads: int) -> dict[str, Dated]:
    """The history of each field of which something is told."""
    return {name: history(values, leads) for name, values in told.items() if len(values.lead)}


def _alike(told: Told, order: Times) -> Bools:
    """Which rows, in order from the second on, are of the lead and the two times of the one before."""
    before, after = order[:-1], order[1:]
    same: Bools = told.lead[before] == told.lead[after]
    same &= (told.since[before] == told.since[after]) & (told.known_at[before] == told.known_at[after])
    return same


def alike(column: Column, a: Ints, b: Ints) -> Bools:
    """Where two rows of a column hold the same; what is not known is the same as what is not known."""
    match column:
        case Codes(values) | Moments(values) | Flags(values):
            return np.equal(values[a], values[b])
        case Numbers(values):
            return np.equal(values[a], values[b]) | (np.isnan(values[a]) & np.isnan(values[b]))
        case _:
            assert_never(column)


def with_histories(leads: Leads, histories: Mapping[str, Dated]) -> Leads:
    """The leads with dated values of fields; a field and its dated values share one dictionary of texts."""
    fields, dated = dict(leads.fields), {}
    for name, told in histories.items():
        values = told.columns["value"]
        base = fields.get(name)
        fields[name], values = shared(blank(values, len(leads)) if base is None else base, values)
        dated[name] = replace(told, columns={**told.columns, "value": values})
    return replace(leads, fields=fields, histories=dated)


def blank(like: Column, rows: int) -> Column:
    """A column of the same kind of which nothing is known."""
    match like:
        case Codes(_, dictionary):
            return Codes(np.full(rows, -1, np.int8), dictionary)
        case Numbers():
            return Numbers(np.full(rows, np.nan))
        case Moments():
            return Moments(np.full(rows, NEVER, np.int64))
        case Flags():
            return Flags(np.full(rows, UNKNOWN, np.int8))
        case _:
            assert_never(like)


def after_one_another(one: Column, other: Column) -> Column:
    """The values of two columns of the same kind as one."""
    match shared(one, other):
        case Codes(first, dictionary), Codes(second):
            return Codes(np.concatenate([first, second]), dictionary)
        case Numbers(numbers), Numbers(further):
            return Numbers(np.concatenate([numbers, further]))
        case Moments(times), Moments(later):
            return Moments(np.concatenate([times, later]))
        case Flags(flags), Flags(others):
            return Flags(np.concatenate([flags, others]))
        case _:
            raise AssertionError("both are of one kind")


def both(one: Told, other: Told) -> Told:
    """The rows of two; either both say when each row is visible and how near it is, or neither."""
    return Told(
        np.concatenate([one.lead, other.lead]),
        np.concatenate([one.since, other.since]),
        np.concatenate([one.known_at, other.known_at]),
        after_one_another(one.values, other.values),
        None if one.visible is None or other.visible is None else np.concatenate([one.visible, other.visible]),
        None if one.nearness is None or other.nearness is None else np.concatenate([one.nearness, other.nearness]),
    )


def shared(one: Column, other: Column) -> tuple[Column, Column]:
    """Two columns of the same kind, with one dictionary between them where they are texts."""
    if not isinstance(one, Codes) or not isinstance(other, Codes) or one.dictionary is other.dictionary:
        return one, other
    places: dict[str, int] = {}
    for text in (*one.dictionary.values, *other.dictionary.values):
        places.setdefault(text, len(places))
    both = Dictionary(tuple(places))
    return _placed(one, both, places), _placed(other, both, places)


def _placed(column: Codes, dictionary: Dictionary, places: Mapping[str, int]) -> Codes:
    moved = np.array([*(places[text] for text in column.dictionary.values), -1], np.int64)
    return Codes(moved[column.codes], dictionary)


def held(dated: Dated, lead: Ints, at: Times) -> Times:
    """The row of the value that holds for each lead at its instant; -1 where none does yet."""
    count = count_until(dated.time, dated.offsets, lead, at)
    return np.where(count > 0, dated.offsets[lead] + count - 1, -1)


def laid_over(column: Column, values: Column, row: Times) -> Column:
    """A column with the values at some rows in place of its own; its own where the row is -1."""
    there = row >= 0
    if not there.any():
        return column
    match column, values:
        case Codes(own, dictionary), Codes(codes):
            return Codes(np.where(there, codes[row], own), dictionary)
        case Numbers(own), Numbers(numbers):
            return Numbers(np.where(there, numbers[row], own))
        case Moments(own), Moments(times):
            return Moments(np.where(there, times[row], own))
        case Flags(own), Flags(flags):
            return Flags(np.where(there, flags[row], own))
        case _:
            raise AssertionError("a field and its dated values are of one kind")


def standing(leads: Leads, name: str, at: Times) -> Column | None:
    """The values of a field at an instant of each lead (leads,); None where the data does not have it."""
    column, dated = leads.fields.get(name), leads.histories.get(name)
    if column is None or dated is None:
        return column
    return laid_over(column, dated.columns["value"], held(dated, np.arange(len(leads)), at))
