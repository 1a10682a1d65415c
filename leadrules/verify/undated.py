"""Model, leads and instants to what may tell the future: values without a date that a score over the past was made of."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.engine.asks import fields_of
from leadrules.engine.columns import NEVER, Bools, Moments, known
from leadrules.engine.histories import held
from leadrules.engine.leads import Leads
from leadrules.verify.lacking import rules_of

Times = npt.NDArray[np.int64]


class Undated(Struct, frozen=True):
    """A field, how many of the leads have a value of it that has no date, and the rules that ask for it."""

    field: str
    leads: int
    of: int
    rules: tuple[str, ...]


def undated(model: Model, leads: Leads, at: Times) -> tuple[Undated, ...]:
    """The fields whose values without date count at an instant (leads,) after which the tables tell of something.

    Nobody can say whether such a value was the same then, and what came later may have made it what it is. The field
    since when a lead is known is a date itself.
    """
    return without_date(model, leads, at) if over_the_past(leads, at) else ()


def without_date(model: Model, leads: Leads, at: Times) -> tuple[Undated, ...]:
    """The same, whether or not the tables tell of anything later: of outcomes, which no table of leads has."""
    found, there = [], ~leads.merged_by(at)
    for field in model.fields:
        asking = tuple(name for name, rule in rules_of(model) if field.name in set(fields_of(rule, model)))
        count = int(np.count_nonzero(_without_date(leads, field.name, at) & there))
        if asking and count and field.name != model.columns.known_from:
            found.append(Undated(field.name, count, int(np.count_nonzero(there)), asking))
    return tuple(found)


def _without_date(leads: Leads, field: str, at: Times) -> Bools:
    """Which leads have a value of a field that has no date."""
    column = leads.fields.get(field)
    if column is None:
        return np.zeros(len(leads), bool)
    dated = leads.histories.get(field)
    if dated is None:
        return known(column)
    row, since = held(dated, np.arange(len(leads)), at), dated.columns["since"]
    assert isinstance(since, Moments)
    if not len(since.values):
        return known(column)
    taken_over = known(dated.columns["value"])[row] & (since.values[row] == NEVER)
    return np.where(row < 0, known(column), taken_over)


def over_the_past(leads: Leads, at: Times) -> bool:
    """Whether some lead has an event, a dated value or a link that is later than its instant."""
    tables = [(leads.events.offsets, leads.events.time)]
    tables += [(dated.offsets, dated.time) for dated in leads.histories.values()]
    tables += [(leads.links.offsets, leads.links.time)] if leads.links else []
    return any(bool(np.any(time > np.repeat(at, np.diff(offsets)))) for offsets, time in tables) and bool(
        np.any(at != NEVER)
    )
