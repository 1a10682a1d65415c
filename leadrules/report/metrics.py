"""Metrics in words: how a rule set ranks leads, with every definition beside its figure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from leadrules.dsl.quantity import SECOND, show_duration
from leadrules.judging.metrics import Metrics
from leadrules.report.figures import interval, shown
from leadrules.report.grid import Grid, draw_grid, html_grid, html_lines
from leadrules.report.sales import sales_grid, sales_notes
from leadrules.simulator.metrics import Estimate

TIER_HEADS = ("tier", "leads", "share", "95 % interval", "win rate", "95 % interval")


def draw_metrics(metrics: Metrics, width: int = 100) -> str:
    """The metrics as text for the terminal."""
    tables = [draw_grid(grid, width) for grid in _grids(metrics)]
    return "\n".join([_title(metrics), "", *_definition(metrics), "", "\n\n".join(tables), "", *_notes(metrics)])


def html_metrics(metrics: Metrics) -> str:
    """The metrics as HTML, for a notebook."""
    tables = [html_grid(grid) for grid in _grids(metrics)]
    title = f"<h4>{escape(_title(metrics))}</h4>"
    return title + html_lines([*_definition(metrics)]) + "".join(tables) + html_lines([*_notes(metrics)])


def _title(metrics: Metrics) -> str:
    return f"{metrics.ruleset} in the market {metrics.scenario}"


def _grids(metrics: Metrics) -> Iterator[Grid]:
    """The figures of the ranking, and those of each tier where there are tiers."""
    figures = [
        ("ROC AUC", metrics.roc_auc, "number"),
        ("average precision", metrics.average_precision, "number"),
        (f"precision at the best {metrics.top_share:.0%}", metrics.precision_at_top, "share"),
        (f"lift at the best {metrics.top_share:.0%}", metrics.lift_at_top, "number"),
        ("won of all judged", metrics.base_rate, "share"),
    ]
    rows = [(name, *_shown(estimate, kind)) for name, estimate, kind in figures]
    yield Grid(("ranking", "value", "95 % interval"), rows, (1,))
    if metrics.tiers:
        yield Grid(TIER_HEADS, [*_tiers(metrics)], (1, 2, 4))
    if metrics.sales:
        yield sales_grid(metrics.sales)


def _definition(metrics: Metrics) -> Iterator[str]:
    landmark, window = show_duration(metrics.landmark * SECOND), show_duration(metrics.window * SECOND)
    yield f"{metrics.leads:,} leads simulated with seed {metrics.seed}, scored by `{metrics.ranking}` {landmark} after arrival."
    yield f"Target: won within {window} after that, without any call by sales, among leads still open then."
    yield f"{metrics.judged:,} leads are judged, {metrics.won:,} of them win."
    yield f"Not judged: {metrics.ended:,} had an outcome before, {metrics.late:,} are younger than that at the end."


def _shown(estimate: Estimate, kind: str) -> tuple[str, str]:
    if estimate.value is None:
        return "–", "cannot be said: not enough leads won and lost"
    return shown(estimate, kind), interval(estimate, kind)


def _tiers(metrics: Metrics) -> Iterator[tuple[str, ...]]:
    for tier in metrics.tiers:
        rate = _shown(tier.win_rate, "share") if tier.leads else ("–", "no lead is in it")
        yield (tier.tier, f"{tier.leads:,}", *_shown(tier.share, "share"), *rate)


def _notes(metrics: Metrics) -> Iterator[str]:
    alone = metrics.account_size <= 1
    yield "Intervals: DeLong for ROC AUC (Newcombe where leads are few), Wilson for rates, and by how much each lead moves a"
    yield f"figure for the rest{'.' if alone else '; all of them summed by account.'}"
    if metrics.sales:
        yield "Those of the queue and of what is expected: bootstrap over accounts, with the queue run anew; those of wins and"
        yield "of what they paid: sums by account."
    yield "They tell how far chance alone could move a figure, not how far the market is the real one."
    if metrics.sales:
        yield from sales_notes(metrics.sales)
