"""`leadrules test`: the tests in rule files, run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import click

from leadrules.cli.exits import CLEAN, FINDINGS, UNDECIDED, USAGE
from leadrules.cli.options import set_option
from leadrules.cli.terminal import say, style_output, terminal_width
from leadrules.dsl.problem import RulesError
from leadrules.dsl.source import Source
from leadrules.files.discover import files_with_tests, rewrite
from leadrules.files.sources import read_model
from leadrules.report.junit import suites_as_junit
from leadrules.report.tests import draw_suites
from leadrules.report.tests_json import suites_as_json
from leadrules.verify.accept import edits_of
from leadrules.verify.law_problems import count_laws
from leadrules.verify.laws import SEED
from leadrules.verify.suites import Suite, count_tests, run_suite


@click.command("test", epilog='Example: leadrules test examples --run "stay cold"')
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--run", "pattern", default="", metavar="PATTERN", help="only tests whose names hold this pattern")
@click.option(
    "--accept", is_flag=True, help="write what came out into the files, in place of expected values that fail"
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@click.option("--laws", type=click.IntRange(min=1), metavar="N", help="try N leads against each law (always ...) too")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="seed of those leads")
@set_option
def command(
    files: tuple[str, ...],
    pattern: str,
    accept: bool,
    format_: str,
    laws: int | None,
    seed: int,
    given: tuple[Source, ...],
) -> int:
    """Run the tests in rule files (.lead); of a folder, in all files in it. Without FILE, of this folder.

    A test that fails is shown with the value of everything it reads and the account of its scores. PATTERN is a
    regular expression. Exit code 1 where a test fails or a law is broken, 2 where a file has mistakes, 3 where there was nothing to run, or a law is
    undecided.
    """
    _pattern(pattern)
    found = files_with_tests(files or ["."])

    def run(file: str) -> Suite:
        return _run(file, pattern, given, laws or 0, seed)

    suites = [_accepted(suite, run) if accept else suite for suite in map(run, found)]
    _show(suites, format_)
    for suite in suites:
        if suite.laws:
            say(f"{suite.file}: {count_laws(suite.laws, laws or 0, seed)}")
    say(count_tests(suites))
    return _code(suites)


def _code(suites: Sequence[Suite]) -> int:
    if any(suite.problems for suite in suites):
        return USAGE
    if any(suite.failed or suite.broken for suite in suites):
        return FINDINGS
    run = any(suite.verdicts or suite.laws for suite in suites)
    undecided = any(law.kind == "open" for suite in suites for law in suite.laws)
    return CLEAN if run and not undecided else UNDECIDED


def _pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as mistake:
        raise click.BadParameter(f"`{pattern}` is no pattern: {mistake}", param_hint="--run") from None


def _run(file: str, pattern: str, given: Sequence[Source], laws: int, seed: int) -> Suite:
    try:
        return run_suite(file, read_model(file, given), pattern, laws, seed)
    except RulesError as mistake:
        return Suite(file, "UTC", (), mistake.problems)


def _accepted(suite: Suite, run: Callable[[str], Suite]) -> Suite:
    """The suite again, after its expected values were written anew."""
    edits = edits_of(suite.verdicts)
    for edit in edits:
        line = edit.span.source.position(edit.span.start)[0]
        say(f"{suite.file}:{line}: {edit.span.text} is now {edit.text}")
    if not edits:
        return suite
    rewrite(suite.file, edits)
    return run(suite.file)


def _show(suites: Sequence[Suite], format_: str) -> None:
    if format_ == "json":
        click.echo(suites_as_json(suites))
    elif format_ == "junit":
        click.echo(suites_as_junit(suites))
    elif drawn := draw_suites(suites, terminal_width(), style_output()):
        click.echo(drawn + "\n")
