"""The kinds of names that commands are given, for shells to complete; whether they lead anywhere is said later."""

import click

FILE = click.Path()
FOLDER = click.Path(file_okay=False)
