"""`leadrules ci`: everything that a pipeline asks of rule files, in one report with one exit code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click
from msgspec.structs import replace

from leadrules.cli.ci_changes import changes
from leadrules.cli.ci_conditions import report_conditions
from leadrules.cli.ci_gates import gates
from leadrules.cli.ci_stages import Project, coverage, doubts, form, run_tests, tests
from leadrules.cli.exits import CLEAN, FINDINGS, UNDECIDED
from leadrules.cli.forms import FORMS as READ
from leadrules.cli.forms import findings_in
from leadrules.cli.lint import day
from leadrules.cli.terminal import style_output
from leadrules.files.discover import source_files
from leadrules.files.failure import FileProblem
from leadrules.files.read_settings import read_settings
from leadrules.files.revisions import names_revision
from leadrules.files.sources import same_place, spare_sources, write_text
from leadrules.report.github import in_log
from leadrules.report.stage import Stage, together
from leadrules.report.stages import draw_stages, stages_as_json, stages_as_markdown, summarise
from leadrules.report.text import Style, unstyled

FORMS = ("text", "json", *READ)
CODES = {"passed": CLEAN, "skipped": CLEAN, "failed": FINDINGS, "undecided": UNDECIDED}


def _reports(_context: click.Context, _option: click.Parameter, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for text in texts:
        form, sign, path = text.partition("=")
        if form not in FORMS or not sign or not path:
            raise click.BadParameter(f"`{text}` is not FORM=FILE, with a FORM of {', '.join(FORMS)}")
        spare_sources(path)
        if any(same_place(path, other) for _, other in found):
            raise click.BadParameter(f"{path} takes one report: each needs a file of its own")
        found.append((form, path))
    return tuple(found)


@click.command("ci", epilog="Example: leadrules ci examples/points_card.lead --report markdown=summary.md")
@click.argument("files", nargs=-1, metavar="[FILE|DIR...]")
@click.option(
    "--against", metavar="git:REF", help="compare rule sets with those of a revision; else as the settings say"
)
@click.option(
    "--config", metavar="FILE", help="the settings; else leadrules.toml, or [tool.leadrules] in pyproject.toml"
)
@click.option("--format", "format_", type=click.Choice(FORMS), default="text", show_default=True)
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="FORM=FILE",
    help="write the report into a file too, such as sarif=out.sarif; may be given several times",
)
@click.option("--today", metavar="DATE", callback=day, help="the day on which silences run out; else the current one")
def command(
    files: tuple[str, ...],
    against: str | None,
    config: str | None,
    format_: str,
    reports: tuple[tuple[str, str], ...],
    today: date,
) -> int:
    """Run the pipeline of a project: canonical form, lint, tests and laws, coverage, gates, and what changed.

    The settings stand in leadrules.toml, or in pyproject.toml below [tool.leadrules]; without FILE their files are
    taken, without settings those of this folder. Rule sets count as changed where they mean something else than in the
    revision, whatever their text: how far a change goes, whether the version says so, and who moves in the market.

    Exit code 1 where a stage fails, 3 where none does and one is undecided, 2 where settings or files cannot be read.
    """
    settings = read_settings(config)
    if against is not None and not names_revision(against):
        raise click.BadParameter("a revision is git:REF, such as git:origin/main", param_hint="--against")
    within = files or settings.files
    project = Project(settings, within, _files(within), today, config)
    stages = run_stages(project, against or settings.compare.against)
    text = _written(format_, stages, project, style_output())
    click.echo(text, nl=bool(text))
    for form_, path in reports:
        write_text(_written(form_, stages, project) + "\n", path)
    return CODES[together(stages)]


def _files(paths: Sequence[str]) -> tuple[str, ...]:
    """The files that are named, or are in folders that are named; a pipeline that looks at nothing is set up wrong."""
    found = tuple(source_files(paths))
    if not found:
        hint = "`files` in leadrules.toml says where they are"
        raise FileProblem(", ".join(paths), "neither a rule file (.lead) nor a market (.scenario) in it", hint)
    return found


def run_stages(project: Project, against: str | None) -> list[Stage]:
    """Every stage, each once; files with mistakes are left out behind the second."""
    linted, broken = doubts(project)
    if not any(finding.level == "error" for finding in linted.findings):  # else a condition may be of what is broken
        report_conditions(project)
    suites = run_tests(project, broken)
    return [
        form(project),
        linted,
        tests(project, suites),
        coverage(project, broken, suites),
        gates(project, broken),
        changes(project, broken, against),
    ]


def _written(format_: str, stages: Sequence[Stage], project: Project, style: Style = unstyled) -> str:
    match format_:
        case "text":
            return draw_stages(stages, style)
        case "json":
            return stages_as_json(stages)
        case "markdown":
            return stages_as_markdown(stages)
    findings = [finding for stage in stages for finding in stage.findings]
    written = findings_in(format_, findings, project.files, "leadrules ci")
    if format_ != "github":
        return written
    summary = summarise([replace(stage, summary=in_log(stage.summary)) for stage in stages])
    return "\n".join(filter(None, [written, summary]))
