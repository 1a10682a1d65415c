"""What is expected of a market, beside what was seen in a simulation of it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.simulator.metrics import Estimate

FORMAT_VERSION = 1
Unit = Literal["share", "per lead", "seconds"]


class Figure(Struct, frozen=True):
    """A figure worked out without chance (None: it is known by simulation only), and as simulated.

    `z`: how many standard errors the simulated one is above the expected; None where there is nothing to compare.
    """

    name: str
    unit: Unit
    expected: float | None
    simulated: Estimate
    z: float | None


class Snapshot(Struct, frozen=True):
    """Where leads are so many seconds after the market's start: shares of all leads that ever come."""

    seconds: float
    figures: tuple[Figure, ...]


class Way(Struct, frozen=True):
    """Of those that leave a stage, the share that goes to a target."""

    source: str
    target: str
    figure: Figure


class Description(Struct, frozen=True, kw_only=True):
    """A market, as it is expected and as it was simulated.

    `leads` were simulated with `seed`. `sorts`: how many sorts of leads were told apart to work the rest out; 0 where
    nothing was. `limits` says what is known by simulation only, and why. Times in seconds, but `start` in microseconds.
    """

    format_version: int = FORMAT_VERSION
    scenario: str
    title: str
    seed: int
    leads: int
    start: int
    timezone: str
    horizon: float
    sorts: int
    limits: tuple[str, ...]
    snapshots: tuple[Snapshot, ...]
    wins: tuple[Figure, ...]
    times: tuple[Figure, ...]
    events: tuple[Figure, ...]
    ways: tuple[Way, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All of them."""
        at_dates = tuple(figure for snapshot in self.snapshots for figure in snapshot.figures)
        return (*at_dates, *self.wins, *self.times, *self.events, *(way.figure for way in self.ways))
