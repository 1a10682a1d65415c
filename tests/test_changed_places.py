"""Rule files whose folder moved or changed its kind, and a repository that cannot tell what it had."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from leadrules.cli.run import run
from tests.ci_project import SCORE, Captured, commit, edit, git, small, told

OTHER = Path("rules/other.lead")


def two(project: Path) -> None:
    """A second rule set beside the first, both committed."""
    small()
    text = SCORE.read_text(encoding="utf-8").replace("ruleset score", "ruleset other")
    OTHER.write_text(text, encoding="utf-8")
    commit()


def since_then(capsys: Captured) -> tuple[str, str]:
    changes = told(capsys, "--against", "git:HEAD")[1]["changes"]
    return changes["status"], changes["summary"]


def test_a_folder_that_became_a_link_loses_no_rule_set(project: Path, capsys: Captured) -> None:
    two(project)
    git("mv", "rules", "rules2")
    Path("rules2/other.lead").unlink()
    Path("rules").symlink_to("rules2")
    assert "1 gone" in since_then(capsys)[1]


def test_a_link_that_became_a_folder_loses_no_rule_set(project: Path, capsys: Captured) -> None:
    two(project)
    git("mv", "rules", "shared")
    Path("rules").symlink_to("shared")
    commit()
    Path("rules").unlink()
    Path("rules").mkdir()
    for name in ("score.lead", "inbound.scenario"):
        git("mv", f"shared/{name}", f"rules/{name}")
    git("mv", "shared/other.lead", "rules/renamed.lead")
    edit("hot when total >= 50", "hot when total >= 45", Path("rules/renamed.lead"))
    status, summary = since_then(capsys)
    assert status == "failed"
    assert summary.startswith("1 rule file changed by meaning, 1 moved since")


@pytest.mark.parametrize("path", [(), ("rules/anew.lead",)])
def test_a_rule_set_that_moved_is_found_wherever_it_was(project: Path, capsys: Captured, path: tuple[str, ...]) -> None:
    small()
    git("mv", str(SCORE), "rules/anew.lead")
    if not path:
        git("mv", "rules", "elsewhere")
        edit('"rules"', '"elsewhere"', Path("leadrules.toml"))
    new = Path(*path) if path else Path("elsewhere/anew.lead")
    edit("hot when total >= 50", "hot when total >= 45", new)
    changes = told(capsys, *path, "--against", "git:HEAD")[1]["changes"]
    assert (changes["status"], changes["findings"][-1]["code"]) == ("failed", "moved")


def test_what_git_has_lost_is_no_new_file(project: Path, capsys: Captured) -> None:
    small()
    blob = subprocess.run(["git", "rev-parse", f"HEAD:{SCORE}"], capture_output=True, check=True).stdout.decode()
    edit("hot when total >= 50", "hot when total >= 45")
    kept = Path(".git/objects", blob[:2], blob[2:].strip())
    kept.unlink()
    assert run(["ci", "--against", "git:HEAD"]) == 2
    assert "git: cannot tell what the revision has: fatal:" in capsys.readouterr().err


def test_a_change_without_a_market_says_which_conditions_do_not_decide(project: Path, capsys: Captured) -> None:
    two(project)
    settings = Path("leadrules.toml")
    settings.write_text(settings.read_text() + 'fail-if = ["delta hot_per_week > 5"]\n', encoding="utf-8")
    text = OTHER.read_text(encoding="utf-8")
    gate = text[text.index("gate ") :]
    OTHER.write_text(text.replace(gate[: gate.index("\n}") + 2], ""), encoding="utf-8")
    edit("version 1", "version 2", OTHER)
    edit("hot when total >= 50", "hot when total >= 30", OTHER)
    changes = told(capsys, "--against", "git:HEAD")[1]["changes"]
    (finding,) = [each for each in changes["findings"] if each["code"] == "condition"]
    assert "decides nothing here: no gate names a market" in finding["message"]


@pytest.mark.parametrize("market", ["rules", "rules/score.lead"])
def test_a_market_of_the_settings_is_one(project: Path, capsys: Captured, market: str) -> None:
    settings = Path("leadrules.toml")
    settings.write_text(f'files = ["rules"]\n[compare]\nscenario = "{market}"\n', encoding="utf-8")
    assert run(["ci"]) == 2
    assert "error[S103]" in capsys.readouterr().err


def test_the_name_of_a_revision_has_no_control_characters(project: Path, capsys: Captured) -> None:
    Path("leadrules.toml").write_text('files = ["rules"]\n[compare]\nagainst = "git:a\\u0000b"\n', encoding="utf-8")
    assert run(["ci"]) == 2
    assert "error[S103]" in capsys.readouterr().err


def test_names_that_git_would_take_for_something_else(project: Path, capsys: Captured) -> None:
    small()
    for name in ("-x.lead", ":x.lead"):
        Path(name).write_text(SCORE.read_text(encoding="utf-8").replace("ruleset score", f"ruleset s{len(name)}"))
    Path("inbound.scenario").write_text(Path("rules/inbound.scenario").read_text(encoding="utf-8"), encoding="utf-8")
    commit()
    assert since_then(capsys)[0] == "passed"
    edit("hot when total >= 50", "hot when total >= 45", Path(":x.lead"), tidy=False)
    assert "1 rule file changed" in told(capsys, "./:x.lead", "--against", "git:HEAD")[1]["changes"]["summary"]
