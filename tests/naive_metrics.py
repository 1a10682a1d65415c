"""The figures of a trial as their definitions say them: pairs, lists and fractions, slow and without a histogram; and leads to try them on."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from fractions import Fraction
from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import brentq

Z = 1.959963984540054
Numbers = Sequence[float]
Truths = Sequence[bool]


class Ranked(NamedTuple):
    """Leads with a score each, and which of them win."""

    score: list[float]
    target: list[bool]


@st.composite
def ranked(draw: st.DrawFn, most: int = 45) -> Ranked:
    """Up to `most` leads: all scores different, a few scores many times, or one score."""
    n = draw(st.integers(1, most) | st.sampled_from([n for n in (1, 2, 3, 9, 10, 11, 20, 30) if n <= most]))
    few = st.sampled_from([-3.0, 0.0, -0.0, 1e-6, 0.3, 0.1 + 0.2, 7.0, 1e9])
    scores = draw(st.sampled_from([st.floats(-1e6, 1e6), few, few, st.just(2.5)]))
    winners = draw(st.sampled_from([st.booleans(), st.booleans(), st.just(True), st.just(False)]))
    return Ranked(draw(st.lists(scores, min_size=n, max_size=n)), draw(st.lists(winners, min_size=n, max_size=n)))


def auc(score: Numbers, target: Truths) -> float:
    """The share of pairs of a winner and another in which the winner scores higher; a tie is half a pair."""
    winners = [s for s, won in zip(score, target, strict=True) if won]
    others = [s for s, won in zip(score, target, strict=True) if not won]
    if not winners or not others:
        return math.nan
    return float(sum(placement(s, others) for s in winners) / len(winners))


def placement(score: float, those: Numbers) -> Fraction:
    """The share of those that lie below a score, ties counted half."""
    return Fraction(sum(2 * (s < score) + (s == score) for s in those), 2 * len(those))


def average_precision(score: Numbers, target: Truths) -> float:
    """For every winner the share of winners among all that score no lower; the mean of these."""
    winners = [s for s, won in zip(score, target, strict=True) if won]
    if not winners:
        return math.nan
    return float(sum(Fraction(_at_least(s, winners), _at_least(s, score)) for s in winners) / len(winners))


def _at_least(score: float, those: Numbers) -> int:
    return sum(s >= score for s in those)


def precision(score: Numbers, target: Truths, share: Fraction) -> float:
    """The chance that a lead among the best is a winner; where leads with one score are cut, all are as likely to be in."""
    left, won = share * len(score), Fraction(0)
    if not left:
        return math.nan
    for level in sorted(set(score), reverse=True):
        here = [t for s, t in zip(score, target, strict=True) if s == level]
        taken = min(left, Fraction(len(here)))
        won += taken * sum(here) / len(here)
        left -= taken
    return float(won / (share * len(score)))


def precision_over_all_orders(score: Numbers, target: Truths, share: Fraction) -> float:
    """The mean, over every order that leads with one score can be put in, of winners among the best; the last in part."""
    k = share * len(score)
    found = []
    for order in permutations(range(len(score))):
        if all(score[a] >= score[b] for a, b in pairwise(order)):
            hits = [Fraction(int(target[i])) for i in order]
            found.append(sum(hits[: int(k)], (k - int(k)) * (hits[int(k)] if int(k) < len(hits) else 0)) / k)
    return float(sum(found) / len(found))


def lift(score: Numbers, target: Truths, share: Fraction) -> float:
    """Precision among the best over precision among all."""
    return precision(score, target, share) / (sum(target) / len(target)) if any(target) else math.nan


def repeated(values: Sequence[float], weights: Sequence[int]) -> list[float]:
    """Each value as many times as its weight says."""
    return [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]


# Errors


def delong_error(winners: Numbers, others: Numbers) -> float:
    """DeLong, DeLong and Clarke-Pearson 1988: the variances of the placement values of both sides, each over its n."""
    sides = [[float(placement(s, others)) for s in winners], [float(placement(s, winners)) for s in others]]
    return math.sqrt(sum(_variance(side) / len(side) for side in sides))


def _variance(values: Numbers) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def wilson(successes: float, trials: float) -> tuple[float, float]:
    """The rates p that a test of p at 5 % does not reject: where |successes/trials - p| = 1.96 sqrt(p (1-p) / trials)."""
    rate = successes / trials

    def excess(p: float) -> float:
        return (rate - p) ** 2 - Z * Z * p * (1 - p) / trials

    low = 0.0 if successes == 0 else brentq(excess, 0.0, min(rate, 1 - 1e-12), xtol=1e-14)
    high = 1.0 if successes == trials else brentq(excess, max(rate, 1e-12), 1.0, xtol=1e-14)
    return float(low), float(high)


def design_effect(hits: Numbers, clusters: Sequence[Hashable]) -> float:
    """The variance of a mean of clusters (linearised, with G/(G-1)) over p (1-p) / n, with two accounts added."""
    largest = max((list(clusters).count(cluster) for cluster in clusters), default=1)
    hits = [*hits, *[1.0] * largest, *[0.0] * largest]
    clusters = [*clusters, *["all hit"] * largest, *["none hit"] * largest]
    rate, groups = sum(hits) / len(hits), sorted(set(clusters), key=repr)
    sums = [sum(hit - rate for hit, own in zip(hits, clusters, strict=True) if own == group) for group in groups]
    variance = len(groups) / (len(groups) - 1) * sum(total**2 for total in sums) / len(hits) ** 2
    return min(largest, max(1.0, variance / (rate * (1 - rate) / len(hits))))


def newcombe(area: float, won: float, others: float) -> tuple[float, float]:
    """The areas that Newcombe's method 5 does not reject: where |area - t| = 1.96 sqrt(V(t))."""

    def excess(t: float) -> float:
        pairs = (won + others) / 2
        bracket = 1 + (pairs - 1) * (1 - t) / (2 - t) + (pairs - 1) * t / (1 + t)
        return (area - t) ** 2 - Z * Z * t * (1 - t) * bracket / (won * others)

    low = 0.0 if area == 0 else brentq(excess, 0.0, min(area, 1 - 1e-12), xtol=1e-14)
    high = 1.0 if area == 1 else brentq(excess, max(area, 1e-12), 1.0, xtol=1e-14)
    return float(low), float(high)


def logistic(x: float) -> float:
    """1 / (1 + e^-x)."""
    return float(1 / (1 + np.exp(-x)))


def on_the_logit_scale(value: float, error: float) -> tuple[float, float]:
    """±1.96 errors of the logit, by the delta method: the error of logit p is that of p over p (1-p)."""
    middle, half = math.log(value) - math.log1p(-value), Z * error / (value * (1 - value))
    return logistic(middle - half), logistic(middle + half)
