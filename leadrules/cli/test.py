"""`leadrules test`: the tests in rule files, run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import click

from leadrules.cli.exits import CLEAN, FINDINGS, UNDECIDED, USAGE
from leadrules.cli.forms import FORMS, findings_in
from leadrules.cli.options import Amount, set_option
from leadrules.cli.terminal import say, style_output, terminal_width
from leadrules.cli.test_coverage import cover_suites, generate, rules_beside, short_of, write_lcov
from leadrules.cli.test_mutation import Wanted, mutate_suites, too_few
from leadrules.dsl.problem import RulesError
from leadrules.dsl.source import Source
from leadrules.files.discover import files_with_tests, rewrite, source_files
from leadrules.files.relative import relative
from leadrules.files.sources import read_model, spare_sources
from leadrules.report.coverage import count_coverage, draw_coverage
from leadrules.report.find import suites_found
from leadrules.report.junit import suites_as_junit
from leadrules.report.mutation import draw_mutation
from leadrules.report.tests import draw_suites
from leadrules.report.tests_json import suites_as_json
from leadrules.verify.accept import edits_of
from leadrules.verify.coverage import Coverage
from leadrules.verify.law_problems import count_laws
from leadrules.verify.laws import SEED
from leadrules.verify.mutate import Mutation
from leadrules.verify.suites import Suite, count_tests, run_suite

PERCENT = Amount(0.0, 100.0)


@click.command("test", epilog='Example: leadrules test examples --run "stay cold"')
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--run", "pattern", default="", metavar="PATTERN", help="only tests whose names hold this pattern")
@click.option(
    "--accept", is_flag=True, help="write what came out into the files, in place of expected values that fail"
)
@click.option("--format", "format_", type=click.Choice(["text", "json", *FORMS]), default="text", show_default=True)
@click.option("--laws", type=click.IntRange(min=1), metavar="N", help="try N leads against each law (always ...) too")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="seed of all that is drawn")
@click.option("--coverage", "covers", is_flag=True, help="show which outcomes of the rules no test reaches")
@click.option("--threshold", type=PERCENT, metavar="P", help="fail where less than P % of the outcomes are reached")
@click.option("--lcov", metavar="FILE", help="write the coverage as LCOV's tracefile")
@click.option("--generate", "output", metavar="FILE", help="write tests for what is missed into a new file; - prints")
@click.option("--mutate", "mutates", is_flag=True, help="show which small mistakes in the rules no test notices")
@click.option(
    "--budget", type=click.IntRange(min=1), default=200, show_default=True, help="most mutants of a file to try"
)
@click.option("--mutation-threshold", "least", type=PERCENT, metavar="P", help="fail where less than P % are noticed")
@set_option
def command(
    files: tuple[str, ...],
    pattern: str,
    accept: bool,
    format_: str,
    laws: int | None,
    seed: int,
    covers: bool,
    threshold: float | None,
    lcov: str | None,
    output: str | None,
    mutates: bool,
    budget: int,
    least: float | None,
    given: tuple[Source, ...],
) -> int:
    """Run the tests in rule files (.lead); of a folder, in all files in it. Without FILE, of this folder.

    A test that fails is shown with the value of everything it reads and the account of its scores. PATTERN is a
    regular expression. Coverage counts each condition true and false, each criterion that fires, each row, limit, age
    of decay and tier; what no lead can reach is left out where that is shown. Mutants are the rules with one small
    mistake each. --threshold, --lcov and --generate count the coverage without drawing it.

    Exit code 1 where a test fails, a law is broken or a threshold is missed, 2 where a file has mistakes, 3 where there
    was nothing to run, or a law is undecided.
    """
    _pattern(pattern)
    if output == "-" and format_ != "text":
        raise click.BadParameter(f"tests and {format_} do not go to the output together", param_hint="--generate")
    if lcov:
        spare_sources(lcov)
    found = files_with_tests(files or ["."])

    def run(file: str) -> Suite:
        return _run(file, pattern, given, laws or 0, seed)

    suites = [_accepted(suite, run) if accept else suite for suite in map(run, found)]
    readable = not any(suite.problems for suite in suites)
    asked = covers or threshold is not None or lcov is not None or output is not None
    beside = rules_beside(source_files(files or ["."]), suites) if asked and readable else []
    coverage = cover_suites(suites, given, beside) if asked and readable else None
    mutates = (mutates or least is not None) and readable
    mutations = mutate_suites(suites, Wanted(budget, seed, pattern), given) if mutates else []
    _show(suites, format_, coverage, covers, mutations)
    for suite in suites:
        if suite.laws:
            say(f"{suite.file}: {count_laws(suite.laws, laws or 0, seed)}")
    say(count_tests(suites))
    if coverage is not None and not covers:
        say(count_coverage(coverage))
    short = coverage is not None and _finish(coverage, threshold, lcov)
    if coverage is not None and output is not None and suites:
        generate(cover_suites(suites, given) if beside else coverage, suites[0].file, output, given, seed)
    return FINDINGS if too_few(mutations, least or 0.0) or short else _code(suites)


def _finish(coverage: Coverage, threshold: float | None, lcov: str | None) -> bool:
    """Write the tracefile, and whether too little is reached."""
    if lcov is not None:
        write_lcov(coverage, lcov)
    return short_of(coverage, threshold or 0.0)


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


def _show(
    suites: Sequence[Suite], format_: str, coverage: Coverage | None, drawn: bool, mutations: Sequence[Mutation]
) -> None:
    """Write it all to the output; as text the coverage only where it is to be drawn."""
    style = style_output()
    if format_ == "json":
        click.echo(suites_as_json(suites, coverage, mutations))
    elif format_ == "junit":
        click.echo(suites_as_junit(suites))
    elif format_ in FORMS:
        found = list(suites_found(suites, relative))
        text = findings_in(format_, found, [suite.file for suite in suites], "leadrules test")
        click.echo(text, nl=bool(text))
    else:
        parts = [
            draw_suites(suites, terminal_width(), style),
            draw_coverage(coverage, style) if coverage and drawn else "",
        ]
        parts += [draw_mutation(mutation, style) for mutation in mutations]
        for part in filter(None, parts):
            click.echo(part + "\n")
