"""A project from its beginning to its pull request: every stage of `ci` passes, and fails where it should."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leadrules.cli.run import run
from leadrules.files.starter import FILES
from leadrules.report.finding import Finding, Place
from leadrules.report.stage import Stage, together
from leadrules.report.stages import stages_as_markdown
from tests.ci_project import SCORE, SMALL, Captured, commit, edit, git, small, statuses, told
from tests.terminal import typed


def test_a_new_project_passes_its_own_pipeline(project: Path, capsys: Captured) -> None:
    assert {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()} >= set(FILES)
    code, stages = told(capsys, "--against", "git:HEAD")
    assert code == 0
    assert set(statuses(stages).values()) == {"passed"}
    assert not any(stage["findings"] for stage in stages.values())


def test_what_is_to_be_typed_next_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed(["leadrules", "new", "my rules"]).errors == "try it: cd 'my rules' && leadrules ci\n"


def test_nothing_is_begun_where_something_is(project: Path, tmp_path: Path, capsys: Captured) -> None:
    before = SCORE.read_bytes()
    assert run(["new", "."]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert SCORE.read_bytes() == before
    (tmp_path / "a file").write_text("")
    assert run(["new", str(tmp_path / "a file")]) == 2
    (tmp_path / "begun").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path / "begun")], check=True)
    assert run(["new", str(tmp_path / "begun")]) == 0


def test_the_script_of_the_workflow_runs(project: Path, tmp_path: Path) -> None:
    """The last step of the pipeline as GitHub would run it on a pull request against `main`."""
    workflow = Path(".github/workflows/rules.yml").read_text(encoding="utf-8")
    script = workflow.rpartition("run: |\n")[2]
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    edit("hot when total >= 50", "hot when total >= 45")
    edit("version 1", "version 2")
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "leadrules").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m leadrules "$@"\n')
    (commands / "leadrules").chmod(0o755)
    summary = tmp_path / "summary.md"
    root = str(Path(__file__).parent.parent)
    environment = {
        **os.environ,
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "BASE": "main",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    ran = subprocess.run(["bash", "-ec", script], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("## ✅ leadrules: passed")
    assert "rules/score.lead: tier" in text.replace("\\", "")


def test_a_lower_threshold_shows_who_moves_and_whether_gates_hold(project: Path, capsys: Captured) -> None:
    edit("hot when total >= 50", "hot when total >= 45")
    code = run(["ci", "--against", "git:HEAD", "--format", "markdown"])
    text = capsys.readouterr().out.replace("\\", "")
    assert code == 1
    assert "| changes | ❌ failed | 1 rule file changed by meaning since git:HEAD (rules/score.lead: tier) |" in text
    assert "the version is still 1, and more than words changed" in text
    assert "hot when total >= 50 → hot when total >= 45" in re.sub(" +", " ", text)
    shown = text.partition("#### rules/score.lead")[2].partition("<details>")[0]
    assert "| old tier \\ new tier | hot | warm | cold |" in shown.replace("tier  new", "tier \\ new")
    moved = re.search(r"\| warm \| (\d+) \|", shown)
    assert moved and int(moved[1]) > 0
    assert "leads enter the best tier" in shown
    assert "kept auc at least 0.6" in re.sub(" +", " ", text)
    edit("version 1", "version 2")
    assert told(capsys, "--against", "git:HEAD")[0] == 0


def test_a_rule_set_is_changed_by_meaning_and_not_by_text(project: Path, capsys: Captured) -> None:
    small()
    edit("# Whom should", "# Once more: whom should")
    code, stages = told(capsys, "--against", "git:HEAD")
    assert (code, stages["changes"]["summary"]) == (0, "0 rule files changed by meaning since git:HEAD")
    Path("rules/words.lead").write_text("event call\n", encoding="utf-8")
    edit("event webinar\n", 'use "words.lead"\n\nevent webinar\n')
    summary = told(capsys, "--against", "git:HEAD")[1]["changes"]["summary"]
    assert summary.startswith("1 rule file changed by meaning, 1 new since git:HEAD (rules/score.lead: text)")
    commit()
    edit("event call", "event call\nevent fax", Path("rules/words.lead"))
    code, stages = told(capsys, "--against", "git:HEAD")
    assert "(rules/score.lead: text)" in stages["changes"]["summary"]
    Path("rules/words.lead").unlink()
    edit('use "words.lead"\n\n', "event call\n")
    assert "1 gone" in told(capsys, "--against", "git:HEAD")[1]["changes"]["summary"]


def test_a_rule_set_that_moves_is_compared_with_what_it_was(project: Path, capsys: Captured) -> None:
    small()
    edit("hot when total >= 50", "hot when total >= 40")
    SCORE.rename("rules/leads.lead")
    code, stages = told(capsys, "--against", "git:HEAD")
    changes = stages["changes"]
    assert (code, changes["status"]) == (1, "failed")
    assert changes["summary"] == "1 rule file changed by meaning, 1 moved since git:HEAD (rules/leads.lead: tier)"
    found = {finding["code"]: finding for finding in changes["findings"]}
    assert found["moved"]["message"] == "this rule set was rules/score.lead before"
    assert found["version"]["place"]["path"] == "rules/leads.lead"


@pytest.mark.parametrize("form", ["github", "gitlab", "sarif"])
def test_programs_are_told_paths_from_the_top_of_the_repository(
    project: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    SCORE.write_text(SCORE.read_text(encoding="utf-8") + "\nevent\n", encoding="utf-8")
    told_at_top = f"{run(['lint', 'rules/score.lead', '--format', form])} {capsys.readouterr().out}"
    monkeypatch.chdir("rules")
    assert "rules/score.lead" in told_at_top
    assert f"{run(['lint', 'score.lead', '--format', form])} {capsys.readouterr().out}" == told_at_top


def test_a_rule_set_that_is_gone_is_told_and_one_that_was_not_looked_at_is_not(project: Path, capsys: Captured) -> None:
    small()
    for name in ("rules/emea/e.lead", "rules/other.lead", "rules/.old/x.lead"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(f"ruleset {Path(name).stem}\n\nevent visit\n", encoding="utf-8")
    commit()
    assert "gone" not in told(capsys, str(SCORE), "--against", "git:HEAD")[1]["changes"]["summary"]
    for name in ("rules/emea/e.lead", "rules/.old/x.lead"):
        Path(name).unlink()
    changes = told(capsys, "--against", "git:HEAD")[1]["changes"]
    assert (changes["status"], changes["summary"]) == (
        "passed",
        "0 rule files changed by meaning, 1 gone since git:HEAD",
    )
    assert [(each["code"], each["level"], each["place"]["path"]) for each in changes["findings"]] == [
        ("gone", "warning", "rules/emea/e.lead")
    ]


@pytest.mark.parametrize(
    ("old", "new", "stage", "code", "place"),
    [
        ("user 10", "user       10", "format", "format", "user"),
        ("tier is not hot", "tier is hot", "tests", "test", "at +61 days"),
        ("always unsubscribe never raises total", "always demo_request never raises total", "tests", "E571", "always"),
        ("left -30 when any unsubscribe", "left -30 when any unsubscribed", "lint", "E203", "left"),
        ("auc at least 0.3", "auc at least 0.9", "gates", "gate", "auc at least"),
        ("decider 20 when role is decider", "decider 20 when role is other", "tests", "test", "expect fit"),
    ],
)
def test_each_stage_fails_where_it_should(
    project: Path, capsys: Captured, old: str, new: str, stage: str, code: str, place: str | None
) -> None:
    small()
    edit(old, new, tidy=stage != "format")
    left, stages = told(capsys)
    assert left == 1
    assert stages[stage]["status"] == "failed"
    found = next(finding for finding in stages[stage]["findings"] if finding["code"] == code)
    assert found["place"]["path"] == "rules/score.lead"
    if place:
        line = SCORE.read_text(encoding="utf-8").split("\n")[found["place"]["line"] - 1]
        assert place in re.sub(" +", " ", line)


def test_a_gate_that_a_sample_leaves_open_has_a_code_of_its_own(project: Path, capsys: Captured) -> None:
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}', encoding="utf-8")
    edit("auc at least 0.6", "auc at least 0.66")
    code, stages = told(capsys)
    assert (code, statuses(stages)["gates"]) == (3, "undecided")
    assert stages["gates"]["findings"][0]["level"] == "warning"


def test_the_floor_of_coverage(project: Path, capsys: Captured) -> None:
    small()
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}[test]\ncoverage = 100\n', encoding="utf-8")
    code, stages = told(capsys)
    assert (code, statuses(stages)["coverage"]) == (1, "failed")
    assert {finding["code"] for finding in stages["coverage"]["findings"]} == {"coverage"}


def test_rules_without_tests_are_missed_by_tests(project: Path, capsys: Captured) -> None:
    small()
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}[test]\ncoverage = 90\n', encoding="utf-8")
    Path("rules/shared.lead").write_text("event fax\nevent letter\n", encoding="utf-8")
    edit("event webinar\n", 'use "shared.lead"\n\nevent webinar\n')
    assert told(capsys)[0] == 0
    text = SCORE.read_text(encoding="utf-8").replace("ruleset score", "ruleset other")
    text = text.replace('use "shared.lead"\n\n', "").partition("# What has to hold")[0]
    Path("rules/other.lead").write_text(text.rstrip() + "\n", encoding="utf-8")
    code, stages = told(capsys)
    assert (code, stages["coverage"]["status"]) == (1, "failed")
    assert stages["coverage"]["summary"].startswith("42 of 88 outcomes, 47.7%")
    assert "rules/other.lead" in {each["place"]["path"] for each in stages["coverage"]["findings"]}
    for path, percent, left in ((str(SCORE), "90", 0), ("rules", "90", 1), ("rules", "40", 0)):
        assert run(["test", path, "--threshold", percent]) == left
    capsys.readouterr()
    Path("rules/other.lead").write_text("ruleset other {\n", encoding="utf-8")
    assert run(["test", "rules", "--threshold", "90"]) == 0
    said = capsys.readouterr().err
    assert "rules/other.lead: no tests, and mistakes (leadrules check shows them): left out of the coverage" in said


def test_without_a_market_nobody_knows_who_moves(project: Path, capsys: Captured) -> None:
    text = SCORE.read_text(encoding="utf-8")
    gate = re.search(r"gate .*?\n}\n", text, re.DOTALL)
    assert gate
    SCORE.write_text(text.replace(gate[0], "").replace("version 1", "version 2"), encoding="utf-8")
    edit("hot when total >= 50", "hot when total >= 45")
    for form in ("markdown", "text"):
        capsys.readouterr()
        assert run(["ci", "--against", "git:HEAD", "--format", form]) == 0
        said = capsys.readouterr().out
        assert "some lead is in another tier" in said and "Who moves is not known: no gate names a market" in said
    small = '[compare]\nscenario = "rules/inbound.scenario"\npopulation = 500\n'
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{small}', encoding="utf-8")
    assert run(["ci", "--against", "git:HEAD", "--format", "markdown"]) == 0
    said = capsys.readouterr().out
    assert "| old tier" in said and "Who moves is not known" not in said


def test_what_cannot_be_read_is_told_once(project: Path, capsys: Captured) -> None:
    """Where no rules are left, none of the other stages fails for it."""
    edit("score total = fit + intent", "score total = fit + intnt", tidy=False)
    code, stages = told(capsys, "--against", "git:HEAD")
    assert code == 1
    assert statuses(stages) == {
        "format": "passed",
        "lint": "failed",
        "tests": "skipped",
        "coverage": "skipped",
        "gates": "skipped",
        "changes": "passed",
    }


def test_files_with_mistakes_are_left_out_behind_lint(project: Path, capsys: Captured) -> None:
    small()
    Path("rules/wrong.lead").write_text("ruleset wrong {\n", encoding="utf-8")
    code, stages = told(capsys, "--against", "git:HEAD")
    assert code == 1
    assert statuses(stages) == {
        "format": "passed",
        "lint": "failed",
        "tests": "passed",
        "coverage": "passed",
        "gates": "passed",
        "changes": "passed",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--against", "git:nowhere"], "git:nowhere: the repository has no revision `nowhere`"),
        (["--against", "git:HEAD:rules/score.lead"], "a revision is git:REF, such as git:origin/main"),
        (["--against", "git:"], "a revision is git:REF"),
        (["--against", "main"], "a revision is git:REF"),
        (["--config", "none.toml"], "none.toml"),
        (["nothing"], "nothing: no such file or folder"),
        (["n" * 300], "n: no such file or folder"),
        ([".github"], ".github: neither a rule file (.lead) nor a market (.scenario) in it"),
        (["--report", "html=x"], "`html=x` is not FORM=FILE"),
        (["--report", "text=x", "--report", "json=rules/../x"], "rules/../x takes one report"),
    ],
)
def test_what_cannot_be_read_is_no_finding(project: Path, capsys: Captured, arguments: list[str], words: str) -> None:
    assert run(["ci", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_settings_that_are_wrong_are_drawn(project: Path, capsys: Captured) -> None:
    edit("coverage", "covrage", Path("leadrules.toml"))
    assert run(["ci"]) == 2
    shown = capsys.readouterr().err
    assert "error[S102]: there is no setting `test.covrage`" in shown and "was `coverage` meant?" in shown


def test_no_repository(project: Path, capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["new", str(tmp_path / "alone")]) == 0
    monkeypatch.chdir(tmp_path / "alone")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    assert run(["ci", "--against", "git:HEAD"]) == 2
    assert "in no git repository" in capsys.readouterr().err


def test_reports_are_written_in_every_form(project: Path, capsys: Captured) -> None:
    small()
    edit("webinar 15", "webinar           15", tidy=False)
    forms = ("text", "json", "github", "gitlab", "junit", "sarif", "markdown")
    run(["ci", *(part for form in forms for part in ("--report", f"{form}=out.{form}"))])
    texts = {form: Path(f"out.{form}").read_text(encoding="utf-8") for form in forms}
    assert all(texts[form].strip() for form in forms if form != "github")
    assert {stage["name"] for stage in json.loads(texts["json"])["stages"]} == {
        "format",
        "lint",
        "tests",
        "coverage",
        "gates",
        "changes",
    }
    assert json.loads(texts["sarif"])["version"] == "2.1.0"


def test_a_name_with_two_lines_begins_no_command_of_github(project: Path, capsys: Captured) -> None:
    small()
    odd = Path("rules/x\n::error::y.lead")
    try:
        odd.write_text(SCORE.read_text(encoding="utf-8").replace("ruleset score", "ruleset odd"), encoding="utf-8")
    except OSError:
        pytest.skip("this system has no such names")
    commit()
    edit("hot when total >= 50", "hot when total >= 45", odd)
    capsys.readouterr()
    assert run(["ci", "--against", "git:HEAD", "--format", "github"]) == 1
    lines = capsys.readouterr().out.split("\n")
    assert not any(line.startswith("::error::y") for line in lines)
    assert any("(rules/x%0A::error::y.lead: tier)" in line for line in lines)


def test_a_long_report_is_cut_to_fit_into_a_comment() -> None:
    finding = Finding(code="W1", level="note", place=Place("a.lead"), message="m" * 100, fingerprint="0")
    long = "<details><summary>x</summary>\n\n```\n" + "x" * 50 + "\n"
    stages = [
        Stage(name="lint", status="failed", summary="many", findings=(finding,) * 2_000),
        Stage(name="gates", status="undecided", summary="x", markdown=long + ("y" * 99 + "\n") * 900),
    ]
    text = stages_as_markdown(stages)
    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>")
    assert sum(line.startswith("```") for line in text.split("\n")) % 2 == 0
    assert "more that are not shown here" in text and "the rest is left out" in text


def test_what_stages_come_to() -> None:
    def stage(status: Any) -> Stage:
        return Stage(name="x", status=status, summary="")

    assert together([stage("passed"), stage("undecided"), stage("failed")]) == "failed"
    assert together([stage("passed"), stage("undecided"), stage("skipped")]) == "undecided"
    assert together([stage("passed"), stage("skipped")]) == "passed"
