"""`leadrules lint`: doubts about rule files, with fixes, silences and a baseline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import click
from msgspec import Struct

from leadrules.cli.exits import CLEAN, FINDINGS
from leadrules.cli.forms import FORMS, problems_in
from leadrules.cli.options import set_option
from leadrules.cli.terminal import say, style_output
from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.rules.check import SCORES_NOTHING
from leadrules.dsl.silence import Heard
from leadrules.dsl.source import Source
from leadrules.dsl.spelling import nearest
from leadrules.files.baseline import compare_baseline, write_baseline
from leadrules.files.discover import parts_of_others, rewrite, source_files
from leadrules.files.sources import Folder, read_language
from leadrules.report.difference import draw_difference
from leadrules.report.problems_json import problems_as_json
from leadrules.report.text import count_problems, draw_problems, place_of
from leadrules.verify.mend import Mended, mend
from leadrules.verify.review import review

SEVERITIES = ("error", "warning", "note")


def _codes(_context: click.Context, parameter: click.Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    """The codes, and beginnings of codes, of an option."""
    found = tuple(code.strip().upper() for text in texts for code in text.split(",") if code.strip())
    for code in found:
        if not any(known.startswith(code) for known in CODES):
            meant = nearest(code, CODES)
            hint = f": was {meant} meant?" if meant else ""
            raise click.BadParameter(f"no code begins with {code}{hint}", param_hint=f"--{parameter.name}")
    return found


def day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date:
    """The date of an option, or the current one."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise click.BadParameter(f"`{text}` is no date, such as 2026-01-31", param_hint="--today") from None


class Wanted(Struct, frozen=True):
    """Which problems are looked for: those whose codes begin with one of the selected, and with none of the ignored."""

    selected: tuple[str, ...]
    ignored: tuple[str, ...]

    def __call__(self, problem: Problem) -> bool:
        """Whether a problem is. A mistake always is: nothing is known of a file that has one."""
        chosen = not self.selected or problem.code.startswith(self.selected)
        return problem.severity == "error" or (chosen and not problem.code.startswith(self.ignored or ("-",)))


Look = Callable[[Source], Heard]


@click.command("lint", epilog="Example: leadrules lint examples/web_shop.lead --ignore W946,W947")
@click.argument("files", nargs=-1, metavar="[FILE|DIR...]")
@click.option("--fix", is_flag=True, help="make the fixes that are safe, each where the file is right afterwards")
@click.option("--diff", is_flag=True, help="show what --fix would change, and change nothing")
@click.option(
    "--select", multiple=True, metavar="CODES", callback=_codes, help="only these codes, such as W9 or W911,W922"
)
@click.option("--ignore", multiple=True, metavar="CODES", callback=_codes, help="all but these codes")
@click.option("--baseline", metavar="FILE", help="show only what this file does not know")
@click.option("--write-baseline", metavar="FILE", help="write what is found into this file, to be left for later")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="the least that makes the exit code 1",
)
@click.option(
    "--today", metavar="DATE", callback=day, help="the day on which silences run out; the current one if not given"
)
@click.option("--format", "format_", type=click.Choice(["text", "json", *FORMS]), default="text", show_default=True)
@set_option
def command(
    files: tuple[str, ...],
    fix: bool,
    diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: str | None,
    write_baseline: str | None,
    fail_on: str,
    today: date,
    format_: str,
    given: tuple[Source, ...],
) -> int:
    """Find what is right by the language and probably not meant so, in rule files (.lead) and markets (.scenario).

    Warnings are probably mistakes; notes may well be meant so. A comment silences a code in one line, with a reason and
    perhaps a last day: `# leadrules: ignore W911 until 2027-01-31, because both teams count webinars`. Behind
    `ignore-file` it silences it in the file. Comments that silence nothing, or whose time is over, are found too.

    Without FILE, of this folder. `leadrules explain-code W911` says what a code stands for.
    """
    wanted = Wanted(select, ignore)
    found = source_files(files or ["."])
    look = looking(found, given, today)
    if fix or diff:
        changed = [_mended(name, look, wanted, diff) for name in found]
        if diff:
            return FINDINGS if any(changed) else CLEAN
    heard = [look(read_language(name)) for name in found]
    problems = in_order(problem for one in heard for problem in one.problems if wanted(problem))
    if write_baseline:
        return _kept(write_baseline, problems)
    if baseline:
        problems = _new(baseline, problems)
    _show(problems, found, sum(len(one.silenced) for one in heard), format_, fix)
    return _code(problems, fail_on)


def looking(found: Sequence[str], given: Sequence[Source], today: date) -> Look:
    """What is to be said of the text of a file; one that is a part of another need not score anything."""
    shared = parts_of_others(found) if len(found) > 1 else set()

    def look(source: Source) -> Heard:
        heard = review(source, given, Folder(source.name), today)
        if source.name not in shared:
            return heard
        return Heard(tuple(p for p in heard.problems if p.message != SCORES_NOTHING), heard.silenced)

    return look


def _mended(name: str, look: Look, wanted: Wanted, diff: bool) -> bool:
    """Whether there is something to mend in a file; it is shown, or done."""
    source = read_language(name)
    mended = mend(source, lambda text: look(text).problems, wanted)
    if diff and mended.rounds:
        click.echo(draw_difference(name, source.text, mended.source.text, style_output()))
    elif mended.rounds:
        for edits in mended.rounds:
            rewrite(name, edits)
    _say_mended(mended, diff)
    return bool(mended.rounds)


def _say_mended(mended: Mended, diff: bool) -> None:
    """What was mended, where it was; and what was not, since another mistake or doubt would come of it."""
    for problem in mended.settled if not diff else ():
        say(f"{problem.span.source.name}: mended {problem.code}: {problem.message}")
    for problem in mended.left:
        say(f"{place_of(problem.span)}: left {problem.code} as it is: its fix would bring another mistake or doubt")


def _kept(path: str, problems: Sequence[Problem]) -> int:
    """Write the baseline; mistakes stay findings."""
    count = write_baseline(path, problems)
    say(f"{path}: {count} left for later")
    mistakes = [problem for problem in problems if problem.severity == "error"]
    if mistakes:
        click.echo(draw_problems(mistakes, style_output()) + "\n")
    return _code(mistakes, "error")


def _new(path: str, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    compared = compare_baseline(path, problems)
    if compared.known:
        say(f"{path}: {compared.known} known and not shown")
    if compared.settled:
        say(f"{path}: {compared.settled} named there are settled: write it again with --write-baseline")
    return compared.new


def _show(problems: Sequence[Problem], files: Sequence[str], silenced: int, format_: str, fixed: bool) -> None:
    if format_ == "json":
        click.echo(problems_as_json(problems, silenced))
    elif format_ in FORMS:
        text = problems_in(format_, problems, files, "leadrules lint")
        click.echo(text, nl=bool(text))
    elif problems:
        click.echo(draw_problems(problems, style_output()) + "\n")
    fixable = sum(problem.fix is not None for problem in problems)
    more = [f"{silenced} silenced"] if silenced else []
    more += [f"{fixable} can be mended with --fix"] if fixable and not fixed else []
    say("; ".join([count_problems(problems, len(files)), *more]))
    if problems and format_ == "text":
        say(f"more about a code: leadrules explain-code {problems[0].code}")


def _code(problems: Sequence[Problem], fail_on: str) -> int:
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(problem.severity in failing for problem in problems) else CLEAN
