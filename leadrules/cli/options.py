"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from leadrules.dsl.source import Source

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option("--leads", metavar="FILE", help="table of leads (.csv, .jsonl, .parquet)"),
    click.option("--events", metavar="FILE", help="table of events; without --leads it carries the leads too"),
    click.option(
        "--as-of", metavar="TIME", help='2026-01-31, "2026-01-31 09:00", or "arrival + 3 days"; now if not given'
    ),
    click.option(
        "--on-bad-row",
        type=click.Choice(["error", "skip"]),
        default="error",
        show_default=True,
        help="what a row with a bad value is: a reason to stop, or left out and counted",
    ),
)


def set_option(command: Command) -> Command:
    """The option of every command that reads rules: values for their params, as sources to be read."""
    option = click.option(
        "--set",
        "given",
        multiple=True,
        metavar="NAME=VALUE",
        callback=lambda _context, _option, texts: tuple(Source("--set", text) for text in texts),
        help="a value for a param of the rules, such as quiet=45days or share=35%; may be given several times",
    )
    return option(command)


def data_options(command: Command) -> Command:
    """The options of every command that reads data."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
