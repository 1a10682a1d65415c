"""Two rule sets in the suite of worlds: the same differs nowhere, and what an assumption decides flips."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadrules.cli.run import run
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.files.templates import WORLDS, read_template, suite
from leadrules.report.compared_worlds import compared_worlds_as_markdown, draw_compared_worlds
from leadrules.verify.compare_worlds import ComparedWorlds, compare_worlds

WORDS = """
ruleset {} {{ version 1 }}
lead {{ role one of head, buyer, other; size {} }}
event visit {{ page one of start, price }}
event order
score points {{
  criteria {{
    {}
  }}
}}
thresholds {{ hot when points >= 10; cold otherwise }}
"""
FIT = "head 10 when role is head\n    buyer 5 when role is buyer\n    large 5 when size >= 100"
BUSY = "order 10 each order\n    price 5 each visit where page is price"


def rules(name: str, criteria: str, size: str = "whole number") -> Model:
    return check(parse(Source(f"{name}.lead", WORDS.format(name, size, criteria))))


def compared(old: Model, new: Model, *names: str, leads: int = 1_500) -> ComparedWorlds:
    templates = [read_template(name) for name in names] or suite()
    return compare_worlds((old, new), ("old.lead", "new.lead"), templates, population=leads)


def test_the_same_differs_in_no_world() -> None:
    found = compared(rules("fit", FIT), rules("fit", FIT), leads=200)
    skipped = [world.name for world in found.skipped]
    assert sorted({world.name for world in found.worlds} | {name.split()[0] for name in skipped}) == sorted(WORLDS)
    assert {world.words for world in found.worlds} == {"both"}
    figures = [figure for world in found.worlds for figure in world.figures]
    assert len(figures) > 80
    assert all(f.difference.value in (0, None) and f.difference.low in (0, None) for f in figures)
    assert found.lowest == found.highest == 0 and not found.flips
    assert all(not conclusion.holds and not conclusion.fails for conclusion in found.conclusions)


def test_what_an_assumption_decides_flips() -> None:
    """Who knows only what leads are wins where fit alone tells, and loses where behaviour alone does."""
    fit, busy = rules("fit", FIT + "\n    busy 1 when any order"), rules("busy", BUSY + "\n    fit 1 when role is head")
    found = compared(fit, busy, "fit_only", "intent_only")
    ranks = next(c for c in found.conclusions if c.text == "the new rules rank better")
    assert any(name.startswith("intent_only") for name in ranks.holds)
    assert any(name.startswith("fit_only") for name in ranks.fails)
    assert "the new rules rank better" in found.flips
    assert found.lowest < -0.02 and found.highest > 0.02 and found.worst.startswith("fit_only")
    text = draw_compared_worlds(found)
    assert "1 conclusion flipped" in text or "conclusions flipped" in text
    assert f"the least in {found.worst}" in " ".join(text.split())
    assert "IT FLIPS" in text and "ROC AUC, by P(won): world" in text
    assert "| ROC AUC, by P(won): world | old | new |" in compared_worlds_as_markdown(found)


def test_each_world_is_made_of_the_words_of_either() -> None:
    found = compared(rules("fit", FIT), rules("busy", BUSY), "as_assumed", "null", leads=100)
    assert [world.label for world in found.worlds if world.name == "as_assumed"] == [
        "as_assumed of old",
        "as_assumed of new",
    ]


def test_a_world_in_which_one_of_them_cannot_be_tried_is_left_out() -> None:
    found = compared(
        rules("fit", FIT), rules("text", FIT.replace("size >= 100", 'size is "large"'), "text"), "as_assumed"
    )
    assert not found.worlds and found.worst is None
    assert [world.name for world in found.skipped] == ["as_assumed of old", "as_assumed of new"]
    assert all("`size` is a" in world.why for world in found.skipped)
    assert "Nothing can be said of the ranking" in draw_compared_worlds(found)


def test_the_command_compares_in_worlds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, criteria in (("fit", FIT), ("busy", BUSY)):
        (tmp_path / f"{name}.lead").write_text(WORDS.format(name, "whole number", criteria))
    fit, busy = (str(tmp_path / f"{name}.lead") for name in ("fit", "busy"))
    options = ("--worlds", "--population", "60", "--format", "json", "--detailed-exitcode")
    assert run(["compare", fit, fit, *options]) == 0
    assert json.loads(capsys.readouterr().out)["format_version"] == 1
    assert run(["compare", fit, busy, *options]) == 4
    found = json.loads(capsys.readouterr().out)
    assert all("flips" in conclusion for conclusion in found["conclusions"])
    assert run(["compare", fit, busy, "--worlds", "--margin", "auc=0.1"]) == 2
