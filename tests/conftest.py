"""Options of the test run, and what many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from leadrules.cli.run import run
from tests.ci_project import commit, git


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite stored expectations with what came out")
    parser.addoption("--full", action="store_true", help="run the slow laws at full size")


def pytest_configure(config: pytest.Config) -> None:
    settings.register_profile("reduced", max_examples=60)
    settings.register_profile("full", max_examples=2_000)
    settings.load_profile("full" if config.getoption("--full") else "reduced")


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether stored expectations are rewritten."""
    return bool(request.config.getoption("--accept"))


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether slow laws run at full size."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real data, which is not part of the project."""
    folder = os.environ.get("LEADRULES_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("LEADRULES_DATA names no folder: real data is not part of the project")
    return Path(folder)


def compare(path: Path, text: str, accept: bool) -> None:
    """Compare a text with the one stored at `path`, or store it."""
    if accept:
        path.write_text(text, encoding="utf-8")
    stored = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == stored, f"{path.name} differs; `pytest --accept` stores what came out"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, committed, in the current folder."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert run(["new", str(tmp_path / "scoring")]) == 0
    monkeypatch.chdir(tmp_path / "scoring")
    git("init", "-q")
    commit()
    return tmp_path / "scoring"
