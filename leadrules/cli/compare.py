"""`leadrules compare`: what a change of rules does, on the same leads with the same draws."""

from __future__ import annotations

import click

from leadrules.cli.exits import CLEAN, DIFFERENT
from leadrules.cli.gates import DECIDED_BY, exit_of, read_conditions
from leadrules.cli.options import set_option
from leadrules.cli.progress import progress_bar
from leadrules.cli.terminal import say, style_errors, terminal_width
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.markets import read_market
from leadrules.files.sources import read_model
from leadrules.judging.compare import compare
from leadrules.judging.measure import Showing
from leadrules.judging.try_rules import try_rules
from leadrules.report.comparison import comparison_as_json, draw_comparison
from leadrules.report.gates import draw_gates
from leadrules.report.text import draw_problems
from leadrules.simulator.measure import TOP
from leadrules.simulator.trial import draws_of
from leadrules.simulator.world import build_world
from leadrules.verify.gates import By
from leadrules.verify.match import match
from leadrules.verify.try_gates import figures_of, gate_comparison

EXAMPLE = (
    "Example: leadrules compare examples/points_card.lead examples/points_card_new.lead "
    "examples/points_card.scenario --population 2000"
)


@click.command("compare", epilog=EXAMPLE)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; else the scenario's number"
)
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; else the scenario's, else 1")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-if",
    "fail_if",
    multiple=True,
    metavar="CONDITION",
    help='exit with 1 where it is true of the new rules: "auc < 0.7", "delta hot_per_week > 50"',
)
@DECIDED_BY
@click.option("--detailed-exitcode", is_flag=True, help="exit with 4 where the rule sets differ in effect")
@set_option
def command(
    old: str,
    new: str,
    scenario: str,
    population: int | None,
    seed: int | None,
    format_: str,
    fail_if: tuple[str, ...],
    decide_by: By,
    detailed_exitcode: bool,
    given: tuple[Source, ...],
) -> int:
    """Compare two rule sets on the same leads of a simulated market: every figure, and its paired difference."""
    models = [read_model(path, given) for path in (old, new)]
    market = read_market(scenario)
    if doubts := [problem for model in models for problem in match(model, market)]:
        say(draw_problems(doubts, style_errors()) + "\n")
    plans = [compile_model(model) for model in models]
    draws, leads = draws_of(market, seed), population or market.population
    with progress_bar(leads) as progress:
        tried = try_rules(plans, build_world(market), draws, leads, progress)
    one, other = (Showing(tried.sample, ratings, TOP) for ratings in tried.ratings)
    times = market.landmark.value, market.window.value
    found = compare(one, other, (old, new), market.name, draws.seed, times, {})
    gated = gate_comparison(found, read_conditions(fail_if, figures_of(found)), decide_by)
    click.echo(draw_comparison(found, terminal_width()) if format_ == "text" else comparison_as_json(found))
    if gated.decisions:
        say(draw_gates([gated]))
    if code := exit_of([gated]):
        return code
    return DIFFERENT if detailed_exitcode and not found.same else CLEAN
