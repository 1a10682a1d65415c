"""`leadrules completion`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from leadrules.cli import COMPLETING
from leadrules.cli.exits import CLEAN

OF_FILES = ("FILE", "DIR", "OUT")


def offer_files(command: click.Command) -> None:
    """Let a shell offer files for each argument of a command that is a text, and for options that name a file."""
    for parameter in command.params:
        named = isinstance(parameter, click.Argument) or str(parameter.metavar).startswith(OF_FILES)
        if named and parameter.type is click.STRING:
            parameter.type = click.Path()


@click.command("completion", epilog="Example: leadrules completion bash")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print what makes a shell complete `leadrules`: commands, options, their values, and files.

    Bash and zsh read it at their start, where it stands at the end of ~/.bashrc and ~/.zshrc; fish reads
    ~/.config/fish/completions/leadrules.fish. Bash has to be 4.4 or later.
    """
    found = get_completion_class(shell)
    assert found
    script = found(context.find_root().command, {}, "leadrules", COMPLETING)
    click.echo((script.source_template % script.source_vars()).strip())
    return CLEAN
