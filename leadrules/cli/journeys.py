"""`leadrules journeys`: a simulated market as tables."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

import click

from leadrules.cli.exits import CLEAN
from leadrules.cli.progress import progress_bar
from leadrules.cli.terminal import say
from leadrules.dsl.quantity import show_count
from leadrules.files.journeys import MANIFEST, UNFINISHED, Counts, Format, Order, begin, finish, order, write_block
from leadrules.simulator.simulate import BLOCK

WORKERS = 2
EXAMPLE = "Example: leadrules journeys examples/points_card.scenario -o market --population 20000"


@click.command("journeys", epilog=EXAMPLE)
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "-o", "--output", required=True, metavar="DIR", help="folder for the tables; a new one, or one of an earlier run"
)
@click.option(
    "--population", type=click.IntRange(min=1), metavar="N", help="how many leads; the scenario's number if not given"
)
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help="seed of the draws; the scenario's if not given, else 1"
)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=WORKERS, show_default=True, metavar="W", help="processes at most"
)
@click.option("--format", "format_", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True)
def command(scenario: str, output: str, population: int | None, seed: int | None, workers: int, format_: Format) -> int:
    """Write the leads of a simulated market as tables: what is seen of them, and the truth.

    The tables of leads, events, merges and attributes are those that `leadrules score` reads. `truth` holds every event
    that happened, `ledger` what became of each lead. Tables of more than 32,768 leads are folders of parts. The same
    seed gives the same rows, whatever the number of processes.
    """
    wanted = order(scenario, output, population=population, seed=seed, format=format_)
    begin(wanted)
    counts: list[Counts] = []
    try:
        with interrupts_noticed() as pressed, progress_bar(wanted.population) as progress:
            for part in _parts(wanted, min(workers, wanted.blocks), pressed):
                counts.append(part)
                progress(min(len(counts) * BLOCK, wanted.population))
    except KeyboardInterrupt:
        say(
            f"{output}: not complete, as its {MANIFEST} says; {len(counts):,} of {wanted.blocks:,} parts are in {UNFINISHED}"
        )
        raise
    rows = finish(wanted, counts)
    seen = "" if rows["events"] == rows["truth"] else f", {rows['events']:,} rows of them seen"
    say(f"{output}: {show_count(rows['leads'], 'lead')}, {show_count(rows['truth'], 'event')}{seen}")
    return CLEAN


@contextmanager
def interrupts_noticed() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed. It raises nothing by itself: a library that was being called might swallow that."""
    times: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: times.append(number))
    try:
        yield lambda: bool(times)
    finally:
        signal.signal(signal.SIGINT, before)


def _parts(wanted: Order, workers: int, pressed: Callable[[], bool]) -> Iterator[Counts]:
    """The counts of every part, as they are done. Raises `KeyboardInterrupt` behind a part if Ctrl-C was pressed."""
    for done in _alone(wanted) if workers == 1 else _together(wanted, workers, pressed):
        yield done
        if pressed():
            raise KeyboardInterrupt


def _alone(wanted: Order) -> Iterator[Counts]:
    return (write_block(wanted, number) for number in range(wanted.blocks))


def _together(wanted: Order, workers: int, pressed: Callable[[], bool]) -> Iterator[Counts]:
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        for done in as_completed([pool.submit(write_block, wanted, number) for number in range(wanted.blocks)]):
            yield done.result()
    except BrokenProcessPool:
        if pressed():  # before it could leave interrupts to us
            raise KeyboardInterrupt from None
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
