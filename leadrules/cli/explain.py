"""`leadrules explain`: why one lead has the scores it has."""

from __future__ import annotations

import click
import numpy as np

from leadrules.cli.as_of import as_of_or_now
from leadrules.cli.exits import CLEAN
from leadrules.cli.options import Data, data_options, set_option
from leadrules.cli.terminal import say, say_intakes, terminal_width
from leadrules.dsl.quantity import show_count
from leadrules.dsl.source import Source
from leadrules.engine.as_of import AsOf, instants, scored_at
from leadrules.engine.columns import NEVER
from leadrules.engine.compile import compile_model
from leadrules.engine.explain import explain_each
from leadrules.engine.leads import Leads
from leadrules.engine.plan import Plan
from leadrules.files.pick import pick
from leadrules.files.sources import read_model
from leadrules.report.explanation import WIDTH
from leadrules.report.explanation_json import account_as_line
from leadrules.report.scores import describe_left_out
from leadrules.report.told import tell

EXAMPLE = (
    "Example: leadrules explain examples/points_card.lead --leads examples/points_card_leads.csv "
    "--events examples/points_card_events.csv --lead anna --as-of 2026-03-01"
)


@click.command("explain", epilog=EXAMPLE)
@click.argument("rules", metavar="RULES")
@data_options
@click.option("--lead", metavar="ID", help="the lead to explain; without it all of them, one JSON line each")
@set_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    help="text for reading (one lead, the default), or JSON",
)
def command(
    rules: str,
    data: Data,
    as_of: str | None,
    lead: str | None,
    given: tuple[Source, ...],
    format_: str | None,
) -> int:
    """Show how a lead came by its scores, and what would change them.

    Every criterion, the occurrences that fed it, decay, limits, bounds, weights and rounding: the lines add up to the
    score. Then what the lead lacks for the rest, the nearest single changes that would move its tier, each tried by
    scoring it, and what hangs on what is not known.

    Without --lead the accounts of all leads are written, a line of JSON each, without what they lack and what would
    change them: for the field of a CRM that says why.
    """
    model = read_model(rules, given)
    plan = compile_model(model)
    as_of_time = as_of_or_now(as_of, model.timezone)
    read = data.read(model)
    say_intakes(read.intakes)
    if lead is None:
        return _every(plan, read.leads, as_of_time, format_)
    picked = pick(plan, read.leads, lead, as_of_time)
    told = tell(plan, read.leads, picked.position, picked.at)
    said = told.as_json() if format_ == "json" else told.draw(min(WIDTH, terminal_width()))
    click.echo(said)
    return CLEAN


def _every(plan: Plan, leads: Leads, as_of: AsOf, format_: str | None) -> int:
    """All leads whose instant is known, a line each; how many others there are is said beside them."""
    if format_ == "text":
        raise click.UsageError("text tells of one lead: name it with --lead, or ask for --format json")
    at = instants(as_of, plan, leads)
    there = scored_at(leads, at)
    for account in explain_each(plan, leads, there, np.where(at == NEVER, 0, at)):
        click.echo(account_as_line(account))
    say(f"{show_count(len(there), 'lead')} explained")
    for line in describe_left_out(leads, at):
        say(line)
    return CLEAN
