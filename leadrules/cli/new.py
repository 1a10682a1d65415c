"""`leadrules new`: a project to begin with."""

from __future__ import annotations

import shlex
from importlib.metadata import version
from pathlib import Path

import click

from leadrules.cli.exits import CLEAN
from leadrules.cli.terminal import say
from leadrules.files.starter import start_project


@click.command("new", epilog="Example: leadrules new lead-scoring")
@click.argument("folder", metavar="DIR")
def command(folder: str) -> int:
    """Begin a project in an empty folder: rules with tests, laws and a gate, a market, settings, and pipelines.

    The pipelines (GitHub, GitLab, pre-commit) run `leadrules ci`, which the new project passes as it is.
    """
    for path in start_project(folder, version("leadrules")):
        click.echo(str(Path(folder) / path))
    say(f"try it: cd {shlex.quote(folder)} && leadrules ci")
    return CLEAN
