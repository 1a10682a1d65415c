"""How a rule set fares as time goes on, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.judging.comparison import Compared
from leadrules.judging.measure_capacity import AtCapacity
from leadrules.judging.stability import Stability
from leadrules.report.figures import UNKNOWN, change, interval, interval_of_change, shown
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

TOLD = ("auc", "expected auc", "precision at top", "expected precision at top", "lift")


def cohorts_grid(stability: Stability) -> Grid:
    """A row each cohort."""
    tier = stability.tier
    heads = ("leads from", "leads", "index", "95 % interval", "ROC AUC", "95 % interval", "win")
    more = (f"in {tier}", f"of {tier} win") if tier else ()
    rows = []
    for each in stability.cohorts:
        row = (each.since, f"{each.leads:,}", *_both(each.index), *_both(each.auc), shown(each.win_rate, "share"))
        rows.append((*row, *(shown(part, "share") for part in ((each.share, each.precision) if tier else ()))))
    return Grid((*heads, *more), rows, (1, 2, 4, 6, 7, 8)[: 4 + len(more)])


def cohorts_notes(stability: Stability) -> Iterator[str]:
    """What a cohort is, and what the index means."""
    yield (
        f"Leads by when they come, {stability.days} days together, and what is left in the last row; scored and judged at their "
        "landmark. Index: population stability index of the scores against the first row; leads that are alike have a small one by chance, and its interval then "
        "begins at 0."
    )


def changes_grid(changes: Sequence[Compared], tier: str) -> Grid:
    """What the dated changes of a market do to the figures at the landmark."""
    names = (*TOLD, *((f"share of {tier}", f"precision of {tier}", f"recall of {tier}") if tier else ()))
    rows = []
    for one in changes:
        if one.name in names:
            told = change(one.difference, one.kind), interval_of_change(one.difference, one.kind)
            rows.append((one.title, shown(one.old, one.kind), shown(one.new, one.kind), *told))
    return Grid(("what changes of the market do", "without", "with", "difference", "95 % interval"), rows, (1, 2, 3))


def capacity_grid(weeks: Sequence[AtCapacity]) -> Grid:
    """A row each week."""
    rows = [
        (
            each.since,
            f"{each.leads:,}",
            f"{each.capacity:,}",
            shown(each.precision, "share"),
            interval(each.precision, "share"),
            shown(each.expected, "share"),
        )
        for each in weeks
    ]
    return Grid(("week from", "leads", "calls", "of the best win", "95 % interval", "by P(won)"), rows, (1, 2, 3, 5))


CAPACITY_NOTE = (
    "Leads whose landmark lies in a week, and what share wins in time of as many of the best as can be called in it; all of "
    "them where they are fewer. Of leads with one score at the cut each counts in part."
)


def _both(estimate: Estimate) -> tuple[str, str]:
    """A figure and its interval, in few letters."""
    if estimate.value is None:
        return "–", "–"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f}", UNKNOWN
    return f"{estimate.value:.3f}", f"{estimate.low:.3f} to {estimate.high:.3f}"
