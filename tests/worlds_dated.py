"""Dated values of fields at random, for leads that were drawn before, and scores over the members of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.oracle_expressions import Compare, Condition, IsOneOf, Name, Number, Percent, Value, Word
from tests.specs import RollUp, Values
from tests.specs import Table as Weights
from tests.worlds_ground import Ground
from tests.worlds_rows import Rows, Table, cell, told_apart
from tests.worlds_times import length

COOKIE = "cookie"


def attributes(draw: st.DrawFn, table: Table, leads: Sequence[dict[str, Any]]) -> Rows:
    """In half of all worlds none, else up to 4 values of each lead, some told late or again, in any order."""
    if draw(st.booleans()):
        return []
    found: Rows = []
    said: set[tuple[object, ...]] = set()
    fields = draw(st.lists(st.sampled_from(table.spec.fields), min_size=1, max_size=3, unique=True))
    for lead in leads:
        for _ in range(draw(st.integers(0, 4))):
            row = attribute(draw, table, lead["lead"], draw(st.sampled_from(fields)))
            key = (row["lead"], row["field"], *times_of(row))
            if key not in said:
                found += [row] * draw(st.sampled_from((1, 1, 1, 2)))
                said.add(key)
    return draw(st.permutations(found))


def attribute(draw: st.DrawFn, table: Table, lead: str, field: Any) -> dict[str, Any]:
    """One value of a lead's field; one in four says that it is not known."""
    times = since_when(draw, table)
    value = cell(draw, table, field) if draw(st.integers(0, 3)) else None
    return {"lead": lead, "field": field.name, "value": value, **times}


def links(draw: st.DrawFn, table: Table, leads: Sequence[dict[str, Any]], told: Rows) -> Rows:
    """In half of all worlds none, else up to 4 links of each lead, with roles in half of them, some told late or again, in any order.

    `told` are dated values that they do not contradict.
    """
    if draw(st.booleans()):
        return []
    found: Rows = []
    role = next(field for field in table.spec.fields if field.of_account) if draw(st.booleans()) else None
    said = {(row["lead"], *times_of(row)) for row in told if role and row["field"] == role.name}
    for lead in leads:
        for _ in range(draw(st.integers(0, 4))):
            row = {"lead": lead["lead"], "account": draw(st.sampled_from(("acme", "acme", "beta", "new", None)))}
            row |= {"role": cell(draw, table, role) if draw(st.integers(0, 3)) else None} if role else {}
            row |= since_when(draw, table)
            key = (row["lead"], *times_of(row))
            if key not in said:
                found += [row] * draw(st.sampled_from((1, 1, 1, 2)))
                said.add(key)
    return draw(st.permutations(found))


def since_when(draw: st.DrawFn, table: Table) -> dict[str, Any]:
    """The times of a dated row, on edges of something."""
    span = length(table.scope.durations[0])
    since = draw(st.sampled_from((table.now, table.now + 1, table.now - span, table.instant(draw))))
    known_at = draw(st.sampled_from((None, None, table.now, table.now + 1, since + span, since - span)))
    return {"since": since, "known_at": known_at}


def times_of(row: dict[str, Any]) -> tuple[int, int]:
    """Since when a dated row holds, and from when on it is known."""
    return row["since"], row["since"] if row["known_at"] is None else row["known_at"]


def merges(draw: st.DrawFn, table: Table, leads: Sequence[dict[str, Any]], events: Rows) -> tuple[Rows, Rows]:
    """In a third of all worlds some leads that go into others, and with them one that is no lead, and events told of both."""
    if draw(st.integers(0, 2)):
        return [], events
    names = draw(st.permutations([*(lead["lead"] for lead in leads), COOKIE]))
    found: Rows = []
    for place, name in enumerate(names[:-1]):
        if draw(st.booleans()):
            into = draw(st.sampled_from(names[place + 1 :]))
            times = [draw(at_of(table)) for _ in range(draw(st.sampled_from((1, 1, 2))))]
            found += [{"from": name, "into": into, "at": at} for at in times]
    for event in events:
        if draw(st.integers(0, 3)) == 0:
            event["lead"] = COOKIE
    told_apart(table.spec, events, "merged")
    into_of = {row["from"]: row["into"] for row in found}
    again = [event for event in events if event["lead"] in into_of and draw(st.integers(0, 3)) == 0]
    return draw(st.permutations(found)), [*events, *({**event, "lead": into_of[event["lead"]]} for event in again)]


def at_of(table: Table) -> st.SearchStrategy[int]:
    """When a lead is merged: now, just after it, some time before, or at the time of some event."""
    span = length(table.scope.durations[0])
    return st.sampled_from((table.now, table.now + 1, table.now - span, table.now - 3 * span, *table.times))


def roll_up(draw: st.DrawFn, ground: Ground, name: str, scores: Sequence[str]) -> RollUp:
    """A score over members, of one of the scores that are there."""
    measure = draw(st.sampled_from(("sum", "sum", "average", "max", "min", "count")))
    score = draw(st.sampled_from(scores))
    ends = draw(st.sampled_from((None, None, (Number(-5.0), Number(20.0)))))
    rounded = ground.rounding and draw(st.booleans())
    if measure == "count":
        level = Number(draw(st.sampled_from((1.0, 5.0, 10.0, 0.0))))
        tests: tuple[Condition | None, ...] = (None, Compare(Name(score), ">=", level))
        where = draw(st.sampled_from((*tests, IsOneOf(Name("role"), (Word("user"), Word("decider"))))))
        return RollUp(name, "count", where=where, bounds=ends, rounded=rounded)
    weight = weights(draw) if draw(st.booleans()) else None
    return RollUp(name, measure, score, weight, bounds=ends, rounded=rounded)


def weights(draw: st.DrawFn) -> Weights:
    """`by role { ... }`."""
    numbers: tuple[Value, ...] = (Percent(80.0), Percent(15.0), Number(2.0), Number(-1.0), Number(0.0))
    roles = draw(st.lists(st.sampled_from(("decider", "influencer", "user")), min_size=1, max_size=3, unique=True))
    rows = tuple(Values((Word(role),), draw(st.sampled_from(numbers))) for role in roles)
    rest, unknown = (draw(st.sampled_from((None, *numbers))) for _ in range(2))
    return Weights("weights", Name("role"), rows, rest, unknown)
