"""What a rollout sets off, and how far the market decides what was found, on a page."""

from __future__ import annotations

from leadrules.judging.comparison import Storm
from leadrules.judging.uncertainty import Uncertainty
from leadrules.report.markup import Html, tag
from leadrules.report.page_parts import prose, section, table
from leadrules.report.storm import storm_grid, storm_lines
from leadrules.report.uncertainty import uncertainty_grid, uncertainty_lines


def rollout(storm: Storm | None) -> Html | None:
    """The day of the rollout; None where rule sets have no tiers."""
    if storm is None:
        return None
    lines = [tag("p", line) for line in storm_lines(storm)]
    return section("rollout", "The day of the rollout", *lines, table(storm_grid(storm)) if storm.steps else None)


def uncertainties(found: Uncertainty | None) -> Html | None:
    """Chance and market side by side; None where markets were not drawn."""
    if found is None:
        return None
    lines = [tag("p", prose(line), class_="note") for line in uncertainty_lines(found)]
    grid = table(uncertainty_grid(found)) if found.spreads else None
    return section("uncertainty", "How far the market decides it", grid, *lines)
