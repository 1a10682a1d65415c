"""Leads as they were known at an instant: what becomes known later is left out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.engine.columns import Bools
from leadrules.engine.leads import LAST, Dated, Events, Leads, Links, Merged, Occurrences
from leadrules.engine.ranges import offsets_of
from leadrules.engine.views import becomes_known

Times = npt.NDArray[np.int64]


def until(leads: Leads, at: int) -> Leads:
    """The same leads without the events, dated values, links, merges and adjustments that are known only after an instant."""
    return replace(
        leads,
        events=_events(leads.events, at),
        histories={name: _dated(dated, at) for name, dated in leads.histories.items()},
        adjustments=_dated(leads.adjustments, at) if leads.adjustments else None,
        merged=_merged(leads.merged, at) if leads.merged else None,
        links=_links(leads.links, at) if leads.links else None,
    )


def _events(events: Events, at: int) -> Events:
    kept = becomes_known(events) <= at
    place = np.cumsum(kept) - 1
    of_type = {}
    for name, told in events.of_type.items():
        own = np.flatnonzero(kept[told.rows])
        properties = {key: column.take(own) for key, column in told.properties.items()}
        of_type[name] = Occurrences(place[told.rows[own]], properties)
    return Events(
        _offsets(events.offsets, kept),
        events.time[kept],
        events.kinds[kept],
        events.names,
        of_type,
        None if events.known_at is None else events.known_at[kept],
        None if events.ids is None else events.ids[kept],
    )


def _dated(dated: Dated, at: int) -> Dated:
    kept = dated.time <= at
    rows = np.flatnonzero(kept)
    columns = {name: column.take(rows) for name, column in dated.columns.items()}
    return Dated(_offsets(dated.offsets, kept), dated.time[kept], columns)


def _merged(merged: Merged, at: int) -> Merged:
    return Merged(np.where(merged.at <= at, merged.at, LAST), merged.into)


def _links(links: Links, at: int) -> Links:
    kept = links.time <= at
    return Links(_offsets(links.offsets, kept), links.time[kept], links.account[kept])


def _offsets(offsets: Times, kept: Bools) -> Times:
    return offsets_of(kept)[offsets]
