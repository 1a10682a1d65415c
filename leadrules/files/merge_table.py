"""A table of merges: a row for each lead that went into another one, and when."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from leadrules.dsl.expression.model import TEXT, TIME
from leadrules.dsl.rules.model import Model
from leadrules.engine.columns import Moments
from leadrules.engine.merges import Merges, close
from leadrules.engine.zone import Zone
from leadrules.files.cells import required
from leadrules.files.intake import SHOWN, BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import Staged, stage


class MergeTable(Struct, frozen=True):
    """Merges as they were read. `name` is an SQL table of all leads, and after them of the ids that went into one."""

    merges: Merges
    name: str
    intake: Intake


class Row(Struct, frozen=True):
    """Which lead went into which other, and when. `number` counts rows from 1."""

    number: int
    lead: str
    into: str
    at: int


def identity_of(model: Model, table: Table) -> str:
    """The column of the leads that others went into."""
    return table.needed(model.columns.merge_into, 'merges { into from "…" }')


def read_merges(model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> MergeTable:
    """The merges into leads of the SQL table `leads`. Of rows that contradict each other the later one is bad."""
    identity = table.needed(model.columns.merge_identity, 'merges { identity from "…" }')
    into = identity_of(model, table)
    staged = _staged(model, table, identity, into, zone)
    kept, repeated, bad = _judged(list(_rows(staged)), table.label, into)
    ids = [str(id) for (id,) in table.ask(f"SELECT id FROM {leads}")]
    merges, others = close({row.lead: (row.into, row.at) for row in kept}, ids)
    taken = {*(ids[place] for place in merges.lead if place < len(ids)), *others}
    orphans = sum(row.lead not in taken for row in kept)
    intake = Intake(table.label, table.rows, repeated=repeated, orphans=orphans, thing="merge")
    rows = staged.bad_rows + len(bad)
    intake = with_bad_rows(intake, sorted([*staged.bad, *bad], key=lambda cell: cell.row)[:SHOWN], rows, on_bad_row)
    return MergeTable(merges, _with(others, table, leads), intake)


def _staged(model: Model, table: Table, identity: str, into: str, zone: Zone) -> Staged:
    at = table.needed(model.columns.merge_at, 'merges { at from "…" }')
    types = table.columns
    wanted = [
        required("at", TIME, at, types[at], "time, such as 2026-01-31 09:00"),
        required("lead", TEXT, identity, types[identity], "lead id"),
        required("into", TEXT, into, types[into], "lead id"),
    ]
    return stage(table, wanted, {"id": table.id(identity), "into_id": table.id(into)}, zone, "_row")


def _rows(staged: Staged) -> Iterator[Row]:
    """The good rows, the earliest merge first."""
    at = staged.column(0)
    assert isinstance(at, Moments)
    told = staged.table.ask(f"SELECT _row, id, into_id FROM {staged.name}")
    rows = [Row(row, lead, into, time) for (row, lead, into), time in zip(told, at.values.tolist(), strict=True)]
    yield from sorted(rows, key=lambda row: (row.at, row.number))


def _judged(rows: list[Row], label: str, column: str) -> tuple[list[Row], int, list[BadCell]]:
    """The rows that count, how many others say the same later, and those that cannot be: a lead goes into one other."""
    kept, ends, repeated = dict[str, Row](), dict[str, str](), 0
    bad = list[BadCell]()
    for row in rows:
        before = kept.get(row.lead)
        if before is not None and before.into == row.into:
            repeated += 1
        elif before is not None:
            expected = f'lead that "{row.lead}" goes into: row {before.number:,} says "{before.into}"'
            bad.append(BadCell(label, row.number, column, row.into, expected))
        elif _end(row.into, ends) == row.lead:
            expected = (
                "other lead" if row.lead == row.into else f'lead that can take over "{row.lead}": it goes into that'
            )
            bad.append(BadCell(label, row.number, column, row.into, expected))
        else:
            kept[row.lead], ends[row.lead] = row, _end(row.into, ends)
    return list(kept.values()), repeated, bad


def _end(lead: str, ends: dict[str, str]) -> str:
    """The lead that one ends up in; the way there is made shorter for those who ask next."""
    way = []
    while lead in ends:
        way.append(lead)
        lead = ends[lead]
    ends.update(dict.fromkeys(way, lead))
    return lead


def _with(others: tuple[str, ...], table: Table, leads: str) -> str:
    """The SQL table of leads, followed by other ids."""
    if not others:
        return leads
    name = f"{leads}_and_merged"
    first = f"SELECT id, 0 AS part, row_number() OVER () AS place FROM {leads}"
    more = "SELECT unnest(?::VARCHAR[]) AS id, 1 AS part, generate_subscripts(?::VARCHAR[], 1) AS place"
    sql = f"CREATE TEMP TABLE {name} AS SELECT id, place AS _row FROM ({first} UNION ALL {more}) ORDER BY part, place"
    table.connection.execute(sql, [list(others), list(others)]).fetchall()
    return name
