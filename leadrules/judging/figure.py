"""A figure of a sample, and by how much each lead moves it: what all intervals and paired differences come from.

An estimate is nearly a sum over leads of what each contributes (its influence, Hampel 1974). Summed over accounts these
contributions give the error of the estimate, and those of two estimates on the same leads, taken one from the other, that
of their difference. So whatever is estimated can be compared, and what is the same differs by exactly 0.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.simulator.index_interval import index_interval
from leadrules.simulator.intervals import area_interval, logit_interval, scaled, share_interval, student
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

Accounts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Law = Literal["normal", "share", "logit", "area", "index"]


class Figure(Struct, frozen=True):
    """A figure, and the influence of each lead on it.

    `parts` (leads,) sum to 0 or nearly; the variance of the figure is the sum of their squares, taken by account.
    `law`: how its interval is made. A `share` of so many `trials` (told in units of `unit`) has Wilson's, a `logit` lies between 0 and 1
    too and rests on so many `trials`, an `area` under the ROC curve compares `trials` winners with so many `others`;
    an `index` is χ² with `others` degrees of freedom over `trials` leads; everything else is `normal`. `again` (replicates,): the figure where other accounts are drawn in place of these, the
    same ones for every rule set, if it comes from what leads share, such as a queue; then it has no parts. It lies
    between `least` and `most`.
    """

    value: float
    parts: Floats
    law: Law = "normal"
    trials: float = 0.0
    others: float = 0.0
    again: Floats | None = None
    least: float = -math.inf
    most: float = math.inf
    unit: float = 1.0


def mean_of(values: Floats, among: Bools | None = None, weight: Floats | None = None) -> Figure | None:
    """The mean of what each lead has, among some of them; None where there are none. `weight`: how many each stands for."""
    if weight is None:
        return ratio_of(values, np.ones(len(values)), among)
    return ratio_of(values * weight, weight, among)


def ratio_of(above: Floats, below: Floats, among: Bools | None = None) -> Figure | None:
    """One sum over another, each over the same leads; None where the second is 0 (Cochran 1977, ratio estimation)."""
    if among is not None:
        above, below = np.where(among, above, 0.0), np.where(among, below, 0.0)
    total = float(below.sum())
    if not total:
        return None
    value = float(above.sum()) / total
    return Figure(value, (above - value * below) / total)


def share_of(hits: Bools, among: Bools | None = None, weight: Floats | None = None) -> Figure | None:
    """The share of some leads that something holds of; None where there are none. `weight`: how many each stands for."""
    found = mean_of(hits.astype(np.float64), among, weight)
    if found is None:
        return None
    each = np.ones(len(hits)) if weight is None else weight
    return replace(found, law="share", trials=counted(each if among is None else np.where(among, each, 0.0)))


def counted(weight: Floats) -> float:
    """How many leads of weight 1 tell as much as leads of these weights (Kish 1965)."""
    squares = float((weight * weight).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def total_of(values: Floats) -> Figure:
    """A sum over all leads, which are themselves so many draws from all there could be."""
    return Figure(float(values.sum()), values - float(values.mean()) if len(values) else values)


def times(figure: Figure, by: float) -> Figure:
    """A figure in another unit."""
    return Figure(figure.value * by, figure.parts * by)


def over(one: Figure, other: Figure) -> Figure | None:
    """One figure over another of the same leads, by the delta method; None where the other is 0."""
    if not other.value:
        return None
    value = one.value / other.value
    return Figure(value, (one.parts - value * other.parts) / other.value)


def error_of(parts: Floats, account: Accounts) -> tuple[float, int]:
    """The standard error that parts make by account (sandwich estimate), and how many accounts have any part in it."""
    sums = np.bincount(account, weights=parts) if len(parts) else np.zeros(0)
    sums = sums[sums != 0]
    groups = len(sums)
    if groups < 2:
        return math.nan, groups
    return math.sqrt(float((sums**2).sum()) * groups / (groups - 1)), groups


def freedom_of(parts: Floats, account: Accounts) -> int:
    """Degrees of freedom of the error that parts make: how well the variance is known that their squares add up to.

    By Satterthwaite (1946), 2 × variance² / variance of the variance: for parts all of one size as many as there are
    accounts, less 1; where a few make up all of it, as where two rule sets differ in few leads, about twice as many as these.
    """
    squares = np.bincount(account, weights=parts) ** 2 if len(parts) else np.zeros(0)
    squares = squares[squares != 0]
    groups, total = len(squares), float(squares.sum())
    spread = float((squares**2).sum()) - total**2 / max(1, groups)
    return max(1, groups - 1) if spread <= 0 else max(1, min(groups - 1, int(2 * total**2 / spread)))


def known_to(parts: Floats, again: Floats | None, account: Accounts) -> tuple[float, int]:
    """The standard error of a figure and its degrees of freedom: of replicates where it has them, else of its parts.

    Replicates without a value are left out.
    """
    if again is None:
        return error_of(parts, account)[0], freedom_of(parts, account)
    values = again[~np.isnan(again)]
    return (float(values.std(ddof=1)), len(values) - 1) if len(values) > 1 else (math.nan, 0)


def estimate(figure: Figure | None, account: Accounts) -> Estimate:
    """A figure with its 95 % interval, of the kind its law asks for; Student's for what is normal.

    `account` (leads,): numbers from 0 without large gaps. What fewer than two accounts have a part in has no interval,
    but for shares and areas.
    """
    if figure is None or math.isnan(figure.value):
        return NOTHING
    error, freedom = known_to(figure.parts, figure.again, account)
    moved = 0.0 if math.isnan(error) else error  # what no account moves can still be uncertain: all were hit, or none
    if figure.law in ("share", "logit"):
        largest = int(np.bincount(account).max(initial=1))
        around = share_interval if figure.law == "share" else logit_interval
        share = figure.value / figure.unit
        return scaled(around(share, moved / figure.unit, figure.trials, largest), figure.unit)
    if figure.law == "area":
        return area_interval(figure.value, moved, int(figure.trials), int(figure.others))
    if figure.law == "index":
        return index_interval(figure.value, figure.trials, figure.others)
    if math.isnan(error):
        return Estimate(figure.value, None, None)
    half = student(freedom) * error
    low, high = max(figure.value - half, figure.least), min(figure.value + half, figure.most)
    return Estimate(figure.value, low, high)


def difference(new: Figure | None, old: Figure | None, account: Accounts) -> Estimate:
    """By how much one figure is above another on the same leads: paired, with Student's interval.

    Exactly 0, from 0 to 0, where both say the same of every lead.
    """
    if new is None or old is None:
        return NOTHING
    found, parts = new.value - old.value, new.parts - old.parts
    again = None if new.again is None or old.again is None else new.again - old.again
    if not found and not parts.any() and (again is None or not np.nan_to_num(again).any()):
        return Estimate(0.0, 0.0, 0.0)
    error, freedom = known_to(parts, again, account)
    if math.isnan(error):
        return Estimate(found, None, None)
    half = student(freedom) * error
    return Estimate(found, found - half, found + half)
