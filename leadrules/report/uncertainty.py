"""How far chance and what is not known of a market move the differences, in words."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import show_count
from leadrules.judging.uncertainty import Spread, Uncertainty
from leadrules.report.figures import change_of, interval, shown
from leadrules.report.grid import Grid
from leadrules.simulator.metrics import Estimate

HEADS = ("uncertain by", "chance (se)", "market (sd)", "95 % of markets", "new is better in", "worse in", "the same in")

WHY = {
    "leads": "its queue would have to be followed with all these leads in each market; fewer leads (--population) tell it",
    "value": "it has no value here, or none in the other markets",
}


def uncertainty_grid(found: Uncertainty) -> Grid:
    """Both uncertainties of each difference, side by side."""
    return Grid(HEADS, [_row(spread) for spread in found.spreads], (1, 2))


def _row(spread: Spread) -> tuple[str, ...]:
    chance, market = (
        "–" if size is None else change_of(size, spread.kind).lstrip("+") for size in (spread.chance, spread.scenario)
    )
    ends = f"{change_of(spread.low, spread.kind)} to {change_of(spread.high, spread.kind)}"
    return spread.title, chance, market, ends, *map(_share, (spread.better, spread.worse, spread.same))


def _share(found: Estimate | None) -> str:
    return f"{shown(found, 'share')} ({interval(found, 'share')})" if found else "–"


def uncertainty_lines(found: Uncertainty) -> Iterator[str]:
    """What the second uncertainty is made of, and what it leaves out."""
    if not found.ranges:
        yield "No number of this market has a range, so that nothing is known of how far its assumptions decide: `sources` gives ranges."
        return
    yield (
        f"Chance: what more leads would change. Market: {show_count(found.markets, 'market')} drawn from the ranges of "
        f"{show_count(len(found.ranges), 'number')}, the same {found.leads:,} leads in each: what more leads would not change."
    )
    yield from (f"Not told is {figure.title}: {WHY[figure.why]}." for figure in found.untold)
    yield f"{show_count(found.fixed, 'number')} of the market have no range, and are taken as if they were known."
