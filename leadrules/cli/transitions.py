"""`leadrules transitions`: every step of every lead from tier to tier, as a stream."""

from __future__ import annotations

import click

from leadrules.cli.as_of import from_to, of_all_leads
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import Data, set_option, table_options
from leadrules.cli.output import Wanted, format_wanted, write
from leadrules.cli.spare import spare
from leadrules.cli.terminal import say, say_intakes, terminal_width
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.transitions import transitions
from leadrules.files.results import FORMATS
from leadrules.files.sources import read_model
from leadrules.files.steps import sheet_of_transitions
from leadrules.report.grid import draw_grid
from leadrules.report.transitions import show_transitions

SHOWN = 50
EXAMPLE = (
    "Example: leadrules transitions examples/points_card.lead --leads examples/points_card_leads.csv "
    "--events examples/points_card_events.csv --to 2026-03-01 --format table"
)


@click.command("transitions", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@table_options
@click.option(
    "--from", "since", metavar="TIME", help="only steps from this instant on; what was before counts all the same"
)
@click.option("--to", "until", metavar="TIME", help="up to this instant, included; now if not given")
@set_option
@click.option("-o", "--output", metavar="OUT", help="write the table to a file; its ending says which format")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *FORMATS]),
    help="json (lines) if not given; table is for reading",
)
def command(
    rules: str,
    data: Data,
    since: str | None,
    until: str | None,
    given: tuple[Source, ...],
    output: str | None,
    format_: Wanted | None,
) -> int:
    """List every step of every lead from tier to tier: when, why, and what it sets off.

    Tiers are decided when `evaluate` in the rules says so. The stream goes to the output, in the order of the leads and
    then of time; everything said about it to the error stream. Nothing is carried out.
    In CSV the column `actions` has `; ` between what a step sets off.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    if not model.tiers:
        raise click.UsageError(f"{rules} has no tiers: `thresholds {{ … }}` declares them")
    first, last = from_to(since, until, model.timezone)
    begin = of_all_leads(first, model.timezone, "--from") if first else None
    end = of_all_leads(last, model.timezone, "--to")
    output = None if output == "-" else output
    form = format_wanted(output, format_, "json")
    spare(output, rules, *data.files)
    read = data.read(model)
    say_intakes(read.intakes)
    parts = list(transitions(plan, read.leads, end, begin))
    if form == "table":
        click.echo(draw_grid(show_transitions(parts, model.timezone, SHOWN), terminal_width()))
    else:
        write(sheet_of_transitions(parts, form), output, form)
    steps = show_count(sum(map(len, parts)), "step")
    say(f"{steps} of {show_count(len(read.leads), 'lead')} up to {last.show(model.timezone)}")
    return CLEAN
