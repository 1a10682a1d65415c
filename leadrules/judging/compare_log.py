"""Two rule sets that were tried on a log to a comparison."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.plan import Plan
from leadrules.judging.compare import Asked, compare, measured, named_as, paired
from leadrules.judging.comparison import Comparison
from leadrules.judging.judge_criteria import judge_criteria
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.measure_thresholds import measure_ways
from leadrules.judging.show import TOP
from leadrules.judging.trace_curves import trace_curves
from leadrules.judging.try_log import TriedLog


class OnLog(Struct, frozen=True):
    """Two rule sets and what a log shows of them."""

    plans: tuple[Plan, Plan]
    tried: TriedLog

    @property
    def showings(self) -> tuple[Showing, Showing]:
        """What the old rules and the new ones say of the leads that are looked at."""
        old, new = (Showing(self.tried.sample, ratings, TOP) for ratings in self.tried.ratings)
        return old, new

    @property
    def names(self) -> tuple[str, ...]:
        """What is measured of both."""
        old, new = self.showings
        before, after = (
            dict.fromkeys(measure.name for measure in (*measured(showing), *ways))
            for showing, ways in zip((named_as(old, new), new), self.ways, strict=True)
        )
        return tuple(name for name in after if name in before)

    @property
    def ways(self) -> tuple[list[Measure], list[Measure]]:
        """What is measured of the ways of all leads through the tiers of each."""
        old, new = (
            [list(measure_ways(each.paths, each.tiers, each.horizon)) for each in self.tried.volumes]
            if self.tried.volumes
            else ([], [])
        )
        return old, new

    def compare(self, asked: Asked, curves: bool = False) -> Comparison:
        """What changes between the two, with what a report draws where that is asked for.

        No lots are drawn, so that criteria have no Shapley values.
        """
        old, new = self.showings
        volumes = self.tried.volumes
        more = paired(*self.ways, volumes[0].account) if volumes else ()
        found = compare(old, new, asked, more)
        same = found.same if not volumes or volumes[0].same(volumes[1]) else False
        one, other = (judge_criteria(*side, None) for side in zip((old, new), self.plans, strict=True))
        traced = trace_curves(old, new, volumes) if curves else None
        found = replace(found, curves=traced)
        return replace(found, same=same, backtest=self.tried.backtest, old_criteria=one, new_criteria=other)
