"""Sample and ratings to figures of ranking: how far high scores and winners go together.

`likely` stands for the outcome of each lead: 1 or 0, or its chance to win, which tells the same with less noise
(conditional Monte Carlo). Leads with one score are taken together throughout. Where leads weigh differently, each counts
as so many.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.judging.figure import Figure
from leadrules.judging.taken import counted
from leadrules.simulator.population import Floats

WINDOW = 0.05  # share of the leads at the cut whose win rate tells what one more lead would bring


class Order(Struct, frozen=True):
    """Leads by score, the highest first.

    `bins` (leads,): the place of each one's score. `leads`, `won` (scores,): how many have it, and win, by weight.
    `likely` (leads,): what counts as winning of each; `certain` where that is 0 or 1. `weight` (leads,): how many each
    stands for; 1 where each stands for itself.
    """

    bins: npt.NDArray[np.int64]
    leads: Floats
    won: Floats
    likely: Floats
    certain: bool
    weight: Floats | float = 1.0

    def counted(self, share: Floats) -> float:
        """How many leads of weight 1 tell as much as so large a share of each."""
        return counted(self.weight * share)


def ordered(score: Floats, likely: Floats, weight: Floats | None = None) -> Order:
    """The order of leads by their scores."""
    bins = np.unique(-score, return_inverse=True)[1]
    size = int(bins.max(initial=-1)) + 1
    certain = bool(np.all((likely == 0) | (likely == 1)))
    return Order(
        bins,
        np.bincount(bins, weight, size).astype(float),
        np.bincount(bins, likely if weight is None else likely * weight, size).astype(float),
        likely,
        certain,
        1.0 if weight is None else weight,
    )


def roc_auc(order: Order) -> Figure | None:
    """The chance that a winner scores above another lead, ties counted half.

    With chances p in place of outcomes each pair of two different leads counts p (1 - p') times. The parts are those of
    a ratio of two U-statistics (Hoeffding 1948); with outcomes they are DeLong's (1988). With weights by censoring it
    is the cumulative and dynamic area of Uno et al. (2007), and of Blanche et al. (2013) where other ends compete.
    """
    p, w, lost = order.likely, order.weight, order.leads - order.won
    won, others, own = float((w * p).sum()), float(lost.sum()), w * p * (1 - p)
    pairs = won * others - float((w * own).sum())
    if pairs <= 0:
        return None
    below = (others - np.cumsum(lost) + lost / 2)[order.bins]
    above = (np.cumsum(order.won) - order.won / 2)[order.bins]
    touching = p * below + (1 - p) * above - own
    value = float((w * (p * below - own / 2)).sum()) / pairs
    parts = w * (touching - value * (p * others + (1 - p) * won - 2 * own)) / pairs
    if not order.certain:
        return Figure(value, parts)
    return Figure(value, parts, "area", order.counted(p), order.counted(1 - p))


def average_precision(order: Order) -> Figure | None:
    """The sum over scores of precision × gain in recall.

    A lead moves it by the precision at its own score, and by what it changes the precision at each score below.
    """
    won = float(order.won.sum())
    if won <= 0:
        return None
    reached = np.cumsum(order.leads)
    precision = np.cumsum(order.won) / reached
    value = float((precision * order.won).sum()) / won
    share = order.won / reached
    after, lost = (np.cumsum(sums[::-1])[::-1] for sums in (share, share * precision))
    p, bins = order.likely, order.bins
    parts = order.weight * (p * (precision[bins] - value) + p * after[bins] - lost[bins]) / won
    return Figure(value, parts, "logit", order.counted(p)) if order.certain else Figure(value, parts)


def precision_at(order: Order, share: float) -> Figure | None:
    """The share of winners among the best so many of all leads; of leads with one score at the cut each counts in part.

    That the cut is drawn anew in each sample moves it by the win rate of leads about there.
    """
    k = share * float(order.leads.sum())
    if k < 1:
        return None
    before = np.cumsum(order.leads) - order.leads
    taken = np.clip(k - before, 0.0, order.leads) / order.leads
    value = float((taken * order.won).sum()) / k
    at_cut = win_rate_about(order, k)
    parts = order.weight * (taken[order.bins] * (order.likely - at_cut) - share * (value - at_cut)) / k
    return (
        Figure(value, parts, "share", share * order.counted(np.ones(len(order.likely))))
        if order.certain
        else Figure(value, parts)
    )


def win_rate_about(order: Order, k: float) -> float:
    """The win rate of the leads about the k-th best: of one score, or of as many scores as make a few leads."""
    ends = np.cumsum(order.leads)
    width = max(25.0, WINDOW * k / 2)
    first, last = np.searchsorted(ends, [k - width, k + width - 1], side="left")
    rows = slice(int(first), min(int(last), len(ends) - 1) + 1)
    return float(order.won[rows].sum() / order.leads[rows].sum())
