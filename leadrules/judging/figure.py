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

from leadrules.judging.limits import limits
from leadrules.judging.taken import Taken, Values, reach
from leadrules.simulator.index_interval import index_interval
from leadrules.simulator.intervals import Z, area_interval, logit_interval, scaled, share_interval, student
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.simulator.population import Floats

Accounts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Law = Literal["normal", "share", "logit", "area", "index", "quantile"]


class Figure(Struct, frozen=True):
    """A figure, and the influence of each lead on it.

    `parts` (leads,) sum to 0 or nearly; the variance of the figure is the sum of their squares, taken by account.
    `law`: how its interval is made. A `share` of so many `trials` (told in units of `unit`) has Wilson's, a `logit` lies between 0 and 1
    too and rests on so many `trials`, an `area` under the ROC curve compares `trials` winners with so many `others`, an
    `index` is χ² with `others` degrees of freedom over `trials` leads, a `quantile` has `trials`, a share, of its values below
    it; everything else is `normal`. `taken`: what a mean or a quantile is taken of. `again` (replicates,): the figure where
    other accounts are drawn in place of these, the same ones for every rule set, if it comes from what leads share, such as
    a queue; then it has no parts. It lies between `least` and `most`.
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
    taken: Taken | None = None


def mean_of(values: Values, among: Bools | None = None, weight: Floats | None = None) -> Figure | None:
    """The mean of what each lead has, among some of them; None where there are none. `weight`: how many each stands for."""
    each = _weight(len(values), among, weight)
    found = ratio_of(np.where(each > 0, values * each, 0.0), each.astype(np.float64))
    return None if found is None else replace(found, taken=Taken(values, each))


def _weight(leads: int, among: Bools | None, weight: Floats | None) -> Values:
    """How many leads each of some stands for; 0 of the others."""
    if weight is None:
        return np.ones(leads, bool) if among is None else among
    return weight if among is None else np.where(among, weight, 0.0)


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
    found = mean_of(hits, among, weight)
    if found is None or found.taken is None:
        return None
    return replace(
        found,
        law="share",
        trials=found.taken.count,
        taken=replace(found.taken, ends=(0.0, 1.0)),
    )


def total_of(values: Floats) -> Figure:
    """A sum over all leads, of which none has less than 0, and which are themselves so many draws from all there could be."""
    return Figure(float(values.sum()), values - float(values.mean()) if len(values) else values, least=0.0)


def times(figure: Figure, by: float) -> Figure:
    """A sum in another unit, which is so many times as large."""
    return Figure(figure.value * by, figure.parts * by, least=figure.least * by, most=figure.most * by)


def over(one: Figure, other: Figure) -> Figure | None:
    """One figure over another of the same leads, by the delta method; None where the other is 0."""
    if not other.value:
        return None
    value = one.value / other.value
    return Figure(value, (one.parts - value * other.parts) / other.value)


def error_of(parts: Floats, account: Accounts) -> tuple[float, int]:
    """The standard error that parts make by account (sandwich estimate), and how many accounts have any part in it."""
    sums = _by_account(parts, account)
    return _error(sums), len(sums)


def less(new: Figure, old: Figure) -> Figure:
    """One figure less another of the same leads, with what each lead, or each replicate, has in that."""
    if old.again is not None and new.again is not None:
        return Figure(new.value - old.value, new.parts, again=new.again - old.again)
    return Figure(new.value - old.value, new.parts - old.parts)


def standard_error(figure: Figure, account: Accounts) -> float:
    """The standard error of a figure, by its replicates where it has any; NaN where it is not known."""
    if figure.again is None:
        return error_of(figure.parts, account)[0]
    known = figure.again[~np.isnan(figure.again)]
    return float(known.std(ddof=1)) if len(known) > 1 else math.nan


def is_nothing(figure: Figure) -> bool:
    """Whether a difference is 0 of each lead, and in each replicate, and so not by chance."""
    parts = figure.parts if figure.again is None else figure.again
    return not figure.value and not parts.any()


def _by_account(parts: Floats, account: Accounts) -> Floats:
    """What the leads of each account bring, of those that bring anything."""
    sums: Floats = np.bincount(account, weights=parts).astype(np.float64) if len(parts) else np.zeros(0)
    found: Floats = sums[sums != 0]
    return found


def _error(sums: Floats) -> float:
    groups = len(sums)
    return math.sqrt(float((sums**2).sum()) * groups / (groups - 1)) if groups > 1 else math.nan


def _student(sums: Floats) -> float:
    """Student's quantile for how well the variance is known that the squares of accounts add up to.

    Its degrees of freedom are Satterthwaite's (1946), 2 × variance² / variance of the variance: for sums all of one size as
    many as there are accounts, less 1; where a few make up all of it, as where two rule sets differ in few leads, about
    twice as many as these.
    """
    squares = sums**2
    groups, total = len(squares), float(squares.sum())
    spread = float((squares**2).sum()) - total**2 / max(1, groups)
    return student(max(1, groups - 1) if spread <= 0 else max(1, min(groups - 1, int(2 * total**2 / spread))))


def _of_replicates(again: Floats) -> float:
    """How far Student's limits lie from a figure with replicates; NaN where fewer than two have a value.

    Their own mean is no better than the figure: leads of an account that is drawn twice come at one time, of which a full
    queue makes less, or more, on average. Their spread is that of samples.
    """
    known = again[~np.isnan(again)]
    return student(len(known) - 1) * float(known.std(ddof=1)) if len(known) > 1 else math.nan


def estimate(figure: Figure | None, account: Accounts) -> Estimate:
    """A figure with its 95 % interval, of the kind its law asks for; that of a sum of contributions for what is normal.

    `account` (leads,): numbers from 0 without large gaps. What fewer than two accounts have a part in has no interval,
    but for shares and areas.
    """
    if figure is None or math.isnan(figure.value):
        return NOTHING
    if figure.again is not None:
        half = _of_replicates(figure.again)
        return _between(figure.value, half, half, figure.least, figure.most)
    if figure.law == "quantile":
        return _of_quantile(figure, account)
    sums = _by_account(figure.parts, account)
    error = _error(sums)
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
    wider, (down, up) = _student(sums) / Z, limits(sums)
    return _between(figure.value, wider * down, wider * up, figure.least, figure.most)


def _between(value: float, down: float, up: float, least: float = -math.inf, most: float = math.inf) -> Estimate:
    """A figure with how far its limits are, which lie between the least and the most that there can be."""
    if math.isnan(down):
        return Estimate(value, None, None)
    return Estimate(value, max(value - down, least), min(value + up, most))


def _of_quantile(figure: Figure, account: Accounts) -> Estimate:
    """A quantile with the values that so many lie below as the share may be taken for q (Woodruff 1952).

    By order statistics, those in between interpolated (Hazen); leads of accounts that are alike count as fewer. Too few leads
    have no value so low or so high.
    """
    assert figure.taken is not None
    own, q = figure.taken.values[figure.taken.weight > 0], figure.trials
    alone, alike = (float((parts * parts).sum()) for parts in (figure.parts, _by_account(figure.parts, account)))
    half = Z * math.sqrt(q * (1 - q) / len(own) * (max(1.0, alike / alone) if alone else 1.0))
    if q - half < 0.5 / len(own) or q + half > 1 - 0.5 / len(own):
        return Estimate(figure.value, None, None)
    low, high = np.quantile(own, [q - half, q + half], method="hazen")
    return Estimate(figure.value, float(low), float(high))


def difference(new: Figure | None, old: Figure | None, account: Accounts) -> Estimate:
    """By how much one figure is above another on the same leads: paired.

    Exactly 0, from 0 to 0, where both say the same of every lead. Between two means or two quantiles it has the limits
    of what few leads make; all else has Student's interval.
    """
    if new is None or old is None:
        return NOTHING
    if old.taken is not None and new.taken is not None:
        return _of_few(new, old, account)
    found, parts = new.value - old.value, new.parts - old.parts
    if old.again is not None and new.again is not None:
        again = new.again - old.again
        half = _of_replicates(again) if found or np.nan_to_num(again).any() else 0.0
        return _between(found, half, half)
    if not found and not parts.any():
        return Estimate(0.0, 0.0, 0.0)
    sums = _by_account(parts, account)
    half = _student(sums) * _error(sums)
    return _between(found, half, half)


def _of_few(new: Figure, old: Figure, account: Accounts) -> Estimate:
    """A difference that the few leads make of which rules say something else.

    Its limits are those of a sum, as if the next lead could bring as much as the rules allow (`reach`), so that what none
    of a few leads has done is not taken for impossible.
    """
    found, parts = new.value - old.value, new.parts - old.parts
    down, up = _one_more(new, old)
    if not (parts.any() or down or up):
        return Estimate(0.0, 0.0, 0.0)
    if _lone(new, old, account):
        return Estimate(found, None, None)
    ends = old.taken.ends if old.taken else None
    widest = ends[1] - ends[0] if ends else math.inf
    return _between(found, *limits(_by_account(parts, account), down, up), -widest, widest)


def _one_more(new: Figure, old: Figure) -> tuple[float, float]:
    """By how much one more lead could lower and raise the difference: of quantiles as much as one that changes sides."""
    assert old.taken is not None and new.taken is not None
    if "quantile" not in (old.law, new.law):
        return reach(old.taken, old.value, new.taken, new.value)
    step = 0.0 if old.taken.same(new.taken) else float(max(np.ptp(old.parts), np.ptp(new.parts)))
    return step, step


def _lone(new: Figure, old: Figure, account: Accounts) -> bool:
    """Whether all leads that either figure is taken of are of one account."""
    assert old.taken is not None and new.taken is not None
    among = account[(old.taken.weight > 0) | (new.taken.weight > 0)]
    return bool(among.min() == among.max())
