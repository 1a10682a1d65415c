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


def test_a_base_that_cannot_be_read_is_told(project: Path, capsys: Captured) -> None:
    small()
    text = SCORE.read_bytes()
    other = Path("rules/other.lead")
    other.write_bytes(text.replace(b"ruleset score", b"ruleset other"))
    SCORE.write_bytes(text + b"# \xff\n")
    link = Path("rules/linked.lead")
    link.symlink_to("nowhere.lead")
    commit()
    SCORE.write_bytes(text)
    link.unlink()
    link.write_bytes(text.replace(b"ruleset score", b"ruleset linked"))
    assert compared(capsys) == "0 rule files changed by meaning, 2 with mistakes in git:HEAD since git:HEAD"
