"""A rule set in a market to how steady it is there: cohort by cohort, and with what the market's changes do to it."""

from __future__ import annotations

from msgspec.structs import replace

from leadrules.engine.plan import Plan
from leadrules.judging.compare import compared
from leadrules.judging.measure import Showing
from leadrules.judging.measure_ranking import measure_ranking
from leadrules.judging.measure_stability import judge_cohorts
from leadrules.judging.measure_thresholds import measure_thresholds
from leadrules.judging.show import show
from leadrules.judging.stability import Stability
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.world import World, build_world

MEASURES = (measure_ranking, measure_thresholds)


def judge_stability(showing: Showing, plan: Plan, world: World, draws: Draws) -> Stability:
    """The cohorts of a showing; where the market changes at some date, the same leads in it as it would go on without."""
    found = judge_cohorts(showing)
    if not world.scenario.changes:
        return found
    steady = build_world(replace(world.scenario, changes=()))
    tried = try_rules([plan], steady, draws, len(showing.sample), paths=False, replayed=0)
    (before,) = show([plan], tried)
    return replace(found, changes=tuple(compared(before, showing, MEASURES)))
