"""A rule set in a market to all that is known of it, in one pass over the leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.judging.compare import measured
from leadrules.judging.figure import estimate
from leadrules.judging.find_thresholds import Threshold, for_capacity, for_precision
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.judge_bands import judge_bands
from leadrules.judging.judge_criteria import judge_criteria
from leadrules.judging.judge_segments import judge_segments
from leadrules.judging.judgement import Judgement, Measured
from leadrules.judging.measure import Showing
from leadrules.judging.measure_funnel import funnel
from leadrules.judging.measure_thresholds import time_to_hot
from leadrules.judging.peaks import peaks_in
from leadrules.judging.show import show
from leadrules.judging.try_rules import Tried, try_rules
from leadrules.judging.worked import Worked
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import HotList
from leadrules.simulator.measure import Ranked, describe, parted
from leadrules.simulator.measure_sales import measure_sales
from leadrules.simulator.metrics import NOTHING, Estimate, Metrics, SalesMetrics, TierMetrics
from leadrules.simulator.tally import Rows
from leadrules.simulator.working_hours import rounds_of
from leadrules.simulator.world import World

Progress = Callable[[int], None]
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
        metrics=_metrics(tried, figures, plan, world, draws),
        figures=figures,
        bands=judge_bands(showing),
        segments=judge_segments(showing),
        criteria=judge_criteria(showing, plan, draws),
        funnel=funnel(showing),
        time_to_hot=time_to_hot(showing),
        thresholds=tuple(_thresholds(plan, world, draws, showing, asked or Asked())),
    )


def _figures(showing: Showing, wanted: Callable[[str], bool] = lambda _name: True) -> Iterator[Measured]:
    """What is measured and wanted; of a ranking by who wins nothing is said where hardly anybody wins, or loses."""
    sample = showing.sample
    enough = parted(sample.target[sample.judged], sample.account[sample.judged])
    for one in measured(showing):
        if not wanted(one.name):
            continue
        found = estimate(one.figure(), sample.account) if enough or one.name not in RANKED else NOTHING
        yield Measured(one.name, one.title, one.group, one.kind, one.better, found)


def judge_briefly(tried: Tried, plan: Plan, world: World, draws: Draws) -> Metrics:
    """The figures at the landmark of the first of the rule sets that were tried, which is this one."""
    first = replace(tried, ratings=tried.ratings[:1], hot=tried.hot[:1], worked=())
    (showing,) = show([plan], first)
    return _metrics(first, tuple(_figures(showing, _of_landmark)), plan, world, draws)


def _of_landmark(name: str) -> bool:
    return name in RANKED or name.startswith(("share of ", "precision of "))


def _metrics(tried: Tried, figures: tuple[Measured, ...], plan: Plan, world: World, draws: Draws) -> Metrics:
    """The figures in short, and what becomes of the leads as sales call them."""
    found = {figure.name: figure.estimate for figure in figures}
    metrics = describe(rows_of(tried), world.scenario, plan, draws.seed, Ranked(*(found[name] for name in RANKED)))
    metrics = replace(metrics, tiers=tuple(_tier(tier, found) for tier in metrics.tiers))
    worked = tried.worked[0] if tried.worked else None
    return metrics if worked is None else replace(metrics, sales=_sales(tried.hot[0], worked, plan, world.scenario))


def _sales(hot: HotList, worked: Worked, plan: Plan, scenario: ScenarioModel) -> SalesMetrics:
    served = worked.served[hot.lead].astype(np.int64)
    return measure_sales(hot, served, rounds_of(scenario), worked.rows, scenario, plan, worked.runs)


def _tier(tier: TierMetrics, found: Mapping[str, Estimate]) -> TierMetrics:
    names = f"share of {tier.tier}", f"precision of {tier.tier}"
    return replace(tier, share=found.get(names[0], tier.share), win_rate=found.get(names[1], tier.win_rate))


def rows_of(tried: Tried) -> Rows:
    """The judged leads of a sample as its first rule set rates them, and how many others there are."""
    sample, ratings, judged = tried.sample, tried.ratings[0], tried.sample.judged
    late = sample.landmark >= sample.horizon
    ended = int(np.count_nonzero(~late & ~judged))
    columns = ratings.score[judged], sample.target[judged], ratings.tier[judged], sample.account[judged]
    return Rows(0, len(sample), ended, int(np.count_nonzero(late)), *columns)


def _thresholds(plan: Plan, world: World, draws: Draws, showing: Showing, asked: Asked) -> Iterator[Threshold]:
    sample = showing.sample
    if asked.capacity is not None:
        yield for_capacity(sample, peaks_in(plan, world, draws, len(sample)), asked.capacity)
    if asked.precision is not None:
        yield for_precision(sample, showing.ratings.score, asked.precision)
