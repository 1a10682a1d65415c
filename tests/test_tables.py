"""The door for data: the same rows come in as the same leads, whatever kind of table brings them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
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


DURATIONS = """
lead { wait duration in days; seats whole number; name text }
event call { length duration in minutes }
score waits { criteria { w worth wait / 1 day; s worth seats } }
score talks { criteria { t worth sum of length of call / 1 minute } }
"""


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("writer", ["arrow", "pandas", "polars"])
def test_durations_in_parquet_are_what_they_were_in_the_frame(writer: str, unit: str, tmp_path: Path) -> None:
    """Parquet keeps whole numbers; a field without unit in the data has the unit of the column, and not its own."""
    if writer == "polars" and unit == "s":
        pytest.skip("Polars has no seconds")
    leads = {"lead": ["x", "y"], "wait": [timedelta(days=2), None], "seats": [3, 4], "name": ["ä", None]}
    events = {"lead": ["x"], "type": ["call"], "time": [datetime(2026, 1, 1)], "length": [timedelta(minutes=30)]}
    paths = [tmp_path / "leads.parquet", tmp_path / "events.parquet"]
    for table, name, path in ((leads, "wait", paths[0]), (events, "length", paths[1])):
        made = pa.table({**table, name: pa.array(table[name], pa.duration(unit))})
        if writer == "arrow":
            pq.write_table(made, path)
        elif writer == "pandas":
            made.to_pandas().to_parquet(path)
        else:
            pl.from_arrow(made).write_parquet(path)
    plan = plan_of(DURATIONS)
    found = score(plan, read_tables(plan.model, *paths).leads, 1_800_000_000_000_000)
    assert found.scores["waits"].tolist() == [5.0, 4.0]
    assert found.scores["talks"].tolist() == [30.0, 0.0]


def test_whole_numbers_in_parquet_stay_numbers_of_the_unit_of_their_field(tmp_path: Path) -> None:
    path = tmp_path / "leads.parquet"
    pl.DataFrame({"lead": ["x"], "wait": [2], "seats": [3], "name": ["ä"]}).write_parquet(path)
    plan = plan_of(DURATIONS)
    assert score(plan, read_tables(plan.model, path, None).leads, 0).scores["waits"].tolist() == [5.0]
