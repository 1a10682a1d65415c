"""`leadrules check`: every mistake in rule and scenario files, drawn where it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from leadrules.cli.exits import CLEAN, FINDINGS
from leadrules.cli.forms import FORMS, problems_in
from leadrules.cli.options import Data, data_options, set_option
from leadrules.cli.terminal import say, style_output
from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.source import Source
from leadrules.files.sources import library_of, read_language, read_model
from leadrules.report.problems_json import problems_as_json
from leadrules.report.text import count_problems, draw_problems
from leadrules.verify.review import review


@click.command("check", epilog="Example: leadrules check examples/points_card.lead examples/points_card.scenario")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--laws", type=click.IntRange(min=1), metavar="N", help="try N leads against each law (always ...) too")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="seed of the leads that are tried"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", *FORMS]),
    default="text",
    show_default=True,
    help="of what is found; of what is found in tables text or json",
)
@click.option("--data", "wants_data", is_flag=True, help="hold the rules against tables; a mistake where none is named")
@data_options
@set_option
def command(
    files: tuple[str, ...],
    wants_data: bool,
    laws: int | None,
    seed: int,
    given: tuple[Source, ...],
    data: Data,
    as_of: str | None,
    format_: str,
) -> int:
    """Parse and check rule files (.lead) and simulated markets (.scenario).

    Every mistake is shown with its place, what was found, what was expected and a way out. Warnings alone leave the
    exit code at 0; a mistake makes it 1. A law that is broken is a mistake, shown with a test that proves it.
    Warnings are those of `leadrules lint`, which has remarks besides, fixes, and a baseline for old files.

    With tables, one rule file is held against them: fields that leads lack, values that no field has, events that
    never happened, criteria that never fired. What is found in tables is for reading, and is no mistake.
    """
    if wants_data and not data.files:
        raise click.UsageError("no table is named: --leads FILE, --events FILE")
    if data.files and len(files) != 1:
        raise click.BadParameter("tables are held against one rule file", param_hint="FILE")
    if data.files and format_ in FORMS:
        raise click.BadParameter("what is found in tables is shown as text or json", param_hint="--format")
    today = date.today()
    heard = [review(read_language(name), given, library_of(name), today) for name in files]
    found = [problem for one in heard for problem in one.problems if problem.severity != "note"]
    if laws and not any(problem.severity == "error" for problem in found):
        found += [problem for name in files for problem in _break_laws(name, given, laws, seed)]
    problems = in_order(found)
    _show(problems, files, format_, bool(data.files))
    say(count_problems(problems, len(files)))
    if any(problem.severity == "error" for problem in problems):
        return FINDINGS
    if data.files:
        from leadrules.cli.check_data import check_data

        click.echo(check_data(files[0], data, as_of, given, format_ == "json"))
    return CLEAN


def _show(problems: Sequence[Problem], files: Sequence[str], format_: str, with_tables: bool) -> None:
    """Write problems to the output, but where an object about tables will stand there."""
    if format_ in FORMS:
        text = problems_in(format_, problems, files, "leadrules check")
        click.echo(text, nl=bool(text))
    elif format_ == "json" and not with_tables:
        click.echo(problems_as_json(problems))
    elif problems:
        click.echo(draw_problems(problems, style_output()) + "\n", err=format_ == "json")


def _break_laws(name: str, given: Sequence[Source], budget: int, seed: int) -> list[Problem]:
    """The problems of the laws of a file that has no others."""
    if not name.endswith(".lead"):
        return []
    from leadrules.verify.law_problems import count_laws, law_problems
    from leadrules.verify.laws import judge_laws

    verdicts = judge_laws(read_model(name, given), budget, seed)
    if verdicts:
        say(f"{name}: {count_laws(verdicts, budget, seed)}")
    return law_problems(verdicts)
