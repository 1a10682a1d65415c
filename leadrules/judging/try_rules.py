"""Market and plans to sample and ratings: several rule sets tried on the same leads with the same draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from leadrules.engine.adopt import adopt
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.zone import SECOND
from leadrules.judging import ratings, sample
from leadrules.judging.follow_paths import follow_paths
from leadrules.judging.ratings import Ratings, rated
from leadrules.judging.sample import Sample, sampled
from leadrules.judging.without import score_without
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import HotList
from leadrules.simulator.hot import joined as joined_hot
from leadrules.simulator.simulate import simulate
from leadrules.simulator.trial import blocks
from leadrules.simulator.world import World

REPLAYED = 1  # the first block: enough to tell what hangs on a criterion
Progress = Callable[[int], None]


class Tried(Struct, frozen=True):
    """Rule sets tried on the same leads: the sample, and for each rule set its ratings and whom it calls hot when."""

    sample: Sample
    ratings: tuple[Ratings, ...]
    hot: tuple[HotList, ...]


def try_rules(
    plans: Sequence[Plan],
    world: World,
    draws: Draws,
    leads: int,
    progress: Progress = lambda _leads: None,
    replayed: int = REPLAYED,
) -> Tried:
    """The leads of a market as each of some rule sets sees them. A plan that comes twice is worked out once.

    The leads of blocks that begin before number `replayed` are scored without each criterion too.
    """
    own = list(dict.fromkeys(map(id, plans)))
    different = [next(plan for plan in plans if id(plan) == one) for one in own]
    parts = []
    for first, done, part in blocks(lambda a, b: _block(different, world, draws, a, b, replayed), leads):
        parts.append(part)
        progress(first + done)
    found = [
        (ratings.joined([part.ratings[number] for part in parts]), joined_hot(part.hot[number] for part in parts))
        for number in range(len(different))
    ]
    each = [found[own.index(id(plan))] for plan in plans]
    return Tried(
        sample.joined([part.sample for part in parts]), tuple(r for r, _ in each), tuple(hot for _, hot in each)
    )


def _block(plans: Sequence[Plan], world: World, draws: Draws, start: int, stop: int, replayed: int) -> Tried:
    population = simulate(world, draws, start, stop)
    scenario, truth = world.scenario, population.truth
    at = scenario.start + truth.landmark * SECOND
    rates, hot = [], []
    for plan in plans:
        leads = adopt(plan.model, population.leads)
        scores = score(plan, leads, at, criteria=True)
        paths, found = follow_paths(plan, leads, truth, scenario, start)
        without = score_without(plan, leads, at) if start < replayed else None
        rates.append(rated(scores, paths, without))
        hot.append(found)
    return Tried(sampled(scenario, population.leads, truth), tuple(rates), tuple(hot))
