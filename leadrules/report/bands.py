"""Win rates by score and by kind of lead, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadrules.dsl.quantity import show_number
from leadrules.judging.bands import Bands
from leadrules.judging.segments import Segment
from leadrules.report.figures import interval, shown
from leadrules.report.grid import Grid

BAND_HEADS = ("score", "leads", "win rate", "95 % interval", "by P(won)")
SEGMENT_HEADS = ("kind of lead", "leads", "selected", "ratio", "95 % interval", "of its winners", "precision")
BOTH_HEADS = ("kind of lead", "leads", "selected: old", "new", "of its winners: old", "new", "precision: old", "new")


def bands_grid(bands: Bands) -> Grid:
    """A row each band, the highest score first; P(won) only where it is known of any."""
    rows = [
        (
            f"{show_number(band.low)} to {show_number(band.high)}",
            f"{band.leads:,}",
            shown(band.win_rate, "share"),
            interval(band.win_rate, "share"),
            shown(band.expected, "share"),
        )
        for band in bands.bands
    ]
    if all(band.expected.value is None for band in bands.bands):
        return Grid(BAND_HEADS[:4], [row[:4] for row in rows], (1, 2))
    return Grid(BAND_HEADS, rows, (1, 2, 4))


def bands_notes(bands: Bands) -> Iterator[str]:
    """Whether more points mean more wins."""
    yield (
        f"From band to band the win rate changes by {shown(bands.trend, 'share')} ({interval(bands.trend, 'share')}); "
        f"miscalibration {bands.miscalibration:.5f} (0: the win rate never falls as scores rise)."
    )
    for place in bands.falls:
        high, low = bands.bands[place], bands.bands[place + 1]
        yield (
            f"Leads from {show_number(high.low)} to {show_number(high.high)} win surely less often than those from "
            f"{show_number(low.low)} to {show_number(low.high)}."
        )


def segments_grid(segments: Sequence[Segment]) -> Grid:
    """A row each kind of lead."""
    rows = [
        (
            f"{segment.field} {segment.value}",
            f"{segment.leads:,}",
            shown(segment.selected, "share"),
            shown(segment.ratio, "number")[:4],
            interval(segment.ratio, "number"),
            shown(segment.of_winners, "share"),
            shown(segment.precision, "share"),
        )
        for segment in segments
    ]
    return Grid(SEGMENT_HEADS, rows, (1, 2, 3, 5, 6))


def both_segments_grid(old: Sequence[Segment], new: Sequence[Segment]) -> Grid:
    """How two rule sets treat the same kinds of leads, side by side."""
    before = {(segment.field, segment.value): segment for segment in old}
    rows = []
    for segment in new:
        sides = before.get((segment.field, segment.value)), segment
        cells = [
            shown(getattr(side, name), "share") if side else "–"
            for name in ("selected", "of_winners", "precision")
            for side in sides
        ]
        rows.append((f"{segment.field} {segment.value}", f"{segment.leads:,}", *cells))
    return Grid(BOTH_HEADS, rows, tuple(range(1, 8)))


def segments_notes(segments: Sequence[Segment]) -> Iterator[str]:
    """Who is selected surely less than four fifths as often as others."""
    yield (
        "Selected: in the best tier at the landmark; ratio: to the kind of the same field that is selected most. Whether a low "
        "one is unfair depends on who wins: are winners of all kinds selected as often?"
    )
    for segment in segments:
        if segment.below_four_fifths:
            yield f"`{segment.field} {segment.value}` is selected surely less than four fifths as often{_of_winners(segment)}."


def _of_winners(segment: Segment) -> str:
    """How its winners fare, which tells whether that is unfair."""
    gap = segment.gap.value
    if segment.of_winners.value is None:
        return "; none of its leads wins"
    told = f"; {shown(segment.of_winners, 'share')} of its winners are selected"
    if gap is None:
        return told
    ends = interval(segment.gap, "share").replace("%", "")
    return f"{told}, {abs(100 * gap):.1f} points {'more' if gap >= 0 else 'less'} than of all others ({ends})"
