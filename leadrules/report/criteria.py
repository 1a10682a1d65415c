"""What criteria are worth, in words: who they fire for, what hangs on them, and which have points in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import show_number
from leadrules.judging.criteria import Criteria, Inversion, Worth
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

BETWEEN = "95 % interval"


def criteria_grid(criteria: Criteria) -> Grid:
    """A row each criterion. Where none has a Shapley value there is room for how well lifts are known."""
    scores = {worth.criterion.partition(".")[0] for worth in criteria.worth}
    drawn = any(worth.shapley.value is not None for worth in criteria.worth)
    rows = [tuple(_row(worth, len(scores) == 1, drawn)) for worth in criteria.worth]
    lift, shapley = (("lift",), ("Shapley",)) if drawn else (("lift", BETWEEN), ())
    heads = ("criterion", "points", "fires for", *lift, "decides", "AUC without", *shapley, "effect", BETWEEN)
    return Grid(heads, rows, tuple(range(1, len(heads) - 1)))


def _row(worth: Worth, short: bool, drawn: bool) -> Iterator[str]:
    """`short`: without the score, where all belong to one."""
    yield worth.criterion.partition(".")[2] if short else worth.criterion
    yield show_number(round(worth.points, 2))
    yield _share(worth.fired)
    yield _plain(worth.lift, "{:.2f}")
    if not drawn:
        yield _between(worth.lift, "{:.2f}")
    yield _share(worth.influence)
    yield _plain(worth.auc_without, "{:+.4f}")
    if drawn:
        yield _plain(worth.shapley, "{:+.4f}")
    yield _plain(worth.effect, "{:+.2f}")
    yield _between(worth.effect)


def criteria_notes(criteria: Criteria) -> Iterator[str]:
    """What the columns mean, what is superfluous, and what is in the wrong order."""
    yield (
        f"Criteria: {criteria.judged:,} judged leads, against {criteria.target}. Points are the mean where a criterion "
        "gives any; lift is the win rate where it fires over that of all."
    )
    yield " ".join(_columns(criteria))
    if not criteria.exact:
        yield "These scores are more than sums of points: there are no Shapley values."
    for worth in criteria.worth:
        if worth.notes:
            yield f"`{worth.criterion}` {', '.join(worth.notes)}."
    if criteria.inversions:
        yield "In the wrong order, surely (Holm, 5 % for all pairs together):"
        yield from (f"  {inversion_line(inversion)}" for inversion in criteria.inversions)
    else:
        yield "No two criteria have points that are surely in the wrong order."


def _columns(criteria: Criteria) -> Iterator[str]:
    yield (
        "`decides` is the share of leads whose tier at the landmark changes without it; the effect is by how much it "
        "raises the log-odds to win, all other criteria being the same."
    )
    if criteria.few:
        yield (
            f"It has none unless {criteria.few} accounts win and {criteria.few} do not, both with the criterion and "
            "without it."
        )
    if criteria.replayed < criteria.judged:
        yield f"`decides` and the AUC without it are of {criteria.replayed:,} of these leads."


def inversion_line(inversion: Inversion) -> str:
    """`newsletter +10 is worth less than pricing +5`, with the difference of the effects."""
    more, less = (
        f"{n} {p:+.4g}" for n, p in ((inversion.more, inversion.more_points), (inversion.less, inversion.less_points))
    )
    d = inversion.difference
    return f"{more} is worth less than {less}: by {_plain(d, '{:.2f}')} log-odds ({_between(d)})"


def _share(estimate: Estimate) -> str:
    return "–" if estimate.value is None else f"{estimate.value:.1%}"


def _plain(estimate: Estimate, form: str) -> str:
    return "–" if estimate.value is None else form.format(estimate.value)


def _between(estimate: Estimate, form: str = "{:+.2f}") -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{form.format(estimate.low)} to {form.format(estimate.high)}"
