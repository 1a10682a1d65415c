"""Rule sets that load, score and are expected: one for each numbered statement of `docs/semantics.md`.

# S7                            the statement
#! leads                        a table of leads, as CSV, to the next word
#! events                       a table of events
#! attributes                   a table of dated values
#! adjustments                  a table of points by hand
#! merges                       a table of leads that went into others
#! links                        a table of accounts that leads come to belong to
#! set quiet=45days             a value for a param, from outside
#! at 2026-01-10                the instant; what stands below is expected then
#! ada: s = 5; tier = hot       of a lead, by the columns of `leadrules score`; nothing behind `=` is not known
#! order: ada ben               who stands where
#! left out: 1                  leads without an instant
#! says: 1 row said before      a part of what is said about the tables
#! steps until 2026-02-01       the steps between tiers up to an instant, all of which stand below
#! ada: 2026-01-02 09:00 cold to hot by form; notify sales
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import leadrules
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.compose import read_whole
from leadrules.dsl.rules.parse import read_given
from leadrules.dsl.source import Source
from leadrules.engine.as_of import read_as_of, score_as_of, show_instant
from leadrules.engine.compile import compile_model
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.engine.transitions import transitions
from leadrules.files.results import relation_of, sheet_of
from leadrules.files.sources import Folder
from leadrules.files.tables import read_tables
from tests.chunks import Chunk, every_chunk
from tests.test_language import given

HERE = Path(__file__).parent
CASES = every_chunk(HERE / "semantics", "*.lead")
STATEMENT = re.compile(r"^# (S\d+)$", re.MULTILINE)
TABLES = "leads|events|attributes|adjustments|merges|links"
TRUTHS = {"true": True, "false": False}


@pytest.mark.parametrize("chunk", CASES, ids=lambda chunk: chunk.id)
def test_a_statement_holds(chunk: Chunk, tmp_path: Path) -> None:
    whole = read_whole(Source(chunk.path.name, chunk.text), Folder(chunk.path))
    assert not whole.problems
    model = check(whole.ruleset, read_given(given(chunk))[0])
    said = [line.removeprefix("#! ") for line in chunk.text.splitlines() if line.startswith("#! ")]
    first = next(i for i, line in enumerate(said) if line.startswith(("at ", "steps until ")))
    tables = dict(tables_of(said[:first], tmp_path))
    others = {name: tables.get(name) for name in ("attributes", "adjustments", "merges", "links")}
    read = read_tables(model, tables.get("leads"), tables.get("events"), **others)
    plan, notes = compile_model(model), "\n".join(line for intake in read.intakes for line in intake.lines())
    steps: list[str] = []
    for line in said[first:]:
        word, _, rest = line.partition(": ")
        if line.startswith("steps until "):
            until = read_as_of(line.removeprefix("steps until "), model.timezone)
            assert until and not steps
            steps = list(steps_of(plan, read.leads, until.microseconds))
        elif steps:
            assert line == steps.pop(0)
        elif line.startswith("at "):
            as_of = read_as_of(line.removeprefix("at "), model.timezone)
            assert as_of
            scores = score_as_of(plan, read.leads, as_of, criteria=True)
            table = relation_of(sheet_of(scores))
            rows = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
        elif word == "says":
            assert rest in notes
        elif word == "order":
            assert list(rows) == rest.split()
        elif word == "left out":
            assert len(read.leads) - len(rows) == int(rest)
        else:
            compare(rows[word], rest)
    assert not steps


def steps_of(plan: Plan, leads: Leads, until: int) -> Iterator[str]:
    """The steps between tiers, a line each."""
    for found in transitions(plan, leads, until):
        names = [*found.tier_names, "none"]
        causes = [*found.events, "becoming known", "time"]
        for row in range(len(found)):
            at = show_instant(int(found.time[row]), plan.model.timezone)
            fired = [on for on, fires in zip(found.actions, found.fired[row], strict=True) if fires]
            done = "".join(f"; {a.verb} {', '.join(a.texts)}" for on in fired for a in on.actions)
            cause = causes[found.cause[row]]
            yield f"{found.ids[row]}: {at} {names[found.before[row]]} to {names[found.after[row]]} by {cause}{done}"


def tables_of(said: list[str], folder: Path) -> Iterator[tuple[str, str]]:
    """The tables of a case, as files."""
    for name, body in re.findall(rf"^({TABLES})\n((?:(?!(?:{TABLES})$).*\n)+)", "\n".join([*said, ""]), re.MULTILINE):
        path = folder / f"{name}.csv"
        path.write_text(body, encoding="utf-8")
        yield name, str(path)


def compare(row: dict[str, object], expected: str) -> None:
    """What is expected of a lead: `s = 5; tier = hot`."""
    for part in expected.split(";"):
        column, value = (word.strip() for word in part.split("="))
        found = row[column]
        if isinstance(found, float | int) and not isinstance(found, bool):
            assert found == pytest.approx(float(value), abs=1e-9), column
        else:
            assert found == TRUTHS.get(value, value or None), column


def test_every_statement_has_its_case() -> None:
    told = (HERE.parent / "docs" / "semantics.md").read_text(encoding="utf-8")
    statements = re.findall(r"^\*\*(S\d+)\*\*(.*?)(?=\n\n|\Z)", told, re.MULTILINE | re.DOTALL)
    cases = {number for chunk in CASES for number in STATEMENT.findall(chunk.text)}
    elsewhere = {number for number, text in statements if re.search(r"\(`tests/\w+\.py`\)\s*$", text)}
    numbers = [int(number[1:]) for number, _ in statements]
    assert numbers == sorted(set(numbers))
    assert cases | elsewhere == {number for number, _ in statements}
    assert not cases & elsewhere
    for file in re.findall(r"\(`(tests/\w+\.py)`\)", told):
        assert (HERE.parent / file).exists()


@pytest.mark.parametrize(("one", "two"), [("9", "10"), ("10", "9a")])
def test_what_happens_at_the_same_time_stands_in_the_order_of_its_ids(one: str, two: str, tmp_path: Path) -> None:
    rules = tmp_path / "ties.lead"
    rules.write_text("event visit { page text }\nscore s { criteria { a 5 each visit } }\n", encoding="utf-8")
    for some in itertools.permutations([(two, "second"), (one, "first"), (None, "third"), (None, "thirsty")]):
        events = pd.DataFrame({"lead": "a", "type": "visit", "time": "2026-01-01", "id": i, "page": p} for i, p in some)
        told = repr(leadrules.load(rules).explain("a", events=events, at="2026-01-10"))
        assert re.findall(r'page "(\w+)"', told) == ["first", "second", "third", "thirsty"]
