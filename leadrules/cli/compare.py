"""`leadrules compare`: what a change of rules does, on the same leads with the same draws."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

import click
from click.core import ParameterSource
from msgspec import Struct

from leadrules.cli.compare_forms import comparison_in, ladder_in, worlds_in
from leadrules.cli.exits import CLEAN, DIFFERENT, FINDINGS, UNDECIDED
from leadrules.cli.figure_bounds import Bound, known_bound, precise_bound, read_bound, read_bounds
from leadrules.cli.forms import FORMS
from leadrules.cli.gates import DECIDED_BY, exit_of, read_conditions
from leadrules.cli.log import Log, log_options
from leadrules.cli.options import set_option
from leadrules.cli.progress import progress_bar
from leadrules.cli.room import make_sure_of_room
from leadrules.cli.spare import spare
from leadrules.cli.terminal import say, style_errors
from leadrules.cli.versions import versions
from leadrules.dsl.quantity import MICROSECONDS
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.plan import Plan
from leadrules.files.inputs import digests, table_digests
from leadrules.files.markets import read_market
from leadrules.files.reports import write_report
from leadrules.files.revisions import fixed
from leadrules.files.sources import read_model, read_source, read_sources
from leadrules.judging.compare import Asked
from leadrules.judging.compare_rules import Wish, compare_rules, figure_sizes
from leadrules.judging.comparison import Comparison
from leadrules.report.gates import draw_gates
from leadrules.report.rounded import as_saved
from leadrules.report.text import draw_problems
from leadrules.verify.fail_if import names_of_change
from leadrules.verify.gates import By, Gated
from leadrules.verify.match import match
from leadrules.verify.try_gates import gate_comparison

EXAMPLE = (
    "Example: leadrules compare examples/points_card.lead examples/points_card_new.lead "
    "examples/points_card.scenario --population 2000"
)
MARKETS = 100
ABOUT_MARKETS = {"population", "precision", "margins", "markets", "seed", "fail_if", "decide_by", "page"}
DETAILED = {True: CLEAN, False: DIFFERENT, None: UNDECIDED}  # by whether the rule sets do the same


class Wanted(Struct, frozen=True, kw_only=True):
    """What the options say of how to compare."""

    population: int | None = None
    precision: Bound | None = None
    margins: tuple[Bound, ...] = ()
    markets: int = 0
    seed: int | None = None
    fail_if: tuple[str, ...] = ()
    decide_by: By = "interval"
    given: tuple[Source, ...] = ()
    page: str | None = None


@click.command("compare", epilog=EXAMPLE)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("scenario", metavar="[SCENARIO]", required=False)
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; else the scenario's number"
)
@click.option(
    "--precision",
    callback=read_bound,
    metavar="NAME=H",
    help="as many leads as it takes to know the difference of a figure to ± H, such as auc=0.002",
)
@click.option(
    "--margin",
    "margins",
    callback=read_bounds,
    multiple=True,
    metavar="NAME=M",
    help="ask whether a difference is shown to be smaller than M, such as auc=0.01; may be given several times",
)
@click.option(
    "--uncertainty",
    "markets",
    type=click.IntRange(min=10),
    is_flag=False,
    flag_value=MARKETS,
    metavar="[K]",
    help=f"draw K markets ({MARKETS} if not said) from the ranges in the scenario, and compare in each",
)
@click.option(
    "--breaking", "ladder", is_flag=True, help="say how far the change goes, without a market: is the version raised?"
)
@click.option("--worlds", is_flag=True, help="compare in the suite of worlds instead of in one market")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; else the scenario's, else 1")
@click.option("--format", "format_", type=click.Choice(["text", "json", *FORMS]), default="text", show_default=True)
@click.option(
    "--fail-if",
    "fail_if",
    multiple=True,
    metavar="CONDITION",
    help='exit with 1 where it is true of the new rules: "auc < 0.7", "delta hot_per_week > 50"',
)
@DECIDED_BY
@click.option("--report", "page", metavar="FILE", help="write the comparison as an HTML page, too")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="exit with 4 where the rule sets differ in effect, with 3 where no lead is judged",
)
@log_options
@set_option
def command(
    old: str,
    new: str,
    scenario: str | None,
    population: int | None,
    precision: Bound | None,
    margins: tuple[Bound, ...],
    markets: int | None,
    ladder: bool,
    worlds: bool,
    seed: int | None,
    format_: str,
    fail_if: tuple[str, ...],
    decide_by: By,
    page: str | None,
    detailed_exitcode: bool,
    given: tuple[Source, ...],
    log: Log | None,
) -> int:
    """Compare two rule sets on the same leads, of a simulated market or of a log: every figure, and its paired difference.

    OLD, NEW and SCENARIO are files, or files of a git revision: git:main:rules/card.lead. Differences are new less old,
    with 95 % intervals; the sentences at the top say what they come to, taken together. The gates of rule files are not
    decided here, but by `gates`, `simulate` and `ci`.

    With --breaking no market is needed: text < points < the tier of some lead < a name that is read no longer. The exit
    code is 1 where the version of the rules does not say so.
    """
    if [bool(scenario), worlds, log is not None, ladder].count(True) != 1:
        raise click.UsageError(
            "name a SCENARIO, a log with --leads and --events, or compare in all worlds with --worlds, or in none with "
            "--breaking"
        )
    if ladder:
        _only_on_a_ladder()
        return _on_ladder((old, new), given, format_, detailed_exitcode)
    if precision and (population or worlds):
        raise click.UsageError("--precision finds how many leads it takes: leave --population and --worlds out")
    if page and worlds:
        raise click.UsageError("--report draws a comparison in one market: leave --worlds out")
    spare(page, old, new, scenario or "", *(log.files if log else ()), option="--report")
    wanted = Wanted(
        population=population,
        precision=precision,
        margins=margins,
        markets=markets or 0,
        seed=seed,
        fail_if=fail_if,
        decide_by=decide_by,
        given=given,
        page=page,
    )
    same: bool | None
    if log is not None:
        code, same = _on_log((old, new), wanted, log, format_)
    elif worlds:
        code, same = _in_worlds((old, new), wanted, format_)
    else:
        code, same = _in_market((old, new, scenario or ""), wanted, format_)
    return code or (DETAILED[same] if detailed_exitcode else CLEAN)


def _only_on_a_ladder() -> None:
    """Refuse what is about a comparison in a market: else it would be said, and nothing come of it."""
    context = click.get_current_context()
    about = [option for option in context.command.params if option.name in ABOUT_MARKETS]
    said = [option.opts[0] for option in about if _is_said(context, option)]
    if said:
        verb = "is" if len(said) == 1 else "are"
        raise click.UsageError(f"{', '.join(said)} {verb} about a comparison in a market: leave --breaking out")


def _is_said(context: click.Context, option: click.Parameter) -> bool:
    return context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE


def _on_ladder(paths: tuple[str, str], given: Sequence[Source], format_: str, detailed: bool) -> int:
    """Draw how far a change goes."""
    from leadrules.verify.breaking import breaking

    found = breaking(read_model(paths[0], given), read_model(paths[1], given))
    text = ladder_in(format_, found, paths, given)
    click.echo(text, nl=bool(text))
    if found.version_lacks:
        return FINDINGS
    return DIFFERENT if detailed and found.differs else CLEAN


def _in_market(paths: tuple[str, str, str], wanted: Wanted, format_: str) -> tuple[int, bool | None]:
    """Draw what changes in one market: the exit code that conditions come to, and whether nothing changes."""
    found, gated = compare_in_market(paths, wanted)
    code = _told(found, gated, wanted, format_)
    _name_gates(read_model(paths[1], wanted.given), paths[1])
    return code, found.same


def compare_in_market(paths: tuple[str, str, str], wanted: Wanted) -> tuple[Comparison, Gated]:
    """What changes from the first rule set to the second in a market, and what becomes of the conditions."""
    (old, olds), (new, news) = (read_sources(path, wanted.given) for path in paths[:2])
    market = read_market(paths[2])
    if not wanted.precision:
        make_sure_of_room(wanted.population or market.population)
    _warn((old, new), market)
    plans = compile_model(old), compile_model(new)
    named = _named(wanted, plans, market)
    conditions = read_conditions(wanted.fail_if, named.names)
    asked = Asked(
        old=paths[0],
        new=paths[1],
        source=market.name,
        seed=wanted.seed,
        landmark=market.landmark.value,
        window=market.window.value,
        inputs=digests([*olds, *news, read_source(paths[2])]),
        versions=versions(),
        command=shlex.join(_again(paths, wanted, market)),
        margins=named.margins,
    )
    wish = Wish(
        population=wanted.population,
        seed=wanted.seed,
        precision=named.precision,
        markets=wanted.markets,
        drawn=bool(wanted.page),
    )
    with progress_bar(wanted.population or market.population) as progress:
        found = as_saved(compare_rules(plans, market, asked, wish, progress))
    return found, gate_comparison(found, conditions, wanted.decide_by)


def _told(found: Comparison, gated: Gated, wanted: Wanted, format_: str) -> int:
    """Draw a comparison: the exit code that conditions come to."""
    if wanted.page:
        write_report(found, wanted.page)
    click.echo(comparison_in(format_, found, gated))
    if gated.decisions:
        say(draw_gates([gated]))
    return exit_of([gated])


def _on_log(paths: tuple[str, str], wanted: Wanted, log: Log, format_: str) -> tuple[int, bool | None]:
    """Draw what changes on a log: the exit code that conditions come to, and whether nothing changes."""
    from leadrules.cli.backtest import try_on  # tables are read where they are asked for

    if wanted.population or wanted.precision or wanted.markets or wanted.seed is not None:
        message = (
            "--population, --precision, --uncertainty and --seed are about a simulated market: a log is what it is"
        )
        raise click.UsageError(message)
    (old, olds), (new, news) = (read_sources(path, wanted.given) for path in paths)
    tried, after = try_on(log, (old, new), paths)
    conditions = read_conditions(wanted.fail_if, names_of_change(tried.names))
    words = ("leadrules", "compare", *map(fixed, paths), *log.words(), *_asked_again(wanted))
    asked = Asked(
        old=paths[0],
        new=paths[1],
        source=log.name,
        seed=None,
        landmark=after,
        window=log.window / MICROSECONDS["second"],
        inputs={**digests([*olds, *news]), **table_digests(log.files)},
        versions=versions(),
        command=shlex.join(words),
        margins=dict(known_bound(margin, tried.names, "--margin") for margin in wanted.margins),
    )
    found = as_saved(tried.compare(asked, curves=bool(wanted.page)))
    gated = gate_comparison(found, conditions, wanted.decide_by)
    code = _told(found, gated, wanted, format_)
    _name_gates(new, paths[1])
    return code, found.same


class Named(Struct, frozen=True):
    """What options say of figures, by the names that these have; `names` are those that conditions may ask for."""

    names: tuple[str, ...]
    precision: Bound | None
    margins: Mapping[str, float]


def _named(wanted: Wanted, plans: tuple[Plan, Plan], market: ScenarioModel) -> Named:
    """A figure that is not measured here is a mistake of usage, told before anything is simulated."""
    if not (wanted.precision or wanted.margins or wanted.fail_if):
        return Named((), None, {})
    sizes = figure_sizes(plans, market)
    names = tuple(sizes)
    return Named(
        names_of_change(names),
        precise_bound(wanted.precision, sizes) if wanted.precision else None,
        dict(known_bound(margin, names, "--margin") for margin in wanted.margins),
    )


def _name_gates(model: Model, path: str) -> None:
    """Say that gates of the new rules wait, so that nobody takes a comparison for their being kept."""
    if markets := list(dict.fromkeys(gate.scenario for gate in model.gates)):
        told = ", ".join(markets)
        say(f"the gates of {path} are not decided by a comparison ({told}): leadrules gates {shlex.quote(path)} does")


def _warn(models: Sequence[Model], market: ScenarioModel) -> None:
    if doubts := [problem for model in models for problem in match(model, market)]:
        say(draw_problems(doubts, style_errors()) + "\n")


def _again(paths: Sequence[str], wanted: Wanted, market: ScenarioModel) -> Iterator[str]:
    """The words of a command that gives the same result, whatever becomes of branches and of defaults."""
    yield from ("leadrules", "compare", *map(fixed, paths))
    seed = wanted.seed if wanted.seed is not None else market.seed
    if wanted.precision:
        yield from ("--precision", f"{wanted.precision[0]}={wanted.precision[1]:.12g}")
    else:
        yield from ("--population", str(wanted.population or market.population))
    yield from ("--seed", str(1 if seed is None else seed))
    if wanted.markets:
        yield from ("--uncertainty", str(wanted.markets))
    yield from _asked_again(wanted)


def _asked_again(wanted: Wanted) -> Iterator[str]:
    for name, margin in wanted.margins:
        yield from ("--margin", f"{name}={margin:.12g}")
    for condition in wanted.fail_if:
        yield from ("--fail-if", condition)
    if wanted.fail_if:
        yield from ("--decide-by", wanted.decide_by)
    for value in wanted.given:
        yield from ("--set", value.text)


def _in_worlds(rules: tuple[str, str], wanted: Wanted, format_: str) -> tuple[int, bool]:
    """Draw what changes in each world: the exit code, and whether nothing changes in any."""
    from leadrules.files.templates import suite  # worlds and what fills them are read where they are asked for
    from leadrules.verify.compare_worlds import compare_worlds

    if wanted.margins or wanted.markets or wanted.fail_if:
        raise click.UsageError("--margin, --uncertainty and --fail-if are about one market: leave --worlds out")
    make_sure_of_room(wanted.population or 1)
    models = read_model(rules[0], wanted.given), read_model(rules[1], wanted.given)
    with progress_bar(1) as progress:
        found = compare_worlds(
            models, rules, suite(), population=wanted.population, seed=wanted.seed, progress=progress
        )
    click.echo(worlds_in(format_, found))
    return CLEAN, all(f.difference.low == f.difference.high == 0 for world in found.worlds for f in world.figures)
