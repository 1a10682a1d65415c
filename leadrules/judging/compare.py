"""Two showings of the same leads to a comparison: every difference is paired."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.judging.changes import crossing, migration, most_moved
from leadrules.judging.comparison import Compared, Comparison
from leadrules.judging.conclude import conclude
from leadrules.judging.figure import Accounts, difference, estimate
from leadrules.judging.find_storm import find_storm
from leadrules.judging.judge_bands import judge_bands
from leadrules.judging.judge_segments import judge_segments
from leadrules.judging.measure import Measure, Measures, Showing
from leadrules.judging.measure_capacity import measure_capacity
from leadrules.judging.measure_funnel import funnel, measure_funnel
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.measure_sales import measure_sales
from leadrules.judging.measure_stability import measure_stability
from leadrules.judging.measure_thresholds import measure_thresholds, time_to_hot
from leadrules.judging.ratings import Paths
from leadrules.judging.stability_index import index_of_change
from leadrules.simulator.metrics import Estimate
from leadrules.simulator.threads import in_order

Table = TypeVar("Table")
MEASURES: Sequence[Measures] = (
    measure_ranking,
    measure_capacity,
    measure_thresholds,
    measure_funnel,
    measure_sales,
    measure_stability,
)


class Asked(Struct, frozen=True, kw_only=True):
    """What a comparison is about, as its result says it.

    `landmark` and `window` in seconds. `margins`: for figures by name, the largest difference that is not material.
    The rest is what it is in a `Comparison`.
    """

    old: str
    new: str
    source: str
    seed: int | None
    landmark: float
    window: float
    inputs: Mapping[str, str] = {}
    versions: Mapping[str, str] = {}
    command: str = ""
    margins: Mapping[str, float] = {}


def compare(old: Showing, new: Showing, asked: Asked, more: Iterable[Compared] = ()) -> Comparison:
    """All that changes between two rule sets. `more`: figures of other leads than those of the sample."""
    sample = old.sample
    figures = (*compared(old, new), *more)
    tiered = len(old.ratings.tiers) > 1 and len(new.ratings.tiers) > 1
    best = new.ratings.tiers[0] if tiered and named_as(old, new).ratings.tiers[0] == new.ratings.tiers[0] else None
    alike = _alike(old, new)
    declared = _declared(old, new) if alike else ()
    return Comparison(
        old=asked.old,
        new=asked.new,
        source=asked.source,
        seed=asked.seed,
        leads=len(sample),
        judged=int(np.count_nonzero(sample.judged)),
        won=int(np.count_nonzero(sample.target)),
        landmark=asked.landmark,
        window=asked.window,
        inputs=asked.inputs,
        versions=asked.versions,
        command=asked.command,
        same=_same(alike, declared, old),
        declared=declared,
        figures=figures,
        claims=conclude(figures, best, asked.margins),
        migration=migration(old, new) if tiered else None,
        psi=_psi(old, new),
        entered=crossing(new, old, 1.0) if tiered else None,
        left=crossing(old, new, -1.0) if tiered else None,
        moved=most_moved(old, new),
        storm=find_storm(old, new) if tiered else None,
        funnel=both(funnel, old, new),
        time_to_hot=both(time_to_hot, old, new),
        bands=both(judge_bands, old, new),
        segments=both(judge_segments, old, new),
        sales=(old.worked.policy, new.worked.policy) if old.worked and new.worked else None,
    )


def both(work: Callable[[Showing], Table], old: Showing, new: Showing) -> tuple[Table, Table]:
    """What is made of each of two showings."""
    one, other = in_order(work, (old, new))
    return one, other


def measured(showing: Showing, by: Sequence[Measures] = MEASURES) -> Iterator[Measure]:
    """Everything that is measured of a rule set."""
    for measures in by:
        yield from measures(showing)


def compared(old: Showing, new: Showing, by: Sequence[Measures] = MEASURES) -> Iterator[Compared]:
    """Each figure that both rule sets have, worked out for both and then forgotten but for the estimates.

    The best tiers belong together where one has got another name.
    """
    yield from paired(measured(named_as(old, new), by), measured(new, by), old.sample.account)


def paired(old: Iterable[Measure], new: Iterable[Measure], account: Accounts) -> Iterator[Compared]:
    """Each of the measures that both rule sets have, of leads of these accounts."""
    before = {measure.name: measure for measure in old}
    pairs = [(before[measure.name], measure) for measure in new if measure.name in before]
    yield from in_order(lambda pair: _compared(*pair, account), pairs)


def named_as(old: Showing, new: Showing) -> Showing:
    """The old rules with their best tier called as in the new ones, where neither name stands for another tier."""
    names, others = old.ratings.tiers, new.ratings.tiers
    if not names or not others or names[0] in others or others[0] in names:
        return old
    return replace(old, ratings=replace(old.ratings, tiers=(others[0], *names[1:])))


def _compared(old: Measure, new: Measure, account: Accounts) -> Compared:
    one, other = old.figure(), new.figure()
    return Compared(
        new.name,
        new.title,
        new.group,
        new.kind,
        new.better,
        estimate(one, account),
        estimate(other, account),
        difference(other, one, account),
        new.size,
    )


def _psi(old: Showing, new: Showing) -> Estimate | None:
    """How far the scores of the judged leads lie from what they were; None where there is no index."""
    judged, scores = old.sample.judged, (old.ratings.score, new.ratings.score)
    found = index_of_change(*scores, judged)
    if found is None:
        return None
    if np.array_equal(scores[0][judged], scores[1][judged]):
        return Estimate(0.0, 0.0, 0.0)
    return estimate(found, old.sample.account)


def _same(alike: bool, declared: Sequence[str], old: Showing) -> bool | None:
    """Whether two rule sets do the same; None where they do to every lead, but no lead is judged: that shows nothing."""
    if not alike or declared:
        return False
    return True if old.sample.judged.any() else None


def _declared(old: Showing, new: Showing) -> tuple[str, ...]:
    """What is declared of tiers and is another, whatever becomes of leads."""
    promised = [showing.worked.policy.contact if showing.worked else None for showing in (old, new)]
    told = {"the promised contact": promised[0] != promised[1], "what steps set off": old.actions != new.actions}
    return tuple(what for what, differs in told.items() if differs)


def _alike(old: Showing, new: Showing) -> bool:
    """Whether score, tier, and all that tiers went through are equal."""
    one, other = old.ratings, new.ratings
    if one.tiers != other.tiers:
        return False
    if not (np.array_equal(one.score, other.score) and np.array_equal(one.tier, other.tier)):
        return False
    if old.worked and new.worked and not np.array_equal(old.worked.served, new.worked.served):
        return False
    paths = one.paths, other.paths
    if paths[0] is None or paths[1] is None:  # in a log leads are looked at at their landmarks alone
        return paths[0] is paths[1]
    return all(np.array_equal(getattr(paths[0], name), getattr(paths[1], name)) for name in Paths.__struct_fields__)
