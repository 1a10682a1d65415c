"""What is shipped for pipelines: valid by the schemas of those who read it, and run by the real pre-commit."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from leadrules.cli.run import run

ROOT = Path(__file__).parent.parent
STARTER = ROOT / "leadrules" / "starter"


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module.replace('_', '-')} is not installed: it comes with leadrules[dev]")


def called(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-workflows", STARTER / "github.yml"),
        ("github-actions", ROOT / "ci" / "action.yml"),
        ("gitlab-ci", STARTER / "gitlab.yml"),
        ("gitlab-ci", ROOT / "ci" / "gitlab.yml"),
    ],
)
def test_pipelines_are_valid(schema: str, path: Path) -> None:
    needs("check_jsonschema")
    checked = called("check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(path))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_hooks_are_valid() -> None:
    needs("pre_commit")
    for kind, path in (("manifest", ROOT / ".pre-commit-hooks.yaml"), ("config", STARTER / "pre-commit.yaml")):
        checked = called("pre_commit", f"validate-{kind}", str(path))
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project in a repository, whose hooks are those of the manifest, run by this very Python."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "scoring"
    assert run(["new", str(folder)]) == 0
    manifest = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    local = manifest.replace("language: python", "language: system")
    local = local.replace("entry: leadrules", f"entry: {sys.executable} -m leadrules")
    hooks = "".join(f"      {line}\n" for line in local.splitlines())
    (folder / ".pre-commit-config.yaml").write_text(f"repos:\n  - repo: local\n    hooks:\n{hooks}", encoding="utf-8")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    return folder


def hooked(project: Path, *hooks: str, files: tuple[str, ...] = ("-a",)) -> subprocess.CompletedProcess[str]:
    """The real pre-commit, on all files if nothing else is said; its own records go into the folder above."""
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    home = str(project.parent / "pre-commit")
    return called("pre_commit", "run", *files, *hooks, cwd=project, PYTHONPATH=paths, PRE_COMMIT_HOME=home)


def test_hooks_pass_on_a_new_project(project: Path) -> None:
    needs("pre_commit")
    ran = hooked(project)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("Passed") == 5


def test_hooks_stop_a_commit_that_they_should(project: Path) -> None:
    needs("pre_commit")
    rules = project / "rules" / "score.lead"
    rules.write_text(rules.read_text(encoding="utf-8").replace("score fit {", "score   fit {"), encoding="utf-8")
    assert "Failed" in hooked(project, "leadrules-fmt-check").stdout
    mended = hooked(project, "leadrules-fmt")
    assert "Failed" in mended.stdout and "files were modified by this hook" in mended.stdout
    assert "Passed" in hooked(project, "leadrules-fmt").stdout
    (rules.parent / "shared.lead").write_text("event visit\n", encoding="utf-8")  # has no test of its own
    assert "Passed" in hooked(project, "leadrules-test").stdout
    rules.write_text(rules.read_text(encoding="utf-8").replace("tier is not hot", "tier is hot"), encoding="utf-8")
    assert "Failed" in hooked(project, "leadrules-test").stdout
    (rules.parent / "shared.lead").unlink()  # nobody uses it, and it scores nothing
    assert "Passed" in hooked(project, "leadrules-lint").stdout


@pytest.mark.parametrize("own", [True, False])
def test_the_hook_of_lint_knows_who_uses_a_file(project: Path, own: bool) -> None:
    """A file that others use is changed alone."""
    needs("pre_commit")
    if own:
        config = (
            (STARTER / "pre-commit.yaml").read_text(encoding="utf-8").replace("language: python", "language: system")
        )
        config = re.sub(r" *additional_dependencies: .*\n", "", config)
        config = config.replace("entry: leadrules", f"entry: {sys.executable} -m leadrules")
        (project / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    rules = project / "rules" / "score.lead"
    text = rules.read_text(encoding="utf-8").replace("event webinar\n", 'use "shared.lead"\n\nevent webinar\n')
    rules.write_text(text, encoding="utf-8")
    (project / "rules" / "shared.lead").write_text("event fax\n", encoding="utf-8")
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    ran = hooked(project, "leadrules-lint", files=("--files", "rules/shared.lead"))
    assert "Passed" in ran.stdout, ran.stdout


@pytest.mark.parametrize("path", [STARTER / "gitlab.yml", ROOT / "ci" / "gitlab.yml"])
@pytest.mark.parametrize("merged", [True, False])
def test_a_merge_request_is_not_charged_with_what_others_merged(project: Path, path: Path, merged: bool) -> None:
    """The job as GitLab would run it: on the source branch, or on what comes of merging it; the target has moved on."""
    yaml = pytest.importorskip("yaml")

    def git(*words: str) -> str:
        named = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(
            ["git", *named, *words], cwd=project, check=True, capture_output=True, text=True
        ).stdout.strip()

    git("checkout", "-qb", "main")
    git("commit", "-qam", "base")
    base = git("rev-parse", "HEAD")
    rules = project / "rules" / "score.lead"
    rules.write_text(rules.read_text(encoding="utf-8").replace("event webinar", "event fax\nevent webinar"), "utf-8")
    git("commit", "-qam", "of others")
    target = git("rev-parse", "HEAD")
    git("checkout", "-qb", "source", base)
    (project / "README.md").write_text("Mine.\n", encoding="utf-8")
    git("commit", "-qam", "mine")
    if merged:
        git("merge", "-q", "--no-edit", target)
    (job,) = yaml.safe_load(path.read_text(encoding="utf-8")).values()
    script = "\n".join(line for line in (*job["before_script"], *job["script"]) if not line.startswith("pip"))
    ran = subprocess.run(
        ["bash", "-ec", script.replace("leadrules ci", f"{sys.executable} -m leadrules ci --today 2026-01-01")],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target if merged else "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"0 rule files changed by meaning since git:{target if merged else base}" in ran.stdout, ran.stderr


@pytest.mark.slow
def test_pre_commit_installs_this_repository_and_runs_its_hooks(project: Path, request: pytest.FixtureRequest) -> None:
    """As a user does it: from a commit of this repository, into an environment of its own."""
    needs("pre_commit")
    if not request.config.getoption("--full"):
        pytest.skip("builds an environment with all dependencies: --full")
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone, and pre-commit installs from one")
    home = str(project.parent / "pre-commit")
    command = ["pre_commit", "try-repo", str(ROOT), "leadrules-lint", "--all-files", "--verbose"]
    ran = called(*command, cwd=project, PRE_COMMIT_HOME=home, PYTHONPATH="")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Passed" in ran.stdout
