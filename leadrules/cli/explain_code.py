"""`leadrules explain-code`: what a code stands for."""

from __future__ import annotations

from collections.abc import Mapping

import click
from click.shell_completion import CompletionItem

from leadrules.cli.exits import CLEAN
from leadrules.dsl.codes import CODES
from leadrules.dsl.expression.format import CODES as OF_FORMATTING
from leadrules.dsl.spelling import nearest
from leadrules.files.pages import read_page
from leadrules.files.settings import CODES as OF_SETTINGS
from leadrules.report.finding import KINDS

EVERY: Mapping[str, str] = {**CODES, **OF_SETTINGS, **OF_FORMATTING, **KINDS}


def _offered(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """The codes that begin so, for a shell."""
    return [CompletionItem(code, help=said) for code, said in EVERY.items() if code.lower().startswith(begun.lower())]


@click.command("explain-code", epilog="Example: leadrules explain-code W911")
@click.argument("code", required=False, metavar="[CODE]", shell_complete=_offered)
def command(code: str | None) -> int:
    """Say what a code stands for: what is wrong, an example that has it, one that has not, why, and how to silence it.

    Without CODE, the list of all codes; of the beginning of some, such as W9, the list of these.
    """
    if code is None:
        click.echo(_listed(EVERY))
        return CLEAN
    wanted = code.strip()
    if wanted.upper() in CODES:
        click.echo(read_page(wanted.upper()))
        return CLEAN
    begun = {known: said for known, said in EVERY.items() if wanted and known.lower().startswith(wanted.lower())}
    if not begun:
        meant = nearest(wanted, EVERY)
        raise click.BadParameter(f"there is no code `{code}`" + (f": was {meant} meant?" if meant else ""))
    click.echo(_listed(begun))
    return CLEAN


def _listed(codes: Mapping[str, str]) -> str:
    width = max(map(len, codes))
    return "\n".join(f"{known:<{width}}  {meaning}" for known, meaning in codes.items())
