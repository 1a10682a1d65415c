"""Curves to the charts of a comparison: scores, gains, calibration, weeks, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.quantity import show_count, show_number
from leadrules.judging.bands import Band, Bands
from leadrules.judging.curves import Curves, Histogram, Point
from leadrules.report.bands import BAND_HEADS, bands_grid
from leadrules.report.charts import Chart, Row, Spec, axis, band, by_side, drawing, line, targets, told
from leadrules.report.figures import change, interval, interval_of_change, shown
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

PAIRED = ("old", "95 % interval", "new", "95 % interval", "difference", "95 % interval")
SHADES = 5
TENTH = 0.1
ASIDE = 0.007


def charts_of(curves: Curves, best: str) -> Iterator[Chart]:
    """Every chart that there is data for. `best`: the best tier of the new rules."""
    yield from score_charts(curves.old_scores, curves.new_scores)
    yield gains_chart(curves.gains)
    if curves.weeks:
        yield weeks_chart(curves.weeks, curves.capacity, best)
    if curves.warning:
        yield warning_chart(curves.warning, best)


def score_charts(old: Histogram, new: Histogram) -> Iterator[Chart]:
    """The scores of both rule sets, one chart each, on the same axes."""
    highest = max(sum(column) for side in (old, new) for column in zip(*side.leads, strict=True))
    for side, histogram in (("old", old), ("new", new)):
        x = axis("from", "score", bin="binned")
        y = axis("leads", "leads", "~s", stack="zero", scale={"domain": [0, highest], "nice": True})
        order = {"field": "place", "type": "quantitative"}
        encoding = {
            "x": x,
            "x2": {"field": "to"},
            "y": y,
            "color": tier_colours(histogram.tiers),
            "order": order,
            "tooltip": told("scores", "tier", "count"),
        }
        layer: Spec = {"mark": {"type": "bar", "binSpacing": 1.5}, "encoding": encoding}
        rows = list(_score_rows(histogram))
        heads = ("scores", *(tier or "leads" for tier in histogram.tiers))
        grid = Grid(heads, list(_score_cells(histogram)), range(1, len(heads)))
        tiers = histogram.tiers if len(histogram.tiers) > 1 else ()
        note = "Judged leads by score at the landmark; the ends also hold what lies further out."
        yield Chart(
            f"scores-{side}", f"Scores under the {side} rules", note, drawing(rows, [layer], 220), grid, False, tiers
        )


def tier_colours(tiers: Sequence[str]) -> Spec:
    """Colours of tiers, the best one the strongest."""
    shades = [f"var(--tier-{shade(place, len(tiers))})" for place in range(len(tiers))]
    return {"field": "tier", "type": "nominal", "legend": None, "scale": {"domain": list(tiers), "range": shades}}


def shade(place: int, tiers: int) -> int:
    """Which of the page's shades a tier has: the first the best tier, the last the lowest."""
    return round(place * (SHADES - 1) / max(1, tiers - 1))


def _span(histogram: Histogram, number: int) -> str:
    low = histogram.start + number * histogram.width
    return f"{show_number(round(low, 6))} to {show_number(round(low + histogram.width, 6))}"


def _score_rows(histogram: Histogram) -> Iterator[Row]:
    for place, (tier, counts) in enumerate(zip(histogram.tiers, histogram.leads, strict=True)):
        for number, leads in enumerate(counts):
            if leads:
                low = histogram.start + number * histogram.width
                ends = {"from": low, "to": low + histogram.width, "scores": _span(histogram, number)}
                yield ends | {"tier": tier, "place": place, "leads": leads, "count": show_count(leads, "lead")}


def _score_cells(histogram: Histogram) -> Iterator[tuple[str, ...]]:
    for number, column in enumerate(zip(*histogram.leads, strict=True)):
        if any(column):
            yield (_span(histogram, number), *(f"{leads:,}" for leads in column))


def gains_chart(points: Sequence[Point]) -> Chart:
    """What share of the winners is among so many of the best leads."""
    x = axis("at", "share of all leads, best scores first", "%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    y = axis("value", "share of the buyers among them", "%", scale={"domain": [0, 1]})
    chance: Spec = {
        "data": {"values": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]},
        "mark": {"type": "line", "strokeDash": [4, 4], "strokeWidth": 1, "color": "var(--muted)"},
        "encoding": {"x": x, "y": y},
    }
    rows = [*_ends(0.0), *paired_rows(points, "{:.0%} of the leads"), *_ends(1.0)]
    layers = [
        chance,
        band(x, "share of the buyers among them", "%"),
        line(x, y),
        targets(x, y, "place", "side", "told", seen=False),
    ]
    tenth = next((point for point in points if point.at == TENTH), None)
    title = "Where the buyers are"
    if tenth and tenth.new.value is not None:
        title = f"The best tenth of the leads holds {_was(tenth)} of the buyers"
    note = "Best scores first; the dashed line is what a draw by lot gives."
    return Chart("gains", title, note, drawing(rows, layers), paired_grid("share of the leads", points, "{:.0%}"))


def _ends(at: float) -> list[Row]:
    return [{"side": side, "at": at, "value": at, "low": at, "high": at} for side in ("old", "new")]


def _was(point: Point) -> str:
    """The figure of the new rules, and that of the old ones where it reads otherwise."""
    new, old = (shown(estimate, "share") for estimate in (point.new, point.old))
    return new if new == old else f"{new} (old {old})"


def calibration_chart(old: Bands, new: Bands) -> Chart:
    """How many of the leads in each band of scores win."""
    x = axis(
        "at",
        "leads from the lowest score to the highest",
        "%",
        scale={"domain": [0, 1]},
        values=[0, 0.2, 0.4, 0.6, 0.8, 1],
    )
    y = axis("value", "share that buys in time", "%", scale={"zero": True})
    rule: Spec = {
        "mark": {"type": "rule", "strokeWidth": 1.5, "opacity": 0.55},
        "encoding": by_side(x=x, y=axis("low", "share that buys in time", "%"), y2={"field": "high"}),
    }
    sides = (("old", old, -ASIDE), ("new", new, ASIDE))
    rows = [row for side, bands, aside in sides for row in _band_rows(side, bands, aside)]
    layers = [rule, line(x, y, strokeWidth=1.5, opacity=0.5), targets(x, y, "side", "scores", "leads", "told")]
    cells = [(side, *row) for side, bands, _ in sides for row in bands_grid(bands).rows]
    grid = Grid(("rules", *BAND_HEADS), cells, (2, 3, 5))
    note = "About a tenth of the leads each, by score. The lines are 95 % intervals of each band alone."
    return Chart("calibration", _calibrated(old, new), note, drawing(rows, layers), grid)


def _calibrated(old: Bands, new: Bands) -> str:
    """Whether higher scores buy more often, as tests of all neighbouring bands and of the trend decide."""
    if new.falls:
        before = "" if len(old.falls) == len(new.falls) else f" (old {len(old.falls) or 'nowhere'})"
        places = "one place" if len(new.falls) == 1 else f"{len(new.falls)} places"
        return f"In {places} higher scores buy surely less often{before}"
    if new.trend.low is not None and new.trend.low > 0:
        return "Higher scores buy more often"
    return "No evidence that higher scores buy more often"


def _band_rows(side: str, bands: Bands, aside: float) -> Iterator[Row]:
    """The bands from the lowest score on, each in the middle of its leads; `aside` keeps two rule sets apart."""
    total, below = sum(band.leads for band in bands.bands), 0
    for one in reversed(bands.bands):
        middle = min(1 - ASIDE, max(ASIDE, (below + one.leads / 2) / total + aside))
        row = _estimate_row(one.win_rate, "share")
        yield row | {"side": side, "at": middle, "scores": _scores(one), "leads": show_count(one.leads, "lead")}
        below += one.leads


def _scores(band: Band) -> str:
    low, high = (show_number(round(score, 2)) for score in (band.low, band.high))
    return f"score {low}" if low == high else f"scores {low} to {high}"


def weeks_chart(points: Sequence[Point], capacity: Sequence[int] | None, best: str) -> Chart:
    """How many leads get into the best tier each week, beside how many sales can call."""
    x = axis("week", "week", tickMinStep=1)
    y = axis("value", f"leads that get {best}", "~s", scale={"zero": True})
    rows = [
        dict(row) | {"week": int(point.at) + 1}
        for row, point in zip(paired_rows(points, "{}", "count"), _twice(points), strict=True)
    ]
    rows = [row | {"place": f"week {row['week']}"} for row in rows]
    layers = [band(x, f"leads that get {best}", "~s"), line(x, y), targets(x, y, "place", "side", "told")]
    if capacity is not None:
        layers.append(_capacity(x, y, capacity))
    heads, cells = _week_cells(points, capacity)
    grid = Grid(heads, cells, range(len(heads)))
    title, note = _week_words(points, capacity, best)
    return Chart("weeks", title, note, drawing(rows, layers), grid)


def _twice(points: Sequence[Point]) -> Iterator[Point]:
    for point in points:
        yield from (point, point)


def _capacity(x: Spec, y: Spec, capacity: Sequence[int]) -> Spec:
    values = [{"week": number + 1, "value": calls} for number, calls in enumerate(capacity)]
    mark = {"type": "line", "interpolate": "step", "strokeDash": [6, 3], "strokeWidth": 2, "color": "var(--limit)"}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y}}


def _week_cells(
    points: Sequence[Point], capacity: Sequence[int] | None
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    rows = [(str(int(point.at) + 1), *_paired_cells(point, "count")) for point in points]
    if capacity is None:
        return ("week", *PAIRED), rows
    return ("week", *PAIRED, "calls possible"), [
        (*row, f"{calls:,}") for row, calls in zip(rows, capacity, strict=True)
    ]


def _week_words(points: Sequence[Point], capacity: Sequence[int] | None, best: str) -> tuple[str, str]:
    counts = [
        [estimate.value or 0.0 for estimate in side] for side in ([p.old for p in points], [p.new for p in points])
    ]
    if capacity is None:
        old, new = (f"{sum(side) / len(points):,.0f}" for side in counts)
        return (
            f"{new} leads get {best} in an average week (old {old})",
            f"Leads that get {best} for the first time, by week.",
        )
    old, new = (str(sum(hot > calls for hot, calls in zip(side, capacity, strict=True))) for side in counts)
    title = f"In {new} of {len(points)} weeks more leads get {best} than sales can call (old {old})"
    return (
        title,
        f"Leads that get {best} for the first time, by week. The dashed line is how many calls sales can make.",
    )


def warning_chart(points: Sequence[Point], best: str) -> Chart:
    """How long before they buy the buyers are in the best tier."""
    x = axis("at", "days before the purchase", tickMinStep=1)
    y = axis("value", f"share of the buyers that are {best} by then", "%", scale={"domain": [0, 1]})
    rows = paired_rows(points, "{:.0f} days before")
    layers = [
        band(x, f"share of the buyers that are {best} by then", "%"),
        line(x, y),
        targets(x, y, "place", "side", "told"),
    ]
    title = f"{_was(points[0])} of the buyers are {best} before they buy"
    note = f"Of all who buy before the market ends: the share that was {best} for the first time so many days before, or earlier."
    return Chart("warning", title, note, drawing(rows, layers), paired_grid("days before", points, "{:.0f}"))


def paired_rows(points: Sequence[Point], place: str, kind: str = "share") -> list[Row]:
    """The points of both rule sets as rows of data: old, new, old, new."""
    return [
        _estimate_row(estimate, kind) | {"side": side, "at": point.at, "place": place.format(point.at)}
        for point in points
        for side, estimate in (("old", point.old), ("new", point.new))
    ]


def _estimate_row(estimate: Estimate, kind: str) -> dict[str, object]:
    said = f"{shown(estimate, kind)} ({interval(estimate, kind)})"
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "told": said}


def paired_grid(head: str, points: Sequence[Point], place: str, kind: str = "share") -> Grid:
    """The points as a table."""
    rows = [(place.format(point.at), *_paired_cells(point, kind)) for point in points]
    return Grid((head, *PAIRED), rows, range(1 + len(PAIRED)))


def _paired_cells(point: Point, kind: str) -> Iterator[str]:
    for estimate in (point.old, point.new):
        yield shown(estimate, kind)
        yield interval(estimate, kind)
    yield change(point.difference, kind)
    yield interval_of_change(point.difference, kind)
