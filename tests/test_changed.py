"""Which rule files changed, whatever they are reached by, and whatever stood in their place before."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadrules.cli.run import run
from tests.ci_project import SCORE, Captured, commit, edit, small, told


def compared(capsys: Captured, *arguments: str) -> str:
    return str(told(capsys, *arguments, "--against", "git:HEAD")[1]["changes"]["summary"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["rules"],
        ["{real}/rules"],
        ["{link}/rules"],
        ["{link}/rules/score.lead"],
        ["--config", "{link}/leadrules.toml"],
        ["--config", "{real}/leadrules.toml"],
        ["again"],
        ["again/score.lead"],
        ["one/score.lead"],
    ],
)
def test_a_rule_file_is_the_same_by_whatever_path(
    project: Path, tmp_path: Path, capsys: Captured, arguments: list[str]
) -> None:
    small()
    link = tmp_path / "link"
    link.symlink_to(project)
    Path("again").symlink_to("rules")
    Path("one").mkdir()
    for name in ("score.lead", "inbound.scenario"):
        Path("one", name).symlink_to(f"../rules/{name}")
    commit()
    edit("hot when total >= 50", "hot when total >= 45")
    words = [word.format(real=project, link=link) for word in arguments]
    assert compared(capsys, *words).startswith("1 rule file changed by meaning since git:HEAD (")


@pytest.mark.parametrize("form", ["gitlab", "json", "sarif"])
def test_reports_name_a_file_of_the_repository_as_it_does(
    project: Path, tmp_path: Path, capsys: Captured, form: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(project)
    edit("user 10", "user       10", tidy=False)
    run(["ci", str(link / "rules"), "--format", form])
    said = capsys.readouterr().out
    assert '"rules/score.lead"' in said and f'"{link}' not in said


def test_paths_of_settings_lead_through_links_as_the_system_has_it(project: Path, capsys: Captured) -> None:
    small()
    Path("deep/er").mkdir(parents=True)
    Path("deep/leadrules.toml").write_text('files = ["er/../../rules"]\n', encoding="utf-8")
    Path("near").symlink_to("deep")
    commit()
    edit("hot when total >= 50", "hot when total >= 45")
    Path("near/leadrules.toml").write_text('files = ["../rules"]\n', encoding="utf-8")
    Path("beside").mkdir()
    Path("beside/link").symlink_to("../deep")
    assert "(rules/score.lead: tier)" in compared(capsys, "--config", "beside/link/leadrules.toml")


def test_what_is_outside_of_the_repository_is_never_new(project: Path, tmp_path: Path, capsys: Captured) -> None:
    outside = tmp_path / "outside"
    assert run(["new", str(outside)]) == 0
    capsys.readouterr()
    Path("rules/away.lead").symlink_to(outside / "rules" / "score.lead")
    for path in (str(outside / "rules"), "../outside/rules/score.lead", "rules"):
        assert run(["ci", path, "--against", "git:HEAD"]) == 2
        assert "is not in the repository" in capsys.readouterr().err


def test_a_file_that_became_a_link_is_compared_with_what_it_was(project: Path, capsys: Captured) -> None:
    small()
    edit("hot when total >= 50", "hot when total >= 45")
    Path("shared").mkdir()
    SCORE.rename("shared/score.lead")
    SCORE.symlink_to("../shared/score.lead")
    assert compared(capsys, str(SCORE)).startswith("1 rule file changed by meaning since git:HEAD (")


def test_a_folder_in_the_place_of_a_rule_file_is_none(project: Path, capsys: Captured) -> None:
    small()
    Path("rules/other.lead").write_text("ruleset other\n\nevent visit\n", encoding="utf-8")
    commit()
    Path("rules/other.lead").unlink()
    Path("rules/other.lead").mkdir()
    assert compared(capsys) == "0 rule files changed by meaning, 1 gone since git:HEAD"


@pytest.mark.parametrize("way", ["../real/score.lead", "../real/again.lead", "../to/score.lead"])
def test_a_link_that_became_a_file_is_compared_with_where_it_led(project: Path, capsys: Captured, way: str) -> None:
    small()
    Path("real").mkdir()
    SCORE.rename("real/score.lead")
    Path("real/again.lead").symlink_to("score.lead")
    Path("to").symlink_to("real")
    SCORE.symlink_to(way)
    commit()
    SCORE.unlink()
    SCORE.write_bytes(Path("real/score.lead").read_bytes())
    assert compared(capsys).startswith("0 rule files changed by meaning since git:HEAD")
    edit("hot when total >= 50", "hot when total >= 45")
    code, stages = told(capsys, "--against", "git:HEAD")
    assert (code, [each["code"] for each in stages["changes"]["findings"]]) == (1, ["version"])
    assert "1 rule file changed by meaning since git:HEAD (rules/score.lead: tier)" in stages["changes"]["summary"]


@pytest.mark.parametrize("path", ["rules/score.lead", "live"])
def test_a_link_that_leads_elsewhere_is_compared_with_where_it_led(project: Path, capsys: Captured, path: str) -> None:
    small()
    for folder in ("one", "two"):
        Path(folder).mkdir()
        for name in ("score.lead", "inbound.scenario"):
            Path(folder, name).write_bytes(Path("rules", name).read_bytes())
    edit("hot when total >= 50", "hot when total >= 45", Path("two/score.lead"))
    SCORE.unlink()
    SCORE.symlink_to("../one/score.lead")
    Path("live").symlink_to("one")
    commit()
    for link, way in ((SCORE, "../two/score.lead"), (Path("live"), "two")):
        link.unlink()
        link.symlink_to(way)
    assert compared(capsys, path).startswith("1 rule file changed by meaning since git:HEAD (")


def test_a_base_that_cannot_be_read_is_told(project: Path, capsys: Captured) -> None:
    """With its file and the reason, and no error: what mends it has to pass."""
    small()
    text = SCORE.read_bytes()
    broken, linked = Path("rules/broken.lead"), Path("rules/linked.lead")
    broken.write_bytes(b"ruleset broken {\n")
    SCORE.write_bytes(text + b"# \xff\n")
    linked.symlink_to("nowhere.lead")
    commit()
    linked.unlink()
    SCORE.write_bytes(text.replace(b"hot when total >= 50", b"hot when total >= 45"))
    for path in (broken, linked):
        path.write_bytes(text.replace(b"ruleset score", f"ruleset {path.stem}".encode()))
        assert run(["fmt", "-w", str(path)]) == 0
    stage = told(capsys, "--against", "git:HEAD")[1]["changes"]
    assert stage["summary"] == "0 rule files changed by meaning, 3 not comparable since git:HEAD"
    assert {each["code"] for each in stage["findings"]} == {"unread"}
    about = "this rule file is not compared with what it was in git:HEAD: "
    assert [
        (each["level"], each["place"]["path"], each["message"].removeprefix(about)) for each in stage["findings"]
    ] == [
        ("note", "rules/broken.lead", "it has 1 mistake there"),
        ("warning", "rules/linked.lead", "it is a link that leads to no file of the repository"),
        ("warning", "rules/score.lead", f"byte {len(text) + 2} is no UTF-8 text"),
    ]
    assert stage["status"] == "passed"
