"""The kind of names that commands are given, for shells to complete; where they lead is looked at later."""

import click

FILE = click.Path(readable=False)
