"""How leads go through tiers and stages to charts: how soon they get hot, and in which tier they come to each stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.quantity import show_count
from leadrules.judging.comparison import UNKNOWN, FunnelRow, Reached
from leadrules.report.charts import Chart, Row, Spec, axis, band, drawing, line, targets, told
from leadrules.report.charts_of_curves import tier_colours
from leadrules.report.figures import interval, shown
from leadrules.report.funnel import NOTES, funnel_grid
from leadrules.report.grid import Grid

HEADS = ("days after arrival", "old", "95 % interval", "new", "95 % interval")
MONTH = 30


def time_chart(old: Sequence[Reached], new: Sequence[Reached], best: str) -> Chart:
    """What share of the leads has been in the best tier by so many days after arrival."""
    x = axis("at", "days after arrival", tickMinStep=1)
    words = f"share of the leads that have been {best}"
    y = axis("value", words, "%", scale={"zero": True})
    rows = [row for side, reached in (("old", old), ("new", new)) for row in _rows(side, reached)]
    layers = [band(x, words, "%"), line(x, y), targets(x, y, "place", "side", "told")]
    cells = [(str(one.days), *_both(one), *_both(other)) for one, other in zip(old, new, strict=True)]
    title = f"How soon leads get {best}"
    note = "The share of all leads that got so far before any outcome (Aalen and Johansen: whom the market ends on counts for as long as it is seen)."
    for one, other in zip(old, new, strict=True):
        if one.days == MONTH:
            title = f"{shown(other.share, 'share')} of the leads get {best} within {MONTH} days (old {shown(one.share, 'share')})"
    return Chart("time", title, note, drawing(rows, layers), Grid(HEADS, cells, range(len(HEADS))))


def _rows(side: str, reached: Sequence[Reached]) -> Iterator[Row]:
    for one in reached:
        share = one.share
        ends = {"value": share.value, "low": share.low, "high": share.high}
        said = {
            "place": f"within {show_count(one.days, 'day')}",
            "told": f"{shown(share, 'share')} ({interval(share, 'share')})",
        }
        yield {"side": side, "at": one.days} | ends | said


def _both(reached: Reached) -> tuple[str, str]:
    return shown(reached.share, "share"), interval(reached.share, "share")


def funnel_charts(old: Sequence[FunnelRow], new: Sequence[FunnelRow], tiers: Sequence[str]) -> Iterator[Chart]:
    """In which tier leads come to each stage, a chart for each rule set. `tiers`: of the new rules, highest first."""
    stages = list(dict.fromkeys(row.stage for row in (*old, *new)))
    for side, rows in (("old", old), ("new", new)):
        own = [
            tier
            for tier in dict.fromkeys((*tiers, *(r.tier for r in rows if r.tier != UNKNOWN), UNKNOWN))
            if any(r.tier == tier for r in rows)
        ]
        layer: Spec = {
            "mark": {"type": "bar", "height": {"band": 0.7}},
            "encoding": {
                "x": axis("leads", "leads that come to it", ",.0f", stack="zero"),
                "y": {"field": "stage", "type": "nominal", "sort": stages, "axis": {"title": None}},
                "color": tier_colours(own),
                "order": {"field": "place", "type": "quantitative"},
                "tooltip": told("stage", "tier", "count", "lost", "win"),
            },
        }
        data = [_funnel_row(row, own.index(row.tier)) for row in rows]
        height = 40 + 34 * len(stages)
        title = f"Who comes to each stage, by tier so far: {side} rules"
        yield Chart(
            f"funnel-{side}",
            title,
            " ".join(NOTES),
            drawing(data, [layer], height),
            funnel_grid(rows),
            False,
            tuple(own),
        )


def _funnel_row(row: FunnelRow, place: int) -> Row:
    said = {"lost": f"{shown(row.stopped, 'share')} are lost there", "win": f"{shown(row.won, 'share')} win"}
    return {
        "stage": row.stage,
        "tier": row.tier,
        "place": place,
        "leads": row.leads,
        "count": show_count(row.leads, "lead"),
    } | said
