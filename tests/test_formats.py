"""Findings for other programs: valid by their schemas, within their limits, and told apart by what stays."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from leadrules.dsl.problem import in_order
from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.source import Source
from leadrules.report.find import problems_found, suites_found
from leadrules.report.finding import Finding, Level, Place, Repair
from leadrules.report.findings_junit import findings_as_junit
from leadrules.report.findings_markdown import findings_as_markdown
from leadrules.report.formats import FORMS, findings_as
from leadrules.report.github import findings_as_github
from leadrules.report.gitlab import findings_as_gitlab
from leadrules.report.junit import suites_as_junit
from leadrules.report.sarif import findings_as_sarif
from leadrules.verify.review import find_problems
from leadrules.verify.suites import Suite, run_suite
from tests.consumers import held, held_as_commands, held_as_junit
from tests.terminal import typed

RULES = """ruleset card { version 1 }
lead { employees number }
event webinar
event demo
score intent {
  criteria {
    seen 5 each webinar
    seen2 5 each webinarr
    size 3 when employes > 5
  }
}
"""
TESTED = """ruleset card { version 1 }
event webinar
score intent { criteria { seen 5 each webinar } }
thresholds { hot when intent >= 10; cold otherwise }
always webinar never raises intent
test "one is not enough" {
  2026-01-31 09:00 webinar
  expect tier is hot
}
test "one, again" {
  2026-01-31 09:00 webinar
  expect intent = 5
}
"""


def problems(text: str = RULES, name: str = "rules/card.lead") -> list[Finding]:
    return list(problems_found(in_order(find_problems(Source(name, text)))))


def suites(text: str = TESTED) -> list[Suite]:
    source = Source("rules/card.lead", text)
    return [run_suite(source.name, check(parse(source)), budget=100)]


def found() -> list[Finding]:
    return [*problems(), *suites_found(suites())]


def made_up(count: int, level: Level = "error") -> list[Finding]:
    return [
        Finding(
            code="W911",
            level=level,
            place=Place("a b.lead", line, 1, line, 4),
            message=f"doubt {line}: 5 % | more",
            fingerprint=f"{line:016x}",
            repair=Repair(Place("a b.lead", line, 1, line, 4), "x"),
        )
        for line in range(1, count + 1)
    ]


def test_two_mistakes_and_a_test_are_findings() -> None:
    assert [(f.code, f.level, f.place.line) for f in found()] == [
        ("E203", "error", 8),
        ("E201", "error", 9),
        ("test", "error", 8),
        ("E571", "error", 5),
    ]


@pytest.mark.parametrize("findings", [[], found(), made_up(30, "note")], ids=["none", "some", "notes"])
def test_sarif_is_valid(findings: Sequence[Finding]) -> None:
    run = held("sarif-2.1.0.json", findings_as_sarif(findings, "1.0"))["runs"][0]
    assert len(run["results"]) == len(findings)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result, finding in zip(run["results"], findings, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.code
        assert result["partialFingerprints"]["primaryLocationLineHash"] == finding.fingerprint
        where = result["locations"][0]["physicalLocation"]
        assert where["region"]["startLine"] == finding.place.line
        assert not where["artifactLocation"]["uri"].startswith("/") and " " not in where["artifactLocation"]["uri"]


def test_sarif_keeps_what_github_takes_and_says_what_it_leaves_out() -> None:
    told = json.loads(findings_as_sarif([*made_up(25_000, "note"), *made_up(2)], "1.0"))["runs"][0]
    assert len(told["results"]) == 25_000
    assert [result["level"] for result in told["results"][:3]] == ["error", "error", "note"]
    said = told["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said.startswith("2 results are left out")


def test_sarif_has_second_places_and_fixes() -> None:
    twice = problems("ruleset a { version 1 }\nevent a\nevent a\nscore s { criteria { x 1 each a } }\n")
    result = held("sarif-2.1.0.json", findings_as_sarif([*twice, *made_up(1)], "1.0"))["runs"][0]["results"]
    assert result[0]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 2
    replacement = result[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert replacement["insertedContent"]["text"] == "x"


@pytest.mark.parametrize("findings", [[], found(), made_up(30)], ids=["none", "some", "many"])
def test_code_quality_is_valid_and_no_fingerprint_comes_twice(findings: Sequence[Finding]) -> None:
    told = held("code-quality.json", findings_as_gitlab(findings))
    assert len({issue["fingerprint"] for issue in told}) == len(told) == len(findings)


def test_two_files_that_say_the_same_are_two_issues_of_code_quality() -> None:
    told = json.loads(findings_as_gitlab([*problems(), *problems(name="other.lead"), *problems()]))
    assert len({issue["fingerprint"] for issue in told}) == len(told) == 6


def test_what_is_found_in_one_file_is_named_alike_whatever_is_found_in_another() -> None:
    alone = json.loads(findings_as_gitlab(problems(name="other.lead")))
    beside = json.loads(findings_as_gitlab([*problems(), *problems(name="other.lead")]))
    assert [issue["fingerprint"] for issue in alone] == [issue["fingerprint"] for issue in beside[2:]]


def test_fingerprints_stay_where_lines_move_and_words_do_not() -> None:
    moved = problems("# a line\n\n" + RULES.replace("    seen2 5", "  seen2   5"))
    assert [f.fingerprint for f in moved] == [f.fingerprint for f in problems()]
    assert [f.place.line for f in moved] == [f.place.line + 2 for f in problems()]


def test_junit_is_valid() -> None:
    held_as_junit(findings_as_junit([], ["a.lead"]))
    held_as_junit(findings_as_junit([*found(), *made_up(3, "note")], ["a.lead", "rules/card.lead"]))
    held_as_junit(suites_as_junit(suites()))
    held_as_junit(
        suites_as_junit([Suite("a.lead", "UTC", (), tuple(in_order(find_problems(Source("a.lead", RULES)))))])
    )


def test_no_two_tests_of_junit_have_one_name() -> None:
    """Readers take two of one name for the same."""
    tree = held_as_junit(findings_as_junit([*made_up(2), *made_up(2)], []))
    names = [case.get("name") for case in tree.findall("testsuite/testcase")]
    assert names == ["W911 1:1", "W911 2:1", "W911 1:1 (2)", "W911 2:1 (2)"]


def test_junit_names_the_files_in_which_nothing_was_found() -> None:
    text = findings_as_junit(problems(), ["a.lead", "rules/card.lead"])
    assert re.findall(r'<testsuite name="([^"]+)" errors="0" skipped="0" tests="(\d)" failures="(\d)"', text) == [
        ("a.lead", "1", "0"),
        ("rules/card.lead", "2", "2"),
    ]


def test_annotations_are_commands_of_one_line_each() -> None:
    told = held_as_commands(findings_as_github(found()))
    assert [said["file"] for _, said, _ in told] == ["rules/card.lead"] * len(found())


def test_annotations_end_at_the_last_character() -> None:
    said = findings_as_github(problems()[:1])
    assert "line=8,endLine=8,col=18,endColumn=25," in said
    assert RULES.split("\n")[7][17:25] == "webinarr"


def test_annotations_are_escaped() -> None:
    odd = [Finding(code="a,b:c", level="note", place=Place("x:y,%.lead"), message="5 %\nmore", fingerprint="0" * 16)]
    line = findings_as_github(odd)
    assert line.startswith(
        "::notice file=x%3Ay%2C%25.lead,line=1,endLine=1,col=1,endColumn=1,title=leadrules a%2Cb%3Ac::"
    )
    assert line.endswith("::5 %25%0Amore")


def test_annotations_beyond_ten_of_a_kind_are_counted_in_the_log() -> None:
    lines = findings_as_github([*made_up(25), *made_up(3, "warning")]).split("\n")
    assert sum(line.startswith("::error") for line in lines) == 10
    assert sum(line.startswith("::warning") for line in lines) == 3
    assert lines[10].startswith("15 more errors, which GitHub would not show: a b.lead:11 W911, ")


def test_names_of_files_begin_no_command_in_the_log() -> None:
    odd = Finding(code="W1", level="note", place=Place("x\n::error::y.lead"), message="m", fingerprint="0" * 16)
    lines = findings_as_github([odd] * 12).split("\n")
    assert len(lines) == 11
    assert "x%0A::error::y.lead:1 W1" in lines[10]


def test_markdown_says_the_gravest_first_and_fits_into_a_comment() -> None:
    many = [*made_up(5_000, "note"), *made_up(1)]
    text = findings_as_markdown(many, "Lint")
    assert len(text) < 65_536
    assert text.startswith("## Lint\n\n1 error, 5,000 notes\n\n| level |")
    assert text.split("\n")[6].startswith("| error | W911 | a b.lead:1 | doubt 1: 5 % \\| more")
    shown = sum(line.startswith(("| error", "| note")) for line in text.split("\n"))
    assert f"{5_001 - shown:,} more that are not shown" in text


def test_nothing_in_markdown_means_more_than_its_letters() -> None:
    odd = Finding(code="x", level="note", place=Place("a.lead"), message="<b>|`*_[a](b)", fingerprint="0" * 16)
    row = findings_as_markdown([odd], "t").split("\n")[-1]
    assert row.count("|") - row.count("\\|") == 5
    assert "<b>" not in row.replace("\\<b\\>", "")


@pytest.mark.parametrize("form", FORMS)
def test_each_form_says_each_finding(form: Any) -> None:
    text = findings_as(form, found(), ["rules/card.lead"], "Check", "1.0")
    assert all(finding.code in text for finding in found())


@pytest.mark.parametrize("form", ["json", *FORMS])
@pytest.mark.parametrize("command", ["check", "lint", "test"])
def test_commands_write_each_form(command: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "tested.lead" if command == "test" else "card.lead"
    Path(name).write_text(TESTED if command == "test" else RULES, encoding="utf-8")
    shown = typed(["leadrules", command, str(tmp_path / name), "--format", form])
    assert shown.code == 1
    assert name in shown.output
    if form in (
        "github",
        "gitlab",
        "sarif",
        "markdown",
    ):  # the others hold what is drawn, with the path as it was typed
        assert str(tmp_path) not in shown.output
    if form in ("json", "gitlab", "sarif"):
        json.loads(shown.output)


def test_tables_are_told_as_text_or_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One object stands on the output, and doubts about the rules beside it."""
    monkeypatch.chdir(tmp_path)
    text = RULES.replace("    seen2 5 each webinarr\n", "").replace("employes", "employees")
    Path("card.lead").write_text(text, encoding="utf-8")
    Path("events.csv").write_text("lead,time,type\na,2026-01-05 09:00,webinar\n", encoding="utf-8")
    shown = typed("leadrules check card.lead --events events.csv --as-of 2026-02-01 --format json")
    assert shown.code == 0 and json.loads(shown.output)
    assert typed("leadrules check card.lead --events events.csv --format sarif").code == 2
