"""Rows of data to what is known of one lead: typed values, one row for each occurrence, nothing from the future."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.oracle_text import fold
from tests.oracle_time import midnight
from tests.specs import Field, Spec

Row = Mapping[str, Any]
Known = float | str | bool | tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """What the data has beside leads and events.

    `leads`: all of them. `attributes`: dated values, {"lead": "a", "field": "ratio", "value": 0.5, "since": 1767225600000000, "known_at": None}.
    `adjustments`: points by hand, {"lead": "a", "time": 1767225600000000, "score": "fit", "action": "set", "value": 5.0}.
    """

    attributes: Sequence[Row] = ()
    leads: Sequence[Row] = ()
    adjustments: Sequence[Row] = ()


ALONE = Beside()


@dataclass(frozen=True)
class Event:
    """One visible occurrence. `values` holds every property of its type, None where it is missing.

    `arrives` is when it could first be seen.
    """

    type: str
    time: int
    passive: bool
    values: Mapping[str, Known | None]
    arrives: int = 0


@dataclass(frozen=True)
class Facts:
    """What is known of one lead at `now`: its fields, and its visible events, earliest first.

    `fields_at` are its fields at another instant.
    """

    spec: Spec
    now: int
    fields: Mapping[str, Known | None]
    events: Sequence[Event]
    fields_at: Callable[[int], Mapping[str, Known | None]]
    adjustments: Sequence[Row] = ()

    def known_since(self) -> float | None:
        """The field marked `known from`, else the earliest event, else unknown."""
        marked = [self.fields[f.name] for f in self.spec.fields if f.known_from]
        if marked and marked[0] is not None:
            return float(marked[0])
        return self.events[0].time if self.events else None


def gather(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside = ALONE) -> Facts:
    """What is known of the lead at `now`. Rows of other leads may stand among the events."""
    own = [row for row in events if row["lead"] == lead["lead"]]
    types = {event.name: event for event in spec.events}
    seen: list[tuple[tuple[object, ...], Event]] = []
    for row in occurrences(own):
        type = types.get(row["type"])
        known_at = row["time"] if row.get("known_at") is None else row["known_at"]
        if type is not None and max(row["time"], known_at) <= now:
            values = {p.name: read(p, row.get(p.name), spec.zone) for p in type.properties}
            event = Event(type.name, row["time"], type.passive, values, max(row["time"], known_at))
            seen.append((order_of(event, row.get("id"), known_at), event))

    def fields_at(instant: int) -> dict[str, Known | None]:
        return {f.name: read(f, told(f, lead, instant, beside.attributes), spec.zone) for f in spec.fields}

    ordered = [event for _, event in sorted(seen, key=lambda pair: pair[0])]
    made = [row for row in beside.adjustments if row["lead"] == lead["lead"] and row["time"] <= now]
    made = [row for at, row in enumerate(made) if row not in made[:at]]
    made.sort(key=lambda row: (row["time"], row["action"] == "add"))
    return Facts(spec, now, fields_at(now), ordered, fields_at, made)


def order_of(event: Event, id: str | None, known_at: int) -> tuple[object, ...]:
    """Time, then id, those without one last; then content: type, when it became known, properties, missing ones last."""
    content = tuple((value is None, 0 if value is None else value) for value in event.values.values())
    return event.time, id is None, id or "", event.type, known_at, *content


def told(field: Field, lead: Row, now: int, attributes: Sequence[Row]) -> Any:
    """The cell that holds of a field: of the dated rows that can be seen the latest, else the one without date."""
    seen = []
    for row in attributes:
        known_at = row["since"] if row["known_at"] is None else row["known_at"]
        if row["lead"] == lead["lead"] and row["field"] == field.name and max(row["since"], known_at) <= now:
            seen.append((row["since"], known_at, row["value"]))
    return max(seen, key=lambda said: said[:2])[2] if seen else lead.get(field.name)


def occurrences(rows: Sequence[Row]) -> list[Row]:
    """Each occurrence once: the same id is one, and without ids rows that are equal in every column are one."""
    kept: list[Row] = []
    for row in rows:
        same_id = row.get("id") is not None and any(row["id"] == other.get("id") for other in kept)
        if not same_id and row not in kept:
            kept.append(row)
    return kept


def read(field: Field, value: Any, zone: str) -> Known | None:
    """A cell as a value of its field: moments and durations in microseconds, a choice as it was declared."""
    if value is None and field.type.startswith("set of"):
        return () if field.blank_means_no else None
    if value is None:
        return False if field.blank_means_no else None
    if field.type.startswith("set of"):
        declared = {fold(choice): choice for choice in field.choices}
        members = {declared.get(fold(member)) if declared else member for member in value}
        return tuple(sorted(member for member in members if member is not None))
    if field.type == "one of":
        return next((choice for choice in field.choices if fold(choice) == fold(value)), None)
    if isinstance(value, date):
        return midnight(value, zone)
    assert isinstance(value, float | int | str | bool)
    return value
