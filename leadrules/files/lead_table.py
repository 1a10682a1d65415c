"""A table of leads: a row each, fields as the rule set declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import TEXT
from leadrules.dsl.rules.model import Model
from leadrules.engine.columns import Codes, Column, Dictionary
from leadrules.engine.zone import Zone
from leadrules.files.cells import cells, required
from leadrules.files.intake import SHOWN, BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import Staged, stage

BY_ID = "TRY_CAST(id AS HUGEINT) NULLS LAST, id, _row"


class LeadTable(Struct, frozen=True):
    """Leads in the order of their ids. `accounts` are named. `name` is the SQL table that has the same rows, with an `id` column."""

    name: str
    ids: npt.NDArray[np.object_]
    accounts: Codes
    fields: Mapping[str, Column]
    intakes: tuple[Intake, ...]


def read_leads(model: Model, table: Table, zone: Zone, on_bad_row: OnBadRow) -> LeadTable:
    """The leads of a table, each once."""
    identity = table.needed(model.columns.lead_identity, 'lead { identity from "…" }')
    found = {field.name: table.find(field.column) for field in model.fields}
    wanted = [cells(f, column, table.columns[column]) for f in model.fields if (column := found[f.name]) is not None]
    key = required("lead", TEXT, identity, table.columns[identity], "lead id")
    account = table.find(model.columns.account)
    extra = {"id": table.id(identity), "account": table.text(account) if account else "NULL::VARCHAR"}
    staged = stage(table, [*wanted, key], extra, zone, BY_ID)
    once, repeated, clashes = _each_once(staged, identity)
    fields = {cell.field.name: once.column(i) for i, cell in enumerate(wanted)}
    rows = table.fetch(f"SELECT id, account FROM {once.name}")
    absent = tuple(name for name, column in found.items() if column is None)
    intake = Intake(table.label, table.rows, repeated=repeated, outside=dict(+once.outside), absent=absent)
    intake = with_bad_rows(intake, [*staged.bad, *clashes][:SHOWN], staged.bad_rows + len(clashes), on_bad_row)
    return LeadTable(once.name, rows["id"], _accounts(rows["account"]), fields, (intake,))


def leads_of(tables: Sequence[tuple[Table, str]]) -> LeadTable:
    """The leads that other tables tell of, each with its column of lead ids; nothing else is known of them."""
    name = "leads_of_others"
    ids = " UNION ".join(f"SELECT DISTINCT {table.id(identity)} AS id FROM {table.name}" for table, identity in tables)
    tables[0][0].make(name, f"SELECT id, 0 AS _row FROM ({ids}) WHERE id IS NOT NULL ORDER BY {BY_ID}")
    found = tables[0][0].fetch(f"SELECT id FROM {name}")["id"]
    return LeadTable(name, found, Codes(np.full(len(found), -1), Dictionary(())), {}, ())


def _each_once(staged: Staged, identity: str) -> tuple[Staged, int, list[BadCell]]:
    """The first row of each lead; how many others say the same, and those that say something else."""
    name, said = f"{staged.name}_once", ", ".join(f"value_{i}" for i in range(len(staged.cells)))
    numbered = f"row_number() OVER (PARTITION BY id ORDER BY _row) AS n, dense_rank() OVER (PARTITION BY id ORDER BY {said}) AS k"
    staged.table.make(f"{name}_all", f"SELECT *, {numbered} FROM {staged.name}")
    staged.table.make(name, f"SELECT * FROM {name}_all WHERE n = 1 ORDER BY {BY_ID}")
    others = f"SELECT b._row, b.id, a._row, a.k <> b.k FROM {name}_all b JOIN {name} a USING (id) WHERE b.n > 1 ORDER BY b._row"
    rows = staged.table.ask(others)
    label = staged.table.label
    clashes = [
        BadCell(label, row, identity, id, f"new lead: row {first:,} has it too, with other values")
        for row, id, first, differs in rows
        if differs
    ]
    return replace(staged, name=name), len(rows) - len(clashes), clashes


def _accounts(names: npt.NDArray[np.object_]) -> Codes:
    """The name of each lead's account, where it has one."""
    missing = np.ma.getmaskarray(names)
    known, numbers = np.unique(np.ma.filled(names, "").astype(str), return_inverse=True)
    return Codes(np.where(missing, -1, numbers), Dictionary(tuple(known.tolist())))
