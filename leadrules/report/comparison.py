"""A comparison in words: the verdict first, then every figure with its paired difference, then who moves and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from textwrap import fill

import msgspec

from leadrules.dsl.quantity import SECOND, show_duration, show_number
from leadrules.judging.comparison import BOUND, Compared, Comparison, Crossing, Migration, Moved
from leadrules.judging.precision import Precision
from leadrules.report.backtest import backtest_lines
from leadrules.report.bands import bands_grid, bands_notes, both_segments_grid, segments_notes
from leadrules.report.criteria import criteria_grid, criteria_notes
from leadrules.report.figures import change, interval, interval_of_change, shown
from leadrules.report.funnel import funnels_grid
from leadrules.report.grid import Grid, draw_grid, html_grid, html_lines
from leadrules.report.rounded import as_json
from leadrules.report.sales import policies
from leadrules.report.storm import storm_grid, storm_lines
from leadrules.report.uncertainty import uncertainty_grid, uncertainty_lines
from leadrules.report.verdict import verdict
from leadrules.simulator.metrics import Estimate

HEADS = ("old", "new", "difference", "95 % interval")
STEADY = ((0.1, "hardly differ"), (0.25, "differ somewhat"))


def comparison_as_json(comparison: Comparison) -> str:
    """The comparison as one JSON object, with `format_version`; figures to nine digits behind the point."""
    plain = msgspec.to_builtins(comparison)
    assert isinstance(plain, dict)
    if comparison.precision:
        plain["precision"]["met"] = comparison.precision.met
    return as_json({**plain, "verdict": verdict(comparison)})


def draw_comparison(comparison: Comparison, width: int = 100) -> str:
    """The comparison as text for the terminal."""

    def paragraph(texts: Iterable[str]) -> str:
        return "\n".join(fill(text, width) for text in texts)

    tables = (draw_grid(grid, width) for grid in grids(comparison))
    head = (title(comparison), paragraph(verdict(comparison)), paragraph(definition(comparison)))
    last = (paragraph(notes(comparison)), "\n".join(made_of(comparison)))
    return "\n\n".join(part for part in (*head, *tables, *last) if part)


def html_comparison(comparison: Comparison) -> str:
    """The comparison as HTML, for a notebook."""
    head = f"<h4>{escape(title(comparison))}</h4>"
    said = html_lines([*verdict(comparison), *definition(comparison)])
    return head + said + "".join(map(html_grid, grids(comparison))) + html_lines([*notes(comparison)])


def title(comparison: Comparison) -> str:
    """What is compared, and where."""
    return f"{comparison.old} against {comparison.new} in {comparison.source}"


def definition(comparison: Comparison) -> Iterator[str]:
    """Whom the figures are about, and what they hold under."""
    if comparison.backtest:
        yield from backtest_lines(comparison, comparison.backtest)
        return
    landmark, window = (show_duration(time * SECOND) for time in (comparison.landmark, comparison.window))
    seed = "" if comparison.seed is None else f" with seed {comparison.seed}"
    yield f"{comparison.leads:,} leads{seed}, the same for both rule sets; differences are new less old, paired."
    yield f"Ranking: scored {landmark} after arrival, against who wins within {window} after that if nobody calls."
    yield f"{comparison.judged:,} leads are judged, {comparison.won:,} of them win."
    if comparison.precision:
        yield precision_line(comparison.precision)
    if comparison.sales:
        yield from policies(*comparison.sales)


def precision_line(precision: Precision) -> str:
    """How many leads were taken for a precision, and whether it was reached."""
    name, most = precision.figure, "; that is as many as there may be" if precision.leads == precision.most else ""
    said = (
        f"{precision.leads:,} leads were fixed by a pilot of {precision.pilot:,}{most}, and none looked at in between"
    )
    if precision.reached is None:
        return f"{said}: the difference of {name} has no interval; target not reached."
    met = "target reached" if precision.met else "target not reached"
    return f"{said}: the difference of {name} is known to ± {precision.reached:.2g}, asked for ± {precision.wanted:g}: {met}."


def notes(comparison: Comparison) -> Iterator[str]:
    """What the tables do not say themselves."""
    if any(figure.decided for figure in comparison.figures):
        yield "* leaves out 0, taken alone; of many such figures one in twenty does so by chance."
    if comparison.psi is not None and not comparison.same:
        yield psi_line(comparison.psi)
    if any(figure.group == "stability" and figure.new.value is not None for figure in comparison.figures):
        yield (
            "Cohorts are leads by when they come: by weeks, else four weeks, else quarters. Stability index: population "
            "stability index of the scores of the last cohort against those of the first."
        )
    if comparison.bands[1]:
        yield "Win rates by score are those under the new rules."
        yield from bands_notes(comparison.bands[1])
    yield from segments_notes(comparison.segments[1]) if comparison.segments[1] else ()
    if comparison.new_criteria:
        yield "The criteria are those of the new rules."
        yield from criteria_notes(comparison.new_criteria)
    if comparison.storm:
        yield from storm_lines(comparison.storm)
    if comparison.uncertainty:
        yield from uncertainty_lines(comparison.uncertainty)


def psi_line(psi: Estimate) -> str:
    """How far the scores lie from what they were, and how that is commonly read."""
    assert psi.value is not None
    if psi.value == psi.high == 0:
        return "The scores of the judged leads are the same under both rule sets: stability index 0."
    how = next((words for most, words in STEADY if psi.value < most), "differ much")
    return (
        f"Population stability index of the scores, new against old: {psi.value:.3f} ({interval(psi, 'number')}); "
        f"they {how}, as that index is commonly read."
    )


def made_of(comparison: Comparison) -> Iterator[str]:
    """What was read, what made the result, and what makes it again."""
    for name, digest in comparison.inputs.items():
        yield f"read: {name} (SHA-256 {digest[:16]}…)"
    if comparison.versions:
        yield "made by " + ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
    if comparison.command:
        yield f"again: {comparison.command}"


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
    if comparison.bands[1]:
        yield bands_grid(comparison.bands[1])
    if comparison.segments[1]:
        yield both_segments_grid(*comparison.segments)
    if comparison.new_criteria:
        yield criteria_grid(comparison.new_criteria)
    if comparison.storm and comparison.storm.steps:
        yield storm_grid(comparison.storm)
    if comparison.uncertainty and comparison.uncertainty.spreads:
        yield uncertainty_grid(comparison.uncertainty)


def migration_grid(migration: Migration) -> Grid:
    """Leads by old tier (rows) and new tier."""
    rows = [(old, *(f"{leads:,}" for leads in row)) for old, row in zip(migration.old, migration.leads, strict=True)]
    return Grid(("old tier \\ new tier", *migration.new), rows, tuple(range(1, len(migration.new) + 1)))


CAUSES = {"": "no single criterion", BOUND: "what the tier asks for, at the same score"}


def crossing_grid(word: str, crossing: Crossing) -> Grid:
    """Who enters or leaves the best tier, and the criteria that do it."""
    rows = [(CAUSES.get(cause.criterion, cause.criterion), f"{cause.leads:,}") for cause in crossing.causes]
    rate = f"{shown(crossing.win_rate, 'share')} ({interval(crossing.win_rate, 'share')})"
    return Grid(
        (f"{crossing.leads:,} judged leads {word} the best tier; {rate} of them win; mainly by", "leads"), rows, (1,)
    )


def moved_grid(moved: tuple[Moved, ...]) -> Grid:
    """The leads whose place changes most."""
    rows = [
        (
            lead.lead,
            f"{show_number(lead.old_score)} → {show_number(lead.new_score)}",
            f"{lead.old_tier} → {lead.new_tier}",
            f"{lead.old_place:.0%} → {lead.new_place:.0%}",
            _because(lead),
        )
        for lead in moved
    ]
    return Grid(("moved most: lead", "score", "tier", "place from the top", "because of"), rows, (0,))


def _because(lead: Moved) -> str:
    """The criteria that move a lead; of one whose score stays the same, what its tiers ask for."""
    if lead.old_score == lead.new_score and not lead.because:
        return "what tiers ask for"
    return ", ".join(f"{name} {points:+g}" for name, points in list(lead.because.items())[:3])


def _row(figure: Compared) -> tuple[str, ...]:
    one, other = (shown(e, figure.kind) for e in (figure.old, figure.new))
    mark = " *" if figure.decided else ""
    d = figure.difference
    return (figure.title, one, other, change(d, figure.kind) + mark, interval_of_change(d, figure.kind))
