"""`leadrules explain`: why one lead has the scores it has."""

from __future__ import annotations

import click

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import Data, data_options, set_option
from leadrules.cli.terminal import say_intakes, terminal_width
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.files.pick import pick
from leadrules.files.sources import read_model
from leadrules.report.explanation import WIDTH
from leadrules.report.told import tell

EXAMPLE = (
    "Example: leadrules explain examples/points_card.lead --leads examples/points_card_leads.csv "
    "--events examples/points_card_events.csv --lead anna --as-of 2026-03-01"
)


@click.command("explain", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@data_options
@click.option("--lead", required=True, metavar="ID", help="the lead to explain")
@set_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text for reading, or one JSON object",
)
def command(
    rules: str,
    data: Data,
    as_of: str | None,
    lead: str,
    given: tuple[Source, ...],
    format_: str,
) -> int:
    """Show how a lead came by its scores, and what would change them.

    Every criterion, the occurrences that fed it, decay, limits, bounds, weights and rounding: the lines add up to the
    score. Then what the lead lacks for the rest, the nearest single changes that would move its tier, each tried by
    scoring it, and what hangs on what is not known.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    as_of_time = as_of_or_now(as_of, model.timezone)
    read = data.read(model)
    say_intakes(read.intakes)
    picked = pick(plan, read.leads, lead, as_of_time)
    told = tell(plan, read.leads, picked.position, picked.at)
    said = told.as_json() if format_ == "json" else told.draw(min(WIDTH, terminal_width()))
    click.echo(said)
    return CLEAN
