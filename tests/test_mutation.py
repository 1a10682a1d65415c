"""Mutants: what they are, which of them tests notice, and what is said of the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrules.dsl.problem import RulesError
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.rules.tree import Ruleset
from leadrules.dsl.rules.write import write
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.score import score
from leadrules.files.sources import read_rules
from leadrules.verify.mutants import mutants_of
from leadrules.verify.mutate import Mutation, mutate
from tests.build import leads_of
from tests.specs_write import render
from tests.terminal import typed
from tests.test_laws import law
from tests.worlds import World, worlds

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("**/*.lead"))
HEAD = "ruleset card { version 1 }\nlead { role text; size whole number }\nevent visit\nevent form\n"
RULES = HEAD + "score fit { criteria { boss 40 when role is chief } }\n".replace("chief", '"chief"')


def read(text: str) -> Ruleset:
    return parse(Source("card.lead", text))


def diffs(text: str) -> set[tuple[str, ...]]:
    """The differences of all mutants, without the spaces that put names in columns."""
    return {tuple(map(plain, mutant.diff)) for mutant in mutants_of(read(HEAD + text))}


def plain(line: str) -> str:
    return " ".join(line.split())


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("it 40 when size >= 50", ["it 41 when size >= 50", "it 39 when size >= 50", "it 40 when size > 50"]),
        ("it 40 when size >= 50", ["it 40 when size < 50", "it 40 when size >= 51", "it 40 when size >= 49"]),
        ("it 1_000 when size = 5", ["it 1_001 when size = 5", "it 999 when size = 5", "it 1_000 when size != 5"]),
        ("it -1.5 when any form", ["it 1.5 when any form", "it -1.6 when any form", "it -1.5 when no form"]),
        (
            "it 1 when any form and size > 3",
            ["it 1 when any form or size > 3", "it 1 when any form", "it 1 when size > 3"],
        ),
        ("it 1 when not (any form or any visit)", ["it 1 when any form or any visit"]),
        ("it 1 when role is known", ["it 1 when role is missing"]),
        (
            'it 1 when role is one of "a", "b"',
            ['it 1 when role is one of "a"', 'it 1 when role is not one of "a", "b"'],
        ),
        ('it 1 when role mentions any of "a", "b"', ['it 1 when role mentions "b"']),
        ('it 1 when role starts with "a"', ['it 1 when role contains "a"']),
        ("it 1 when any form in last 7 days", ["it 1 when any form", "it 1 when any form in last 8 days"]),
        ("it 1 each form, once", ["it 1 each form"]),
        ("it 1 each form, at most 3", ["it 1 each form, at most 4", "it 1 each form, at most 2"]),
        ("it 1 each form, decay half-life 30 days", ["it 1 each form", "it 1 each form, decay half-life 29 days"]),
        ("it 1 the first of: form", ["it 1 the last of: form"]),
        ("it 1 each form, unless any visit", ["it 1 each form"]),
        ("it weighs 35%: 1 each form", ["it weighs 36%: 1 each form", "it weighs 34%: 1 each form"]),
        ("it by size { under 5: 1; 5 to 9: 2 }", ["it by size { under 5: 1; 5 to 10: 2 }"]),
        ("it worth 6 * size", ["it worth 6 / size"]),
        ("it 1 when days since visit > 3", ["it 1 when calendar days since visit > 3"]),
        (
            "it 1 when (days since form where not page is price) > 3",
            ["it 1 when days since form > 3", "it 1 when (days since form where page is price) > 3"],
        ),
    ],
)
def test_a_mutant_has_one_small_mistake(line: str, others: list[str]) -> None:
    text = f"score s {{ criteria {{ {line}; other 3 each visit }} }}"
    found = {diff[-1] for diff in diffs(text) if diff[0] == f"- {line}"}
    assert found >= {f"+ {other}" for other in others}, found


def test_whole_statements_go_and_tiers_change_places() -> None:
    found = diffs(
        "score s between 0 and 9 { decay half-life 3 days; criteria { a 1 each form; b 2 each visit } }\n"
        "thresholds { hot when s > 5, until s < 3; warm when s > 2; cold otherwise }"
    )
    assert ("- a 1 each form",) in found
    assert ("- decay half-life 3 days",) in found
    assert ("- score s between 0 and 9 {", "+ score s {") in found
    assert ("- hot when s > 5, until s < 3", "+ hot when s > 5") in found
    assert ("- warm when s > 2",) in found
    assert any(len(diff) == 2 and diff[0][2:] == diff[1][2:] for diff in found), "two tiers in the other order"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_mutant_can_be_written_and_read_and_shows_its_difference(path: Path) -> None:
    ruleset, _ = read_rules(path)
    mutants = list(mutants_of(ruleset))
    for mutant in mutants[:: max(1, len(mutants) // 12)]:
        mutated = mutant.applied(ruleset)
        assert mutated != ruleset
        assert mutant.diff, mutant.what
        assert parse(Source("mutant.lead", write(mutated))) == mutated, mutant.diff


def tried(tests: str, text: str = RULES) -> Mutation:
    return mutate(read(text + tests), budget=1_000, seed=1)


def outcomes(mutation: Mutation) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for trial in mutation.trials:
        found.setdefault(trial.outcome, set()).add(plain(trial.mutant.diff[-1]))
    return found


def test_what_no_test_notices_lives() -> None:
    half = tried('test "t" { lead { role "chief" }\n 2026-01-01 visit\n expect fit > 0 }')
    assert outcomes(half) == {
        "killed": {'+ boss 40 when role is not "chief"'},
        "alive": {'+ boss 41 when role is "chief"', '+ boss 39 when role is "chief"'},
        "alike": {"+ score fit rounded {"},
        "wrong": {'- boss 40 when role is "chief"'},
    }
    assert half.percent == 25.0
    whole = tried('test "t" { lead { role "chief" }\n 2026-01-01 visit\n expect fit = 40 }')
    assert set(outcomes(whole)) == {"killed", "alike", "wrong"}
    assert {trial.by for trial in whole.of("killed")} == {"t"}
    assert whole.percent == 75.0


def test_a_criterion_that_a_test_names_is_noticed_when_it_is_gone() -> None:
    text = HEAD + "score fit { criteria { boss 40 each visit; other 2 each form } }\n"
    found = tried('test "t" { 2026-01-01 visit\n expect fit.boss = 40 }', text)
    gone = [trial for trial in found.trials if trial.mutant.diff == ("- boss 40 each visit",)]
    ((outcome, by),) = [(trial.outcome, trial.by) for trial in gone]
    assert outcome == "killed"
    assert "boss" in by


def test_what_means_the_same_is_not_counted() -> None:
    text = HEAD + "param quiet = 3 days\nscore fit { criteria { a 1 when size >= 2 and size >= 2 } }\n"
    found = tried('test "t" { lead { size 2 }\n 2026-01-01 visit\n expect fit = 1 }', text)
    assert {trial.mutant.what for trial in found.of("alike")} >= {"a part left out", "rounding"}
    assert len(found.of("killed", "alive", "alike", "wrong", "equal")) == len(found.trials) == found.made


def test_a_budget_draws_by_a_seed() -> None:
    path = next(path for path in EXAMPLES if path.stem == "bant")
    ruleset, _ = read_rules(path)
    one, same, other = (mutate(ruleset, budget=9, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert [trial.mutant.what for trial in one.trials] != [trial.mutant.what for trial in other.trials]
    assert len(one.trials) == 9 < one.made
    places = [trial.mutant.number for trial in one.trials]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["bant", "bant_missing", "drip"])
def test_mutants_that_are_rule_sets_and_live_hold_every_test(name: str) -> None:
    (path,) = (path for path in EXAMPLES if path.stem == name)
    ruleset, params = read_rules(path)
    for trial in mutate(ruleset, params, budget=20, seed=3).trials:
        try:
            check(trial.mutant.applied(ruleset), params)
        except RulesError:
            assert trial.outcome in ("wrong", "killed")
        else:
            assert trial.outcome != "wrong"


def test_the_command_shows_what_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("card.lead").write_text(RULES + 'test "t" { lead { role "chief" }\n 2026-01-01 visit\n expect fit > 0 }\n')
    shown = typed("leadrules test card.lead --mutate")
    assert shown.code == 0
    assert (
        'lives: card.lead:5:29: 40 → 41\n  - boss 40 when role is "chief"\n  + boss 41 when role is "chief"\n'
        in shown.output
    )
    assert "mutation score: 25%: tests notice 1 of 4 mutants\n  2 live, 1 more are likely equivalent" in shown.output
    assert "not counted: 1 that are no rule set, 0 that mean the same" in shown.output
    assert "were tried" not in shown.output
    assert (
        "2 of 5 mutants were tried, drawn with seed 4"
        in typed("leadrules test card.lead --mutate --budget 2 --seed 4").output
    )
    assert typed("leadrules test card.lead --mutation-threshold 25").code == 0
    low = typed("leadrules test card.lead --mutation-threshold 25.1")
    assert (low.code, low.errors.split("\n")[-2]) == (1, "mutation score: 25% is less than 25.1%")
    data = json.loads(typed("leadrules test card.lead --mutate --format json").output)["mutations"][0]
    assert data["percent"] == 25.0
    assert sorted(trial["outcome"] for trial in data["mutants"]) == ["alike", "alive", "alive", "killed", "wrong"]


def test_mutants_need_tests_that_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("fails.lead").write_text(RULES + 'test "t" { lead { role "chief" }\n 2026-01-01 visit\n expect fit = 1 }\n')
    Path("none.lead").write_text(RULES)
    fails, none = typed("leadrules test fails.lead --mutate"), typed("leadrules test none.lead --mutate")
    assert (fails.code, none.code) == (1, 3)
    assert "fails.lead: no mutants are tried: a test fails as it is" in fails.errors
    assert "none.lead: no mutants are tried: it has no tests" in none.errors


@law(20)
@given(worlds(), st.integers(0, 10_000))
def test_mutants_of_any_rules_are_read_back_and_score_or_are_refused(world: World, start: int) -> None:
    ruleset = parse(Source("world.lead", render(world.spec)))
    every = list(mutants_of(ruleset))
    for mutant in [every[(start + 37 * i) % len(every)] for i in range(6)] if every else []:
        mutated = mutant.applied(ruleset)
        assert parse(Source("mutant.lead", write(mutated))) == mutated, mutant.diff
        try:
            model = check(mutated)
        except RulesError:
            continue
        leads = leads_of(model, world.leads, world.events, world.beside)
        assert len(score(compile_model(model), leads, world.now)) == len(world.leads)


@pytest.mark.parametrize(
    "test", ['role starts with "a"', 'role ends with "a"', 'role contains "a"', 'role mentions "a"']
)
def test_leads_tell_ways_of_looking_for_a_text_apart(test: str) -> None:
    found = mutate(read(HEAD + f"score s {{ criteria {{ it 5 when {test} }} }}"), budget=100, seed=1)
    ways = [trial for trial in found.trials if " → " in trial.mutant.what and trial.mutant.what.split(" → ")[0] in test]
    assert ways and {trial.outcome for trial in ways} == {"alive"}
