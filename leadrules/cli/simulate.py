"""`leadrules simulate`: a rule set tried on a simulated market."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress

import click
from msgspec.structs import replace

from leadrules.cli.exits import CLEAN, UNDECIDED
from leadrules.cli.gates import DECIDED_BY, exit_of, read_conditions
from leadrules.cli.options import Amount, set_option
from leadrules.cli.progress import progress_bar
from leadrules.cli.room import make_sure_of_room
from leadrules.cli.terminal import say, style_errors, terminal_width
from leadrules.cli.versions import versions
from leadrules.dsl.rules.model import Model
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.inputs import digests
from leadrules.files.markets import market_of_gate, read_market
from leadrules.files.revisions import fixed
from leadrules.files.sources import read_source, read_sources, same_place, write_source
from leadrules.files.templates import packaged, suite
from leadrules.judging.find_thresholds import weekly_capacity
from leadrules.judging.judge_rules import Asked, judge_rules
from leadrules.report.gates import draw_gates
from leadrules.report.judgement import PARTS, Part, draw_judgement, judgement_as_json
from leadrules.report.text import draw_problems
from leadrules.report.worlds import draw_worlds, worlds_as_json
from leadrules.simulator.draws import draws_of
from leadrules.simulator.world import build_world
from leadrules.verify.fill import Unfit, Words, fill, read_filled, words_of
from leadrules.verify.gates import Bound, By, Gated, bounds_of, decide
from leadrules.verify.match import match
from leadrules.verify.try_gates import figures_known
from leadrules.verify.worlds import try_worlds

USUAL = 10_000  # leads of each world

EXAMPLE = "Example: leadrules simulate examples/points_card.lead examples/points_card.scenario --population 20000"


@click.command("simulate", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@click.argument("scenario", metavar="[SCENARIO]", required=False)
@click.option("--worlds", is_flag=True, help="try the rules in the suite of worlds instead of in one market")
@click.option(
    "--save",
    metavar="DIR",
    help="with --worlds or a packaged market: write the markets into a folder, to read and change",
)
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; the scenario's number if not given"
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; the scenario's if not given, else 1"
)
@click.option(
    "--for-capacity",
    metavar="LEADS",
    help="look for the threshold that lets so many leads a week through, or `sales`: as many as these can call",
)
@click.option(
    "--for-precision",
    type=Amount(0, 1, min_open=True),
    metavar="SHARE",
    help="look for the threshold above which so large a share of leads wins in time, such as 0.3",
)
@click.option(
    "--show",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="show these parts alone beside the summary, as text; all if not given",
)
@click.option(
    "--fail-if",
    "fail_if",
    multiple=True,
    metavar="CONDITION",
    help='exit with 1 where it is true: "auc < 0.7", "hot_per_week > 50"',
)
@DECIDED_BY
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@set_option
def command(
    rules: str,
    scenario: str | None,
    worlds: bool,
    save: str | None,
    population: int | None,
    seed: int | None,
    for_capacity: str | None,
    for_precision: float | None,
    parts: tuple[Part, ...],
    fail_if: tuple[str, ...],
    decide_by: By,
    format_: str,
    given: tuple[Source, ...],
) -> int:
    """Try a rule set on a simulated market and show how it ranks leads.

    Each lead is scored some time after its arrival, as the scenario says, and judged by what becomes of it if nobody
    calls. The same seed gives the same leads, whatever rules they are tried with. Where the market has
    `sales`, it is also shown what their calls make of the leads that the rules call hot. Where too few leads win or
    lose to say anything of the ranking, the exit code is 3.

    SCENARIO is a file, or one of the markets that come along: plg, sales_led, enterprise. Those, and the worlds of
    --worlds, are made of the fields and events that the rules ask for.
    """
    if worlds == bool(scenario):
        raise click.UsageError("name a SCENARIO, or try the rules in all worlds with --worlds")
    model, texts = read_sources(rules, given)
    templates = suite() if worlds else packaged(scenario or "")
    words = words_of(model) if templates else None
    if save is not None:
        _save(words, templates, save)
    if words and worlds:
        if for_capacity or for_precision or fail_if or parts:
            raise click.UsageError("thresholds, conditions and parts are about one market: name a SCENARIO")
        return _try_worlds(words, templates, population, seed, format_)
    market = read_filled(templates[0], words) if words else read_market(scenario or "")
    if doubts := match(model, market):
        say(draw_problems(doubts, style_errors()) + "\n")
    asked, leads = Asked(_capacity(for_capacity, market), for_precision), population or market.population
    make_sure_of_room(leads)
    with progress_bar(leads) as progress:
        found = judge_rules(
            compile_model(model), build_world(market), draws_of(market, seed), leads, asked, progress=progress
        )
    options = {"--for-capacity": for_capacity, "--for-precision": for_precision, "--decide-by": decide_by}
    options |= {"--population": leads, "--seed": found.metrics.seed}
    several = [("--fail-if", text) for text in fail_if] + [("--set", value.text) for value in given]
    found = replace(
        found,
        inputs=digests([*texts, templates[0] if words else read_source(scenario or "")]),
        versions=versions(),
        command=shlex.join(_again(rules, scenario or "", [*options.items(), *several])),
    )
    known = figures_known(found)
    bounds = [*read_conditions(fail_if, known), *_gates(model, rules, scenario or "")]
    gated = Gated(market.name, leads, decide(bounds, known, leads, decide_by))
    click.echo(
        draw_judgement(found, terminal_width(), parts or PARTS) if format_ == "text" else judgement_as_json(found)
    )
    if gated.decisions:
        say(draw_gates([gated]))
    return exit_of([gated]) or (UNDECIDED if found.metrics.roc_auc.value is None else CLEAN)


def _again(rules: str, scenario: str, options: Sequence[tuple[str, object]]) -> Iterator[str]:
    """The words of a command that gives the same result, whatever becomes of branches and of defaults."""
    yield from ("leadrules", "simulate", fixed(rules), fixed(scenario))
    for name, value in options:
        if value is not None:
            yield from (name, f"{value:.12g}" if isinstance(value, float) else str(value))


def _gates(model: Model, rules: str, scenario: str) -> Iterator[Bound]:
    """What the gates of the rule file ask for in this market."""
    for gate in model.gates:
        if same_place(market_of_gate(rules, gate), scenario):
            for demand in gate.demands:
                yield from bounds_of(demand)


def _try_worlds(
    words: Words, templates: Sequence[Source], population: int | None, seed: int | None, format_: str
) -> int:
    make_sure_of_room(population or USUAL)
    with progress_bar(len(templates) * (population or USUAL)) as progress:
        found = try_worlds(words, templates, population=population or USUAL, seed=seed, progress=progress)
    click.echo(draw_worlds(found, terminal_width()) if format_ == "text" else worlds_as_json(found))
    return UNDECIDED if found.worst is None else CLEAN


def _capacity(given: str | None, market: ScenarioModel) -> float | None:
    """So many leads a week: as many as are given, or as sales can call."""
    if given is None:
        return None
    if given == "sales":
        found = weekly_capacity(market)
        if found is None:
            raise click.BadParameter(
                "the market has no sales; give a number of leads a week", param_hint="--for-capacity"
            )
        return found
    with suppress(ValueError):
        if 0 < float(given) < math.inf:
            return float(given)
    raise click.BadParameter(f"{given!r} is no number of leads above 0, and not `sales`", param_hint="--for-capacity")


def _save(words: Words | None, templates: Sequence[Source], folder: str) -> None:
    """Write the markets that templates become; a world that the rules have no words for is left out."""
    if words is None:
        raise click.BadParameter("there is nothing to write of a market that is a file", param_hint="--save")
    for template in templates:
        with suppress(Unfit):
            write_source(fill(template, words), folder)
