"""Two showings of the same leads to a comparison: every difference is paired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from leadrules.judging.changes import crossing, migration, most_moved, stability_index
from leadrules.judging.comparison import Compared, Comparison, Storm
from leadrules.judging.figure import difference, estimate
from leadrules.judging.measure import Measure, Measures, Showing
from leadrules.judging.measure_funnel import funnel, measure_funnel
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.measure_thresholds import measure_thresholds, time_to_hot
from leadrules.judging.ratings import Paths
from leadrules.judging.verdict import verdict

MEASURES: Sequence[Measures] = (measure_ranking, measure_thresholds, measure_funnel)


def compare(
    old: Showing,
    new: Showing,
    names: tuple[str, str],
    source: str,
    seed: int | None,
    times: tuple[float, float],
    inputs: Mapping[str, str],
    storm: Storm | None = None,
) -> Comparison:
    """All that changes between two rule sets. `times`: landmark and window in seconds. `inputs`: hashes by name."""
    sample = old.sample
    figures = tuple(compared(old, new))
    same = _same(old, new)
    tiered = len(old.ratings.tiers) > 1 and len(new.ratings.tiers) > 1
    return Comparison(
        old=names[0],
        new=names[1],
        source=source,
        seed=seed,
        leads=len(sample),
        judged=int(np.count_nonzero(sample.judged)),
        won=int(np.count_nonzero(sample.target)),
        landmark=times[0],
        window=times[1],
        inputs=inputs,
        same=same,
        verdict=verdict(figures, same),
        figures=figures,
        migration=migration(old, new) if tiered else None,
        psi=stability_index(old, new),
        entered=crossing(new, old, 1.0) if tiered else None,
        left=crossing(old, new, -1.0) if tiered else None,
        moved=most_moved(old, new),
        storm=storm,
        funnel=(funnel(old), funnel(new)),
        time_to_hot=(time_to_hot(old), time_to_hot(new)),
    )


def measured(showing: Showing) -> Iterator[Measure]:
    """Everything that is measured of a rule set."""
    for measures in MEASURES:
        yield from measures(showing)


def compared(old: Showing, new: Showing) -> Iterator[Compared]:
    """Each figure that both rule sets have, worked out for both and then forgotten but for the estimates."""
    account = old.sample.account
    before = {measure.name: measure for measure in measured(old)}
    for measure in measured(new):
        if measure.name not in before:
            continue
        one, other = before[measure.name].figure(), measure.figure()
        yield Compared(
            measure.name,
            measure.title,
            measure.group,
            measure.kind,
            measure.better,
            estimate(one, account),
            estimate(other, account),
            difference(other, one, account),
        )


def _same(old: Showing, new: Showing) -> bool:
    """Whether two rule sets say the same of every lead: score, tier, and all that tiers went through."""
    one, other = old.ratings, new.ratings
    if one.tiers != other.tiers:
        return False
    if not (np.array_equal(one.score, other.score) and np.array_equal(one.tier, other.tier)):
        return False
    paths = one.paths, other.paths
    return all(np.array_equal(getattr(paths[0], name), getattr(paths[1], name)) for name in Paths.__struct_fields__)
