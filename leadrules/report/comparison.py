"""A comparison in words: the verdict first, then every figure with its paired difference, then who moves and why."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import SECOND, show_duration, show_number
from leadrules.judging.comparison import Compared, Comparison, Crossing, Migration, Moved
from leadrules.report.funnel import funnels_grid
from leadrules.report.grid import Grid, draw_grid
from leadrules.report.rounded import as_json
from leadrules.simulator.metrics import Estimate

HEADS = ("old", "new", "difference", "95 % interval")


def comparison_as_json(comparison: Comparison) -> str:
    """The comparison as one JSON object, with `format_version`; figures to nine digits behind the point."""
    return as_json(comparison)


def draw_comparison(comparison: Comparison, width: int = 100) -> str:
    """The comparison as text for the terminal."""
    tables = [draw_grid(grid, width) for grid in grids(comparison)]
    head = [f"{comparison.old} against {comparison.new} in {comparison.source}", "", comparison.verdict, ""]
    return "\n".join([*head, *definition(comparison), "", "\n\n".join(tables)])


def definition(comparison: Comparison) -> Iterator[str]:
    """Whom the figures are about, and what they hold under."""
    landmark, window = (show_duration(time * SECOND) for time in (comparison.landmark, comparison.window))
    seed = "" if comparison.seed is None else f" with seed {comparison.seed}"
    yield f"{comparison.leads:,} leads{seed}, the same for both rule sets; differences are new less old, paired."
    yield f"Ranking: scored {landmark} after arrival, against who wins within {window} after that if nobody calls."
    yield f"{comparison.judged:,} leads are judged, {comparison.won:,} of them win."


def grids(comparison: Comparison) -> Iterator[Grid]:
    """The figures by group, then tiers, then leads."""
    for group in dict.fromkeys(figure.group for figure in comparison.figures):
        rows = [_row(figure) for figure in comparison.figures if figure.group == group]
        yield Grid((group, *HEADS), rows, (1, 2, 3))
    if any(comparison.funnel):
        yield funnels_grid(*comparison.funnel)
    if comparison.migration:
        yield migration_grid(comparison.migration)
    crossings = (("enter", comparison.entered), ("leave", comparison.left))
    yield from (crossing_grid(word, crossing) for word, crossing in crossings if crossing and crossing.leads)
    if comparison.moved:
        yield moved_grid(comparison.moved)


def migration_grid(migration: Migration) -> Grid:
    """Leads by old tier (rows) and new tier."""
    rows = [(old, *(f"{leads:,}" for leads in row)) for old, row in zip(migration.old, migration.leads, strict=True)]
    return Grid(("old tier \\ new tier", *migration.new), rows, tuple(range(1, len(migration.new) + 1)))


def crossing_grid(word: str, crossing: Crossing) -> Grid:
    """Who enters or leaves the best tier, and the criteria that do it."""
    rows = [(cause.criterion or "no single criterion", f"{cause.leads:,}") for cause in crossing.causes]
    rate = shown(crossing.win_rate, "share")
    return Grid((f"{crossing.leads:,} leads {word} the best tier; {rate} of them win; mainly by", "leads"), rows, (1,))


def moved_grid(moved: tuple[Moved, ...]) -> Grid:
    """The leads whose place changes most."""
    rows = [
        (
            str(lead.lead),
            f"{show_number(lead.old_score)} → {show_number(lead.new_score)}",
            f"{lead.old_tier} → {lead.new_tier}",
            f"{lead.old_place:.0%} → {lead.new_place:.0%}",
            ", ".join(f"{name} {points:+g}" for name, points in list(lead.because.items())[:3]),
        )
        for lead in moved
    ]
    return Grid(("moved most: lead", "score", "tier", "place from the top", "because of"), rows, (0,))


def _row(figure: Compared) -> tuple[str, ...]:
    one, other, change = (shown(e, figure.kind) for e in (figure.old, figure.new, figure.difference))
    mark = " *" if figure.decided else ""
    return (figure.title, one, other, change + mark, interval(figure.difference, figure.kind))


def shown(estimate: Estimate, kind: str) -> str:
    """A figure in the way of its kind."""
    return "–" if estimate.value is None else value_of(estimate.value, kind)


def interval(estimate: Estimate, kind: str) -> str:
    """An interval in the way of its kind."""
    if estimate.low is None or estimate.high is None:
        return "cannot be said"
    return f"{value_of(estimate.low, kind)} to {value_of(estimate.high, kind)}"


def value_of(value: float, kind: str) -> str:
    """A value in the way of its kind: shares in percent, durations in hours or days."""
    match kind:
        case "share":
            return f"{value:.1%}"
        case "count" | "money":
            return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
        case "duration":
            return f"{value / 3_600:.1f} hours" if abs(value) < 172_800 else f"{value / 86_400:.1f} days"
    return f"{value:.4f}"
