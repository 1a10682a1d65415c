"""`leadrules test`: the tests in rule files, run."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
from leadrules.verify.suites import Suite, count_tests, run_suite


@click.command("test", epilog='Example: leadrules test examples --run "stay cold"')
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--run", "pattern", default="", metavar="PATTERN", help="only tests whose names hold this pattern")
@click.option(
    "--accept", is_flag=True, help="write what came out into the files, in place of expected values that fail"
)
@click.option("--format", "format_", type=click.Choice(["text", "json", "junit"]), default="text", show_default=True)
@set_option
def command(files: tuple[str, ...], pattern: str, accept: bool, format_: str, given: tuple[Source, ...]) -> int:
    """Run the tests in rule files (.lead); of a folder, in all files in it. Without FILE, of this folder.

    A test that fails is shown with the value of everything it reads and the account of its scores. PATTERN is a
    regular expression. Exit code 1 where a test fails, 2 where a file has mistakes, 3 where there was nothing to run.
    """
    _pattern(pattern)
    found = files_with_tests(files or ["."])
    suites = [_run(file, pattern, given) for file in found]
    if accept:
        suites = [_accepted(suite, pattern, given) for suite in suites]
    _show(suites, format_)
    say(count_tests(suites))
    if any(suite.problems for suite in suites):
        return USAGE
    if not any(suite.verdicts for suite in suites):
        return UNDECIDED
    return FINDINGS if any(suite.failed for suite in suites) else CLEAN


def _pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as mistake:
        raise click.BadParameter(f"`{pattern}` is no pattern: {mistake}", param_hint="--run") from None


def _run(file: str, pattern: str, given: Sequence[Source]) -> Suite:
    try:
        return run_suite(file, read_model(file, given), pattern)
    except RulesError as mistake:
        return Suite(file, "UTC", (), mistake.problems)


def _accepted(suite: Suite, pattern: str, given: Sequence[Source]) -> Suite:
    """The suite again, after its expected values were written anew."""
    edits = edits_of(suite.verdicts)
    for edit in edits:
        line = edit.span.source.position(edit.span.start)[0]
        say(f"{suite.file}:{line}: {edit.span.text} is now {edit.text}")
    if not edits:
        return suite
    rewrite(suite.file, edits)
    return _run(suite.file, pattern, given)


def _show(suites: Sequence[Suite], format_: str) -> None:
    if format_ == "json":
        click.echo(suites_as_json(suites))
    elif format_ == "junit":
        click.echo(suites_as_junit(suites))
    elif drawn := draw_suites(suites, terminal_width(), style_output()):
        click.echo(drawn + "\n")
