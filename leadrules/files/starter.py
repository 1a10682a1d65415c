"""A new project to begin with: rules with tests, a market, settings, and pipelines that run them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from leadrules.dsl.source import Source
from leadrules.files.failure import FileProblem
from leadrules.files.sources import write_source

FILES: Mapping[str, str] = {
    "README.md": "README.md",
    "leadrules.toml": "leadrules.toml",
    "rules/score.lead": "score.lead",
    "rules/inbound.scenario": "inbound.scenario",
    ".github/workflows/rules.yml": "github.yml",
    ".gitlab-ci.yml": "gitlab.yml",
    ".pre-commit-config.yaml": "pre-commit.yaml",
    ".gitattributes": "gitattributes",
}


def start_project(folder: str, version: str) -> tuple[str, ...]:
    """Write a project that asks for this `version` of the program, and give the paths of its files.

    Raises `FileProblem` where the folder has anything in it, but for a repository that git has just begun.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise FileProblem(folder, "is a file", "name a folder that is empty, or not there yet")
    if place.is_dir() and any(inside.name != ".git" for inside in place.iterdir()):
        raise FileProblem(folder, "is not empty", "name a folder that is empty, or not there yet")
    name = place.resolve().name
    for path, template in FILES.items():
        text = (resources.files("leadrules.starter") / template).read_text(encoding="utf-8")
        write_source(Source(path, text.replace("{version}", version).replace("{name}", name)), folder)
    return tuple(FILES)
