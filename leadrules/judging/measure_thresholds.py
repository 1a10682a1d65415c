"""A showing to measures of its tiers: whom they hold, when leads get hot, how steady that is, and how many it makes a week."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.judging.comparison import Reached
from leadrules.judging.figure import Bools, Figure, estimate, mean_of, ratio_of, share_of, times, total_of
from leadrules.judging.incidence import Incidence, incidence
from leadrules.judging.measure import Kind, Measure, Showing, Size
from leadrules.judging.quantile import busy_week, quantile_of
from leadrules.judging.ratings import Paths
from leadrules.simulator.population import Floats

DAY = 86_400
WEEK = 7 * DAY
BUSY = 0.8
MONTH, QUARTER = 30 * DAY, 90 * DAY
DAYS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 150, 180, 270, 365)  # where curves are drawn


def measure_thresholds(showing: Showing) -> Iterator[Measure]:
    """Each tier at the landmark; then, where paths are known, the way into the tiers, and how long leads stay there."""
    names = showing.ratings.tiers
    if len(names) < 2:
        return
    for place, name in enumerate(names):
        yield from _at_landmark(showing, place, name)
    paths = showing.ratings.paths
    if paths is None:
        return
    yield from _first_time(showing, paths, names[0])
    yield from measure_ways(paths, names, showing.sample.horizon)


def measure_ways(paths: Paths, names: Sequence[str], horizon: int) -> Iterator[Measure]:
    """How many leads get into each tier, and how steadily: what can be said of leads whatever becomes of them."""
    for place, name in enumerate(names):
        yield from _volume(horizon, paths, place, name)
    yield from _steadiness(paths, names[0])
    for place, name in enumerate(names):
        yield _measure(f"time in {name}", f"share of time in {name}", "share", 0, partial(_time_in, paths, place))


def _measure(
    name: str, title: str, kind: Kind, better: int, figure: Callable[[], Figure | None], size: Size = "any"
) -> Measure:
    return Measure(name, title, "thresholds", kind, better, figure, size)


def _at_landmark(showing: Showing, place: int, name: str) -> Iterator[Measure]:
    """Whom a tier holds at the landmark: of the judged leads, judged by who wins in time."""
    sample, tier = showing.sample, showing.ratings.tier
    best = int(place == 0)

    def precision() -> Figure | None:
        return sample.share(sample.target, sample.judged & (tier == place))

    def expected() -> Figure | None:
        return None if sample.chance is None else mean_of(sample.chance, sample.judged & (tier == place))

    yield _measure(f"precision of {name}", f"{name} at the landmark: win in time", "share", best, precision)
    if sample.chance is not None:
        title = f"{name} at the landmark: win, by P(won)"
        yield _measure(f"expected precision of {name}", title, "share", best, expected)
    yield _measure(
        f"recall of {name}",
        f"winners in time that are {name} at the landmark",
        "share",
        best,
        lambda: sample.share(tier == place, sample.judged & sample.target),
    )
    yield _measure(
        f"share of {name}",
        f"{name} at the landmark",
        "share",
        0,
        lambda: sample.share(tier == place, sample.judged),
    )


def _first_time(showing: Showing, paths: Paths, name: str) -> Iterator[Measure]:
    """The first time in the best tier, against what becomes of leads untreated."""
    sample = showing.sample
    hot, ended = paths.hot, sample.ended

    def ever() -> Bools:
        return hot >= 0

    def before() -> Bools:
        return ever() & (hot < ended)

    def winners() -> Bools:  # of later ones it is not seen whether they get hot
        return sample.won & (ended <= sample.horizon)

    def ahead() -> Floats:
        return np.where(ever(), ended - hot, np.nan)

    yield _measure(
        f"precision at first {name}",
        f"ever {name}: win after it",
        "share",
        1,
        lambda: share_of(sample.won & before(), ever()),
    )
    yield _measure(
        f"winners {name} in time", f"winners {name} before they buy", "share", 1, lambda: share_of(before(), winners())
    )
    yield _measure(
        f"winners {name} too late",
        f"winners {name} only after they buy",
        "share",
        -1,
        lambda: share_of(ever() & ~before(), winners()),
    )
    yield _measure(f"winners never {name}", f"winners never {name}", "share", -1, lambda: share_of(~ever(), winners()))
    lead_time = f"lead time of {name} before purchase"
    yield _measure(lead_time, f"{lead_time}, mean", "duration", 1, lambda: mean_of(ahead(), before() & winners()))
    yield _measure(
        f"median {lead_time}",
        f"{lead_time}, median",
        "duration",
        1,
        lambda: quantile_of(ahead(), 0.5, before() & winners()),
    )
    yield _measure(
        f"{name} within 30 days",
        f"{name} within 30 days of arrival, before any outcome",
        "share",
        0,
        lambda: until_tier(showing, paths, 0).by(MONTH),
    )


def until_tier(showing: Showing, paths: Paths, place: int) -> Incidence:
    """How long leads take from arrival to a tier; those that win or are lost before it never get there as leads."""
    sample = showing.sample

    def since(ticks: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        return np.where(ticks >= 0, ticks - sample.arrival, np.int32(-1))

    return incidence(since(paths.first[place]), since(sample.ended), np.maximum(sample.horizon - sample.arrival, 0))


def time_to_hot(showing: Showing) -> tuple[Reached, ...]:
    """The share of leads that have been in the best tier, by days since their arrival within the horizon."""
    paths, sample = showing.ratings.paths, showing.sample
    if paths is None or len(showing.ratings.tiers) < 2:
        return ()
    found = until_tier(showing, paths, 0)
    days = [days for days in DAYS if days * DAY <= sample.horizon]
    return tuple(Reached(day, estimate(found.by(day * DAY), sample.account)) for day in days)


def _volume(horizon: int, paths: Paths, place: int, name: str) -> Iterator[Measure]:
    """How many leads get into a tier for the first time, over the whole horizon; the busy week among its full weeks."""
    first = paths.first[place]

    def every(span: int) -> Figure:
        return times(total_of((first >= 0).astype(np.float64)), span / horizon)

    yield _measure(f"{name} per day", f"{name} a day", "count", 0, lambda: every(DAY), "volume")
    yield _measure(f"{name} per week", f"{name} a week", "count", 0, lambda: every(WEEK), "volume")
    yield _measure(
        f"{name} in a busy week",
        f"{name} in a busy week (4 of 5 are quieter)",
        "count",
        0,
        lambda: busy_week(first, horizon // WEEK, WEEK, BUSY),
        "volume",
    )


def _steadiness(paths: Paths, name: str) -> Iterator[Measure]:
    """How often leads come and go."""

    def ups() -> Figure | None:
        found = ratio_of(paths.ups.astype(np.float64), paths.spent.sum(axis=0, dtype=np.float64) / QUARTER)
        return None if found is None else replace(found, least=0.0)

    def again() -> Figure | None:
        found = ratio_of(paths.again.astype(np.float64), paths.downs.astype(np.float64))
        return None if found is None else replace(found, law="share", trials=float(paths.downs.sum()))

    yield _measure(f"steps into {name}", f"steps into {name}, a lead and 90 days", "number", 0, ups)
    yield _measure(f"back in {name}", f"back in {name} within 7 days of leaving it", "share", -1, again)


def _time_in(paths: Paths, place: int) -> Figure | None:
    whole = paths.spent.sum(axis=0, dtype=np.float64)
    share = np.divide(paths.spent[place], whole, out=np.zeros(len(whole)), where=whole > 0)
    found = mean_of(share, weight=whole)
    return None if found is None else replace(found, law="logit", trials=float(len(paths.last)))
