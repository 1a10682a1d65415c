"""The occurrences of one lead that match a criterion, each with what it gave and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadrules.dsl.expression.model import Type
from leadrules.dsl.members import members_of
from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules.model import Model
from leadrules.engine.account import Fed
from leadrules.engine.as_of import show_instant
from leadrules.engine.columns import Column
from leadrules.engine.criteria import Trail, times
from leadrules.engine.moment import Moment
from leadrules.engine.plan import EachStep, Plan
from leadrules.engine.values import singles


def occurrences_of(trail: Trail, step: EachStep, plan: Plan, moment: Moment) -> Iterator[Fed]:
    """The occurrences of the one lead that match, in their order."""
    seen, events, per = trail.matched, moment.leads.events, step.criterion.per
    often = [1.0] * len(seen) if per is None else times(per, seen, moment).tolist()
    kinds = events.kinds[seen.rows].tolist()
    shown = show_properties(plan.model, events.names[kinds[0]], seen.properties, len(seen))
    left = iter(trail.left.tolist())
    told_of = zip(seen.time.tolist(), seen.age.tolist(), kinds, shown, trail.counts.tolist(), often, strict=True)
    for time, age, kind, properties, counts, multiple in told_of:
        original, points = step.criterion.points * multiple, next(left) if counts else 0.0
        yield Fed(time, events.names[kind], properties, counts, age, original, points)


def show_properties(model: Model, event: str, columns: Mapping[str, Column], rows: int) -> list[dict[str, str]]:
    """The properties of occurrences of one type of event, as a person writes them: those that are known of each."""
    if not columns:
        return [{} for _ in range(rows)]
    types = {p.name: p.type for e in model.events if e.name == event for p in e.properties}
    shown = {name: show_values(column, types[name], model.timezone) for name, column in columns.items()}
    return [{name: text for name, texts in shown.items() if (text := texts[row]) is not None} for row in range(rows)]


def _show_text(text: str, type: Type) -> str:
    if type.name == "set of":
        return ", ".join(f'"{member}"' for member in members_of(text)) or "none"
    return f'"{text}"'


def show_value(column: Column, row: int, type: Type, zone: str) -> str | None:
    """A value as a person writes it; None where it is not known."""
    return show_values(column.take(slice(row, row + 1)), type, zone)[0]


def show_values(column: Column, type: Type, zone: str) -> list[str | None]:
    """The values of a column as a person writes them; None where they are not known."""
    return [None if value is None else _shown(value, type, zone) for value in singles(column)]


def _shown(value: str | float | bool, type: Type, zone: str) -> str:
    match value:
        case str():
            return _show_text(value, type)
        case bool():
            return "yes" if value else "no"
        case _ if type.name in ("time", "date"):
            return show_instant(int(value), zone)
        case _ if type.name == "duration":
            return show_duration(value)
        case _:
            return f"{show_number(value)} {type.detail}".rstrip()
