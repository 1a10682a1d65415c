"""`leadrules check`: every mistake in rule and scenario files, drawn where it is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from leadrules.cli.exits import CLEAN, FINDINGS
from leadrules.cli.options import Data, data_options, set_option
from leadrules.cli.terminal import say, style_output
from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.rules.library import Library, NoLibrary
from leadrules.dsl.source import Source
from leadrules.files.failure import FileProblem
from leadrules.files.sources import Folder, read_model, read_source
from leadrules.report.text import count_problems, draw_problems

ALONE = NoLibrary()


@click.command("check", epilog="Example: leadrules check examples/points_card.lead examples/points_card.scenario")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--laws", type=click.IntRange(min=1), metavar="N", help="try N leads against each law (always ...) too")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="seed of the leads that are tried"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="of what is found in tables: text for reading, or one JSON object",
)
@data_options
@set_option
def command(
    files: tuple[str, ...],
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

    With tables, one rule file is held against them: fields that leads lack, values that no field has, events that
    never happened, criteria that never fired. What is found in tables is for reading, and is no mistake.
    """
    if data.files and len(files) != 1:
        raise click.BadParameter("tables are held against one rule file", param_hint="FILE")
    found = [problem for name in files for problem in find_problems(read_source(name), given, Folder(name))]
    if laws and not any(problem.severity == "error" for problem in found):
        found += [problem for name in files for problem in _break_laws(name, given, laws, seed)]
    problems = in_order(found)
    if problems:
        click.echo(draw_problems(problems, style_output()) + "\n")
    say(count_problems(problems, len(files)))
    if any(problem.severity == "error" for problem in problems):
        return FINDINGS
    if data.files:
        from leadrules.cli.check_data import check_data

        click.echo(check_data(files[0], data, as_of, given, format_ == "json"))
    return CLEAN


def find_problems(source: Source, given: Sequence[Source] = (), library: Library = ALONE) -> list[Problem]:
    """All problems of one file, of its text and of its meaning, and of the values `given` to its params.

    What else it is made of is found in the library. Raises `FileProblem` where it is of neither kind.
    """
    if source.name.endswith(".scenario"):
        from leadrules.dsl.scenario import check as scenario_check
        from leadrules.dsl.scenario import parse as scenario_parse

        scenario, unread = scenario_parse.read(source)
        return unread + scenario_check.examine(scenario)[1]
    if not source.name.endswith(".lead"):
        raise FileProblem(source.name, "neither a rule file (.lead) nor a market (.scenario)")
    from leadrules.dsl.rules import check as rules_check
    from leadrules.dsl.rules import parse as rules_parse
    from leadrules.dsl.rules.compose import read_whole

    composed = read_whole(source, library)
    values, unread = rules_parse.read_given(given)
    meaning = rules_check.examine(composed.ruleset, values)[1] if composed.whole else []
    return composed.problems + unread + meaning


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
