"""Where a table goes, and in which format."""

from __future__ import annotations

import sys
from typing import Literal

import click

from leadrules.files.results import Format, Sheet, format_of, stream_sheet, write_sheet

Wanted = Format | Literal["table"]


def write(sheet: Sheet, output: str | None, form: Format) -> None:
    """Write a table to a file, or to the output."""
    if output:
        write_sheet(sheet, output, form)
    else:
        stream_sheet(sheet, sys.stdout.buffer, form)


def format_wanted(output: str | None, format_: Wanted | None, usual: Wanted) -> Wanted:
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
