"""What a person gives as an instant; the clock is read here and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from leadrules.engine.as_of import AsOf, at_datetime, read_as_of


def as_of_or_now(text: str | None, zone: str, option: str = "--as-of") -> AsOf:
    """The instant that was asked for, else now."""
    if text is None:
        return at_datetime(datetime.now(UTC))
    found = read_as_of(text, zone)
    if found is None:
        message = f'`{text}` is no instant: write 2026-01-31, "2026-01-31 09:00" or "arrival + 3 days"'
        raise click.BadParameter(message, param_hint=option)
    return found
