"""Tables of dated values as people have them: what is refused, with its row, and what is said of values without date."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import leadrules
from leadrules import FileProblem

RULES = """ruleset dated { timezone UTC }
lead { size whole number from "Staff"; title text; created time known from }
attributes { value from "New value" }
score s { criteria { big 10 when size >= 100; boss 1 when title is "CEO" } }
"""
HEAD = "lead,field,New value,since\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> leadrules.Rules:
    monkeypatch.chdir(tmp_path)
    Path("dated.lead").write_text(RULES, encoding="utf-8")
    return leadrules.load("dated.lead")


def told(text: str) -> str:
    Path("told.csv").write_text(HEAD + text, encoding="utf-8")
    return "told.csv"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,Staff,many,2026-01-01\n", r'row 1, column "New value": "many" is no whole number'),
        ("a,Staff,5,soon\n", r'row 1, column "since": "soon" is no time'),
        ("a,Staff,5,\n", r'row 1, column "since": no time'),
        (
            "a,Staff,5,2026-01-01\na,STAFF,6,2026-01-01\n",
            r'row 2, column "New value": "6" is no value of this time: row 1 has another',
        ),
    ],
)
def test_a_bad_row_is_named(rules: leadrules.Rules, text: str, message: str) -> None:
    with pytest.raises(FileProblem, match=message):
        rules.score(attributes=told(text), at="2026-02-01")


def test_of_two_rows_that_contradict_each_other_the_first_is_kept(rules: leadrules.Rules) -> None:
    path = told("a,Staff,500,2026-01-01\na,Staff,6,2026-01-01\n")
    found = rules.score(attributes=path, at="2026-02-01", on_bad_row="skip")
    assert found.columns.scores["s"].tolist() == [10]


def test_a_column_that_is_missing_is_named_with_a_way_out(rules: leadrules.Rules) -> None:
    frame = pd.DataFrame({"lead": ["a"], "field": ["Staff"], "value": [5], "since": ["2026-01-01"]})
    with pytest.raises(FileProblem, match=r'(?s)no column "New value" .* attributes { value from "…" }'):
        rules.score(attributes=frame, at="2026-02-01")


def test_a_score_over_the_past_names_the_values_that_have_no_date(rules: leadrules.Rules) -> None:
    leads = pd.DataFrame({"lead": ["a", "b"], "Staff": [200, 300], "title": ["CEO", None]})
    path = told("a,Staff,300,2026-01-10\n")
    now, past = (rules.score(leads, attributes=path, at=at).notes for at in ("2026-02-01", "2026-01-01"))
    assert not [note for note in now if "no date" in note]
    assert [note for note in past if " of " in note and "(s." in note and "without" not in note] == [
        "  size of 2 of 2 leads (s.big)",
        "  title of 1 of 2 leads (s.boss)",
    ]
    assert 'title "CEO"' in repr(rules.explain("a", attributes=told("a,title,CEO,2026-01-10\n"), at="2026-01-11"))
