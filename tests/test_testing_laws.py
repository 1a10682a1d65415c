"""Worlds told as tests: what the oracle says of each lead is expected of it, in the language, and holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given

from leadrules.dsl.expression.write import write_text
from leadrules.dsl.moment import instant
from leadrules.engine.as_of import show_instant
from leadrules.verify.run_tests import run_tests
from tests.build import plan_of
from tests.oracle import Outcome
from tests.oracle_facts import Beside
from tests.oracle_tiers import steps_until
from tests.specs import Field
from tests.specs_write import render
from tests.test_laws import expected, law, near_a_boundary
from tests.worlds import World, worlds

Row = dict[str, Any]
START = "1950-01-01"


def written(field: Field, value: Any, zone: str) -> str | None:
    """A value as a test says it; None where it cannot, to the last digit."""
    match field.type:
        case "text":
            return write_text(value)
        case "one of":
            return write_text(value) if value in field.choices else None
        case "flag":
            return "yes" if value else "no"
        case "date":
            return value.isoformat() if isinstance(value, datetime.date) else None
        case "time":
            text = show_instant(value, zone)
            return text if instant(text, ZoneInfo(zone)) == value else None
        case "duration":
            seconds = f"{value / 1e6:.6f}"
            return f"{seconds} seconds" if float(seconds) * 1e6 == value else None
        case "set of text" | "set of one of":
            plain = all(member.strip() == member and member and ";" not in member for member in value)
            declared = field.type == "set of text" or all(member in field.choices for member in value)
            return write_text("; ".join(value)) if value and plain and declared else None
        case _:
            digits = f"{value:.9f}"
            currency = field.type.removeprefix("money ")
            text = f"{digits} {currency}" if currency.isupper() else digits
            return text if float(digits) == value else None


def sayable(world: World) -> World:
    """The world without what a test cannot say: values between its digits, the future, late knowledge, ids."""
    zone, types = world.spec.zone, {event.name: event.properties for event in world.spec.events}
    first = instant(START, ZoneInfo(zone)) or 0
    leads = [{**lead, **kept(world.spec.fields, lead, zone)} for lead in world.leads]
    told = [e for e in world.events if e["type"] in types and first <= e["time"] <= world.now]
    ordered = sorted(told, key=lambda event: event["time"])
    events = [
        {**event, **kept(types[event["type"]], event, zone), "known_at": None, "id": f"{place:06}"}
        for place, event in enumerate(ordered)
    ]
    return world._replace(leads=leads, events=events)


def kept(fields: Sequence[Field], row: Row, zone: str) -> Row:
    values = ((f, row[f.name]) for f in fields)
    return {f.name: value if value is not None and written(f, value, zone) else None for f, value in values}


def facts(fields: Sequence[Field], row: Row, zone: str) -> str:
    said = [(f.name, written(f, row[f.name], zone)) for f in fields if row[f.name] is not None]
    return ", ".join(f"{name} {text}" for name, text in said)


def story(world: World, lead: Row) -> str:
    """A test that tells what happened to a lead and expects what came out."""
    zone, types = world.spec.zone, {event.name: event.properties for event in world.spec.events}
    lines = [f"lead {{ {facts(world.spec.fields, lead, zone)} }}", f"{START} lead {{ }}"]
    before = instant(START, ZoneInfo(zone)) or 0
    for event in (event for event in world.events if event["lead"] == lead["lead"]):
        lines.append(f"{later(event['time'] - before)} {event['type']} {facts(types[event['type']], event, zone)}")
        before = event["time"]
    expectations = [*said(expected(world, lead)), *steps(world, lead)]
    lines += [f"at {later(world.now - before)} expect {', '.join(expectations)}"]
    return "\n  ".join([f'test "{lead["lead"]}" {{', *lines]) + "\n}\n"


def later(microseconds: int) -> str:
    return f"+{microseconds // 1_000_000}.{microseconds % 1_000_000:06} seconds"


def said(outcome: Outcome) -> Iterator[str]:
    """Everything that the oracle says, as expectations."""
    for (score, criterion), points in outcome.criteria.items():
        yield f"{score}.{criterion} = {points:.6f} within {0.000002 + abs(points) * 1e-9:.9f}"
    if near_a_boundary(outcome):
        return
    for score, value in outcome.scores.items():
        yield f"{score} = {value:.6f} within {0.000002 + abs(value) * 1e-9:.9f}"
    for checklist, items in outcome.checklists.items():
        for item, truth in items.items():
            path = f"{checklist}.{item}"
            yield {True: path, False: f"not {path}", None: f"{path} is missing"}[truth]
    yield from (f"{name} is {write_text(label)}" for name, label in outcome.grades.items())
    if outcome.tier:
        yield f"tier is {outcome.tier}"


def steps(world: World, lead: Row) -> Iterator[str]:
    """Which tiers the oracle sees the lead enter, and which never."""
    if any(near_a_boundary(expected(world._replace(now=at), lead)) for at in {e["time"] for e in world.events}):
        return
    entered = {step.after for step in steps_until(world.spec, lead, world.events, world.now, world.beside)}
    yield from (f"entered {t.name}" if t.name in entered else f"never entered {t.name}" for t in world.spec.tiers)


@law(40)
@given(worlds())
def test_what_the_oracle_says_holds_as_a_test(world: World) -> None:
    world = sayable(world)
    # a lead of a test has no others beside it
    alone = [world._replace(leads=[lead], beside=Beside(leads=[lead])) for lead in world.leads]
    stories = [story(own, lead) for own, lead in zip(alone, world.leads, strict=True)]
    plan = plan_of(render(world.spec) + "".join(stories))
    verdicts = list(run_tests(plan, plan.model.tests))
    failed = [(v.test.name, [(f.expectation.text, f.parts) for f in v.failures]) for v in verdicts if not v.holds]
    assert len(verdicts) == len(world.leads)
    assert not failed
