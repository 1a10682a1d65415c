"""Whether there is room for as many leads as were asked for."""

from __future__ import annotations

import os

import click

BYTES = 2_500  # of memory for each lead and what is known of it, measured where two rule sets are compared


def make_sure_of_room(leads: int) -> None:
    """Raise a mistake of usage where so many leads take more memory than the machine has; before anything is begun."""
    wanted, there = leads * BYTES, _memory()
    if there is not None and wanted > there:
        raise click.UsageError(
            f"{leads:,} leads would take about {wanted / 1e9:,.0f} GB of memory, and this machine has {there / 1e9:,.0f}: "
            "ask for fewer with --population"
        )


def _memory() -> int | None:
    """The bytes of memory of this machine; None where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
