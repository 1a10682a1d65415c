"""What is read is not written over."""

from __future__ import annotations

import click

from leadrules.files.sources import same_file


def spare(output: str | None, *inputs: str, option: str = "-o") -> None:
    """Refuse to write over what is read."""
    if output and any(same_file(name, output) for name in inputs):
        raise click.BadParameter(f"{output} is read here: what is written needs a file of its own", param_hint=option)
