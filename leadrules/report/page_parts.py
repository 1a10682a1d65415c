"""Parts that every section of a page is made of: sections, charts with their tables, tables that sort."""

from __future__ import annotations

from leadrules.report.charts import Chart
from leadrules.report.charts_of_curves import shade
from leadrules.report.grid import Grid
from leadrules.report.markup import Html, tag, together


def section(name: str, title: str, *inside: Html | None) -> Html:
    """A section under its heading."""
    return tag("section", tag("h2", title, id=f"{name}-title"), *inside, id=name, aria_labelledby=f"{name}-title")


def chart_figure(chart: Chart) -> Html:
    """A chart with its sentence, its key, how to read it, and the same figures as a table."""
    return tag(
        "figure",
        tag("figcaption", tag("h3", chart.title), tag("p", chart.note)),
        _key(chart),
        tag("div", class_="chart", data_chart=chart.name, role="img", aria_label=f"{chart.title}. {chart.note}"),
        tag("details", tag("summary", "Figures of this chart"), table(chart.grid)),
    )


def prose(text: str) -> Html:
    """A sentence, with what stands between backticks as code."""
    return together(*(tag("code", part) if place % 2 else part for place, part in enumerate(text.split("`"))))


def _key(chart: Chart) -> Html | None:
    if chart.sides:
        keys = [tag("span", side, class_=f"key key-{side}") for side in ("old", "new")]
    else:
        keys = [
            tag("span", tier, class_=f"key key-tier-{shade(place, len(chart.tiers))}")
            for place, tier in enumerate(chart.tiers)
        ]
    return tag("p", *keys, class_="keys") if keys else None


def table(grid: Grid, sorts: bool = False) -> Html:
    """A table; `sorts`: a press on a head puts its rows in order."""
    heads = [_cell("th", head, place in grid.numeric, sorts) for place, head in enumerate(grid.heads)]
    rows = [
        tag("tr", *(_cell("td", text, place in grid.numeric) for place, text in enumerate(row))) for row in grid.rows
    ]
    inside = together(tag("thead", tag("tr", *heads)), tag("tbody", *rows))
    return tag("div", tag("table", inside, class_="sorts" if sorts else None), class_="scroll", tabindex="0")


def _cell(name: str, text: str, numeric: bool, sorts: bool = False) -> Html:
    inside = tag("button", text, type="button") if sorts else text
    side = "number" if numeric else None
    if name == "th":
        return tag("th", inside, class_=side, scope="col", aria_sort="none" if sorts else None)
    return tag("td", inside, class_=side)
