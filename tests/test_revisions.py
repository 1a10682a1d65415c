"""Rule files of a revision: read as they were, with all they use, and clear words where there is nothing to read."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
from pathlib import Path

import pytest

from leadrules.cli.run import run
from leadrules.files.failure import FileProblem
from leadrules.files.revisions import fixed
from leadrules.files.sources import read_model, read_source, read_sources

CARD = (
    'ruleset card {{ version {} }}\nuse "shared/words.lead"\nscore points {{ criteria {{ form {} when any form }} }}\n'
)


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *named, "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of a card in a folder `rules`; that in the folder is a third, not committed."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "rules/shared").mkdir(parents=True)
    git(tmp_path, "init", "-q")
    for version in (1, 2, 3):
        (tmp_path / "rules/card.lead").write_text(CARD.format(version, 10 * version))
        (tmp_path / "rules/shared/words.lead").write_text(f"event form\nevent v{version}\n")
        (tmp_path / "rules/link.lead").unlink(missing_ok=True)
        (tmp_path / "rules/link.lead").symlink_to("card.lead")
        (tmp_path / "rules/lost.lead").unlink(missing_ok=True)
        (tmp_path / "rules/lost.lead").symlink_to("lots.lead")
        if version < 3:
            git(tmp_path, "add", "-A")
            git(tmp_path, "commit", "-qm", str(version))
            git(tmp_path, "tag", f"v{version}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_revision_is_read_with_what_it_uses(repository: Path) -> None:
    for ref, version in (("v1", 1), ("v2", 2), ("HEAD", 2), ("HEAD~1", 1), ("main", 2)):
        model, sources = read_sources(f"git:{ref}:rules/card.lead")
        assert model.version == version
        assert [event.name for event in model.events] == ["form", f"v{version}"]
        assert [s.name for s in sources] == [f"git:{ref}:rules/card.lead", f"git:{ref}:rules/shared/words.lead"]
    assert read_model("rules/card.lead").version == 3


def test_links_of_a_revision_lead_where_they_led(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To a file, to a link and through a folder; with what is used beside the link; never out of a folder by what is used."""
    (repository / "now").symlink_to("rules")
    (repository / "cards").mkdir()
    (repository / "cards/card.lead").symlink_to("../now/link.lead")
    (repository / "cards/shared").symlink_to("../now/shared")
    (repository / "round.lead").symlink_to("now/../round.lead")
    (repository / "away.lead").symlink_to("../away.lead")
    (repository / "far.lead").symlink_to(repository / "rules/card.lead")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "links")
    (repository / "now").unlink()
    (repository / "now").symlink_to("nowhere")
    assert read_model("git:v1:rules/link.lead").version == 1
    assert read_model("git:HEAD:now/card.lead").version == 3
    assert [source.name for source in read_sources("git:HEAD:now/link.lead")[1]] == [
        "git:HEAD:now/link.lead",
        "git:HEAD:now/shared/words.lead",
    ]
    for name in ("round", "away", "far", "now/lost"):
        with pytest.raises(FileProblem, match="it is a link that leads to no file of the repository"):
            read_source(f"git:HEAD:{name}.lead")
    assert run(["check", "git:HEAD:cards/card.lead"]) == 1
    assert "it is a link that leads out of the folder" in capsys.readouterr().out


def test_paths_count_from_the_top_and_with_a_dot_from_here(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "rules")
    assert read_model("git:v1:rules/card.lead") == read_model("git:v1:./card.lead")
    with pytest.raises(FileProblem, match="from the top of the repository: git:v1:rules/card.lead"):
        read_source("git:v1:card.lead")


def test_a_name_becomes_the_hash_of_its_commit(repository: Path) -> None:
    assert fixed("git:v1:rules/card.lead") == f"git:{git(repository, 'rev-parse', 'v1').strip()}:rules/card.lead"
    assert fixed("rules/card.lead") == "rules/card.lead"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("git:v1:rules/cart.lead", "no such file in v1\n  help: was git:v1:rules/card.lead meant?"),
        ("git:v1:card.lead", "no such file in v1\n  help: paths count|was git:v1:rules/card.lead meant?"),
        ("git:v1:rules", "rules is no file in v1 but a folder"),
        ("git:v1:rules/lost.lead", "rules/lost.lead: it is a link that leads to no file of the repository"),
        ("git:v1:../card.lead", "there is no such file in v1"),
        ("git:v1:rules/card.lead/", "there is no such file in v1"),
        ("git:v11:rules/card.lead", "the repository has no revision `v11`\n  help: was `v1` meant?"),
        ("git:--all:rules/card.lead", "the repository has no revision `--all`"),
        ("git:v1", "names no file of a revision"),
        ("git::rules/card.lead", "names no file of a revision"),
    ],
)
def test_what_cannot_be_read_is_said(repository: Path, path: str, said: str) -> None:
    with pytest.raises(FileProblem) as problem:
        read_source(path)
    assert any(each in str(problem.value) for each in said.split("|")), str(problem.value)


def test_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(FileProblem, match="the current folder is in no git repository"):
        read_source("git:main:card.lead")


def test_where_there_is_no_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(FileProblem, match="git: is not installed"):
        read_source("git:v1:rules/card.lead")


def test_files_of_a_revision_do_not_lead_out_of_their_folder(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "rules/outside.lead").write_text('use "../top.lead"\nuse "missing.lead"\nruleset o { version 1 }\n')
    (repository / "top.lead").write_text("event form\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "outside")
    assert run(["check", "git:HEAD:rules/outside.lead"]) == 1
    said = capsys.readouterr().out
    assert "git:HEAD:rules/outside.lead:1:5" in said and "there is no such file in HEAD" in said


def test_check_reads_a_revision(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "git:v2:rules/card.lead"]) == 0
    assert run(["check", "git:v2:rules/cord.lead"]) == 2
    assert "was git:v2:rules/card.lead meant?" in capsys.readouterr().err


MARKET = """
scenario m { version 1; population 300; horizon 60 days from 2026-01-05; arrivals over 10 days
  landmark 10 days after arrival; target won within 40 days }
event form
persona everybody 100% { }
stage looking { lasts weibull mean 30 days shape 1.5; visits 0.3 per day; events { form 100% }; then won 40%, else lost }
"""


def test_a_revision_is_compared_with_what_is_there(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And the result says of which commit it was, whatever becomes of the branch."""
    (repository / "rules/m.scenario").write_text(MARKET)
    arguments = ["compare", "git:main:rules/card.lead", "rules/card.lead", "rules/m.scenario", "--format", "json"]
    assert run([*arguments, "--detailed-exitcode"]) == 4
    found = json.loads(capsys.readouterr().out)
    commit = git(repository, "rev-parse", "main").strip()
    assert shlex.split(found["command"])[2] == f"git:{commit}:rules/card.lead"
    used = ["git:main:rules/card.lead", "git:main:rules/shared/words.lead"]
    assert list(found["inputs"]) == [*used, "rules/card.lead", "rules/shared/words.lead", "rules/m.scenario"]
    written = (repository / "rules/card.lead").read_bytes()
    assert found["inputs"]["rules/card.lead"] == hashlib.sha256(written).hexdigest()
    (repository / "rules/card.lead").write_text(git(repository, "show", "main:rules/card.lead"))
    (repository / "rules/shared/words.lead").write_text("event form\n")
    assert run([*arguments, "--detailed-exitcode"]) == 0
