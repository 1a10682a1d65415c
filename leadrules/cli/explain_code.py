"""`leadrules explain-code`: what a code stands for."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from leadrules.cli.exits import CLEAN
from leadrules.dsl.codes import CODES
from leadrules.dsl.spelling import nearest
from leadrules.files.pages import read_page


def _offered(_context: click.Context, _argument: click.Parameter, begun: str) -> list[CompletionItem]:
    """The codes that begin so, for a shell."""
    return [CompletionItem(code, help=said) for code, said in CODES.items() if code.startswith(begun.upper())]


@click.command("explain-code", epilog="Example: leadrules explain-code W911")
@click.argument("code", required=False, metavar="[CODE]", shell_complete=_offered)
def command(code: str | None) -> int:
    """Say what a code stands for: what is wrong, an example that has it, one that has not, why, and how to silence it.

    Without CODE, the list of all codes.
    """
    if code is None:
        click.echo("\n".join(f"{known}  {meaning}" for known, meaning in CODES.items()))
        return CLEAN
    known = code.upper()
    if known not in CODES:
        meant = nearest(known, CODES)
        raise click.BadParameter(f"there is no code {code}" + (f": was {meant} meant?" if meant else ""))
    click.echo(read_page(known))
    return CLEAN
