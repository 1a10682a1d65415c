"""What happened while data was read: what was left out, what was not understood, each with a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.quantity import show_count
from leadrules.files.failure import FileProblem

SHOWN = 10
OnBadRow = Literal["error", "skip"]
Refused = Literal["value", "amount", "member"]
FATES: Mapping[Refused, str] = {
    "value": "it cannot have, taken as missing",
    "amount": "in another currency, taken as missing",
    "member": "it cannot have, left out",
}


class BadCell(Struct, frozen=True):
    """A value that its column cannot have. `row` counts the rows of data from 1; 0 is the table as a whole."""

    table: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        place = f', column "{self.column}"' if self.column else ""
        found = f'"{self.value}" is no {self.expected}' if self.value else f"no {self.expected}"
        return f"{self.table}: row {self.row:,}{place}: {found}"


class Outside(Struct, frozen=True):
    """What a field cannot have: a value that is none of its `one of`, a currency of amounts, a member of a set."""

    field: str
    what: Refused
    value: str


class Intake(Struct, frozen=True):
    """The account of reading one table.

    `rows`: rows of data. `bad`: the first cells that could not be read; `bad_rows`: how many rows had one and were
    left out. `repeated`: rows that said the same as another. `outside`: how often the table has each thing that its
    field cannot have. `absent`: fields without a column. `strange`: for each type of event, or field, that the rules do
    not declare, its rows. `orphans`: rows of leads that the table of leads does not have, and `lost` how many of each,
    where they are named. `thing`: what a row of the table is.
    """

    table: str
    rows: int
    bad: tuple[BadCell, ...] = ()
    bad_rows: int = 0
    repeated: int = 0
    outside: Mapping[Outside, int] = {}
    absent: tuple[str, ...] = ()
    strange: Mapping[str, int] = {}
    orphans: int = 0
    lost: Mapping[str, int] = {}
    thing: Literal["event", "value", "adjustment", "merge", "link", "outcome"] = "event"

    def lines(self) -> list[str]:
        """The account in words, without what did not happen."""
        said = [f"{self.table}: {show_count(self.rows, 'row')}"]
        said += [f"  {show_count(self.bad_rows, 'row')} with a bad value left out"] if self.bad_rows else []
        said += [f"    {cell}" for cell in self.bad]
        said += [f"  {show_count(self.repeated, 'row')} said before, taken once"] if self.repeated else []
        said += (
            [f"  no column for {', '.join(self.absent)}: missing for every lead"] if self.absent and self.rows else []
        )
        said += self._outside()
        left_out = f"{show_count(self.orphans, self.thing)} {self._preposition} leads that the table lacks, left out"
        said += [f"  {left_out}{_named(self.lost)}"] if self.orphans else []
        return said + self._strange()

    @property
    def _preposition(self) -> str:
        return "into" if self.thing == "merge" else "of"

    def _outside(self) -> list[str]:
        total: Counter[tuple[str, Refused]] = Counter()
        for found, count in self.outside.items():
            total[found.field, found.what] += count
        return [f"  {field}: {show_count(count, what)} {FATES[what]}" for (field, what), count in total.items()]

    def _strange(self) -> list[str]:
        if not self.strange:
            return []
        kinds = {"event": "types", "value": "fields", "adjustment": "scores"}[self.thing]
        count = show_count(sum(self.strange.values()), self.thing)
        return [f"  {count} of {kinds} that the rules do not declare{_named(self.strange)}"]


def _named(counts: Mapping[str, int]) -> str:
    """The names that occur most often, each with its count."""
    most = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    names = ", ".join(f"{name} ({n:,})" for name, n in most[:SHOWN]) + (", …" if len(most) > SHOWN else "")
    return f": {names}" if names else ""


def with_bad_rows(intake: Intake, bad: Sequence[BadCell], rows: int, on_bad_row: OnBadRow) -> Intake:
    """The account with further bad rows in it. Raises `BadRows` where they are a reason to stop."""
    shown = (*intake.bad, *bad)[:SHOWN]
    if rows and on_bad_row == "error":
        raise BadRows(shown, rows)
    return replace(intake, bad=shown, bad_rows=intake.bad_rows + rows)


class BadRows(FileProblem):
    """Rows that cannot be read, where they are a reason to stop."""

    def __init__(self, bad: Sequence[BadCell], rows: int) -> None:
        more = [f"… in {rows:,} rows altogether"] if rows > len(bad) else []
        hint = "  help: correct them, or leave such rows out with --on-bad-row skip"
        Exception.__init__(self, "\n".join([*map(str, bad), *more, hint]))
