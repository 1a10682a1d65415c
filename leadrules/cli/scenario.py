"""`leadrules scenario`: what there is to know of a market before a rule set meets it."""

from __future__ import annotations

import click

from leadrules.cli.exits import CLEAN
from leadrules.cli.progress import progress_bar
from leadrules.cli.room import make_sure_of_room
from leadrules.cli.terminal import terminal_width
from leadrules.files.markets import read_market
from leadrules.report.rounded import as_json
from leadrules.report.scenario import draw_description
from leadrules.report.scenario_diagram import draw_diagram
from leadrules.simulator.describe import describe

EXAMPLE = "Example: leadrules scenario describe examples/points_card.scenario --population 5000"


@click.group("scenario", epilog=EXAMPLE)
def command() -> None:
    """Show what a market comes to."""


@command.command("describe", epilog=EXAMPLE)
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; the scenario's number if not given"
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; the scenario's if not given, else 1"
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "mermaid"]),
    default="text",
    show_default=True,
    help="mermaid is a diagram of its stages",
)
def describe_command(scenario: str, population: int | None, seed: int | None, format_: str) -> int:
    """Show what a market comes to: where its leads are at some dates, how often and how soon they win, what they do.

    Each figure is worked out without a draw, as far as that can be done, and stands beside the same figure of a
    simulation: whoever wrote the market can see whether it is the one that was meant.
    """
    market = read_market(scenario)
    make_sure_of_room(population or market.population)
    with progress_bar(population or market.population) as progress:
        found = describe(market, population=population, seed=seed, progress=progress)
    if format_ == "text":
        click.echo(draw_description(found, market, terminal_width()))
    else:
        click.echo(as_json(found) if format_ == "json" else draw_diagram(found, market))
    return CLEAN
