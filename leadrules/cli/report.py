"""`leadrules report`: a saved comparison as a page."""

from __future__ import annotations

import click

from leadrules.cli.exits import CLEAN
from leadrules.cli.spare import spare
from leadrules.files.reports import write_report
from leadrules.files.saved import read_comparison

EXAMPLE = "Example: leadrules report result.json -o result.html"


@click.command("report", epilog=EXAMPLE)
@click.argument("result", metavar="RESULT")
@click.option("-o", "--output", required=True, metavar="FILE", help="the HTML file to write")
def command(result: str, output: str) -> int:
    """Draw a comparison that `leadrules compare --format json` wrote as one HTML page that needs no network.

    Results of `compare --worlds`, `compare --breaking` and `simulate` have no page.

    Where that command was given --report too, the result holds what charts are drawn from; else the page has tables
    alone.
    """
    spare(output, result)
    write_report(read_comparison(result), output)
    return CLEAN
