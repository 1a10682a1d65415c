"""`leadrules simulate`: a rule set tried on a simulated market."""

from __future__ import annotations

import click

from leadrules.cli.exits import CLEAN, UNDECIDED
from leadrules.cli.options import set_option
from leadrules.cli.progress import progress_bar
from leadrules.cli.terminal import say, style_errors, terminal_width
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.sources import read_market, read_model
from leadrules.report.text import draw_problems
from leadrules.report.trial import draw_metrics, metrics_as_json
from leadrules.simulator.trial import try_rules
from leadrules.verify.match import match

EXAMPLE = "Example: leadrules simulate examples/points_card.lead examples/points_card.scenario --population 20000"


@click.command("simulate", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; the scenario's number if not given"
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; the scenario's if not given, else 1"
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@set_option
def command(
    rules: str, scenario: str, population: int | None, seed: int | None, format_: str, given: tuple[Source, ...]
) -> int:
    """Try a rule set on a simulated market and show how it ranks leads.

    Each lead is scored some time after its arrival, as the scenario says, and judged by what becomes of it if nobody
    calls. The same seed gives the same leads, whatever rules they are tried with. Where the market has
    `sales`, it is also shown what their calls make of the leads that the rules call hot. Where too few leads win or
    lose to say anything of the ranking, the exit code is 3.
    """
    model, market = read_model(rules, given), read_market(scenario)
    if doubts := match(model, market):
        say(draw_problems(doubts, style_errors()) + "\n")
    with progress_bar(population or market.population) as progress:
        metrics = try_rules(compile_model(model), market, population=population, seed=seed, progress=progress)
    click.echo(draw_metrics(metrics, terminal_width()) if format_ == "text" else metrics_as_json(metrics))
    return UNDECIDED if metrics.roc_auc.value is None else CLEAN
