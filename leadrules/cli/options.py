"""Options that several commands share, and the tables they name."""

from __future__ import annotations

import functools
from collections.abc import Callable
from math import isnan
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import Struct

from leadrules.dsl.rules.model import Model
from leadrules.dsl.source import Source
from leadrules.files.intake import OnBadRow

if TYPE_CHECKING:
    from leadrules.files.tables import Read

Command = TypeVar("Command", bound=Callable[..., Any])

TABLES = (
    click.option("--leads", metavar="FILE", help="table of leads (.csv, .jsonl, .parquet)"),
    click.option("--events", metavar="FILE", help="table of events; without --leads it carries the leads too"),
    click.option("--attributes", metavar="FILE", help="table of dated values: lead, field, value, since"),
    click.option("--merges", metavar="FILE", help="table of leads that went into others: from, into, at"),
    click.option(
        "--links", metavar="FILE", help="table of accounts that leads come to belong to: lead, account, role, since"
    ),
    click.option(
        "--adjustments", metavar="FILE", help="table of points by hand: lead, time, score, action, value, reason"
    ),
    click.option(
        "--on-bad-row",
        type=click.Choice(["error", "skip"]),
        default="error",
        show_default=True,
        help="what a row with a bad value is: a reason to stop, or left out and counted",
    ),
)
AS_OF = click.option(
    "--as-of", metavar="TIME", help='2026-01-31, "2026-01-31 09:00", or "arrival + 3 days"; now if not given'
)


class Amount(click.FloatRange):
    """A number within bounds. `nan` is within none: a bound that it stands for would never be missed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Raises `click.BadParameter` where it is no such number."""
        found = super().convert(value, param, ctx)
        if isnan(found):
            self.fail(f"{value} is no number in the range {self._describe_range()}.", param, ctx)
        return found


class Data(Struct, frozen=True):
    """The tables a command was given, by the names of their files."""

    leads: str | None
    events: str | None
    attributes: str | None
    adjustments: str | None
    merges: str | None
    links: str | None
    on_bad_row: OnBadRow

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that is read."""
        given = (self.leads, self.events, self.attributes, self.adjustments, self.merges, self.links)
        return tuple(name for name in given if name is not None)

    def read(self, model: Model) -> Read:
        """The leads in them. Raises `FileProblem`."""
        from leadrules.files.tables import read_tables  # heavy, and not every command reads tables

        return read_tables(
            model,
            self.leads,
            self.events,
            self.on_bad_row,
            attributes=self.attributes,
            adjustments=self.adjustments,
            merges=self.merges,
            links=self.links,
        )


def table_options(command: Command) -> Command:
    """The options that name tables; the command gets them as one argument, `data`."""

    @functools.wraps(command)
    def with_tables(
        *arguments: Any,
        leads: str | None,
        events: str | None,
        attributes: str | None,
        adjustments: str | None,
        merges: str | None,
        links: str | None,
        on_bad_row: OnBadRow,
        **others: Any,
    ) -> Any:
        tables = Data(leads, events, attributes, adjustments, merges, links, on_bad_row)
        return command(*arguments, data=tables, **others)

    found: Any = with_tables
    for option in reversed(TABLES):
        found = option(found)
    return found  # type: ignore[no-any-return]


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
    """The options of every command that scores data: its tables, as `data`, and the instant, as `as_of`."""
    return AS_OF(table_options(command))
