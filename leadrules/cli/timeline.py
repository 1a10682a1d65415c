"""`leadrules timeline`: one lead through time, and what comes if nothing happens."""

from __future__ import annotations

import click

from leadrules.cli.as_of import from_to, in_order
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import Data, set_option, table_options
from leadrules.cli.terminal import say_intakes, terminal_width
from leadrules.dsl.quantity import LONGEST, read_duration
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.engine.timeline import timeline
from leadrules.files.pick import pick
from leadrules.files.sources import read_model
from leadrules.report.timeline import draw_timeline, timeline_as_json

WIDTH, MARGIN = 110, 12
EXAMPLE = (
    "Example: leadrules timeline examples/points_card.lead --leads examples/points_card_leads.csv "
    "--events examples/points_card_events.csv --lead anna --to 2026-03-01 --ahead 60d"
)


def _ahead(_context: click.Context, _option: click.Parameter, text: str | None) -> int:
    if text is None:
        return 0
    found = read_duration(text)
    if found is None or not 0 < found <= LONGEST:
        raise click.BadParameter(f'`{text}` is no duration: write 60d, 12h or "8 weeks"')
    return round(found)


@click.command("timeline", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@table_options
@click.option("--lead", required=True, metavar="ID", help="the lead to follow")
@click.option(
    "--from",
    "since",
    metavar="TIME",
    help="from this instant on, or arrival + 3 days; since the lead is known if not given",
)
@click.option("--to", "until", metavar="TIME", help="up to this instant, included; now if not given")
@click.option("--ahead", metavar="DURATION", callback=_ahead, help="how it goes on if nothing happens: 60d, 12h")
@set_option
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    rules: str,
    data: Data,
    lead: str,
    since: str | None,
    until: str | None,
    ahead: int,
    given: tuple[Source, ...],
    format_: str,
) -> int:
    """Show the course of one lead: its events, its scores and tiers, what time took, what each step set off.

    Behind each score stands what the time since the line above did to it, and what the event did.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    first, last = from_to(since, until, model.timezone)
    read = data.read(model)
    say_intakes(read.intakes)
    picked = pick(plan, read.leads, lead, last)
    begin = None
    if first:
        begin = pick(plan, read.leads, lead, first).at
        in_order(first, last, model.timezone, begin, picked.at)
    width = min(WIDTH, terminal_width())
    told = timeline(
        plan, read.leads, picked.position, picked.at, since=begin, ahead=ahead, points=max(2, width - MARGIN)
    )
    click.echo(timeline_as_json(told, model) if format_ == "json" else draw_timeline(told, model, width))
    return CLEAN
