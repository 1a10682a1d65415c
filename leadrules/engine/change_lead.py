"""One lead and changes of it to a block of leads: a copy for each change, and nothing else different in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from leadrules.dsl.expression.model import TIME, Field
from leadrules.dsl.rules.model import Event, Model
from leadrules.engine.change import Becomes, Change, Happens
from leadrules.engine.columns import Column
from leadrules.engine.histories import with_histories
from leadrules.engine.leads import Among, Dated, Events, Leads, Links, Occurrences
from leadrules.engine.ranges import offsets_of
from leadrules.engine.until import until
from leadrules.engine.values import column_of, single, singles

Times = npt.NDArray[np.int64]


def change_lead(
    model: Model, lead: Leads, at: int, changes: Sequence[Change | None], among: Among | None = None
) -> Leads:
    """A block of one lead to one of its copies, each with a change, or as it is (None). What lies after `at` does not happen.

    `among`: the leads that each copy shares its account with, where scores are made of them too.
    """
    lead = until(lead, at)
    copies = np.arange(len(changes))
    fields, histories = {}, {}
    for field in model.fields:
        told = _own(lead, field)
        if told is not None:
            histories[field.name] = _history(field, told, at, changes)
        if field.name in lead.fields or any(_sets(change, field) for change in changes):
            fields[field.name] = _column(field, lead.fields.get(field.name), [] if told else changes, len(changes))
    events = _events(model, lead.events, at, changes)
    made = None if lead.adjustments is None else _again(lead.adjustments, len(changes))
    account = np.repeat(lead.accounts, len(changes))
    linked = None if lead.links is None else _linked(lead.links, len(changes))
    copied = Leads(copies, account, fields, events, adjustments=made, links=linked, among=among)
    return with_histories(copied, histories)


def _own(lead: Leads, field: Field) -> Dated | None:
    """The dated values of a field that the lead itself has; those of other leads do not date its value."""
    told = lead.histories.get(field.name)
    return told if told is not None and len(told.time) else None


def _again(made: Dated, copies: int) -> Dated:
    """The adjustments of the lead, again for each copy."""
    rows = np.tile(np.arange(len(made.time)), copies)
    columns = {name: column.take(rows) for name, column in made.columns.items()}
    return Dated(np.arange(copies + 1) * len(made.time), made.time[rows], columns)


def _linked(links: Links, copies: int) -> Links:
    """The accounts that the lead comes to belong to, again for each copy."""
    rows = np.tile(np.arange(len(links.time)), copies)
    return Links(np.arange(copies + 1) * len(links.time), links.time[rows], links.account[rows])


def _sets(change: Change | None, field: Field) -> bool:
    return isinstance(change, Becomes) and change.field == field.name


def _column(field: Field, own: Column | None, changes: Sequence[Change | None], copies: int) -> Column:
    """The values of a field that have no date: what the lead has, but where a change sets it."""
    values = [None if own is None else single(own, 0)]
    places = np.zeros(copies, np.intp)
    for place, change in enumerate(changes):
        if isinstance(change, Becomes) and change.field == field.name:
            places[place] = len(values)
            values.append(change.value)
    return column_of(values, field.type).take(places)


def _history(field: Field, told: Dated, at: int, changes: Sequence[Change | None]) -> Dated:
    """The dated values of a field, and after them the one that a change brings, since `at`."""
    old, since = singles(told.columns["value"]), singles(told.columns["since"])
    values, places, sizes = list(old), list[int](), list[int]()
    for change in changes:
        places += range(len(old))
        if isinstance(change, Becomes) and change.field == field.name:
            places.append(len(values))
            values.append(change.value)
        sizes.append(len(old) + _sets(change, field))
    new = len(values) - len(old)
    at_rows = np.array(places, np.intp)
    columns = {
        "value": column_of(values, field.type).take(at_rows),
        "since": column_of([*since, *[at] * new], TIME).take(at_rows),
    }
    offsets = offsets_of(np.array(sizes, np.int64))
    return Dated(offsets, np.append(told.time, np.full(new, at, np.int64))[at_rows], columns)


def _events(model: Model, events: Events, at: int, changes: Sequence[Change | None]) -> Events:
    """The events of the lead, again for each change, and after them the event that a change adds."""
    own = len(events.time)
    names = tuple(dict.fromkeys([*events.names, *(event.name for event in model.events)]))
    added = [change.event if isinstance(change, Happens) else None for change in changes]
    sizes = own + np.array([name is not None for name in added], np.int64)
    offsets = offsets_of(sizes)
    new = offsets[1:][sizes > own] - 1  # the last of its lead
    old = (offsets[:-1, None] + np.arange(own)).ravel()
    kinds = np.empty(offsets[-1], np.int16)
    kinds[old] = np.tile(events.kinds, len(changes))
    kinds[new] = [names.index(name) for name in added if name is not None]
    time = np.full(offsets[-1], at, np.int64)
    time[old] = np.tile(events.time, len(changes))
    known_at = None
    if events.known_at is not None:
        known_at = np.full(offsets[-1], at, np.int64)
        known_at[old] = np.tile(events.known_at, len(changes))
    of_type = {event.name: _of_type(event, events.of_type.get(event.name), offsets, changes) for event in model.events}
    return Events(offsets, time, kinds, names, of_type, known_at)


def _of_type(event: Event, told: Occurrences | None, offsets: Times, changes: Sequence[Change | None]) -> Occurrences:
    """The events of one type: for each change those of the lead, and the one that is added."""
    own = told.rows if told else np.zeros(0, np.intp)
    adding = [
        place for place, change in enumerate(changes) if isinstance(change, Happens) and change.event == event.name
    ]
    rows = np.concatenate([(offsets[:-1, None] + own).ravel(), offsets[1:][adding] - 1])
    order = np.argsort(rows, kind="stable")
    places = np.concatenate([np.tile(np.arange(len(own)), len(changes)), len(own) + np.arange(len(adding))])[order]
    more = [changes[place] for place in adding]
    properties = {}
    for property in event.properties:
        column = told.properties.get(property.name) if told else None
        values = [None] * len(own) if column is None else singles(column)
        values += [change.properties.get(property.name) for change in more if isinstance(change, Happens)]
        properties[property.name] = column_of(values, property.type).take(places)
    return Occurrences(rows[order].astype(np.intp), properties)
