"""A table of adjustments: a row for each time that somebody set a score by hand, or added to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import NUMBER, TEXT, TIME
from leadrules.dsl.rules.model import Model, Score
from leadrules.engine.adjustments import Made, put_in_order
from leadrules.engine.columns import Codes, Dictionary, Ints, Moments, Numbers
from leadrules.engine.leads import Dated
from leadrules.engine.zone import Zone
from leadrules.files.cells import Cells, literal, optional, required
from leadrules.files.intake import SHOWN, BadCell, Intake, OnBadRow, with_bad_rows
from leadrules.files.relations import Table
from leadrules.files.staging import Staged, stage


class AdjustmentTable(Struct, frozen=True):
    """Adjustments in order, and the account of reading them."""

    dated: Dated
    intake: Intake


def read_adjustments(model: Model, table: Table, leads: str, zone: Zone, on_bad_row: OnBadRow) -> AdjustmentTable:
    """The adjustments of a table that are of a score made of criteria, and of a lead of the SQL table `leads`."""
    return _Reader(model, table, zone).read(leads, on_bad_row)


class _Reader:
    """Reads one table of adjustments for one rule set."""

    def __init__(self, model: Model, table: Table, zone: Zone) -> None:
        self.model, self.table, self.zone = model, table, zone
        columns = model.columns
        self.identity = self.needed("identity", columns.adjustment_identity)
        self.time = self.needed("time", columns.adjustment_time)
        self.score = self.needed("score", columns.adjustment_score)
        self.action = self.needed("action", columns.adjustment_action)
        self.value = self.needed("value", columns.adjustment_value)
        self.reason = table.find(columns.adjustment_reason)

    def needed(self, word: str, column: str) -> str:
        return self.table.needed(column, f'adjustments {{ {word} from "…" }}')

    def read(self, leads: str, on_bad_row: OnBadRow) -> AdjustmentTable:
        extra = {"id": self.table.id(self.identity), "score": self.named()}
        staged = stage(self.table, self.cells(), extra, self.zone, "_row")
        kept = staged.of_leads(leads, "score IS NOT NULL")
        rows, made = self.table.fetch(f"SELECT _row FROM {kept.name}")["_row"], self.made(kept)
        first = np.sort(_first_of_each(made.said()))
        made, rows = made.take(first), rows[first]
        clashes = list(self.clashes(made, rows))
        intake = replace(self.intake(staged, leads), repeated=int(self.count(kept.name)) - len(first))
        intake = with_bad_rows(intake, staged.bad, staged.bad_rows, on_bad_row)
        intake = with_bad_rows(intake, clashes[:SHOWN], len(clashes), on_bad_row)
        left = made.take(np.flatnonzero(~np.isin(rows, [cell.row for cell in clashes])))
        return AdjustmentTable(put_in_order(left, self.count(leads)), intake)

    def count(self, name: str) -> int:
        return int(self.table.value(f"SELECT count(*) FROM {name}"))

    def text(self, column: str) -> str:
        return self.table.text(column)

    def cells(self) -> list[Cells]:
        """The cells of every row: when, whose, of which score, what is done, with how much; and perhaps why."""
        types = self.table.columns
        combined = [score.name for score in self.model.scores if not isinstance(score, Score)]
        score = required(
            "score", TEXT, self.score, types[self.score], "score made of criteria: others are not adjusted"
        )
        action = required("action", TEXT, self.action, types[self.action], "action: `set` or `add`")
        found = [
            required("time", TIME, self.time, types[self.time], "time, such as 2026-01-31 09:00"),
            required("lead", TEXT, self.identity, types[self.identity], "lead id"),
            replace(score, value=f"(CASE WHEN {_among(score.text, combined)} THEN NULL ELSE {score.text} END)"),
            replace(action, value=f"(CASE WHEN {_among(action.text, ['set', 'add'])} THEN {action.text} END)"),
            required("value", NUMBER, self.value, types[self.value], "number of points"),
        ]
        if self.reason is None:
            return [
                *found,
                replace(action, column=self.action, value="NULL::VARCHAR", text="NULL::VARCHAR", required=False),
            ]
        return [*found, optional("reason", TEXT, self.reason, types[self.reason])]

    def named(self) -> str:
        """SQL for the score of a row as the rules call it; NULL where they have none of that name."""
        own = [score.name for score in self.model.scores if isinstance(score, Score)]
        text = self.text(self.score)
        cases = " ".join(f"WHEN lower({text}) = lower({literal(name)}) THEN {literal(name)}" for name in own)
        return f"(CASE {cases} END)" if cases else "NULL::VARCHAR"

    def clashes(self, made: Made, rows: Ints) -> Iterator[BadCell]:
        """Rows that set a score at an instant at which an earlier row sets it to something else."""
        sets = np.flatnonzero(made.sets)
        instants = np.rec.fromarrays([made.lead[sets], made.time[sets], made.score.codes[sets]])
        _, first, place = np.unique(instants, return_index=True, return_inverse=True)
        for at, earlier in zip(sets, sets[first[place]], strict=True):
            if made.value[at] != made.value[earlier]:
                expected = f"value at this time: row {int(rows[earlier]):,} sets another"
                yield BadCell(self.table.label, int(rows[at]), self.value, f"{made.value[at]:g}", expected)

    def intake(self, staged: Staged, leads: str) -> Intake:
        """What was left out: rows of scores and of leads that nobody knows."""
        ask = self.table.ask
        strange = f"SELECT value_2, count(*) FROM {staged.name} WHERE score IS NULL GROUP BY ALL ORDER BY ALL"
        lost = (
            f"SELECT id, count(*) FROM {staged.name} WHERE id NOT IN (SELECT id FROM {leads}) GROUP BY ALL ORDER BY ALL"
        )
        lost_rows = {str(name): int(count) for name, count in ask(lost)}
        return Intake(
            self.table.label,
            self.table.rows,
            strange={str(name): int(count) for name, count in ask(strange)},
            orphans=sum(lost_rows.values()),
            lost=lost_rows,
            thing="adjustment",
        )

    def made(self, kept: Staged) -> Made:
        lead = self.table.fetch(f"SELECT lead FROM {kept.name}")["lead"].astype(np.int64)
        time, score, action, value, reason = (kept.column(at) for at in (0, 2, 3, 4, 5))
        assert isinstance(time, Moments) and isinstance(value, Numbers)
        assert isinstance(score, Codes) and isinstance(action, Codes) and isinstance(reason, Codes)
        own = tuple(score.name for score in self.model.scores if isinstance(score, Score))
        places = {name.lower(): place for place, name in enumerate(own)}
        codes = np.array([*(places[text.lower()] for text in score.dictionary.values), -1], np.int64)
        sets = np.array([*(text.lower() == "set" for text in action.dictionary.values), False], bool)
        scores = Codes(codes[score.codes], Dictionary(own))
        return Made(lead, time.values, scores, sets[action.codes], value.values, reason)


def _first_of_each(said: npt.NDArray[np.void]) -> Ints:
    """The first of all rows that say the same."""
    found: Ints = np.unique(said, return_index=True)[1]
    return found


def _among(text: str, names: list[str]) -> str:
    """SQL that is true where a text is one of some names, whatever its capitals."""
    wanted = ", ".join(f"lower({literal(name)})" for name in names)
    return f"lower({text}) IN ({wanted})" if names else "false"
