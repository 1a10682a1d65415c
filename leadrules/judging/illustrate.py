"""Comparison to one that can be drawn: with curves, and with a few leads event by event."""

from __future__ import annotations

from msgspec.structs import replace

from leadrules.engine.plan import Plan
from leadrules.judging.comparison import Comparison
from leadrules.judging.measure import Showing
from leadrules.judging.show_lives import show_lives
from leadrules.judging.trace_curves import trace_curves
from leadrules.simulator.draws import Draws
from leadrules.simulator.world import World


def illustrate(
    comparison: Comparison, old: Showing, new: Showing, plans: tuple[Plan, Plan], world: World, draws: Draws
) -> Comparison:
    """What a report shows besides the figures. `plans`: of the two rule sets."""
    lives = show_lives(old, new, plans, world, draws, comparison.leads)
    return replace(comparison, curves=trace_curves(old, new), lives=lives)
