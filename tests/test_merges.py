"""Merges of leads: laws for drawn worlds, and what is refused of tables that people have."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import leadrules
from leadrules import FileProblem
from leadrules.engine.as_of import AsOf, score_as_of
from tests.build import leads_of, plan_of
from tests.oracle_facts import gone, merged_into
from tests.oracle_tiers import remembers
from tests.specs_write import render
from tests.test_laws import law, same, scored
from tests.worlds import World, worlds

DAY = 86_400_000_000


@law(40)
@given(worlds(), st.data())
def test_merging_twice_changes_nothing(world: World, data: st.DataObject) -> None:
    """Neither the same merge told again later, nor what the merged lead did told of the other one too."""
    merges = world.beside.merges
    assume(merges)
    later = [{**row, "at": row["at"] + data.draw(st.sampled_from((0, DAY)))} for row in merges]
    told = data.draw(st.permutations([*merges, *later]))
    same(scored(world), scored(world._replace(beside=dataclasses.replace(world.beside, merges=told))))


@law(40)
@given(worlds())
def test_after_a_merge_rows_of_the_one_are_rows_of_the_other(world: World) -> None:
    """Told of the other as well from the start, they score the same as soon as all merges are done."""
    text = render(world.spec)
    assume(world.beside.merges and not remembers(world.spec) and not re.search(r"\bbegins\b", text))
    now = max(world.now, *(row["at"] for row in world.beside.merges))
    more = [
        {**row, "lead": lead["lead"]}
        for lead in world.leads
        for other, _ in merged_into(lead["lead"], world.beside.merges)
        for row in world.events
        if row["lead"] == other
    ]
    one, both = (scored(world._replace(now=now, events=events)) for events in (world.events, [*world.events, *more]))
    same(one, both)


@law(40)
@given(worlds())
def test_merged_leads_are_left_out(world: World) -> None:
    plan = plan_of(render(world.spec))
    leads = leads_of(plan.model, world.leads, world.events, world.beside)
    scores = score_as_of(plan, leads, AsOf(world.now))
    assert list(scores.ids) == [lead["lead"] for lead in world.leads if world.now < gone(lead["lead"], world.beside)]
    assert len(scores) + np.count_nonzero(leads.merged_by(np.full(len(leads), world.now))) == len(leads)


RULES = """ruleset merged { timezone UTC }
lead { title text }
event form
merges { identity from "Loser"; into from "Winner"; at from "Merged on" }
score s { criteria { forms 10 each form; boss 1 when title is "CEO" } }
"""
HEAD = "Loser,Winner,Merged on\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> leadrules.Rules:
    monkeypatch.chdir(tmp_path)
    Path("merged.lead").write_text(RULES, encoding="utf-8")
    return leadrules.load("merged.lead")


def told(text: str) -> str:
    Path("merges.csv").write_text(HEAD + text, encoding="utf-8")
    return "merges.csv"


def events(*leads: str, **more: object) -> pd.DataFrame:
    return pd.DataFrame({"lead": leads, "time": "2026-01-01", "type": "form", **more})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b,soon\n", r'row 1, column "Merged on": "soon" is no time'),
        ("a,,2026-01-05\n", r'row 1, column "Winner": no lead id'),
        ("a,a,2026-01-05\n", r'row 1, column "Winner": "a" is no other lead'),
        (
            "a,c,2026-01-09\na,b,2026-01-05\n",
            r'row 1, column "Winner": "c" is no lead that "a" goes into: row 2 says "b"',
        ),
        (
            "a,b,2026-01-05\nb,c,2026-01-06\nc,a,2026-01-07\n",
            r'row 3, column "Winner": "a" is no lead that can take over "c": it goes into that',
        ),
    ],
)
def test_a_bad_row_is_named(rules: leadrules.Rules, text: str, message: str) -> None:
    with pytest.raises(FileProblem, match=message):
        rules.score(events=events("a", "b", "c"), merges=told(text), at="2026-02-01")


def test_bad_rows_can_be_left_out(rules: leadrules.Rules) -> None:
    path = told("a,b,2026-01-05\nb,a,2026-01-06\na,c,2026-01-07\n")
    happened = events("a", "b", "c").assign(time=["2026-01-01", "2026-01-02", "2026-01-03"])
    found = rules.score(events=happened, merges=path, at="2026-02-01", on_bad_row="skip")
    assert found.columns.ids.tolist() == ["b", "c"]
    assert found.columns.scores["s"].tolist() == [20, 10]
    assert "  2 rows with a bad value left out" in found.notes


def test_events_that_share_an_id_and_differ_are_bad_once_their_leads_are_one(rules: leadrules.Rules) -> None:
    twice = events("a", "b", id=["7", "7"]).assign(time=["2026-01-01", "2026-01-02"])
    assert len(rules.score(events=twice, at="2026-02-01")) == 2
    with pytest.raises(FileProblem, match=r'row 2, column "id": "7" is no new id: row 1 has it too'):
        rules.score(events=twice, merges=told("a,b,2026-01-05\n"), at="2026-02-01")


def test_a_merged_lead_says_where_it_went(rules: leadrules.Rules) -> None:
    path = told("a,b,2026-01-05\n")
    with pytest.raises(FileProblem, match=r"(?s)lead a: was merged into lead b by then.*ask for lead b"):
        rules.explain("a", events=events("a", "b"), merges=path, at="2026-02-01")
    assert rules.explain("a", events=events("a", "b"), merges=path, at="2026-01-04").account.lead == "a"
    notes = rules.score(events=events("a", "b"), merges=path, at="2026-02-01").notes
    assert "1 lead left out: merged into others by then" in notes


def test_the_winner_needs_no_row_of_its_own(rules: leadrules.Rules) -> None:
    found = rules.score(events=events("a", "x"), merges=told("a,b,2026-01-05\n"), at="2026-01-05")
    assert dict(zip(found.columns.ids, found.columns.scores["s"], strict=True)) == {"b": 10, "x": 10}


def test_values_without_date_that_were_taken_over_are_told_as_such(rules: leadrules.Rules) -> None:
    leads = pd.DataFrame({"lead": ["a", "b"], "title": ["CEO", None]})
    path = told("a,b,2026-01-05\n")
    happened = events("b").assign(time="2026-03-01")
    found = rules.score(leads, happened, merges=path, at="2026-02-01")
    assert found.columns.scores["s"].tolist() == [1]
    assert "  title of 1 of 1 lead (s.boss)" in found.notes
    shown = rules.explain("b", leads, happened, merges=path, at="2026-02-01")
    assert 'title "CEO" by a merge' in repr(shown)
    assert '"since":null' in shown.to_json().replace(" ", "")


def test_a_table_of_merges_alone_is_no_data(rules: leadrules.Rules) -> None:
    with pytest.raises(FileProblem, match="neither a table of leads"):
        rules.score(merges=told("a,b,2026-01-05\n"), at="2026-02-01")
