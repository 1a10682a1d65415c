"""`python -m tests.coverage --repetitions 10000`: run the study anew and store what it finds."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from tests.coverage.markets import MAKERS, market
from tests.coverage.study import study

FOLDER = Path(__file__).parent


@click.command
@click.option("--repetitions", type=click.IntRange(min=10), default=10_000, show_default=True, help="samples a market")
@click.option("--market", "names", type=click.Choice([*MAKERS]), multiple=True, help="this market alone")
def command(repetitions: int, names: tuple[str, ...]) -> None:
    """Store how often each interval holds the truth, a file each market."""
    for name in names or MAKERS:
        found = study(market(name), repetitions)
        text = msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        worst = min(found.figures, key=lambda one: one.share)
        click.echo(f"{name}: {len(found.figures)} intervals, the worst {worst.name} {worst.share:.4f}")


if __name__ == "__main__":
    command()
