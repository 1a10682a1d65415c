"""What `leadrules ci` looks at in the files as they are: form, doubts, tests and laws, coverage."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from leadrules.cli.fmt import canonical
from leadrules.cli.lint import SEVERITIES, Wanted, looking
from leadrules.cli.test_coverage import cover_suites
from leadrules.dsl.problem import Problem, RulesError, in_order
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source
from leadrules.files.baseline import compare_baseline
from leadrules.files.discover import holds_tests, parts_of_others, rules_without_tests
from leadrules.files.put_text import stands_as
from leadrules.files.relative import relative
from leadrules.files.settings import Settings
from leadrules.files.sources import read_language, read_model
from leadrules.report.coverage import count_coverage, show_percent
from leadrules.report.find import fingerprint_of, place_of_span, problems_found, suites_found
from leadrules.report.finding import Finding, Place
from leadrules.report.findings_markdown import count_findings
from leadrules.report.stage import Stage, Status
from leadrules.verify.coverage import Coverage
from leadrules.verify.law_problems import count_laws
from leadrules.verify.suites import Suite, count_tests, run_suite


class Project(Struct, frozen=True):
    """The files of a project and what is asked of them.

    `within`: the files and folders that these were found in. `today` is when silences run out. `config`: the file that
    the settings were read from, where one was named.
    """

    settings: Settings
    within: tuple[str, ...]
    files: tuple[str, ...]
    today: date
    config: str | None = None

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule files among them."""
        return tuple(name for name in self.files if name.endswith(".lead"))


def form(project: Project) -> Stage:
    """Whether every file is in canonical form. Those with mistakes are left to the next stage."""
    found = [finding for name in project.files if (finding := _misformed(read_language(name)))]
    said = (
        f"{len(found)} of {show_count(len(project.files), 'file')} not in canonical form"
        if found
        else "as it should be"
    )
    return Stage(name="format", status="failed" if found else "passed", summary=said, findings=tuple(found))


def _misformed(source: Source) -> Finding | None:
    try:
        text = canonical(source)
    except RulesError:
        return None
    if stands_as(source.name, text):
        return None
    lines = zip(source.text.split("\n"), [*text.split("\n"), *[""] * source.text.count("\n")], strict=False)
    line = next((number for number, (one, other) in enumerate(lines, 1) if one != other), 1)
    path = relative(source.name)
    return Finding(
        code="format",
        level="error",
        place=Place(path, line, 1, line, 1),
        message="not in canonical form",
        hint=f"leadrules fmt -w {path}",
        fingerprint=fingerprint_of("format"),
    )


def doubts(project: Project) -> tuple[Stage, frozenset[str]]:
    """Mistakes and doubts, and the files of which nothing more can be said: they have mistakes, or score nothing."""
    settings = project.settings.lint
    look, wanted = looking(project.files, (), project.today), Wanted(settings.select, settings.ignore)
    heard = [look(read_language(name)) for name in project.files]
    problems = in_order(problem for one in heard for problem in one.problems if wanted(problem))
    if settings.baseline:
        problems = compare_baseline(settings.baseline, problems).new
    found = tuple(problems_found(problems, relative))
    failing = SEVERITIES[: SEVERITIES.index(settings.fail_on) + 1]
    failed = any(finding.level in failing for finding in found)
    said = f"{count_findings(found)} in {show_count(len(project.files), 'file')}"
    stage = Stage(name="lint", status="failed" if failed else "passed", summary=said, findings=found)
    broken = (name for name, one in zip(project.files, heard, strict=True) if _is_broken(one.problems))
    parts = (name for name in parts_of_others(project.rules) if _is_part_alone(name))
    return stage, frozenset((*broken, *parts))


def _is_broken(problems: Sequence[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _is_part_alone(name: str) -> bool:
    """Whether a file that others use is no rule set by itself: there is nothing to try in it."""
    try:
        read_model(name)
    except RulesError:
        return True
    return False


def tests(project: Project, suites: Sequence[Suite]) -> Stage:
    """The tests and laws of rule files, which were run."""
    laws = [law for suite in suites for law in suite.laws]
    said = count_tests(suites)
    if laws:
        said += f"; {count_laws(laws, project.settings.test.laws, project.settings.test.seed)}"
    found = tuple(suites_found(suites, relative))
    status: Status = "undecided" if any(law.kind == "open" for law in laws) else "passed"
    if any(finding.level == "error" for finding in found):
        status = "failed"
    elif not laws and not any(suite.verdicts for suite in suites):
        status = "skipped"
    return Stage(name="tests", status=status, summary=said, findings=found)


def run_tests(project: Project, broken: Collection[str]) -> list[Suite]:
    """The tests and laws of every file that has some and no mistakes."""
    wanted = project.settings.test
    names = [name for name in project.rules if name not in broken and holds_tests(Path(name))]
    return [run_suite(name, read_model(name), "", wanted.laws, wanted.seed) for name in names]


def coverage(project: Project, broken: Collection[str], suites: Sequence[Suite]) -> Stage:
    """How much of the rules the tests reach; what they miss is found where that is less than it should be."""
    least = project.settings.test.coverage
    if not suites:
        return _untested([name for name in project.rules if name not in broken], least)
    untested = (name for name in rules_without_tests(project.rules) if name not in broken)
    reached = cover_suites(suites, (), untested)
    short = reached.percent < least
    said = count_coverage(reached).removeprefix("coverage: ")
    if short:
        said += f", which is less than {show_percent(least)}"
    found = tuple(_missed(reached)) if short else ()
    return Stage(name="coverage", status="failed" if short else "passed", summary=said, findings=found)


def _untested(rules: Sequence[str], least: float) -> Stage:
    """Nothing is reached where there are no tests: too little where anything should be."""
    if not least or not rules:
        return Stage(name="coverage", status="skipped", summary="no tests")
    found = Finding(
        code="coverage",
        level="error",
        place=Place(relative(rules[0])),
        message=f"no tests, where {show_percent(least)} of the rules should be reached",
        fingerprint=fingerprint_of("coverage"),
    )
    return Stage(name="coverage", status="failed", summary="no tests", findings=(found,))


def _missed(reached: Coverage) -> Iterator[Finding]:
    for each in reached.missed:
        goal = each.goal
        yield Finding(
            code="coverage",
            level="warning",
            place=place_of_span(goal.span, relative),
            message=f"{goal.owner}: {goal.lack}",
            fingerprint=fingerprint_of("coverage", goal.kind, goal.owner, goal.part, goal.outcome),
        )
