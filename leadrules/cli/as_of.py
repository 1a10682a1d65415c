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


def from_to(since: str | None, until: str | None, zone: str) -> tuple[AsOf | None, AsOf]:
    """The instants of `--from`, None where it is not given, and of `--to`, else now; in this order as far as that is known."""
    first = as_of_or_now(since, zone, "--from") if since else None
    last = as_of_or_now(until, zone, "--to")
    if first and first.after_arrival == last.after_arrival:
        in_order(first, last, zone, first.microseconds, last.microseconds)
    return first, last


def in_order(first: AsOf, last: AsOf, zone: str, begin: int, end: int) -> None:
    """Raises `click.BadParameter` where `--from` is later than `--to`, given the microseconds of both."""
    if begin > end:
        raise click.BadParameter(f"{first.show(zone)} is after --to, {last.show(zone)}", param_hint="--from")


def of_all_leads(as_of: AsOf, zone: str, option: str) -> int:
    """The microseconds of an instant that is one for all leads. Raises `click.BadParameter` where it is not."""
    if as_of.after_arrival:
        message = f'`{as_of.show(zone)}` is another instant for each lead: write 2026-01-31 or "2026-01-31 09:00"'
        raise click.BadParameter(message, param_hint=option)
    return as_of.microseconds
