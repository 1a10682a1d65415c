"""A new project in a repository, and what `leadrules ci` says of it: for the tests of its stages."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from leadrules.cli.run import run

SCORE = Path("rules/score.lead")
SMALL = "[gates]\npopulation = 1_000\n[compare]\npopulation = 1_000\n"  # a sample that is soon drawn
Captured = pytest.CaptureFixture[str]


def git(*arguments: str) -> None:
    named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *named, "-c", "init.defaultBranch=main", *arguments], capture_output=True, check=True)


def commit() -> None:
    git("add", "-A")
    git("commit", "-qm", "x")


def edit(old: str, new: str, path: Path = SCORE, *, tidy: bool = True) -> None:
    """Write something else in a file, whatever spaces stand between the words to align them."""
    text, words = path.read_text(encoding="utf-8"), r" +".join(map(re.escape, old.split(" ")))
    assert re.search(words, text)
    path.write_text(re.sub(words, lambda _found: new, text), encoding="utf-8")
    if tidy and path.suffix == ".lead":
        assert run(["fmt", "-w", str(path)]) == 0


def small() -> None:
    """Gates without demands that a small sample would leave open, and small samples."""
    Path("leadrules.toml").write_text(f'files = ["rules"]\n{SMALL}', encoding="utf-8")
    edit("auc at least 0.6", "auc at least 0.3")
    edit("precision of hot at least 35%\n", "")
    edit("hot per week at most 120\n", "")
    commit()


def told(capsys: Captured, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and what each stage came to."""
    capsys.readouterr()
    code = run(["ci", "--format", "json", *arguments])
    shown = capsys.readouterr().out
    return code, {stage["name"]: stage for stage in json.loads(shown)["stages"]} if shown else {}


def statuses(stages: dict[str, Any]) -> dict[str, str]:
    return {name: stage["status"] for name, stage in stages.items()}
