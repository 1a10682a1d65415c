"""Outcomes of the leads of a log: from a table of them, or from some types of its events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import NUMBER, TEXT, TIME
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import LOST, WON
from leadrules.engine.columns import NEVER, Ints, Moments, Numbers
from leadrules.engine.zone import Zone
from leadrules.files.cells import literal, optional, required
from leadrules.files.failure import FileProblem
from leadrules.files.intake import Intake, OnBadRow, with_bad_rows
from leadrules.files.open_table import open_table
from leadrules.files.relations import Table, connect
from leadrules.files.staging import Staged, stage
from leadrules.judging.outcomes import OPEN, Outcomes

Ids = npt.NDArray[np.object_] | Ints


class OutcomeColumns(Struct, frozen=True):
    """What the columns of a table of outcomes are called. `time` and `value` need not be there."""

    lead: str = "lead"
    outcome: str = "outcome"
    time: str = "time"
    value: str = "value"


class OutcomeTable(Struct, frozen=True):
    """Outcomes as they were read, in the order of the leads, and the account of reading them."""

    outcomes: Outcomes
    intake: Intake


def read_outcomes(
    given: object,
    columns: OutcomeColumns,
    ids: Ids,
    zone: str,
    won: Sequence[str],
    lost: Sequence[str],
    on_bad_row: OnBadRow = "error",
) -> OutcomeTable:
    """The outcomes in a table with a row for each. `ids`: of the leads, in their order.

    What is none of `won` is lost, or, where `lost` names any, only what is one of these; other rows and blank ones are
    no outcome. Raises `FileProblem` where the table cannot be read, or never says one of `won` or of `lost`.
    """
    table = open_table(connect(), given, "outcomes", (columns.lead, columns.outcome, columns.time))
    named = replace(
        columns,
        lead=table.needed(columns.lead, "--outcome-column lead=…"),
        outcome=table.needed(columns.outcome, "--outcome-column outcome=…"),
    )
    return _Reader(table, named, Zone(zone), on_bad_row).read(ids, won, lost)


def read_outcome_events(
    model: Model, given: object, ids: Ids, won: Sequence[str], lost: Sequence[str], on_bad_row: OnBadRow = "error"
) -> OutcomeTable:
    """The outcomes among the events of a log: the first one of a type in `won` or `lost`, declared by the rules or not.

    Raises `FileProblem` as `read_outcomes` does.
    """
    own = model.columns
    table = open_table(connect(), given, "events", (own.event_identity, own.type, own.time))
    named = OutcomeColumns(
        table.needed(own.event_identity, 'events { identity from "…" }'),
        table.needed(own.type, 'events { type from "…" }'),
        table.needed(own.time, 'events { time from "…" }'),
        "",
    )
    others = tuple(lost) or (won[0],)  # every other type of event would end the lead, else
    return _Reader(table, named, Zone(model.timezone), on_bad_row).read(ids, won, others)


class _Reader:
    """Reads the outcomes of one table."""

    def __init__(self, table: Table, columns: OutcomeColumns, zone: Zone, on_bad_row: OnBadRow) -> None:
        self.table, self.columns, self.zone, self.on_bad_row = table, columns, zone, on_bad_row
        self.outcome = table.text(columns.outcome)
        self.time = self.perhaps("time", columns.time)
        self.value = self.perhaps("value", columns.value) if columns.value else None

    def perhaps(self, word: str, name: str) -> str | None:
        """A column that may be missing, unless it was named."""
        return self.table.find(name) if name == word else self.table.needed(name, f"--outcome-column {word}=…")

    def read(self, ids: Ids, won: Sequence[str], lost: Sequence[str]) -> OutcomeTable:
        self.refuse_unsaid("--won", won)
        self.refuse_unsaid("--lost", lost)
        staged = self.staged(won, lost)
        rows = self.table.fetch(f"SELECT id, _won, _row FROM {staged.name}")
        wins = np.ma.getdata(rows["_won"]).astype(bool)
        place = {id: number for number, id in enumerate(ids.tolist())}
        lead = np.array([place.get(id, -1) for id in rows["id"].tolist()], np.int64)
        orphans = int(np.count_nonzero(lead < 0))
        intake = Intake(f"outcomes in {self.table.label}", len(lead), orphans=orphans, thing="outcome")
        intake = with_bad_rows(intake, staged.bad, staged.bad_rows, self.on_bad_row)
        return OutcomeTable(self.first(staged, lead, wins, len(ids)), intake)

    def staged(self, won: Sequence[str], lost: Sequence[str]) -> Staged:
        """The rows that are an outcome, those that win marked."""
        wins, losses = (", ".join(f"lower({literal(text.strip())})" for text in texts) for texts in (won, lost))
        ends = f"lower({self.outcome}) IN ({', '.join(part for part in (wins, losses) if part)})" if lost else "true"
        table = self.table.derived(
            "outcomes_told",
            f"SELECT *, lower({self.outcome}) IN ({wins}) AS _won FROM {self.table.name} "
            f"WHERE {self.outcome} IS NOT NULL AND {ends}",
        )
        types, lead = table.columns, self.columns.lead
        wanted = [required("lead", TEXT, lead, types[lead], "lead id")]
        if self.time:
            wanted.append(required("time", TIME, self.time, types[self.time], "time, such as 2026-01-31 09:00"))
        if self.value:
            wanted.append(optional("value", NUMBER, self.value, types[self.value]))
        return stage(table, wanted, {"id": table.id(lead), "_won": "_won"}, self.zone, "_row")

    def first(self, staged: Staged, lead: npt.NDArray[np.int64], wins: npt.NDArray[np.bool_], leads: int) -> Outcomes:
        """The earliest outcome of each lead; of several at one time one that wins, then the first of the table."""
        times = staged.column(1) if self.time else None
        at = times.values if isinstance(times, Moments) else np.full(len(lead), NEVER)
        worths = staged.column(2 if self.time else 1) if self.value else None
        worth = np.nan_to_num(worths.values) if isinstance(worths, Numbers) else np.zeros(len(lead))
        order = np.lexsort((np.arange(len(lead)), ~wins, at))[::-1]  # of several the first is written last
        order = order[lead[order] >= 0]
        kind, when, paid = np.full(leads, OPEN, np.int8), np.full(leads, NEVER), np.zeros(leads)
        kind[lead[order]] = np.where(wins[order], WON, LOST)
        when[lead[order]] = at[order]
        paid[lead[order]] = np.where(wins, worth, 0.0)[order]
        return Outcomes(kind, when, paid, self.time is not None)

    def refuse_unsaid(self, option: str, texts: Sequence[str]) -> None:
        """Say what there is in place of a text that never is there: a misspelt one would change every figure."""
        for text in texts:
            same = f"lower({self.outcome}) = lower({literal(text.strip())})"
            if not self.table.value(f"SELECT count(*) FROM {self.table.name} WHERE {same}"):
                word = option.removeprefix("--")
                message = f'column "{self.columns.outcome}" never says "{text}", but {self.found()}'
                raise FileProblem(self.table.label, message, f"say with {option} what counts as {word}")

    def found(self) -> str:
        """The most frequent outcomes of the table."""
        sql = f"SELECT {self.outcome} AS v, count(*) AS n FROM {self.table.name} WHERE v IS NOT NULL GROUP BY v ORDER BY n DESC, v LIMIT 10"
        return ", ".join(f"{value} ({count:,})" for value, count in self.table.ask(sql)) or "nothing"
