"""Arguments to an exit code: which command runs, and what becomes of everything that can go wrong in it."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

from leadrules.cli.exits import CLEAN, INTERNAL, INTERRUPTED, USAGE
from leadrules.cli.terminal import drop_output, say, show_every_name, style_errors
from leadrules.dsl.problem import RulesError
from leadrules.dsl.spelling import nearest
from leadrules.files.failure import FileProblem
from leadrules.report.text import draw_problems

COMMANDS = {
    "check": "parse and check rule and scenario files",
    "new": "begin a project",
    "ci": "run everything a pipeline asks of rule files",
    "lint": "find what is right by the language and probably not meant so",
    "explain-code": "say what a code stands for, and what to do about it",
    "fmt": "bring rule and scenario files into their canonical form",
    "test": "run the tests in rule files",
    "score": "score leads from files, best first",
    "explain": "show how a lead came by its scores",
    "timeline": "show the course of one lead, and how it goes on if nothing happens",
    "transitions": "list every step from tier to tier, and what it sets off",
    "simulate": "try a rule set on a simulated market",
    "compare": "show what a change of rules does",
    "report": "draw a saved comparison as a page",
    "gates": "decide the gates of rule files in their markets",
    "journeys": "write a simulated market as tables",
    "scenario": "show what a market comes to",
    "completion": "print what makes a shell complete commands, options and files",
}


class Commands(click.Group):
    """The commands, each in a module of its own that is imported when it runs."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands with what is said of them here: none has to be imported for it."""
        found = [CompletionItem(name, help=said) for name, said in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        if name not in COMMANDS:
            meant = nearest(name, COMMANDS)
            raise click.UsageError(f"no command `{name}`" + (f": was `{meant}` meant?" if meant else ""))
        command: click.Command = importlib.import_module(f"leadrules.cli.{name.replace('-', '_')}").command
        if ctx.resilient_parsing:  # a shell asks for words
            importlib.import_module("leadrules.cli.completion").offer_files(command)
        return command


@click.command(
    cls=Commands,
    epilog="Exit codes: 0 clean, 1 findings, 2 usage or input, 3 undecided, 4 different in effect, 70 internal error, 130 interrupted.",
)
@click.version_option(package_name="leadrules", message="%(prog)s %(version)s")
def commands() -> None:
    """Lead scoring as reviewed text, with its effect known before rollout."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; what goes wrong is said on the error stream."""
    show_every_name()
    try:
        code = int(commands.main(list(arguments), "leadrules", standalone_mode=False) or 0)
        sys.stdout.flush()
        return code
    except click.exceptions.NoArgsIsHelpError as shown:
        shown.show()
        return USAGE
    except click.ClickException as mistake:
        mistake.show()
        return USAGE
    except RulesError as mistake:
        say(draw_problems(mistake.problems, style_errors()))
        return USAGE
    except FileProblem as mistake:
        say(str(mistake))
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return INTERRUPTED
    except OSError as mistake:
        drop_output()
        say(f"the output cannot be written: {(mistake.strerror or str(mistake)).lower()}")
        return USAGE
    except SystemExit as leaving:
        if leaving.code in (CLEAN, USAGE):  # clean where a shell asked for words to complete
            return int(leaving.code or CLEAN)
        return INTERRUPTED  # click leaves so where the reader of our output went away (`| head`): not all was said
    except Exception as mistake:  # noqa: BLE001  the last door: whatever is left is said in one sentence
        return _internal(mistake)


def _internal(mistake: Exception) -> int:
    frame = traceback.extract_tb(mistake.__traceback__)[-1]
    place = f"{frame.filename.rpartition('leadrules')[2].lstrip('/')}:{frame.lineno}"
    say(f"internal error: {type(mistake).__name__}: {mistake} (at {place})")
    say("this is a mistake in leadrules, not in the file: please report it with the file that shows it")
    return INTERNAL
