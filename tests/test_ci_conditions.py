"""`fail-if`: conditions decide of rule sets that they are measured of, are told where they are not, and never end a run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leadrules.cli.run import run
from tests.ci_project import SCORE, SMALL, Captured, commit, edit, small, told


def test_conditions_on_what_changes(project: Path, capsys: Captured) -> None:
    small()
    edit("hot when total >= 50", "hot when total >= 45")
    edit("version 1", "version 2")
    for limit, left in ((1_000, 0), (0, 1)):
        wanted = f'files = ["rules"]\n{SMALL}fail-if = ["delta hot per week > {limit}"]\n'
        Path("leadrules.toml").write_text(wanted, encoding="utf-8")
        code, stages = told(capsys, "--against", "git:HEAD")
        assert code == left
        assert [finding["code"] for finding in stages["changes"]["findings"]] == ["gate"] * left


@pytest.mark.parametrize("changed", [True, False])
def test_a_condition_on_an_unknown_figure_is_a_mistake_of_the_settings(
    project: Path, capsys: Captured, changed: bool
) -> None:
    small()
    if changed:
        edit("version 1", "version 2")
        edit("hot when total >= 50", "hot when total >= 45")
    conditions = 'fail-if = ["delta auc < -0.9", "auk < 0.5",\n  "median days to hot > 3"]\n'
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}{conditions}', encoding="utf-8")
    assert run(["ci", "--against", "git:HEAD"]) == 2
    said = capsys.readouterr().err
    assert "error[S103]: no figure is called `auk`: was `auc` meant?" in said
    assert said.count("error[S103]") == 2
    assert "--> leadrules.toml:6:32" in said and "--> leadrules.toml:7:3" in said


def conditions(*texts: str) -> None:
    told = ", ".join(f'"{text}"' for text in texts)
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}fail-if = [{told}]\n', encoding="utf-8")


def beside(name: str, path: Path, **words: str) -> None:
    """Write a second rule set, the same as the first but for its name and some words."""
    text = SCORE.read_text(encoding="utf-8").replace("ruleset score", f"ruleset {name}")
    for old, new in words.items():
        text = re.sub(rf"\b{old}\b", new, text)
    path.write_text(text, encoding="utf-8")
    assert run(["fmt", "-w", str(path)]) == 0


def without_gate(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"# What a trial.*?\n}\n", "", text, flags=re.DOTALL), encoding="utf-8")
    assert run(["fmt", "-w", str(path)]) == 0


def test_a_condition_decides_of_those_alone_that_it_is_measured_of(project: Path, capsys: Captured) -> None:
    small()
    other = Path("rules/other.lead")
    beside("other", other, hot="good", cold="bad")
    commit()
    conditions("delta hot_per_week > 1_000", "delta good_per_week > 0")
    edit("good when total >= 50", "good when total >= 40", other)
    edit("version 1", "version 2", other)
    code, stages = told(capsys, "--against", "git:HEAD")
    found = {(each["code"], each["level"]): each for each in stages["changes"]["findings"]}
    assert (code, stages["changes"]["status"], set(found)) == (1, "failed", {("gate", "error"), ("condition", "note")})
    left = found["condition", "note"]
    assert left["place"]["path"] == "rules/other.lead"
    assert left["message"] == (
        "`delta hot_per_week > 1_000` decides nothing here: the old and the new rules have no `hot per week`"
    )


def test_a_tier_that_the_change_brings_is_not_compared(project: Path, capsys: Captured) -> None:
    small()
    conditions("blazing per week > 0", "delta blazing_per_week > 0")
    edit("hot when total >= 50", "blazing when total >= 80\n  hot when total >= 50")
    edit("version 1", "version 2")
    stage = told(capsys, "--against", "git:HEAD")[1]["changes"]
    assert stage["status"] == "passed"
    said = [each["message"] for each in stage["findings"]]
    assert said == [
        "`blazing per week > 0` decides nothing here: the old rules have no `blazing per week`",
        "`delta blazing_per_week > 0` decides nothing here: the old rules have no `blazing per week`",
    ]


def test_no_condition_is_judged_while_a_file_is_broken(project: Path, capsys: Captured) -> None:
    small()
    beside("other", Path("rules/other.lead"), hot="good")
    conditions("delta good_per_week > 0")
    edit("score total = fit + intent", "score total = fit + intnt", Path("rules/other.lead"), tidy=False)
    code, stages = told(capsys, "--against", "git:HEAD")
    assert (code, stages["lint"]["status"], stages["changes"]["status"]) == (1, "failed", "passed")
    assert [finding["code"] for finding in stages["lint"]["findings"]] == ["E201"]


def test_a_condition_without_a_market_is_a_mistake_of_the_settings(project: Path, capsys: Captured) -> None:
    without_gate(SCORE)
    conditions("delta auc < 0", "made up < 3")
    assert run(["ci"]) == 2
    said = capsys.readouterr().err
    assert said.count("error[S103]: no market here measures it: `scenario` of [compare] names one") == 2
    assert "--> leadrules.toml:6:12" in said
    settings = Path("leadrules.toml").read_text(encoding="utf-8").replace(', "made up < 3"', "")
    Path("leadrules.toml").write_text(f'{settings}scenario = "rules/inbound.scenario"\n', encoding="utf-8")
    assert run(["ci"]) == 0


def test_what_is_wrong_with_a_condition_is_told_by_who_measures_it(project: Path, capsys: Captured) -> None:
    small()
    beside("other", Path("rules/other.lead"), hot="good")
    conditions("delta good_per_week > 3 days")
    assert run(["ci"]) == 2
    assert "`delta good per week` is no duration" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["rules/lone.lead", "rules/inbound.scenario", "rules/other.lead", "aside.lead"])
def test_conditions_are_about_all_rules_of_the_settings_whichever_are_asked_for(
    project: Path, capsys: Captured, asked: str
) -> None:
    """A file without a market, the market itself, rules without the tier of the condition, and what is no part of it."""
    small()
    for lone in (Path("rules/lone.lead"), Path("aside.lead")):
        beside("lone", lone)
        without_gate(lone)
    beside("other", Path("rules/other.lead"), hot="good")
    conditions("delta hot_per_week > 1_000")
    assert told(capsys, asked)[0] == 0
    conditions("delta hot_per_week > 1_000", "delta hut_per_week > 1_000")
    assert run(["ci", asked]) == 2
    said = capsys.readouterr().err
    assert said.count("error[S103]") == 1 and "was `delta_hot_per_week` meant?" in said


@pytest.mark.parametrize("broken", [b"ruleset other {\n", b"# \xff\n"])
def test_no_condition_is_judged_while_a_file_that_was_not_asked_for_is_broken(
    project: Path, capsys: Captured, broken: bytes
) -> None:
    small()
    Path("rules/other.lead").write_bytes(broken)
    conditions("delta good_per_week > 1_000")
    assert told(capsys, str(SCORE))[0] == 0
