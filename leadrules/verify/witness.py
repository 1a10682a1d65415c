"""A lead that breaks a law, written as a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from leadrules.dsl.expression.model import Field
from leadrules.dsl.expression.write import write_text
from leadrules.dsl.members import members_of
from leadrules.dsl.moment import EPOCH
from leadrules.dsl.quantity import MICROSECONDS, show_count, show_duration, show_number
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.write_name import write_name
from leadrules.engine.values import Single
from leadrules.verify.stories import LATER, Story, beginning


class Witness(Struct, frozen=True):
    """Why a law does not hold: what was found, in words, and a test to paste that fails as long as it does not hold.

    `test` is "" where no lead was found that shows it.
    """

    found: str
    test: str


def write_story(model: Model, story: Story, name: str, expected: str, about: str = "") -> str:
    """A story as a test that expects something at its end. `about` is a comment on the step that is marked."""
    zone, start = ZoneInfo(model.timezone), beginning(model)
    fields = {field.name: field for field in model.fields}
    properties = {event.name: {p.name: p for p in event.properties} for event in model.events}
    lines = []
    ever = {name: value for name, value in story.facts.items() if name not in story.later}
    if ever:
        lines.append(_known(ever, fields, zone))
    if dated := {name: value for name, value in story.facts.items() if name in story.later}:
        lines.append(f"{_local(start, zone)} {_known(dated, fields, zone)}")
    for place, step in enumerate(story.steps):
        when = f"+{write_age(step.after)} " * (step.after > 0) if place else f"{_local(start + step.after, zone)} "
        own = properties[step.event]
        said = ", ".join(f"{n} {_value(value, own[n], zone)}" for n, value in step.properties.items())
        comment = f"  # {about}" if place == story.marked else ""
        lines.append(f"{when}{step.event} {said}".rstrip() + comment)
    if story.later:
        when = f"+{write_age(LATER)}" if story.steps or dated else _local(start + LATER, zone)
        lines.append(f"{when} {_known(story.later, fields, zone)}")
    told = story.steps or story.later
    at = f"+{write_age(story.wait)} " * (story.wait > 0) if told else f"{_local(start + story.wait, zone)} "
    lines.append(f"{f'at {at}' if at else ''}expect {expected}")
    return "\n".join([f"test {write_text(name)} {{", *(f"  {line}" for line in lines), "}"])


def _known(facts: Mapping[str, Single], fields: Mapping[str, Field], zone: ZoneInfo) -> str:
    said = ", ".join(f"{name} {_value(value, fields[name], zone)}" for name, value in sorted(facts.items()))
    return f"lead {{ {said} }}"


def write_age(time: float) -> str:
    """`1 day 2 hours`; what is left of a second is dropped."""
    parts, microseconds = [], int(time)
    for unit in ("day", "hour", "minute", "second"):
        amount, microseconds = divmod(microseconds, int(MICROSECONDS[unit]))
        parts += [show_count(amount, unit).replace(",", "_")] if amount else []
    return " ".join(parts) or "0 seconds"


def _local(time: int, zone: ZoneInfo) -> str:
    """An instant on local clocks, as the language writes it: seconds only where there are some."""
    local = (EPOCH + timedelta(microseconds=time)).astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M" if not local.second else "%Y-%m-%d %H:%M:%S")


def _value(value: Single, field: Field, zone: ZoneInfo) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and field.type.name == "set of":
        return write_text("; ".join(members_of(value)))
    if isinstance(value, str):
        return write_name(value) if field.type.name == "one of" else write_text(value)
    match field.type.name:
        case "date" | "time":
            local = _local(int(value), zone)
            return local.partition(" ")[0] if field.type.name == "date" else local
        case "duration":
            return show_duration(value).replace(",", "_")
        case "money":
            return f"{show_number(value)} {field.type.detail}"
        case _:
            return show_number(value)
