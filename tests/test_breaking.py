"""How far changes go: each rung by a change that belongs there, and every lead that is shown replayed in both versions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.report.breaking import breaking_as_json, breaking_as_markdown, draw_breaking
from leadrules.verify.breaking import RUNGS, Breaking, breaking
from leadrules.verify.names_read import names_read
from leadrules.verify.run_tests import run_tests
from tests.terminal import typed

RULES = """ruleset card "Card" { version 3 }
lead {
  role one of head, buyer, other
  size number
  unused text
}
event form { page one of price, jobs }
event call passive
event never
condition big: size > 100
condition idle: unused is known
score fit "Fit" { criteria { head 20 when role is head; big 10 when big } }
score intent { criteria { price 15 each form where page is price, at most 3; called 5 when any call } }
score total = fit + intent
thresholds { hot when total >= 45; warm when total >= 20; cold otherwise }
grade letter of fit { "A" at 20; "B" otherwise }
test "a head" {
  lead { role head }
  expect fit = 20
}
"""
TEST = 'test "a head"'


def model(text: str) -> Model:
    return check(parse(Source("card.lead", text)))


def between(old: str, new: str, **how: int) -> Breaking:
    assert old in RULES
    return breaking(model(RULES), model(RULES.replace(old, new)), **how)


def test_names_that_decide_something_are_read_and_no_others() -> None:
    assert names_read(model(RULES)) == {
        ("field", "role"),
        ("field", "size"),
        ("event", "form"),
        ("event", "call"),
        ("property", "form.page"),
    }


def test_a_bare_event_reads_all_that_are_not_passive() -> None:
    text = RULES.replace("any call", "any event")
    assert {name for kind, name in names_read(model(text)) if kind == "event"} == {"form", "never"}


def test_what_is_written_otherwise_is_the_same() -> None:
    tree = parse(Source("card.lead", RULES))
    again = check(parse(Source("other/name.lead", "# first\n\n" + write(tree))))
    assert breaking(model(RULES), again) == Breaking("same", (), None, 0, 1, (3, 3))


@pytest.mark.parametrize(
    ("old", "new", "rung", "first"),
    [
        ('"Fit"', '"How it fits"', "text", "title"),
        ('"Card"', '"Cards"', "text", "title"),
        ("version 3", "version 4", "text", "version"),
        ("expect fit = 20", "expect fit >= 20", "text", "tests"),
        ("  unused text\n", "  unused number\n", "text", "condition"),
        ("event never\n", "", "text", "event"),
        ("condition idle: unused is known\n", "", "text", "condition"),
        ("called 5 when", "called 5.5 when", "points", "criterion"),
        ("total >= 45", "total >= 30", "tier", "tier"),
        ("head 20 when", "head 19 when", "tier", "criterion"),
        ("size > 100", "size > 50", "tier", "condition"),
        ("total = fit + intent", "total = fit + 2 * intent", "tier", "score"),
        ('"A" at 20', '"A" at 10', "tier", "grade"),
        ("; called 5 when any call", "", "reads", "event"),
        (" where page is price", "", "reads", "property"),
        ("; big 10 when big", "", "reads", "field"),
        ("event call passive", 'event call from "Telephone" passive', "reads", "event"),
        ("one of head, buyer, other", "one of head, buyer", "reads", "field"),
        ("one of head, buyer, other", "one of head, buyer, other, intern", "points", "field"),
        ("grade letter of", "grade letters of", "reads", "grade"),
        ("warm when total >= 20; ", "", "reads", "tier"),
    ],
)
def test_the_rung_of_a_change(old: str, new: str, rung: str, first: str) -> None:
    found = between(old, new)
    assert found.rung == rung
    assert (found.changes[0].what if found.changes else "") == first or not first
    assert bool(found.tried) == (RUNGS.index(found.rung) > RUNGS.index("text"))


def test_additions_are_told_apart_from_what_is_gone() -> None:
    found = between("called 5 when any call", "called 5 when any call; never 1 each never")
    assert {(change.kind, change.what, change.name, change.gone) for change in found.changes} == {
        ("added", "event", "never", False),
        ("added", "criterion", "intent.never", False),
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [("total >= 45", "total >= 30"), ("size > 100", "size > 50"), ("at most 3", "at most 2"), ("called 5", "called 4")],
)
def test_the_lead_that_is_shown_stands_otherwise(old: str, new: str) -> None:
    """The printed test, pasted into each version, holds in the old one and fails in the new one."""
    found = between(old, new)
    assert found.shift is not None
    outcomes = []
    for text in (RULES, RULES.replace(old, new)):
        pasted = model(text[: text.index(TEST)] + found.shift.test)
        (verdict,) = run_tests(compile_model(pasted), pasted.tests)
        outcomes.append(verdict.holds)
    assert outcomes == [True, False]


def test_the_search_finds_the_same_again() -> None:
    one, other = (between("at most 3", "at most 2", seed=4) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ("total >= 45", "total >= 30", "the version is still 3, and more than words changed"),
        ('"Fit"', '"How it fits"', ""),
        ("version 3", "version 2", "the version goes back from 3 to 2"),
        ("{ version 3 }", "{ }", "the version is gone, which was 3"),
    ],
)
def test_the_version_says_how_far_it_went(old: str, new: str, lacks: str) -> None:
    assert between(old, new).version_lacks == lacks


def test_a_raised_version_lacks_nothing() -> None:
    raised = RULES.replace("total >= 45", "total >= 30").replace("version 3", "version 4")
    assert breaking(model(RULES), model(raised)).version_lacks == ""


@pytest.mark.parametrize(
    ("old", "new", "options", "code"),
    [
        ("x", "x", [], 0),
        ("x", "x", ["--detailed-exitcode"], 0),
        ('"Fit"', '"How it fits"', ["--detailed-exitcode"], 0),
        ("total >= 45", "total >= 30", [], 1),
        ("version 3", "version 4", ["--detailed-exitcode"], 0),
        ("version 3", "version 2", [], 1),
        ("called 5 when", "called 5 when customer, for", [], 2),
    ],
)
def test_the_exit_code_of_the_ladder(tmp_path: Path, old: str, new: str, options: list[str], code: int) -> None:
    before, after = (str(tmp_path / name) for name in ("before.lead", "after.lead"))
    Path(before).write_text(RULES, encoding="utf-8")
    Path(after).write_text(RULES.replace(old, new), encoding="utf-8")
    assert typed(["leadrules", "compare", before, after, "--breaking", *options]).code == code


def test_a_raised_version_differs_in_effect_all_the_same(tmp_path: Path) -> None:
    before, after = (str(tmp_path / name) for name in ("before.lead", "after.lead"))
    Path(before).write_text(RULES, encoding="utf-8")
    Path(after).write_text(
        RULES.replace("total >= 45", "total >= 30").replace("version 3", "version 4"), encoding="utf-8"
    )
    for options, code in (([], 0), (["--detailed-exitcode"], 4), (["--worlds"], 2), (["--format", "json"], 0)):
        assert typed(["leadrules", "compare", before, after, "--breaking", *options]).code == code


@pytest.mark.parametrize(
    "option",
    [
        ["--population", "9"],
        ["--precision", "auc=0.1"],
        ["--margin", "auc=0.1"],
        ["--uncertainty", "20"],
        ["--uncertainty"],
        ["--seed", "1"],
        ["--fail-if", "auc < 0.9"],
        ["--decide-by", "interval"],
        ["--report", "x.html"],
    ],
)
def test_what_is_about_a_market_is_refused(option: list[str]) -> None:
    refused = typed(["leadrules", "compare", "a.lead", "b.lead", "--breaking", *option])
    assert refused.code == 2
    assert f"{option[0]} is about a comparison in a market: leave --breaking out" in " ".join(refused.errors.split())


def test_the_ways_to_say_it() -> None:
    found = between("total >= 45", "total >= 30")
    text = draw_breaking(found, "old", "new")
    assert "same < text < points < TIER < reads" in text
    assert "hot when total >= 45 → hot when total >= 30" in text
    told = json.loads(breaking_as_json(found, "old", "new"))
    assert (told["rung"], told["changes"][0]["what"], told["versions"]) == ("tier", "tier", [3, 3])
    shown = breaking_as_markdown(found)
    assert "**tier**" in shown and found.shift is not None and found.shift.test in shown


@pytest.mark.parametrize(
    ("exact", "wider"),
    [
        ('path is "/a"', 'path starts with "/a"'),
        ('path is "/a"', 'path ends with "/a"'),
        ('path starts with "/a"', 'path contains "/a"'),
        ('path mentions "a"', 'path contains "a"'),
    ],
)
@pytest.mark.parametrize(
    "rules",
    [
        "lead {{ path text }} {} {{ a 5 when {} }} }} {}",
        "event visit {{ path text }} {} {{ a 5 each visit where {} }} }} {}",
    ],
)
def test_a_test_of_texts_that_finds_more_moves_leads(rules: str, exact: str, wider: str) -> None:
    tiers = "thresholds { hot when s >= 5; cold otherwise }"
    old, new = (model(rules.format("score s { criteria", test, tiers).replace("} ", "}\n")) for test in (exact, wider))
    found = breaking(old, new)
    assert found.rung == "tier" and found.shift
    assert breaking(new, old).rung == "tier"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("{ version 3 }", "{ }", "version is gone, which was 3"),
        ("version 3", "version 4", "version is 4, no longer 3"),
        ("head, buyer, other", "head, buyer", "criterion `fit.head` reads `role`, which is another"),
    ],
)
def test_what_is_written_alike_is_not_told_twice(old: str, new: str, line: str) -> None:
    lines = draw_breaking(between(old, new), "old", "new").split("\n")
    assert [told for told in lines if told[4:].startswith(line)], lines
    assert not [told for told in lines if "→" in told]
