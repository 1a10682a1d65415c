"""A market to the coverage of every interval: how many of many samples have an interval that holds the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import asdict, replace

from leadrules.judging import ratings
from leadrules.judging.compare import measured
from leadrules.judging.figure import Figure, difference, estimate
from leadrules.judging.measure import Showing
from leadrules.judging.ratings import Paths, Ratings
from leadrules.judging.sample import Sample
from leadrules.judging.show import TOP
from leadrules.judging.stack import stacked
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.metrics import Estimate
from tests.coverage.markets import Market

CHUNK = 16_384  # leads that are simulated at once, then cut into samples
TRUTH = 16  # chunks that the truth is taken from
NIL = 1e-12  # of what rounding leaves of 0
APART = 1_000_000  # their seeds begin here


class Told(Struct, frozen=True):
    """One figure, or difference, in one sample."""

    name: str
    law: str
    estimate: Estimate


class Coverage(Struct, frozen=True):
    """How one interval fares: `held` of `told` samples that have one hold the truth; it is `below` or `above` else.

    `nil`: further samples in which no lead makes a difference, so that 0 from 0 to 0 is told. `width`: of the interval, on
    average. `truth`: None where it is the mean of all samples, as that of a busy week is.
    """

    name: str
    law: str
    truth: float | None
    told: int
    held: int
    below: int
    above: int
    nil: int
    width: float

    @property
    def share(self) -> float:
        return self.held / self.told


class Study(Struct, frozen=True):
    """What the study found in one market."""

    title: str
    samples: int
    leads: int
    figures: tuple[Coverage, ...]


def study(market: Market, samples: int, first: int = 0) -> Study:
    """So many samples of a market, each with all its intervals. `first`: the seed of the first chunk."""
    truth, size = _truth(market)
    found: dict[str, list[Told]] = {}
    each = CHUNK // market.leads
    for chunk in range(-(-samples // each)):
        for pair in _samples(market, first + chunk):
            for told in _told(pair):
                found.setdefault(told.name, []).append(told)
    scale = market.leads / size
    figures = [covered(told[:samples], _scaled(truth, name, scale)) for name, told in found.items()]
    return Study(market.title, samples, market.leads, tuple(one for one in figures if one))


def _scaled(truth: Mapping[str, tuple[float, str]], name: str, scale: float) -> float | None:
    """The truth for so many leads; None of what a few leads show otherwise than many."""
    if name not in truth or "busy week" in name:
        return None
    value, kind = truth[name]
    return value * scale if kind == "count" else value


def _truth(market: Market) -> tuple[Mapping[str, tuple[float, str]], int]:
    """The figures of many leads, with their kinds, and how many leads those are."""
    chunks = [_tried(market, APART + chunk) for chunk in range(TRUTH)]
    leads = stacked([chunk[0].sample for chunk in chunks])
    old, new = (Showing(leads, ratings.joined([chunk[side].ratings for chunk in chunks]), TOP) for side in (0, 1))
    found = {}
    before = {measure.name: measure for measure in measured(old)}
    for measure in measured(new):
        one, other = before[measure.name].figure(), measure.figure()
        if one is not None:
            found[measure.name] = one.value, measure.kind
        if one is not None and other is not None:
            found[f"change of {measure.name}"] = other.value - one.value, measure.kind
    return found, len(leads)


def _tried(market: Market, seed: int) -> tuple[Showing, Showing]:
    tried = try_rules([market.old, market.new], market.world, Draws(seed), CHUNK, replayed=0)
    one, other = tried.ratings
    return Showing(tried.sample, one, TOP), Showing(tried.sample, other, TOP)


def _samples(market: Market, seed: int) -> Iterator[tuple[Showing, Showing]]:
    old, new = _tried(market, seed)
    for start in range(0, CHUNK, market.leads):
        at = slice(start, start + market.leads)
        leads = leads_at(old.sample, at)
        yield Showing(leads, rated_at(old.ratings, at), TOP), Showing(leads, rated_at(new.ratings, at), TOP)


def _told(pair: tuple[Showing, Showing]) -> Iterator[Told]:
    """Every figure of the old rules with its interval, and its change."""
    old, new = pair
    account = old.sample.account
    after = {measure.name: measure for measure in measured(new)}
    for measure in measured(old):
        one, other = measure.figure(), after[measure.name].figure()
        yield Told(measure.name, _law(one), estimate(one, account))
        yield Told(f"change of {measure.name}", _paired(one), difference(other, one, account))


def _law(figure: Figure | None) -> str:
    return "normal" if figure is None else figure.law


def _paired(figure: Figure | None) -> str:
    if figure is None:
        return "normal"
    return "difference" if figure.taken is None else "difference of means"


def covered(told: Sequence[Told], truth: float | None) -> Coverage | None:
    """How the intervals of one figure fare; None where there is nothing to hold, or it never changes."""
    rows = [
        (one.estimate.value, one.estimate.low, one.estimate.high)
        for one in told
        if one.estimate.value is not None and one.estimate.low is not None and one.estimate.high is not None
    ]
    values = np.array(rows, np.float64).reshape(-1, 3)
    if not len(values) or (values[:, 2] - values[:, 1]).max() == 0:
        return None
    nil = (values[:, 1] == 0) & (values[:, 2] == 0)
    at = float(values[:, 0].mean()) if truth is None else truth
    values = values[~nil]
    below, above = int(np.count_nonzero(values[:, 2] < at - NIL)), int(np.count_nonzero(values[:, 1] > at + NIL))
    law = next((one.law for one in told if one.law != "normal"), "normal")
    width = float((values[:, 2] - values[:, 1]).mean())
    return Coverage(
        told[0].name, law, truth, len(values), len(values) - below - above, below, above, int(nil.sum()), width
    )


# Parts of a sample


def leads_at(whole: Sample, at: slice) -> Sample:
    """Some neighbouring leads of a sample, as a sample."""
    names = ("arrival", "landmark", "ended", "outcome", "judged", "target", "worth")
    account = whole.account[at]
    return replace(
        whole,
        **{name: getattr(whole, name)[at] for name in names},
        account=account - account.min(),
        entered=whole.entered[:, at],
        chance=None if whole.chance is None else whole.chance[at],
        segments={name: codes[at] for name, codes in whole.segments.items()},
    )


def rated_at(whole: Ratings, at: slice) -> Ratings:
    """What is said of them."""
    paths = None
    if whole.paths is not None:
        paths = Paths(*(column[..., at] for column in asdict(whole.paths).values()))
    return replace(
        whole, score=whole.score[at], tier=whole.tier[at], points=whole.points[:, at], paths=paths, without=None
    )
