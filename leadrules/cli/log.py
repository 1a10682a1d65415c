"""The options that name a real log, on which rule sets are compared."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from leadrules.cli.options import Data, table_options
from leadrules.dsl.quantity import read_duration, show_duration

Command = TypeVar("Command", bound=Callable[..., Any])
LANDMARK, WINDOW, WON = "arrival + 30 days", "90 days", "won"
OUTCOME_COLUMNS = ("lead", "outcome", "time", "value")


class Log(Struct, frozen=True, kw_only=True):
    """A log, as the options name it: its tables, which of them tells the outcomes, and when leads are looked at.

    `columns`: what columns of the outcomes are called, by what they hold. `window` in microseconds.
    """

    data: Data
    outcomes: str | None
    columns: Mapping[str, str]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    landmark: str
    window: float
    until: str | None

    @property
    def name(self) -> str:
        """What a result calls the log: its first table."""
        return Path(self.data.events or self.data.leads or "").name

    @property
    def files(self) -> tuple[str, ...]:
        """Every table that is read."""
        every = (*self.data.files, self.outcomes) if self.outcomes else self.data.files
        return tuple(dict.fromkeys(every))

    def words(self) -> Iterator[str]:
        """The words of a command that names the same log, whatever becomes of defaults."""
        for name in Data.__struct_fields__:
            if (value := getattr(self.data, name)) not in (None, "error"):
                yield from (f"--{name.replace('_', '-')}", value)
        if self.outcomes:
            yield from ("--outcomes", self.outcomes)
        for name, column in self.columns.items():
            yield from ("--outcome-column", f"{name}={column}")
        for option, texts in (("--won", self.won), ("--lost", self.lost)):
            for text in texts:
                yield from (option, text)
        yield from ("--landmark", self.landmark, "--window", show_duration(self.window))
        if self.until is not None:
            yield from ("--until", self.until)


def read_window(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """A duration, in microseconds."""
    found = None if text is None else read_duration(text)
    if text is not None and (found is None or found <= 0):
        raise click.BadParameter(f"`{text}` is no duration: write 90 days or 12 weeks", context, option)
    return found


def read_columns(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    """Names of columns by what they hold."""
    pairs = [text.partition("=") for text in texts]
    for name, sign, column in pairs:
        if not sign or not column or name not in OUTCOME_COLUMNS:
            known = ", ".join(OUTCOME_COLUMNS)
            raise click.BadParameter(f"`{name}{sign}{column}` is no NAME=COLUMN with one of {known}", context, option)
    return {name: column for name, _, column in pairs}


OPTIONS = (
    click.option("--outcomes", metavar="FILE", help="a log: table of outcomes: lead, outcome, time, value"),
    click.option(
        "--outcome-column",
        "columns",
        multiple=True,
        callback=read_columns,
        metavar="NAME=COLUMN",
        help="a log: what a column of the outcomes is called, such as time=closed_at; may be given several times",
    ),
    click.option(
        "--won", multiple=True, metavar="TEXT", help=f"a log: outcome, or type of event, that wins; else {WON}"
    ),
    click.option("--lost", multiple=True, metavar="TEXT", help="a log: the same that loses; else every other outcome"),
    click.option(
        "--landmark",
        metavar="WHEN",
        help=f'a log: when leads are scored: "{LANDMARK}" (if not given), a date, or "every monday"',
    ),
    click.option(
        "--window",
        callback=read_window,
        metavar="DURATION",
        help=f'a log: how long after that winning counts; "{WINDOW}" if not given',
    ),
    click.option("--until", metavar="TIME", help="a log: where it ends; else its last event or outcome"),
)


def log_options(command: Command) -> Command:
    """The options that name a log; the command gets them as one argument, `log`, None where no table is named."""

    @functools.wraps(command)
    def with_log(
        *arguments: Any,
        data: Data,
        outcomes: str | None,
        columns: dict[str, str],
        won: tuple[str, ...],
        lost: tuple[str, ...],
        landmark: str | None,
        window: float | None,
        until: str | None,
        **others: Any,
    ) -> Any:
        if not data.files:
            if outcomes or columns or won or lost or landmark or window or until:
                raise click.UsageError("these options are about a log: name its tables with --leads and --events")
            return command(*arguments, log=None, **others)
        length = window or read_duration(WINDOW)
        assert length is not None
        log = Log(
            data=data,
            outcomes=outcomes,
            columns=columns,
            won=won or (WON,),
            lost=lost,
            landmark=landmark or LANDMARK,
            window=length,
            until=until,
        )
        return command(*arguments, log=log, **others)

    found: Any = with_log
    for option in reversed(OPTIONS):
        found = option(found)
    return table_options(found)  # type: ignore[no-any-return]
