"""The occurrences of leads that match a criterion, each with what it gave and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from leadrules.dsl.expression.model import Type
from leadrules.dsl.members import members_of
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules.model import Model
from leadrules.engine.account import Fed
from leadrules.engine.as_of import show_instant
from leadrules.engine.columns import Column
from leadrules.engine.compile_begins import NO_EVENT
from leadrules.engine.criteria import Trail, times
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Seen
from leadrules.engine.plan import EachStep, Plan
from leadrules.engine.values import single, singles


def tell_occurrences(trail: Trail, step: EachStep, plan: Plan, moment: Moment) -> Callable[[int], tuple[Fed, ...]]:
    """The occurrences of each lead that match, in their order."""
    seen, criterion = trail.matched, step.criterion
    if not len(seen):
        return lambda lead: ()
    ends = np.searchsorted(seen.lead, np.arange(len(moment) + 1)).tolist()
    left = np.zeros(len(seen))
    left[trail.counts] = trail.left
    often = np.ones(len(seen)) if criterion.per is None else times(criterion.per, seen, moment)
    time, age, counts = seen.time.tolist(), seen.age.tolist(), trail.counts.tolist()
    original, points = (criterion.points * often).tolist(), left.tolist()
    event = _events(seen, moment, plan.kept.fields(criterion))
    shown = tell_properties(plan.model, event[0], seen.properties)
    return lambda lead: tuple(
        [
            Fed(time[row], event[row], shown(row), counts[row], age[row], original[row], points[row])
            for row in range(ends[lead], ends[lead + 1])
        ]
    )


def _events(seen: Seen, moment: Moment, asked: tuple[str, ...]) -> list[str]:
    """The type of each event; where a condition began without one, those of the fields asked for that changed."""
    events, rows = moment.leads.events, seen.rows.tolist()
    lead = seen.lead if moment.views is None else moment.views.lead[seen.lead]
    told = zip(rows, lead.tolist(), seen.time.tolist(), strict=True)
    return [
        events.names[int(events.kinds[row])]
        if row != NO_EVENT
        else f"change of {_changed(moment.leads, asked, lead, time)}"
        for row, lead, time in told
    ]


def _changed(leads: Leads, asked: tuple[str, ...], lead: int, time: int) -> str:
    """The fields of a lead of which a new value came to hold at an instant."""
    told = [(name, leads.histories[name]) for name in asked if name in leads.histories]
    return ", ".join(name for name, dated in told if time in dated.time[slice(*dated.offsets[lead : lead + 2])])


def tell_properties(model: Model, event: str, columns: Mapping[str, Column]) -> Callable[[int], dict[str, str]]:
    """The properties of an occurrence of one type of event, as a person writes them: those that are known of it."""
    named = {p.name: p for e in model.events if e.name == event for p in e.properties}
    told = [(name, named[name], singles(column)) for name, column in columns.items()]
    return lambda row: {
        name: _shown(value, property.type, model.timezone, property.unit)
        for name, property, values in told
        if (value := values[row]) is not None
    }


def _show_text(text: str, type: Type) -> str:
    if type.name == "set of":
        return ", ".join(f'"{member}"' for member in members_of(text)) or "none"
    return f'"{text}"'


def show_value(column: Column, row: int, type: Type, zone: str, unit: str = "") -> str | None:
    """A value as a person writes it, a duration in the unit of its column; None where it is not known."""
    value = single(column, row)
    return None if value is None else _shown(value, type, zone, unit)


def _shown(value: str | float | bool, type: Type, zone: str, unit: str) -> str:
    match value:
        case str():
            return _show_text(value, type)
        case bool():
            return "yes" if value else "no"
        case _ if type.name in ("time", "date"):
            return show_instant(int(value), zone)
        case _ if type.name == "duration":
            return show_duration(value, unit)
        case _:
            return f"{show_number(value)} {type.detail}".rstrip()
