"""A rule set in a market to all that is known of it, in one pass over the leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.plan import Plan
from leadrules.judging.compare import measured
from leadrules.judging.figure import estimate
from leadrules.judging.find_thresholds import Threshold, for_capacity, for_precision
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.judge_bands import judge_bands
from leadrules.judging.judge_criteria import judge_criteria
from leadrules.judging.judge_segments import judge_segments
from leadrules.judging.judge_stability import judge_stability
from leadrules.judging.judgement import Judgement, Measured
from leadrules.judging.measure import Measure, Showing
from leadrules.judging.measure_capacity import by_week
from leadrules.judging.measure_funnel import funnel
from leadrules.judging.measure_thresholds import time_to_hot
from leadrules.judging.metrics import Metrics
from leadrules.judging.peaks import peaks_in
from leadrules.judging.show import show
from leadrules.judging.sum_up import sum_up
from leadrules.judging.trace_curves import gains_of
from leadrules.judging.try_rules import Tried, try_rules
from leadrules.simulator.blocks import Progress
from leadrules.simulator.draws import Draws
from leadrules.simulator.threads import in_order
from leadrules.simulator.world import World

RANKED = ("auc", "average_precision", "precision at top", "lift")


class Asked(Struct, frozen=True):
    """Thresholds to look for: one for so many leads a week, one for so large a share of winners."""

    capacity: float | None = None
    precision: float | None = None


def judge_rules(
    plan: Plan,
    world: World,
    draws: Draws,
    leads: int,
    asked: Asked | None = None,
    progress: Progress = lambda _leads: None,
) -> Judgement:
    """Every figure and table of a rule set. `progress` is told how many leads are done."""
    tried = follow_rules([plan], try_rules([plan], world, draws, leads, progress), world, draws)
    (showing,) = show([plan], tried)
    figures = tuple(_figures(showing))
    return Judgement(
        metrics=_metrics(showing, figures, plan, world, draws),
        figures=figures,
        gains=tuple(gains_of(showing)),
        bands=judge_bands(showing),
        segments=judge_segments(showing),
        stability=judge_stability(showing, plan, world, draws),
        criteria=judge_criteria(showing, plan, draws),
        funnel=funnel(showing),
        time_to_hot=time_to_hot(showing),
        thresholds=tuple(_thresholds(plan, world, draws, showing, asked or Asked())),
        at_capacity=by_week(showing),
    )


def _figures(showing: Showing, wanted: Callable[[str], bool] = lambda _name: True) -> Iterator[Measured]:
    """What is measured and wanted."""

    def work(one: Measure) -> Measured:
        found = estimate(one.figure(), showing.sample.account)
        return Measured(one.name, one.title, one.group, one.kind, one.better, found, one.size)

    yield from in_order(work, (one for one in measured(showing) if wanted(one.name)))


def judge_briefly(tried: Tried, plan: Plan, world: World, draws: Draws) -> Metrics:
    """The figures at the landmark of the first of the rule sets that were tried, which is this one."""
    (showing,) = show([plan], replace(tried, ratings=tried.ratings[:1], hot=tried.hot[:1], worked=()))
    return _metrics(showing, tuple(_figures(showing, _of_landmark)), plan, world, draws)


def _of_landmark(name: str) -> bool:
    return name in RANKED or name.startswith(("share of ", "precision of "))


def _metrics(showing: Showing, figures: tuple[Measured, ...], plan: Plan, world: World, draws: Draws) -> Metrics:
    found = {figure.name: figure.estimate for figure in figures}
    return sum_up(showing, found, plan, world.scenario, draws.seed)


def _thresholds(plan: Plan, world: World, draws: Draws, showing: Showing, asked: Asked) -> Iterator[Threshold]:
    sample = showing.sample
    if asked.capacity is not None:
        yield for_capacity(sample, peaks_in(plan, world, draws, len(sample)), asked.capacity)
    if asked.precision is not None:
        yield for_precision(sample, showing.ratings.score, asked.precision)
