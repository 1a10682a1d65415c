"""`leadrules fmt`: rule and scenario files in their canonical form."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Literal

import click
from msgspec import Struct

from leadrules.cli.exits import CLEAN, FINDINGS, USAGE
from leadrules.cli.terminal import say, style_errors, style_output
from leadrules.dsl.problem import RulesError
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source
from leadrules.files.discover import source_files
from leadrules.files.failure import FileProblem
from leadrules.files.put_text import put_text, stands_as
from leadrules.files.relative import relative
from leadrules.files.sources import read_source
from leadrules.report.difference import draw_difference
from leadrules.report.text import Style, draw_problems

STDIN = "-"
Outcome = Literal["same", "changed", "wrong", "unreadable"]


class Wanted(Struct, frozen=True):
    """What is to be done with the canonical text of a file; printed where nothing else is."""

    check: bool
    diff: bool
    write: bool


@click.command("fmt", epilog="Example: leadrules fmt --diff examples")
@click.argument("files", nargs=-1, metavar="[FILE|DIR...]")
@click.option(
    "--check", is_flag=True, help="name the files that are not in canonical form; exit code 1 if there are any"
)
@click.option("--diff", is_flag=True, help="show what would change; exit code 1 if anything would")
@click.option("-w", "--write", is_flag=True, help="put the canonical form in the place of each file")
@click.option(
    "--stdin-name",
    default="stdin.lead",
    show_default=True,
    metavar="NAME",
    help="what the text of `-` is called; its ending tells the language",
)
def command(files: tuple[str, ...], check: bool, diff: bool, write: bool, stdin_name: str) -> int:
    """Bring rule files (.lead) and simulated markets (.scenario) into their one canonical form.

    Of a folder, all files in it are taken; without FILE, those of this folder; `-` is the standard input. Without an
    option the canonical text is printed, and no file is touched.

    Only spaces, line ends, brackets that say nothing and the order of some clauses change. Comments stay where they
    are, as do a byte order mark and the kind of line ends. What comes out is read again and compared with what went in
    before anything is written, and a file is written as a whole or not at all. A file with mistakes is left as it is;
    the others are handled all the same.

    Exit code 1 where a file has mistakes (or would change, with --check or --diff), 2 where one cannot be read.
    """
    if write and (check or diff):
        raise click.UsageError("--write changes files, --check and --diff do not: take one of them")
    if write and STDIN in files:
        raise click.UsageError("the standard input cannot be written to: leave --write out, and the text is printed")
    outcomes = list(_outcomes(files or (".",), stdin_name, Wanted(check, diff, write)))
    if check or diff or write:
        say(_summary(outcomes, write))
    return _code(outcomes, check or diff)


def canonical(source: Source) -> str:
    """The canonical text of a source. Raises `RulesError`, and `FileProblem` where it is of neither language."""
    if source.name.endswith(".scenario"):
        from leadrules.dsl.scenario import format as of_scenarios

        return of_scenarios.format_source(source)
    if not source.name.endswith(".lead"):
        raise FileProblem(source.name, "neither a rule file (.lead) nor a market (.scenario)")
    from leadrules.dsl.rules import format as of_rules

    return of_rules.format_source(source)


def _outcomes(paths: Iterable[str], stdin_name: str, wanted: Wanted) -> Iterator[Outcome]:
    """What became of each file; whatever goes wrong with one of them is said, and the next one is taken."""
    done = set[str]()
    for path in paths:
        try:
            names = [STDIN] if path == STDIN else source_files([path])
        except FileProblem as mistake:
            say(str(mistake))
            yield "unreadable"
            continue
        for name in (name for name in names if name not in done):
            done.add(name)
            yield _outcome(name, stdin_name, wanted)


def _outcome(name: str, stdin_name: str, wanted: Wanted) -> Outcome:
    try:
        source = _read_stdin(stdin_name) if name == STDIN else read_source(name)
        text = canonical(source)
        same = source.text == text if name == STDIN else stands_as(name, text)
        if wanted.write and not same:
            put_text(name, text)
    except RulesError as mistake:
        say(draw_problems(mistake.problems, style_errors()) + "\n")
        return "wrong"
    except FileProblem as mistake:
        say(str(mistake))
        return "unreadable"
    _show(source, text, same, wanted)
    return "same" if same else "changed"


def _read_stdin(name: str) -> Source:
    try:
        text = sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        raise FileProblem(name, f"byte {mistake.start} is no UTF-8 text", "save the file as UTF-8") from None
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _show(source: Source, text: str, same: bool, wanted: Wanted) -> None:
    """What there is to see of one file, on the output."""
    if wanted.diff and not same:
        click.echo(draw_diff(source, text, style_output()))
    elif (wanted.check or wanted.write) and not same:
        click.echo(source.name)
    elif wanted == Wanted(False, False, False):
        click.echo(text, nl=False)


def draw_diff(source: Source, text: str, style: Style) -> str:
    """The lines of a text that become others; in words where they differ in nothing but their ends."""
    drawn = draw_difference(relative(source.name), source.text, text, style)
    return drawn or f"{source.name}: line ends differ from each other"


def _summary(outcomes: list[Outcome], written: bool) -> str:
    changed, kept = outcomes.count("changed"), outcomes.count("same")
    left = len(outcomes) - changed - kept
    words = "rewritten" if written else "to be rewritten"
    counted = [f"{changed:,} {words}", f"{kept:,} in canonical form"] + [f"{left:,} left as they are"] * bool(left)
    return f"{show_count(len(outcomes), 'file')}: {', '.join(counted)}"


def _code(outcomes: list[Outcome], strict: bool) -> int:
    if "unreadable" in outcomes:
        return USAGE
    return FINDINGS if "wrong" in outcomes or (strict and "changed" in outcomes) else CLEAN
