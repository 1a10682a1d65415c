"""A comparison for other programs: what is found is what decides the exit code, at places of the new rules."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from leadrules.files.relative import relative
from leadrules.report.find_changes import worlds_found
from leadrules.report.finding import Place
from leadrules.verify.compare_worlds import ComparedWorlds
from leadrules.verify.conclusions import Conclusion
from tests.consumers import held, held_as_commands, held_as_junit
from tests.terminal import Shown, typed

ROOT = Path(__file__).parent.parent
MARKET = ROOT / "examples/points_card.scenario"
OLD = """ruleset card { version 3 }
lead {
  role one of head, other
  size number
}
event call
score fit { criteria { head 20 when role is head; big 10 when size > 100 } }
score total = fit
thresholds { hot when total >= 30; cold otherwise }
"""
NEW = (
    OLD.replace("head 20", "head 25")
    .replace("; big 10 when size > 100", "; called 5 when any call")
    .replace("ruleset card {", "# version of the card\nruleset card {")
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of rules in the current folder, of which the second drops a field and says so nowhere."""
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/old.lead").write_text(OLD, encoding="utf-8")
    Path("rules/new.lead").write_text(NEW, encoding="utf-8")
    Path("rules/raised.lead").write_text(NEW.replace("version 3", "version 4"), encoding="utf-8")
    return tmp_path


def ladder(form: str, new: str = "rules/new.lead", old: str = "rules/old.lead") -> Shown:
    return typed(["leadrules", "compare", old, new, "--breaking", "--format", form])


def test_the_ladder_as_annotations(folder: Path) -> None:
    shown = ladder("github", str(folder / "rules/new.lead"))
    told = held_as_commands(shown.output)
    assert shown.code == 1 and {said["file"] for _, said, _ in told} == {"rules/new.lead"}
    assert [(level, int(said["line"]), said["title"], text.partition(":")[0]) for level, said, text in told] == [
        ("error", 2, "leadrules version", "the version is still 3, and more than words changed (reads"),
        ("warning", 2, "leadrules gone", "field `size` is no longer read (was rules/old.lead"),
        ("notice", 2, "leadrules change", "reads"),
        ("notice", 7, "leadrules change", "event `call` is read too"),
        ("notice", 2, "leadrules change", "criterion `fit.big` is gone"),
        ("notice", 8, "leadrules change", "criterion `fit.called` is new"),
        ("notice", 8, "leadrules change", "criterion `fit.head` is another"),
    ]
    assert NEW.split("\n")[1].startswith("ruleset") and NEW.split("\n")[7].startswith("score fit")


def test_the_ladder_in_each_form(folder: Path) -> None:
    """Where the version says how far the change goes, nothing fails, and the same changes are told."""
    run = held("sarif-2.1.0.json", ladder("sarif").output)["runs"][0]
    kinds = [(result["ruleId"], result["level"]) for result in run["results"]]
    assert kinds.count(("version", "error")) == kinds.count(("gone", "warning")) == 1 and len(kinds) == 7
    raised = held("sarif-2.1.0.json", ladder("sarif", "rules/raised.lead").output)["runs"][0]
    assert [result["level"] for result in raised["results"]] == ["note"] * 6
    issues = held("code-quality.json", ladder("gitlab").output)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 7
    tree = held_as_junit(ladder("junit").output)
    assert {failure.get("type") for failure in tree.iter("failure")} == {"version", "gone"}
    shown = ladder("junit", "rules/raised.lead")
    tree = held_as_junit(shown.output)
    assert shown.code == 0 and tree.get("failures") == "0" and tree.get("tests") == "6"


def test_fingerprints_of_changes_stay_where_lines_move(folder: Path) -> None:
    before = {issue["fingerprint"] for issue in json.loads(ladder("gitlab").output)}
    Path("rules/new.lead").write_text(f"# one\n\n# two\n{NEW}", encoding="utf-8")
    assert {issue["fingerprint"] for issue in json.loads(ladder("gitlab").output)} == before


@pytest.mark.parametrize("form", ["github", "gitlab", "junit", "sarif"])
def test_rules_that_mean_the_same_have_nothing_to_tell(folder: Path, form: str) -> None:
    Path("rules/same.lead").write_text(f"# again\n{OLD}", encoding="utf-8")
    shown = ladder(form, "rules/same.lead")
    assert shown.code == 0
    match form:
        case "github":
            assert shown.output == ""
        case "gitlab":
            assert held("code-quality.json", shown.output) == []
        case "junit":
            assert held_as_junit(shown.output).get("failures") == "0"
        case _:
            assert held("sarif-2.1.0.json", shown.output)["runs"][0]["results"] == []


def test_a_file_of_a_revision_is_named_by_its_path_in_it(folder: Path) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        os.environ.pop(name, None)
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)
    told = json.loads(ladder("gitlab", "git:HEAD:rules/new.lead", "git:HEAD:./rules/old.lead").output)
    assert {issue["location"]["path"] for issue in told} == {"rules/new.lead"}
    assert relative("git:HEAD~1:./a.lead") == "a.lead"


def compared(form: str, *conditions: str) -> Shown:
    rules = ROOT / "examples/points_card.lead", ROOT / "examples/points_card_new.lead"
    asked = [word for condition in conditions for word in ("--fail-if", condition)]
    words = ["leadrules", "compare", *map(str, rules), str(MARKET), "--population", "300", "--format", form, *asked]
    return typed(words)


@pytest.mark.parametrize(
    ("conditions", "code", "levels"),
    [
        ((), 0, ["notice"]),
        (("auc < 0.99",), 1, ["error", "notice"]),
        (("auc < 0.01",), 0, ["notice"]),
        (("auc < 0.65",), 3, ["warning", "notice"]),
    ],
)
def test_bounds_that_are_not_kept_are_found(
    conditions: Sequence[str], code: int, levels: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    shown = compared("github", *conditions)
    told = held_as_commands(shown.output)
    assert (shown.code, [level for level, _, _ in told]) == (code, levels)
    assert {said["file"] for _, said, _ in told} == {"examples/points_card_new.lead"}
    assert all(condition in told[0][2] for condition in conditions if len(levels) > 1)
    assert "in the ranking" in told[-1][2] or "ranks better" in told[-1][2]


@pytest.mark.parametrize("form", ["gitlab", "junit", "sarif"])
def test_a_market_in_each_form(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = compared(form, "auc < 0.99", "delta auc < 0.5")
    assert shown.code == 1
    match form:
        case "gitlab":
            issues = held("code-quality.json", shown.output)
            assert [issue["severity"] for issue in issues] == ["major", "major", "info"]
            assert len({issue["fingerprint"] for issue in issues}) == 3
        case "junit":
            tree = held_as_junit(shown.output)
            assert (tree.get("tests"), tree.get("failures")) == ("3", "2")
            assert "again: leadrules compare" in tree.find(".//system-out").text
        case _:
            run = held("sarif-2.1.0.json", shown.output)["runs"][0]
            assert [result["level"] for result in run["results"]] == ["error", "error", "note"]


def test_a_log_is_told_as_a_market_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    log = "--leads points_card_leads.csv --events points_card_events.csv --won sample_request"
    rules, when = "points_card.lead points_card_new.lead", '--landmark "arrival + 2 days" --window "20 days"'
    shown = typed(f"leadrules compare {rules} {log} {when} --format gitlab")
    issues = held("code-quality.json", shown.output)
    assert shown.code == 0, shown.errors
    assert [issue["check_name"] for issue in issues] == ["leadrules/comparison"]
    assert "in points_card_events.csv" in issues[0]["description"]


def test_worlds_are_told_with_what_an_assumption_decides() -> None:
    flips = Conclusion("more leads are hot", ("plg",), ("drift", "sparse"), ())
    holds = Conclusion("the new rules rank better", ("plg",), (), ("drift",))
    worlds = ComparedWorlds(
        old="a.lead",
        new="b.lead",
        seed=1,
        leads=10,
        worlds=(),
        skipped=(),
        lowest=-0.01,
        highest=0.02,
        worst="drift",
        conclusions=(holds, flips),
        flips=(flips.text,),
    )
    told = list(worlds_found(worlds, Place("b.lead")))
    assert [(finding.code, finding.level) for finding in told] == [("comparison", "note"), ("flip", "note")]
    assert told[0].message.endswith("the least in drift. 1 conclusion flipped: true in one world and false in another.")
    assert told[1].message == "more leads are hot: holds in plg; fails in drift, sparse"


def test_worlds_as_the_command_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")
    rules = "points_card.lead points_card_new.lead"
    tree = held_as_junit(typed(f"leadrules compare {rules} --worlds --population 100 --format junit").output)
    assert tree.get("failures") == "0"
    assert str(tree[0].get("name")).endswith("points_card_new.lead")  # from the top, where this is a repository
    assert "100 leads each" in tree.find(".//system-out").text
