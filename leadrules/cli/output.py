"""Where a table goes, and in which format."""

from __future__ import annotations

import sys

import click

from leadrules.files.results import format_of
from leadrules.files.sources import same_file


def spare(output: str | None, *inputs: str) -> None:
    """Refuse to write over what is read."""
    if output and any(same_file(name, output) for name in inputs):
        raise click.BadParameter(f"{output} is read here: the table needs a file of its own", param_hint="-o")


def format_wanted(output: str | None, format_: str | None, usual: str) -> str:
    """The format that was asked for, else that of the file, else the usual one. Raises where they do not fit."""
    found = format_ or (format_of(output) if output else usual)
    if output and found is None:
        raise click.BadParameter(f"which format should {output} have? Say it with --format", param_hint="-o")
    if output and found == "table":
        message = "a table for reading goes to the output; files are csv, json or parquet"
        raise click.BadParameter(message, param_hint="--format")
    if found == "parquet" and not output and sys.stdout.isatty():
        raise click.BadParameter("Parquet is not for the terminal: name a file with -o", param_hint="--format")
    return found or usual
