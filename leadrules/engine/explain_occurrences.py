"""The occurrences of one lead that match a criterion, each with what it gave and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

import numpy as np

from leadrules.dsl.expression.model import Type
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.engine.account import Fed
from leadrules.engine.as_of import show_instant
from leadrules.engine.columns import TRUE, Codes, Column, Flags, Moments, Numbers, known
from leadrules.engine.criteria import Trail, times
from leadrules.engine.moment import Moment
from leadrules.engine.plan import EachStep, Plan


def occurrences_of(trail: Trail, step: EachStep, plan: Plan, moment: Moment) -> Iterator[Fed]:
    """The occurrences of the one lead that match, in their order."""
    seen, events = trail.matched, moment.leads.events
    types = {event.name: {p.name: p.type for p in event.properties} for event in plan.model.events}
    left, per = iter(trail.left.tolist()), step.criterion.per
    often = np.ones(len(seen)) if per is None else times(per, seen, moment)
    for i in range(len(seen)):
        counts = bool(trail.counts[i])
        points = next(left) if counts else 0.0
        event = events.names[int(events.kinds[seen.rows[i]])]
        shown = {n: show_value(c, i, types[event][n], plan.model.timezone) for n, c in seen.properties.items()}
        properties = {name: text for name, text in shown.items() if text is not None}
        yield Fed(
            int(seen.time[i]),
            event,
            properties,
            counts,
            float(seen.age[i]),
            step.criterion.points * float(often[i]),
            points,
        )


def show_value(column: Column, row: int, type: Type, zone: str) -> str | None:
    """A value as a person writes it; None where it is not known."""
    if not known(column)[row]:
        return None
    match column:
        case Codes(codes, dictionary):
            return f'"{dictionary.values[codes[row]]}"'
        case Flags(values):
            return "yes" if values[row] == TRUE else "no"
        case Moments(times):
            return show_instant(int(times[row]), zone)
        case Numbers(numbers):
            amount = float(numbers[row])
            return show_duration(amount) if type.name == "duration" else f"{show_number(amount)} {type.detail}".rstrip()
        case _:
            assert_never(column)
