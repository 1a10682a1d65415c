"""`leadrules explain`: why one lead has the scores it has."""

from __future__ import annotations

import click

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import data_options, set_option
from leadrules.cli.terminal import say_intakes, terminal_width
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.explain import explain
from leadrules.files.intake import OnBadRow
from leadrules.files.pick import pick
from leadrules.files.sources import read_model
from leadrules.files.tables import read_tables
from leadrules.report.explanation import WIDTH, draw_explanation

EXAMPLE = (
    "Example: leadrules explain examples/points_card.lead --leads examples/points_card_leads.csv "
    "--events examples/points_card_events.csv --lead anna --as-of 2026-03-01"
)


@click.command("explain", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@data_options
@click.option("--lead", required=True, metavar="ID", help="the lead to explain")
@set_option
def command(
    rules: str,
    leads: str | None,
    events: str | None,
    as_of: str | None,
    on_bad_row: OnBadRow,
    lead: str,
    given: tuple[Source, ...],
) -> int:
    """Show how a lead came by its scores.

    Every criterion, the occurrences that fed it, decay, limits, bounds, weights and rounding: the lines add up to the
    score. What was not known is named, with the points that hang on it.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    as_of_time = as_of_or_now(as_of, model.timezone)
    read = read_tables(model, leads, events, on_bad_row)
    say_intakes(read.intakes)
    picked = pick(plan, read.leads, lead, as_of_time)
    click.echo(
        draw_explanation(
            explain(plan, read.leads, picked.position, picked.at), model.timezone, min(WIDTH, terminal_width())
        )
    )
    return CLEAN
