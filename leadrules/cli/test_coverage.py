"""`leadrules test --coverage`: how much of the rules the tests reach, as a tracefile, and as tests for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from leadrules.cli.fmt import canonical
from leadrules.cli.terminal import say
from leadrules.dsl.problem import RulesError
from leadrules.dsl.quantity import show_count
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_tests import Test
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.discover import rules_without_tests
from leadrules.files.failure import FileProblem
from leadrules.files.sources import read_model, write_source, write_text
from leadrules.report.coverage import show_percent
from leadrules.report.lcov import coverage_as_lcov
from leadrules.verify.cover import cover
from leadrules.verify.coverage import Coverage, together
from leadrules.verify.propose import Proposal, propose
from leadrules.verify.suites import Suite

LEADS = 3_000  # made up in the search for tests
NOTE = """# Written by `leadrules test --generate`, seed {seed}: what came out, not what was agreed. Read each test before it stays.
"""


def cover_suites(suites: Sequence[Suite], given: Sequence[Source], untested: Iterable[str] = ()) -> Coverage:
    """What the tests that were run reach of the rules of their files, together; nothing of those in `untested` files.

    What is `given` from outside is meant for the rules under test: another rule set need not know such a value.
    """
    tried = [(read_model(suite.file, given), [verdict.test for verdict in suite.verdicts]) for suite in suites]
    nothing: list[tuple[Model, list[Test]]] = [(read_model(file), []) for file in untested]
    return together(cover(compile_model(model), tests) for model, tests in tried + nothing)


def rules_beside(files: Iterable[str], suites: Sequence[Suite]) -> list[str]:
    """The rule files that no test was run of, which count as missed. Those with mistakes are left out, which is said."""
    run = {suite.file for suite in suites}
    return [file for file in rules_without_tests(files) if file not in run and _is_readable(file)]


def _is_readable(file: str) -> bool:
    try:
        read_model(file)
    except RulesError:
        say(f"{file}: no tests, and mistakes (leadrules check shows them): left out of the coverage")
        return False
    except FileProblem as problem:
        say(f"{problem.name}: {problem.message}: left out of the coverage")
        return False
    return True


def write_lcov(coverage: Coverage, path: str) -> None:
    """Write the tracefile."""
    write_text(coverage_as_lcov(coverage, "leadrules"), path)


def short_of(coverage: Coverage, threshold: float) -> bool:
    """Whether the coverage is below what it should be, which is said."""
    short = coverage.percent < threshold
    if short:
        say(f"coverage: {show_percent(coverage.percent)} is less than {show_percent(threshold)}")
    return short


def generate(coverage: Coverage, file: str, output: str, given: Sequence[Source], seed: int) -> None:
    """Write tests of the rules of a file for what is missed: into a new file that uses it, or (`-`) to the output."""
    path = _path_from(output, file) if output != "-" else None
    proposal = propose(read_model(file, given), coverage.missed, LEADS, seed)
    tests = canonical(Source("tests.lead", "\n\n".join(proposal.tests) + "\n"))
    if proposal.tests and path is not None:
        text = f'use "{path}"\n\n{NOTE.format(seed=seed)}\n{tests}'
        write_source(Source(Path(output).name, text), Path(output).parent)
    elif proposal.tests:
        click.echo(f"{NOTE.format(seed=seed)}\n{tests}", nl=False)
    _tell(proposal, seed)


def _tell(proposal: Proposal, seed: int) -> None:
    written = show_count(len(proposal.tests), "test")
    say(f"{written} written for {show_count(proposal.reached, 'outcome')} (seed {seed})")
    if proposal.unfound:
        say(f"no lead found among {proposal.tried:,} for {show_count(len(proposal.unfound), 'outcome')} more:")
    for goal in proposal.unfound:
        line = goal.span.source.position(goal.span.start)[0]
        say(f"  {goal.span.source.name}:{line}: {goal.owner}: {goal.lack}")


def _path_from(output: str, file: str) -> str:
    """How a file of tests names the rules that it uses: they stand in its folder, or below it."""
    if not output.endswith(".lead"):
        raise click.BadParameter(f"{output}: tests are rule files, which end in .lead", param_hint="--generate")
    if Path(output).exists():
        raise FileProblem(output, "is there already", "name another file, or move it away")
    folder, rules = Path(output).parent.resolve(), Path(file).resolve()
    if not rules.is_relative_to(folder):
        message = f"{output} has to stand in the folder of {file} or above it, to use it"
        raise click.BadParameter(message, param_hint="--generate")
    return rules.relative_to(folder).as_posix()
