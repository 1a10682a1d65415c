"""`leadrules check`: every mistake in rule and scenario files, drawn where it is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from leadrules.cli.exits import CLEAN, FINDINGS
from leadrules.cli.options import set_option
from leadrules.cli.terminal import say, style_output
from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.source import Source
from leadrules.files.failure import FileProblem
from leadrules.files.sources import read_source
from leadrules.report.text import count_problems, draw_problems


@click.command("check", epilog="Example: leadrules check examples/points_card.lead examples/points_card.scenario")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@set_option
def command(files: tuple[str, ...], given: tuple[Source, ...]) -> int:
    """Parse and check rule files (.lead) and simulated markets (.scenario).

    Every mistake is shown with its place, what was found, what was expected and a way out. Warnings alone leave the
    exit code at 0; a mistake makes it 1.
    """
    problems = in_order(problem for name in files for problem in find_problems(read_source(name), given))
    if problems:
        click.echo(draw_problems(problems, style_output()) + "\n")
    say(count_problems(problems, len(files)))
    return FINDINGS if any(problem.severity == "error" for problem in problems) else CLEAN


def find_problems(source: Source, given: Sequence[Source] = ()) -> list[Problem]:
    """All problems of one file, of its text and of its meaning, and of the values `given` to its params.

    Raises `FileProblem` where it is of neither kind.
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

    ruleset, unread = rules_parse.read(source)
    values, unread_values = rules_parse.read_given(given)
    return unread + unread_values + rules_check.examine(ruleset, values)[1]
