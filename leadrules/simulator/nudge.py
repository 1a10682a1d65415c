"""What a call does to a journey: the odds of going on rise, by the same coins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.simulator.population import Floats, Ticks

ALMOST_ONE = np.nextafter(1.0, 0.0)


class Push(Struct, frozen=True):
    """What is added to the log odds of going on (`logit`), and by which draw a new way is chosen (`coin`)."""

    logit: Floats
    coin: Floats

    def take(self, at: Ticks | slice) -> Push:
        """That of some leads."""
        return Push(self.logit[at], self.coin[at])


class Nudge(Struct, frozen=True):
    """At the tick `at` each lead is nudged by `logit` × the factor of the stage it is in (`stages`); `coin` is a draw.

    All (leads,) but the last, which is (stages,).
    """

    at: Ticks
    logit: Floats
    coin: Floats
    stages: Floats

    def of_stay(self, stage: int, who: Ticks, start: Ticks, end: Ticks) -> Push:
        """What pushes leads at the end of some stays: nothing where a lead is not in that stay at its tick."""
        inside = (start <= self.at[who]) & (self.at[who] < end)
        return Push(np.where(inside, self.logit[who] * self.stages[stage], 0.0), self.coin[who])


def pushed(
    chances: Sequence[Floats], choice: npt.NDArray[np.uint8], u: Floats, push: Push, onward: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    """The ways leads take when pushed, given those they take by the draws `u` when not (`choice`).

    `chances`: of all ways but the last, each (leads,); what is left goes to the last. `onward` (ways,): to a stage or to
    `won`. Added to are the log odds of these ways taken together; they keep their proportions, and so do the others.
    For that a share m = p(e^push - 1) / (1 + p(e^push - 1)) of those who do not go on, where p go on, changes sides, and
    nobody else changes way. Where in its share of (0, 1) a draw lies is uniform once more, and decides who does: so a
    larger push moves whom a smaller one moves, and to the same way. A push below zero does the reverse.
    """
    at = np.flatnonzero(push.logit)
    if not len(at):
        return choice
    forward, chosen, here = push.logit[at] > 0, choice[at], np.arange(len(at))
    shares = _shares(chances, at)
    own, end = shares[chosen, here], np.cumsum(shares, axis=0)[chosen, here]
    place = np.clip((u[at] - (end - own)) / np.maximum(own, np.finfo(float).tiny), 0.0, ALMOST_ONE)
    targets = np.where(onward[:, None] == forward, shares, 0.0)
    gain = np.expm1(np.abs(push.logit[at])) * targets.sum(axis=0)
    moves = np.flatnonzero((onward[chosen] != forward) & (place < gain / (1.0 + gain)))
    reached = np.cumsum(targets[:, moves], axis=0)
    found = choice.copy()
    found[at[moves]] = (push.coin[at[moves]] * reached[-1] >= reached[:-1]).sum(axis=0)
    return found


def raised(chances: Sequence[Floats], logit: Floats, onward: npt.NDArray[np.bool_]) -> list[Floats]:
    """The chances of all ways but the last, (leads,) each, of leads that are pushed by `logit`: what `pushed` comes to."""
    shares = _shares(chances, np.arange(len(logit)))
    rest = 1.0 / (1.0 + shares[onward].sum(axis=0) * np.expm1(logit))
    return [share * (rest * np.exp(logit) if on else rest) for share, on in zip(shares[:-1], onward, strict=False)]


def _shares(chances: Sequence[Floats], at: Ticks) -> Floats:
    """The share of every way, the last among them, (ways, leads)."""
    said = np.array([chance[at] for chance in chances]).reshape(len(chances), len(at))
    return np.concatenate([said, np.maximum(0.0, 1.0 - said.sum(axis=0))[None]])
