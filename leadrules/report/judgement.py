"""A judgement in words: the metrics in short, then every further figure and table, by what they are about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from textwrap import fill
from typing import Literal, get_args

from msgspec import Struct, structs

from leadrules.judging.judgement import Judgement, Measured
from leadrules.report.bands import bands_grid, bands_notes, segments_grid, segments_notes
from leadrules.report.criteria import criteria_grid, criteria_notes
from leadrules.report.figures import interval, shown
from leadrules.report.funnel import NOTES, funnel_grid
from leadrules.report.gains import GAINS_NOTE, gains_grid
from leadrules.report.grid import Grid, draw_grid, html_grid, html_lines
from leadrules.report.metrics import draw_metrics, html_metrics
from leadrules.report.rounded import as_json
from leadrules.report.stability import CAPACITY_NOTE, capacity_grid, changes_grid, cohorts_grid, cohorts_notes
from leadrules.report.thresholds import thresholds_grid, thresholds_notes

Part = Literal["summary", "ranking", "tiers", "funnel", "sales", "calibration", "segments", "stability", "criteria"]
PARTS: tuple[Part, ...] = get_args(Part)
GROUPS: Mapping[Part, tuple[str, ...]] = {
    "ranking": ("ranking",),
    "tiers": ("thresholds",),
    "funnel": ("funnel",),
    "sales": ("capacity", "money"),
    "calibration": ("calibration",),
    "segments": ("fairness",),
    "stability": ("stability",),
}
IN_SHORT = ("auc", "average_precision", "precision at top", "lift")
IN_SALES = (
    "utilisation",
    "wait median",
    "wait 90",
    "expired share",
    "overflow per week",
    "sla kept",
    "won more",
    "value more",
    "costs",
    "gain",
)
HEAD = ("format_version", "ruleset", "scenario", "seed")
MADE = ("inputs", "versions", "command")
MAYBE = ("sales", "thresholds", "at_capacity", *MADE)


class Section(Struct, frozen=True):
    """Tables about one thing, and what is to be said of them."""

    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()


def draw_judgement(judgement: Judgement, width: int = 100, parts: Collection[Part] = PARTS) -> str:
    """The judgement as text for the terminal: the metrics in short, and those parts of the rest."""
    blocks = [draw_metrics(judgement.metrics, width)]
    for section in sections(judgement, parts):
        blocks += [draw_grid(grid, width) for grid in section.grids]
        blocks += (
            ["\n".join(fill(note, width, subsequent_indent="  ") for note in section.notes)] if section.notes else []
        )
    return "\n\n".join(blocks)


def html_judgement(judgement: Judgement) -> str:
    """The judgement as HTML, for a notebook."""
    parts = [html_metrics(judgement.metrics)]
    for section in sections(judgement, PARTS):
        parts += [*map(html_grid, section.grids), html_lines(section.notes)]
    return "".join(parts)


def judgement_as_json(judgement: Judgement) -> str:
    """The judgement as one JSON object, with `format_version`: the metrics, and beside them all other figures and tables.

    What it was made of stands behind the head, as in a comparison. `sales` is there where the market has sales,
    `thresholds` where some were asked for.
    """
    found = structs.asdict(judgement)
    metrics = structs.asdict(found.pop("metrics"))
    head = {name: metrics[name] for name in HEAD}
    found = {**head, **{name: found.pop(name) for name in MADE}, **metrics, **found}
    return as_json({name: part for name, part in found.items() if name not in MAYBE or part})


def sections(judgement: Judgement, parts: Collection[Part]) -> Iterator[Section]:
    """What is known beside the metrics in short, in the order of parts; thresholds that were asked for come last."""
    for part in PARTS:
        if part in parts and (grids := tuple(_grids(judgement, part))):
            yield Section(grids, tuple(_notes(judgement, part)))
    if judgement.thresholds:
        yield Section((thresholds_grid(judgement.thresholds),), tuple(thresholds_notes(judgement.thresholds)))


def _grids(judgement: Judgement, part: Part) -> Iterator[Grid]:
    figures = [figure for figure in judgement.figures if figure.group in GROUPS.get(part, ()) and _further(figure)]
    if figures:
        yield figures_grid(part, figures)
    if part == "ranking" and judgement.gains:
        yield gains_grid(judgement.gains)
    if part == "funnel" and judgement.funnel:
        yield funnel_grid(judgement.funnel)
    if part == "calibration" and judgement.bands:
        yield bands_grid(judgement.bands)
    if part == "segments" and judgement.segments:
        yield segments_grid(judgement.segments)
    if part == "sales" and judgement.at_capacity:
        yield capacity_grid(judgement.at_capacity)
    if part == "stability" and judgement.stability.cohorts:
        yield cohorts_grid(judgement.stability)
    if part == "stability" and judgement.stability.changes:
        yield changes_grid(judgement.stability.changes, judgement.stability.tier)
    if part == "criteria" and judgement.criteria:
        yield criteria_grid(judgement.criteria)


def _notes(judgement: Judgement, part: Part) -> Iterator[str]:
    if part == "ranking" and judgement.gains:
        yield GAINS_NOTE
    if part == "funnel" and judgement.funnel:
        yield from NOTES
    if part == "calibration" and judgement.bands:
        yield from bands_notes(judgement.bands)
    if part == "segments" and judgement.segments:
        yield from segments_notes(judgement.segments)
    if part == "sales" and judgement.at_capacity:
        yield CAPACITY_NOTE
    if part == "stability" and judgement.stability.cohorts:
        yield from cohorts_notes(judgement.stability)
    if part == "criteria" and judgement.criteria:
        yield from criteria_notes(judgement.criteria)


def _further(figure: Measured) -> bool:
    """Whether a figure is not told in short already."""
    return figure.name not in (*IN_SHORT, *IN_SALES) and not figure.name.startswith(("share of ", "precision of "))


def figures_grid(head: str, figures: Collection[Measured]) -> Grid:
    """A row each figure."""
    rows = [(one.title, shown(one.estimate, one.kind), interval(one.estimate, one.kind)) for one in figures]
    return Grid((head, "value", "95 % interval"), rows, (1,))
