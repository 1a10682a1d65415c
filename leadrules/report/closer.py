"""What was asked for beside the figures of a trial, in words."""

from __future__ import annotations

from leadrules.judging.look_closer import Closer
from leadrules.report.funnel import NOTES, funnel_grid
from leadrules.report.grid import draw_grid
from leadrules.report.thresholds import thresholds_grid, thresholds_notes


def draw_closer(closer: Closer, width: int) -> str:
    """Text for the terminal, to stand behind that of the figures; nothing where nothing was asked for."""
    parts = []
    if closer.thresholds:
        parts += ["", draw_grid(thresholds_grid(closer.thresholds), width), "", *thresholds_notes(closer.thresholds)]
    if closer.funnel:
        parts += ["", draw_grid(funnel_grid(closer.funnel), width), "", *NOTES]
    return "\n".join(["", *parts]) if parts else ""
