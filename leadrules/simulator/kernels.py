"""Laws of durations on a grid of time, and their spectra.

Durations are put on the points of a grid so that their means stay what they are: a duration between two points counts
for both, for the nearer one more. All that takes is the mean chance, over each cell of the grid, that a stay is not over:
call it m; then the share 1 - m[0] lies at 0, and m[k-1] - m[k] at k steps.

What follows after one another is convolved by the discrete Fourier transform. It runs in a circle: to keep what comes
out beyond the end from coming back at the beginning, everything is damped by r^k, with r^cells = 1e-8.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.laws import Component, Curve, Dwell, is_fixed, survives
from leadrules.simulator.population import Floats

Spectra = npt.NDArray[np.complex128]

DAMPING = 1e-8
LEAST, MOST, PLACES = 1e-3, 1e12, 16_384  # seconds between which a law is tabulated, and at how many
HALVINGS = 24
AT, WEIGHTS = (np.array(each) for each in ((0.112701665379258, 0.5, 0.887298334620742), (5 / 18, 8 / 18, 5 / 18)))


class Grid(Struct, frozen=True):
    """Points `step` seconds apart, `cells` of them."""

    step: float
    cells: int

    @property
    def damping(self) -> Floats:
        """What each point is multiplied by."""
        return np.asarray(DAMPING ** (np.arange(self.cells) / self.cells))

    @property
    def turn(self) -> Spectra:
        """The spectrum of a delay of one step."""
        angle = 2.0 * np.pi * np.arange(self.cells // 2 + 1) / self.cells
        return np.asarray(DAMPING ** (1.0 / self.cells) * np.exp(-1j * angle))

    def spectra(self, values: Floats) -> Spectra:
        """Of values (..., cells)."""
        return np.fft.rfft(values * self.damping, axis=-1)

    def values(self, spectra: Spectra) -> Floats:
        """And back."""
        return np.fft.irfft(spectra, self.cells, axis=-1) / self.damping


class Tail(Struct, frozen=True):
    """The chance that a duration is longer, at the logarithms of durations: a law looked up instead of worked out."""

    places: Floats
    chances: Floats

    def beyond(self, seconds: Floats) -> Floats:
        """The chance that a duration is longer than each."""
        logs = np.log(np.maximum(seconds, LEAST))
        return np.interp(logs, self.places, self.chances)


def tail_of(component: Component) -> Tail:
    """The table of a law."""
    places = np.linspace(np.log(LEAST), np.log(MOST), PLACES)
    return Tail(places, survives(component, np.exp(places)))


class Tails:
    """The tables of laws, each worked out when it is first asked for."""

    def __init__(self) -> None:
        self.found: dict[object, Tail] = {}

    def of(self, component: Component) -> Tail:
        """The table of a law; laws of the same numbers share one."""
        key = (component.family, component.scale, component.shape) if isinstance(component, Curve) else id(component)
        if key not in self.found:
            self.found[key] = tail_of(component)
        return self.found[key]


def staying(law: Dwell, least: float, stretch: Floats, grid: Grid, tails: Tails) -> Floats:
    """The mean chance over each cell that a stay is not over. Shape (sorts, cells).

    `stretch` (sorts,) divides durations; then none is shorter than `least` seconds.
    """
    found = np.zeros((len(stretch), grid.cells))
    for share, component in zip(law.shares, law.components, strict=True):
        if isinstance(component, Curve) and is_fixed(component):
            found += share * _until(np.maximum(component.scale / stretch, least), grid)
        else:
            found += share * _smooth(tails.of(component), least, stretch, grid)
    return found


def _until(seconds: Floats, grid: Grid) -> Floats:
    """The part of each cell that lies before some time. Shape (times, cells)."""
    return np.clip(seconds[:, None] / grid.step - np.arange(grid.cells), 0.0, 1.0)


def _smooth(tail: Tail, least: float, stretch: Floats, grid: Grid) -> Floats:
    """Of a law without atoms: Gauss's rule in each cell, behind `least`; in the first one, in ever shorter parts of it."""
    before = _until(np.array([least]), grid)[0]
    begin = (np.arange(grid.cells) + before) * grid.step
    width = (1.0 - before) * grid.step
    found: Floats = before + (1.0 - before) * _average(tail, begin, width, stretch)
    halves = 0.5 ** np.arange(HALVINGS + 1)
    edges = begin[0] + width[0] * np.append(0.0, halves[::-1])
    parts = _average(tail, edges[:-1], np.diff(edges), stretch)
    found[:, 0] = before[0] + (1.0 - before[0]) * (parts @ np.diff(np.append(0.0, halves[::-1])))
    return found


def _average(tail: Tail, begin: Floats, width: Floats, stretch: Floats) -> Floats:
    """The mean chance within stretches of time. Shape (sorts, stretches of time)."""
    found = np.zeros((len(stretch), len(begin)))
    for at, weight in zip(AT, WEIGHTS, strict=True):
        found += weight * tail.beyond(stretch[:, None] * (begin + at * width))
    return found


def drops(factors: Sequence[Floats]) -> list[Floats]:
    """Of durations that race each other: the mass with which each is the first to be over, at each point of the grid.

    `factors` are what `staying` gives for each. The masses add up to how the chance drops that none is over: a drop of
    one counts for as much as the others are, on average of before and after, still running.
    """
    first, *rest = factors
    if not rest:
        return [_drop(first)]
    others = together(rest)
    return [_drop(first) * _middle(others), *(part * _middle(first) for part in drops(rest))]


def together(factors: Sequence[Floats]) -> Floats:
    """The chance that none of several durations is over."""
    found: Floats = functools.reduce(np.multiply, factors)
    return found


def _drop(staying_: Floats) -> Floats:
    return -np.diff(staying_, axis=-1, prepend=1.0)


def _middle(staying_: Floats) -> Floats:
    before = np.concatenate([np.ones((*staying_.shape[:-1], 1)), staying_[..., :-1]], axis=-1)
    return (before + staying_) / 2
