"""Links of leads to accounts: members by date, and what is refused of tables that people have."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import leadrules
from leadrules import FileProblem
from leadrules.engine.accounts import MANY
from leadrules.engine.score import score
from leadrules.engine.transitions import transitions
from leadrules.files.tables import read_tables

RULES = """ruleset linked { timezone UTC }
lead { title text }
account firm { members by account, role one of user, decider }
event form
links { identity from "Contact"; account from "Company"; role from "Part"; since from "Since"; known_at from "Synced" }
score s { criteria { forms 10 each form } }
score team = sum over members of s * by role { decider: 2; else: 1; unknown: 1 }
thresholds { hot when team >= 20; cold otherwise }
"""
DAY = 86_400_000_000


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> leadrules.Rules:
    monkeypatch.chdir(tmp_path)
    Path("linked.lead").write_text(RULES, encoding="utf-8")
    return leadrules.load("linked.lead")


def told(text: str, head: str = "Contact,Company,Part,Since") -> str:
    Path("links.csv").write_text(f"{head}\n{text}", encoding="utf-8")
    return "links.csv"


def events(*leads: str) -> pd.DataFrame:
    return pd.DataFrame({"lead": leads, "time": "2026-01-01", "type": "form"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,acme,user,soon\n", r'links.csv: row 1, column "Since": "soon" is no time'),
        ("a,acme,user,\n", r'row 1, column "Since": no time'),
        ("a,acme,user,2026-01-05\n,acme,user,2026-01-05\n", r'row 2, column "Contact": no lead id'),
        (
            "a,acme,user,2026-01-05\nb,acme,,2026-01-05\na,beta,user,2026-01-05\n",
            r'row 3, column "Company": "beta" is no account of this time: row 1 has another',
        ),
        (
            "a,acme,user,2026-01-05\na,,user,2026-01-05\n",
            r'row 2, column "Company": no account of this time: row 1 has another',
        ),
        (
            "a,acme,user,2026-01-05\na,acme,decider,2026-01-05\n",
            r'row 2, column "Part": "decider" is no role of this time: row 1 has another',
        ),
    ],
)
def test_a_bad_row_is_named(rules: leadrules.Rules, text: str, message: str) -> None:
    with pytest.raises(FileProblem, match=message):
        rules.score(events=events("a", "b"), links=told(text), at="2026-02-01")


def test_a_bad_time_of_becoming_known_is_named(rules: leadrules.Rules) -> None:
    path = told("a,acme,2026-01-05,late\n", "Contact,Company,Since,Synced")
    with pytest.raises(FileProblem, match=r'row 1, column "Synced": "late" is no date or time'):
        rules.score(events=events("a"), links=path, at="2026-02-01")


def test_a_column_that_every_row_needs_is_missed(rules: leadrules.Rules) -> None:
    path = told("a,2026-01-05\n", "Contact,Since")
    with pytest.raises(FileProblem, match=r'no column "Company".*\n.*links { account from "…" }'):
        rules.score(events=events("a"), links=path, at="2026-02-01")


def test_a_role_that_attributes_contradict_is_a_bad_row(rules: leadrules.Rules) -> None:
    dated = pd.DataFrame({"lead": ["a"], "field": "role", "value": "decider", "since": "2026-01-05"})
    path = told("b,acme,user,2026-01-05\na,acme,user,2026-01-05\na,acme,user,2026-01-05\n")
    message = r'row 2, column "Part": "user" is no role of this time: row 1 of .* has another'
    with pytest.raises(FileProblem, match=message):
        rules.score(events=events("a", "b"), links=path, attributes=dated, at="2026-02-01")
    found = rules.score(events=events("a", "b"), links=path, attributes=dated, at="2026-02-01", on_bad_row="skip")
    assert found.columns.scores["team"].tolist() == [20, 10]
    assert "  1 row with a bad value left out" in found.notes


def test_bad_rows_can_be_left_out_as_a_whole(rules: leadrules.Rules) -> None:
    path = told("a,acme,user,2026-01-05\nb,acme,user,2026-01-05\nb,acme,decider,2026-01-05\nb,acme,user,2026-01-05\n")
    found = rules.score(events=events("a", "b"), links=path, at="2026-02-01", on_bad_row="skip")
    assert found.columns.scores["team"].tolist() == [20, 20]


def test_a_role_that_the_rules_do_not_have_is_counted(rules: leadrules.Rules) -> None:
    found = rules.score(events=events("a"), links=told("a,acme,boss,2026-01-05\n"), at="2026-02-01")
    assert "  role: 1 value it cannot have, taken as missing" in found.notes


def test_a_role_column_counts_only_where_accounts_have_roles(tmp_path: Path) -> None:
    """A field of leads that is called so by chance is none."""
    path = tmp_path / "plain.lead"
    path.write_text(
        "ruleset plain {}\nlead { role text }\nevent form\nscore s { criteria { a 1 when role is known } }\n",
        encoding="utf-8",
    )
    links = pd.DataFrame({"lead": ["a"], "account": "acme", "role": "user", "since": "2026-01-01"})
    found = leadrules.load(path).score(events=events("a"), links=links, at="2026-02-01")
    assert found.columns.scores["s"].tolist() == [0]


def test_leads_can_be_carried_by_links_alone(rules: leadrules.Rules) -> None:
    found = rules.score(events=events("a"), links=told("b,acme,,2026-01-05\n"), at="2026-02-01")
    assert found.columns.ids.tolist() == ["a", "b"]


def test_members_are_asked_for_at_each_evaluation(rules: leadrules.Rules) -> None:
    path = told("a,acme,,2026-01-10\nb,acme,,2026-01-10\nb,,,2026-01-20\n")
    read = read_tables(rules.model, None, events("a", "b"), links=path)
    (found,) = transitions(rules.plan, read.leads, 20_500 * DAY)
    steps = [
        (id, at // DAY - 20_454, int(tier)) for id, at, tier in zip(found.ids, found.time, found.after, strict=True)
    ]
    assert steps == [("a", 0, 1), ("a", 9, 0), ("a", 19, 1), ("b", 0, 1), ("b", 9, 0), ("b", 19, 1)]


def test_many_leads_at_one_instant_are_scored_like_few(rules: leadrules.Rules) -> None:
    """From so many views on the accounts are worked out once, and all blocks look them up."""
    names = [f"l{i:04}" for i in range(2 * MANY)]
    rows = "".join(f"{name},f{i % 3},,2026-01-{5 + i % 7:02}\n" for i, name in enumerate(names))
    leads = read_tables(rules.model, None, events(*names), links=told(rows)).leads
    at = 20_454 * DAY + 7 * DAY
    many, few = score(rules.plan, leads, at), score(rules.plan, leads, at, block=MANY - 1)
    assert many.scores["team"].tolist() == few.scores["team"].tolist()
    joined = [sum(j % 3 == i % 3 and 5 + j % 7 <= 8 for j in range(len(names))) * 10 for i in range(len(names))]
    assert many.scores["team"].tolist() == [n if 5 + i % 7 <= 8 else 10 for i, n in enumerate(joined)]
