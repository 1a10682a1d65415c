"""How far two groups of scores lie apart: the population stability index, and how far chance alone puts them apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from leadrules.judging.figure import Accounts, Bools, Figure, error_of
from leadrules.simulator.population import Floats

BANDS = 10
HALF = 0.5  # of a lead, added to each band, so that the logarithm of an empty one is finite

Places = npt.NDArray[np.int64]


def bands_by(score: Floats) -> Floats | None:
    """The edges of bands that hold a tenth of these scores each, as far as scores part them; None where all are equal."""
    if not len(score) or score.min() == score.max():
        return None
    return np.unique(np.quantile(score, np.arange(1, BANDS) / BANDS))


def shares_by(edges: Floats, score: Floats) -> Floats:
    """The share of scores in each band (bands,)."""
    counts = np.bincount(np.searchsorted(edges, score, side="right"), minlength=len(edges) + 1) + HALF
    found: Floats = counts / counts.sum()
    return found


def apart(old: Floats, new: Floats) -> float:
    """Σ (new − old) ln(new / old) over shares by band."""
    return float(((new - old) * np.log(new / old)).sum())


def index_between(score: Floats, first: Bools, last: Bools, account: Accounts) -> Figure | None:
    """The index of some leads against others, in bands of tenths of these; None where one of both is too few.

    Of leads that are alike it is not 0 but about χ² of as many degrees of freedom as there are bands but one, over as
    many leads as `trials` says (Yurdakul 2018). These count by account: they follow from how far the shares of bands
    differ by chance (a first-order correction, Rao and Scott 1981).
    """
    scores = score[first], score[last]
    edges = bands_by(scores[0])
    if edges is None or min(map(len, scores)) <= BANDS:
        return None
    old, new = (shares_by(edges, side) for side in scores)
    places = [np.searchsorted(edges, side, side="right") for side in scores]
    parts = np.zeros(len(score))
    for among, place, own, other in ((first, places[0], old, new), (last, places[1], new, old)):
        pull = np.log(own / other) + 1 - other / own
        parts[among] = (pull[place] - float(own @ pull)) / len(place)
    sizes = [float(len(side)) for side in scores]
    trials = min(sizes[0] * sizes[1] / sum(sizes), _trials(places, (account[first], account[last]), len(old)))
    return Figure(apart(old, new), parts, "index", trials, others=len(old) - 1, least=0.0)


def index_of_change(old: Floats, new: Floats, among: Bools) -> Figure | None:
    """The index of some leads' scores under new rules against those under old ones, in bands of tenths of the old.

    None where all have one score under the old rules. The leads are the same, so that chance puts only those into other
    bands that score otherwise: the index is exactly 0 where none does, and its error is that of how many do, by the delta
    method, for the bands as they are. What chance adds to it is smaller than that by the square root of their number.
    """
    edges = bands_by(old[among])
    if edges is None:
        return None
    shares = [shares_by(edges, side[among]) for side in (old, new)]
    parts = np.zeros(len(among))
    for side, own, other in ((old, *shares), (new, *reversed(shares))):
        pull = np.log(own / other) + 1 - other / own
        place = np.searchsorted(edges, side[among], side="right")
        parts[among] += (pull[place] - float(own @ pull)) / len(place)
    return Figure(apart(*shares), parts, least=0.0)


def _trials(places: Sequence[Places], accounts: tuple[Accounts, Accounts], bands: int) -> float:
    """The number of leads for which shares of bands would differ as much by chance, were each an account of its own.

    `places`, `accounts`: of the leads of the first group, and of the last.
    """
    sizes, account = [len(place) for place in places], np.concatenate(accounts)
    chance = 0.0
    for band in range(bands):
        inside = [place == band for place in places]
        counts = [np.count_nonzero(side) for side in inside]
        old, new = ((side - count / size) / size for side, count, size in zip(inside, counts, sizes, strict=True))
        error = error_of(np.concatenate([-old, new]), account)[0]
        chance += error**2 * sum(sizes) / sum(counts) if error > 0 else 0.0
    return float((bands - 1) / chance) if chance else math.inf
