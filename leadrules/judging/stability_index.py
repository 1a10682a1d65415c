"""How far two groups of scores lie apart: the population stability index, and how far chance alone puts them apart."""

from __future__ import annotations

import math

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
    edges = bands_by(score[first])
    if edges is None or min(np.count_nonzero(first), np.count_nonzero(last)) <= BANDS:
        return None
    place = np.searchsorted(edges, score, side="right")
    old, new = shares_by(edges, score[first]), shares_by(edges, score[last])
    sizes = float(np.count_nonzero(first)), float(np.count_nonzero(last))
    pull_old, pull_new = np.log(old / new) + 1 - new / old, np.log(new / old) + 1 - old / new
    parts = np.zeros(len(score))
    parts[first] = (pull_old[place[first]] - float(old @ pull_old)) / sizes[0]
    parts[last] = (pull_new[place[last]] - float(new @ pull_new)) / sizes[1]
    trials = min(sizes[0] * sizes[1] / sum(sizes), _trials(place, first, last, account, len(old)))
    return Figure(apart(old, new), parts, "index", trials, others=len(old) - 1, least=0.0)


def _trials(place: Places, first: Bools, last: Bools, account: Accounts, bands: int) -> float:
    """The number of leads for which shares of bands would differ as much by chance, were each an account of its own."""
    sizes = np.count_nonzero(first), np.count_nonzero(last)
    chance = 0.0
    for band in range(bands):
        inside = place == band
        shares = [np.count_nonzero(inside & among) / size for among, size in zip((first, last), sizes, strict=True)]
        both = (sizes[0] * shares[0] + sizes[1] * shares[1]) / sum(sizes)
        parts = last * (inside - shares[1]) / sizes[1] - first * (inside - shares[0]) / sizes[0]
        error = error_of(parts, account)[0]
        chance += error**2 / both if both and error > 0 else 0.0
    return float((bands - 1) / chance) if chance else math.inf
