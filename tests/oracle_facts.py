"""Rows of data to what is known of one lead: typed values, one row for each occurrence, nothing from the future."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
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
    `merges`: {"from": "a", "into": "b", "at": 1767225600000000}.
    `links`: {"lead": "a", "account": "acme", "since": 1767225600000000, "known_at": None}, all or none of them with a "role".
    """

    attributes: Sequence[Row] = ()
    leads: Sequence[Row] = ()
    adjustments: Sequence[Row] = ()
    merges: Sequence[Row] = ()
    links: Sequence[Row] = ()


ALONE = Beside()


@dataclass(frozen=True)
class Event:
    """One visible occurrence. `values` holds every property of its type, None where it is missing.

    `arrives` is when it could first be seen. `of`: the event itself, of an occurrence that stands elsewhere in time.
    """

    type: str
    time: int
    passive: bool
    values: Mapping[str, Known | None]
    arrives: int = 0
    of: Event | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of one lead at `now`: its fields, and its visible events, earliest first.

    `fields_at` are its fields at another instant, and `changes` when they can have become others; `unchanged` is 1 just
    before what changes at `now`.
    """

    spec: Spec
    now: int
    fields: Mapping[str, Known | None]
    events: Sequence[Event]
    fields_at: Callable[[int], Mapping[str, Known | None]]
    adjustments: Sequence[Row] = ()
    changes: Sequence[int] = ()
    unchanged: int = 0

    def known_since(self) -> float | None:
        """The field marked `known from`, else the earliest event, else unknown."""
        marked = [self.fields[f.name] for f in self.spec.fields if f.known_from]
        if marked and marked[0] is not None:
            return float(marked[0])
        return self.events[0].time if self.events else None


def kept(points: float) -> float:
    """Points, none of them beyond 1e15 either way."""
    return max(-1e15, min(1e15, points))


def gather(spec: Spec, lead: Row, events: Sequence[Row], now: int, beside: Beside = ALONE) -> Facts:
    """What is known of the lead at `now`. Rows of other leads may stand among the events."""
    types = {event.name: event for event in spec.events}
    seen: list[tuple[tuple[object, ...], Event]] = []
    for row in own_events(lead, events, beside):
        type = types.get(row["type"])
        known_at = row["time"] if row.get("known_at") is None else row["known_at"]
        if type is not None and becomes_known(row) <= now:
            values = {p.name: read(p, row.get(p.name), spec.zone) for p in type.properties}
            event = Event(type.name, row["time"], type.passive, values, becomes_known(row))
            seen.append((order_of(event, row.get("id"), known_at), event))

    @cache  # asked anew for each event that may begin something
    def fields_at(instant: int) -> dict[str, Known | None]:
        return {f.name: read(f, told(spec, f, lead, instant, beside), spec.zone) for f in spec.fields}

    ordered = [event for _, event in sorted(seen, key=lambda pair: pair[0])]
    made = [row for row in beside.adjustments if row["lead"] == lead["lead"] and row["time"] <= now]
    made = [row for at, row in enumerate(made) if row not in made[:at]]
    made.sort(key=lambda row: (row["time"], row["action"] == "add"))
    changes = {arrives_of(row) for row in own_values(lead, beside)} | {
        at for _, at in merged_into(lead["lead"], beside.merges)
    }
    return Facts(spec, now, fields_at(now), ordered, fields_at, made, sorted(changes))


def arrives_of(value: Row) -> int:
    """When a dated value can first be seen."""
    return int(value["since"] if value["known_at"] is None else max(value["since"], value["known_at"]))


def order_of(event: Event, id: str | None, known_at: int) -> tuple[object, ...]:
    """Time, then id, those without one last; then content: type, when it became known, properties, missing ones last."""
    content = tuple((value is None, 0 if value is None else value) for value in event.values.values())
    return event.time, id is None, id or "", event.type, known_at, *content


def told(spec: Spec, field: Field, lead: Row, now: int, beside: Beside) -> Any:
    """The cell that holds of a field: of the dated rows that can be seen the latest, else the one without date."""
    rows = [row for row in own_values(lead, beside) if row["field"] == field.name]
    holding = latest(rows, now)
    if holding is not None:
        return holding["value"]
    return next((value for at, value in undated(spec, field, lead, beside) if at <= now), None)


def latest(rows: Sequence[Row], now: int) -> Row | None:
    """Of dated rows that can be seen the one that holds: since latest, then known last, then the first of them."""
    found = None
    for row in rows:
        known_at = row["since"] if row["known_at"] is None else row["known_at"]
        if becomes_known(row | {"time": row["since"]}) <= now and (
            found is None or (row["since"], known_at) > found[:2]
        ):
            found = row["since"], known_at, row
    return None if found is None else found[2]


def undated(spec: Spec, field: Field, lead: Row, beside: Beside) -> list[tuple[float, Any]]:
    """The cells without date of a field, the lead's own first, and since when each counts; none that say nothing."""
    rows = {row["lead"]: row for row in beside.leads}
    found = [(-math.inf, lead.get(field.name))]
    found += [
        (at, rows[other].get(field.name)) for other, at in merged_into(lead["lead"], beside.merges) if other in rows
    ]
    return [
        (at, cell) for at, cell in found if read(field, cell, spec.zone) is not None and (cell is not None or at < 0)
    ]


def merged_into(lead: str, merges: Sequence[Row]) -> list[tuple[str, int]]:
    """The leads that were merged into one, at once or by way of others, and since when; the earliest first."""
    found: dict[str, int] = {}
    for row in merges:
        if row["into"] == lead:
            for other, at in [(row["from"], row["at"]), *merged_into(row["from"], merges)]:
                found[other] = min(found.get(other, math.inf), max(at, row["at"]))
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


def gone(lead: str, beside: Beside) -> float:
    """When a lead was merged into another one that there is."""
    merged = [dict(merged_into(other["lead"], beside.merges)) for other in beside.leads]
    return min((dates[lead] for dates in merged if lead in dates), default=math.inf)


def own_events(lead: Row, events: Sequence[Row], beside: Beside) -> list[Row]:
    """The occurrences of a lead and of those that were merged into it, each once."""
    return occurrences(with_merged(lead, events, beside))


def own_values(lead: Row, beside: Beside) -> list[Row]:
    """The dated values of a lead, then those of the leads that were merged into it, the earliest merged first."""
    return with_merged(lead, dated_values(beside), beside)


def dated_values(beside: Beside) -> list[Row]:
    """The dated values of fields; the roles of links are some."""
    roles = [{**row, "field": "role", "value": row["role"]} for row in beside.links if "role" in row]
    return [*beside.attributes, *roles]


def account_of(lead: Row, now: int, beside: Beside) -> str | None:
    """The account that a lead belongs to: of its links the one that holds, else what it has without date."""
    holding = latest(with_merged(lead, beside.links, beside), now)
    if holding is not None:
        return str(holding["account"]) if holding["account"] is not None else None
    return next((account for at, account in accounts_without_date(lead, beside) if at <= now), None)


def accounts_without_date(lead: Row, beside: Beside) -> list[tuple[float, str]]:
    """The account of a lead, else those of the leads that were merged into it, and since when each counts."""
    rows = {row["lead"]: row for row in beside.leads}
    others = [
        (at, rows[other].get("account")) for other, at in merged_into(lead["lead"], beside.merges) if other in rows
    ]
    found = [(-math.inf, lead.get("account")), *others]
    return [(at, str(account)) for at, account in found if account is not None]


def with_merged(lead: Row, rows: Sequence[Row], beside: Beside) -> list[Row]:
    """The rows of a lead, and those of the leads that were merged into it, as rows of its own."""
    found = [row for row in rows if row["lead"] == lead["lead"]]
    for other, at in merged_into(lead["lead"], beside.merges):
        found += [{**row, "lead": lead["lead"], "merged": at} for row in rows if row["lead"] == other]
    return found


def becomes_known(row: Row) -> int:
    """When an occurrence can first be seen."""
    known_at = row["time"] if row.get("known_at") is None else row["known_at"]
    return int(max(row["time"], known_at, row.get("merged", row["time"])))


def occurrences(rows: Sequence[Row]) -> list[Row]:
    """Each occurrence once: the same id is one, and without ids rows that are equal in every column are one."""
    kept: list[Row] = []
    for row in rows:
        same_id = row.get("id") is not None and any(row["id"] == other.get("id") for other in kept)
        if not same_id and not any(said(row) == said(other) for other in kept):
            kept.append(row)
    return kept


def said(row: Row) -> dict[str, Any]:
    """What a row says, whoever was merged into whom."""
    return {name: value for name, value in row.items() if name != "merged"}


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
