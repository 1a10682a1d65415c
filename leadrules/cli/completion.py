"""`leadrules completion`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
)

from leadrules.cli import COMPLETING
from leadrules.cli.exits import CLEAN

OF_FILES = ("FILE", "DIR", "OUT")
# Each shell has its own idea of `--format=j`. Fish takes it for one word, and wants the whole of it back; a comma may
# stand in what is offered, and in what is said of it.
FISH = """
function %(complete_func)s
    set -l named (string match -r -- '^--[^=]*=' (commandline -t))
    for found in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) %(prog_name)s)
        set -l part (string split -m 1 -- , $found)
        switch $part[1]
            case dir
                string replace -r -- '^' "$named" (__fish_complete_directories $part[2])
            case file
                string replace -r -- '^' "$named" (__fish_complete_path $part[2])
            case plain
                echo "$named$part[2]"
        end
    end
end
complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""
# Zsh completes what is behind the sign where it is told that the name stands before it.
ZSH = """
#compdef %(prog_name)s
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
%(complete_func)s() {
    local -a told plain
    local kind word about
    (( $+commands[%(prog_name)s] )) || return 1
    told=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) %(complete_var)s=zsh_complete %(prog_name)s)}")
    [[ $PREFIX == --*=* ]] && compset -P 1 '*='
    for kind word about in ${told}; do
        case $kind in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                [[ $about == _ ]] && word=${word//:/\\\\:} about=
                plain+=("$word${about:+:$about}") ;;
        esac
    done
    (( $#plain )) && _describe -V '%(prog_name)s' plain
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class Bash(BashComplete):
    """Bash, which takes the sign in `--format=j` for a word of its own."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is completed, and that one as far as it goes."""
        words, begun = super().get_completion_args()
        return (words[:-1] if words[-1:] == ["="] else words), begun


class Fish(FishComplete):
    """Fish."""

    source_template: ClassVar[str] = FISH


class Zsh(ZshComplete):
    """Zsh."""

    source_template: ClassVar[str] = ZSH


SHELLS: dict[str, type[ShellComplete]] = {"bash": Bash, "zsh": Zsh, "fish": Fish}


def speak_to_shells() -> None:
    """Let click answer shells as the scripts here expect it."""
    for name, shell in SHELLS.items():
        add_completion_class(shell, name)


def offer_files(command: click.Command) -> None:
    """Let a shell offer files for each argument of a command that is a text, and for options that name a file."""
    for parameter in command.params:
        named = isinstance(parameter, click.Argument) or str(parameter.metavar).startswith(OF_FILES)
        if named and parameter.type is click.STRING:
            parameter.type = click.Path()


@click.command("completion", epilog="Example: leadrules completion bash")
@click.argument("shell", type=click.Choice([*SHELLS]))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print what makes a shell complete `leadrules`: commands, options, their values, and files.

    Bash and zsh read it at their start, where it stands at the end of ~/.bashrc and ~/.zshrc; fish reads
    ~/.config/fish/completions/leadrules.fish. Bash has to be 4.4 or later.
    """
    script = SHELLS[shell](context.find_root().command, {}, "leadrules", COMPLETING)
    click.echo((script.source_template % script.source_vars()).strip())
    return CLEAN
