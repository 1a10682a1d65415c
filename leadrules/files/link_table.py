"""A table of links: a row for each account that a lead has come to belong to, perhaps with its role there, and since when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import TEXT, TIME
from leadrules.dsl.rules.model import Model
from leadrules.engine.columns import Column
from leadrules.engine.histories import Told, alike, both, repeats_of
from leadrules.engine.zone import Zone
from leadrules.files.attribute_table import AttributeTable
from leadrules.files.cells import Cells, cells, optional, required
from leadrules.files.dated_rows import times_of
from leadrules.files.intake import SHOWN, BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import stage

Times = npt.NDArray[np.int64]


class LinkTable(Struct, frozen=True):
    """Links as they were read. `rows` say which row of the table each is; `role` is None where the table tells none.

    `columns`: what those of the account and of the role are called.
    """

    account: Told
    role: Told | None
    rows: Times
    columns: tuple[str, str]
    table: Table
    intake: Intake

    def take(self, at: npt.NDArray[np.integer]) -> LinkTable:
        """Some of the rows."""
        role = None if self.role is None else self.role.take(at)
        return replace(self, account=self.account.take(at), role=role, rows=self.rows[at])

    def bad(self, row: int, which: int, expected: str) -> BadCell:
        """What is wrong with the account (0) or the role (1) in a row of the table."""
        column = self.columns[which]
        value = self.table.value(f"SELECT {self.table.text(column)} FROM {self.table.name} WHERE _row = {row}") or ""
        return BadCell(self.table.label, row, column, value, expected)


def read_links(model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> LinkTable:
    """The links of leads of the SQL table `leads`, without those that contradict an earlier row."""
    told = _Reader(model, table, zone).read(leads, on_bad_row)
    repeats = repeats_of(told.account, *([told.role.values] if told.role else []))
    pairs = [sorted(pair) for pair in repeats.conflicts]
    bad = [_clash(told, first, later) for first, later in pairs]
    told = replace(told, intake=replace(told.intake, repeated=len(repeats.dropped)))
    return _without(told, bad, np.array([*repeats.dropped, *(later for _, later in pairs)], np.int64), on_bad_row)


def without_other_roles(links: LinkTable, role: str, attributes: AttributeTable, on_bad_row: OnBadRow) -> LinkTable:
    """The links that do not contradict what a table of attributes says of the role at the same times."""
    told = attributes.told.get(role)
    if links.role is None or told is None or not len(told.lead):
        return links
    count, label = len(told.lead), attributes.table.label
    pairs = [sorted(pair) for pair in repeats_of(both(told, links.role)).conflicts]
    later = [(int(attributes.rows[role][a]), b - count) for a, b in pairs]
    bad = [links.bad(int(links.rows[b]), 1, f"role of this time: row {a:,} of {label} has another") for a, b in later]
    return _without(links, bad, np.array([b for _, b in later], np.int64), on_bad_row)


def _clash(links: LinkTable, first: int, later: int) -> BadCell:
    one, other = np.array([first]), np.array([later])
    which = int(alike(links.account.values, one, other)[0])
    what = "role" if which else "account"
    return links.bad(int(links.rows[later]), which, f"{what} of this time: row {int(links.rows[first]):,} has another")


def _without(links: LinkTable, bad: list[BadCell], rows: Times, on_bad_row: OnBadRow) -> LinkTable:
    """The links but for some, with those that are bad in their account."""
    bad.sort(key=lambda cell: cell.row)
    intake = with_bad_rows(links.intake, bad[:SHOWN], len({cell.row for cell in bad}), on_bad_row)
    left = np.setdiff1d(np.arange(len(links.rows)), rows)
    return replace(links.take(left), intake=intake)


class _Reader:
    """Reads one table of links for one rule set."""

    def __init__(self, model: Model, table: Table, zone: Zone) -> None:
        self.table, self.zone = table, zone
        columns = model.columns
        self.identity = self.needed("identity", columns.link_identity)
        self.account = self.needed("account", columns.link_account)
        self.since = self.needed("since", columns.link_since)
        self.known_at = table.find(columns.link_known_at)
        declared = next((field for field in model.fields if field.name == columns.role), None)
        self.role_column = table.find(columns.link_role)
        self.role = declared if self.role_column else None

    def needed(self, word: str, column: str) -> str:
        return self.table.needed(column, f'links {{ {word} from "…" }}')

    def read(self, leads: str, on_bad_row: OnBadRow) -> LinkTable:
        staged = stage(self.table, self.cells(), {"id": self.table.id(self.identity)}, self.zone, "_row")
        kept = staged.of_leads(leads)
        rows = self.table.fetch(f"SELECT lead, _row FROM {kept.name}")
        since, known_at = times_of(kept, 0, 3 if self.known_at else None)

        def told(values: Column) -> Told:
            return Told(rows["lead"].astype(np.int64), since, known_at, values)

        account, role = told(kept.column(2)), told(kept.column(len(kept.cells) - 1)) if self.role else None
        orphans = int(self.table.value(f"SELECT count(*) FROM {staged.name}")) - len(since)
        intake = Intake(self.table.label, self.table.rows, outside=dict(+kept.outside), orphans=orphans, thing="link")
        intake = with_bad_rows(intake, staged.bad, staged.bad_rows, on_bad_row)
        columns = self.account, self.role_column or ""
        return LinkTable(account, role, rows["_row"].astype(np.int64), columns, self.table, intake)

    def cells(self) -> list[Cells]:
        """The cells of every row: since when, whose, of which account; perhaps from when on known, and the role."""
        types, expected = self.table.columns, "time, such as 2026-01-31 09:00"
        found = [
            required("since", TIME, self.since, types[self.since], expected),
            required("lead", TEXT, self.identity, types[self.identity], "lead id"),
            optional("account", TEXT, self.account, types[self.account]),
        ]
        found += [optional("known_at", TIME, self.known_at, types[self.known_at])] if self.known_at else []
        return found + (
            [cells(self.role, self.role_column, types[self.role_column])] if self.role and self.role_column else []
        )
