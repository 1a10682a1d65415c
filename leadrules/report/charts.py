"""Curves to charts: Vega-Lite specifications, each with the same figures as a table.

Colours are names of the page's style (`var(--new)`), so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from leadrules.report.grid import Grid

Spec = Mapping[str, Any]
Row = Mapping[str, object]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"  # a name, never fetched
SIDES = {"domain": ["old", "new"], "range": ["var(--old)", "var(--new)"]}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
CONFIG: Spec = {
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--muted)",
        "titleColor": "var(--muted)",
        "titleFontWeight": "normal",
        "titleFontSize": 12,
        "labelFontSize": 12,
        "gridColor": "var(--line)",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 10,
        "labelOverlap": True,
    },
    "axisX": {"grid": False, "domain": True, "domainColor": "var(--line)"},
}


class Chart(Struct, frozen=True):
    """A drawing: what it says as a sentence, how to read it, its specification, and the same as a table.

    `sides`: whether it shows the old rules and the new ones by colour, so that it needs their key. `tiers`: the tiers
    that it shows by colour.
    """

    name: str
    title: str
    note: str
    spec: Spec
    grid: Grid
    sides: bool = True
    tiers: tuple[str, ...] = ()


def drawing(rows: Iterable[Row], layers: Sequence[Spec], height: int = 260) -> Spec:
    """A chart of layers that is as wide as its place."""
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        "layer": list(layers),
    }


def axis(field: str, title: str, form: str | None = None, **more: object) -> Spec:
    """A quantitative axis; `form` is how its numbers are written (d3)."""
    found: dict[str, object] = {"title": title, **({"format": form} if form else {})}
    found |= {key: more.pop(key) for key in ("values", "grid", "tickMinStep", "tickCount") if key in more}
    return {"field": field, "type": "quantitative", "axis": found, **more}


def by_side(**more: object) -> Spec:
    """Colour by rule set."""
    return {"color": {"field": "side", "type": "nominal", "scale": SIDES, "legend": None}, **more}


def told(*fields: str) -> list[Spec]:
    """What is said where a pointer rests: texts that stand in the data."""
    return [{"field": field, "type": "nominal"} for field in fields]


def band(x: Spec, title: str, form: str) -> Spec:
    """The 95 % intervals along a line."""
    mark = {"type": "area", "opacity": 0.14, "interpolate": "linear"}
    return {"mark": mark, "encoding": by_side(x=x, y=axis("low", title, form), y2={"field": "high"})}


def line(x: Spec, y: Spec, **mark: object) -> Spec:
    """A line a rule set; the new one above the old one."""
    order = {"strokeWidth": 2.25, "strokeJoin": "round", **mark}
    return {"mark": {"type": "line", **order}, "encoding": by_side(x=x, y=y)}


def targets(x: Spec, y: Spec, *fields: str, seen: bool = True) -> Spec:
    """The points of a line, large enough to rest a pointer on."""
    mark = {"type": "point", "filled": True, "size": 36 if seen else 160, "opacity": 1 if seen else 0}
    return {"mark": mark, "encoding": by_side(x=x, y=y, tooltip=told(*fields))}
