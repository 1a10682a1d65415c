"""`leadrules score`: leads from files, scored, best first."""

from __future__ import annotations

import click

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import Data, data_options, set_option
from leadrules.cli.output import Wanted, format_wanted, write
from leadrules.cli.spare import spare
from leadrules.cli.terminal import say, say_intakes, terminal_width
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source
from leadrules.engine.as_of import instants, score_as_of
from leadrules.engine.compile import compile_model
from leadrules.engine.scores import Scores
from leadrules.files.results import FORMATS, sheet_of
from leadrules.files.sources import read_model
from leadrules.report.grid import draw_grid
from leadrules.report.scores import describe_beyond, describe_lacking, describe_left_out, describe_undated, show_scores
from leadrules.verify.lacking import lacking
from leadrules.verify.undated import undated

SHOWN = 20
EXAMPLE = "Example: leadrules score examples/points_card.lead --leads examples/points_card_leads.csv --events examples/points_card_events.csv --as-of 2026-03-01"


@click.command("score", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@data_options
@click.option("-o", "--output", metavar="OUT", help="write the table to a file; its ending says which format")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *FORMATS]),
    help="table (for reading), csv, json (lines), parquet",
)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="only the N best leads")
@set_option
def command(
    rules: str,
    data: Data,
    as_of: str | None,
    output: str | None,
    format_: Wanted | None,
    top: int | None,
    given: tuple[Source, ...],
) -> int:
    """Score leads and list them, best lead first.

    The tables are CSV, JSON lines or Parquet; the rule file says how their columns are called. Without a table
    of leads the events carry them. The table goes to the output, everything said about it to the error stream.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    instant = as_of_or_now(as_of, model.timezone)
    output = None if output == "-" else output
    form = format_wanted(output, format_, "table")
    spare(output, rules, *data.files)
    read = data.read(model)
    say_intakes(read.intakes)
    at = instants(instant, plan, read.leads)
    for line in describe_lacking(lacking(model, read.leads, at)):
        say(line)
    scores = score_as_of(plan, read.leads, instant, criteria=True)
    say(f"{show_count(len(scores), 'lead')} scored as of {instant.show(model.timezone)}")
    for line in [*describe_undated(undated(model, read.leads, at)), *describe_left_out(read.leads, at)]:
        say(line)
    for line in describe_beyond(scores):
        say(line)
    _write(scores, output, form, top)
    return CLEAN


def _write(scores: Scores, output: str | None, form: Wanted, top: int | None) -> None:
    if form == "table":
        click.echo(draw_grid(show_scores(scores, top or SHOWN), terminal_width()))
        if top is None and len(scores) > SHOWN:
            say(f"the best {SHOWN} of {len(scores):,}; --top N shows more, -o FILE writes all")
        return
    sheet = sheet_of(scores, top)
    write(sheet, output, form)
    if output:
        say(f"{output}: {len(sheet.columns['lead']):,} rows written")
