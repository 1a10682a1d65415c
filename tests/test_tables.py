"""The door for data: the same rows come in as the same leads, whatever kind of table brings them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from leadrules.engine.score import score
from leadrules.files.tables import read_tables
from tests.build import leads_of, plan_of
from tests.frames import TABLES, types_of, written
from tests.specs_write import render
from tests.test_laws import law, same
from tests.worlds import World, worlds

KEYS = {"lead": "text", "type": "text", "time": "time", "known_at": "time", "id": "text"}
ATTRIBUTE = {"lead": "text", "field": "text", "since": "time", "known_at": "time"}


@pytest.mark.parametrize("kind", TABLES)
@law(25)
@given(world=worlds())
def test_what_comes_in_is_what_was_there(kind: str, world: World, tmp_path_factory: Any) -> None:
    world = world._replace(beside=replace(world.beside, adjustments=[]))
    folder: Path = tmp_path_factory.mktemp("tables")
    plan = plan_of(render(world.spec))
    field_types = types_of(world.spec.fields)
    lead_types = {"lead": "text", "account": "text", **field_types}
    event_types = KEYS | types_of(p for event in world.spec.events for p in event.properties)
    assume("mixed" not in event_types.values())
    assume(kind != "json" or (world.leads and world.events))  # without an object there are no columns
    tables = [
        TABLES[kind](folder / f"{name}.csv", rows, types)
        for name, rows, types in (("leads", world.leads, lead_types), ("events", world.events, event_types))
    ]
    types = ATTRIBUTE | {"value": "told"}
    told = [{**row, "value": written(row["value"], field_types[row["field"]])} for row in world.beside.attributes]
    attributes = TABLES[kind](folder / "attributes.csv", told, types) if told else None
    merged = {"from": "text", "into": "text", "at": "time"}
    merges = TABLES[kind](folder / "merges.csv", world.beside.merges, merged) if world.beside.merges else None
    linked = {"lead": "text", "account": "text", "since": "time", "known_at": "time"}
    linked |= {"role": "text"} if any("role" in row for row in world.beside.links) else {}
    links = TABLES[kind](folder / "links.csv", world.beside.links, linked) if world.beside.links else None
    read = read_tables(plan.model, *tables, attributes=attributes, merges=merges, links=links)
    wanted = leads_of(plan.model, world.leads, world.events, world.beside)
    same(score(plan, read.leads, world.now, criteria=True), score(plan, wanted, world.now, criteria=True))
    assert [intake.rows for intake in read.intakes][:2] == [len(world.leads), len(world.events)]
    assert sum(intake.bad_rows for intake in read.intakes) == 0
