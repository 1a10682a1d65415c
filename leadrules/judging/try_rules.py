"""Market and plans to sample and ratings: several rule sets tried on the same leads with the same draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.adopt import adopt
from leadrules.engine.plan import Plan
from leadrules.engine.score import score
from leadrules.engine.zone import SECOND
from leadrules.judging import ratings
from leadrules.judging.follow_paths import follow_paths
from leadrules.judging.ratings import Ratings, rated
from leadrules.judging.sample import Sample, sampled
from leadrules.judging.stack import Stack, stacked
from leadrules.judging.without import Without, score_without
from leadrules.judging.without import joined as joined_without
from leadrules.judging.worked import Worked
from leadrules.simulator.blocks import Progress, blocks
from leadrules.simulator.draws import Draws
from leadrules.simulator.hot import HotList
from leadrules.simulator.hot import joined as joined_hot
from leadrules.simulator.simulate import simulate
from leadrules.simulator.world import World

REPLAYED = 32_768  # leads: enough to tell what hangs on a criterion


class Tried(Struct, frozen=True):
    """Rule sets tried on the same leads: the sample, and for each rule set its ratings and whom it calls hot when.

    `worked`: what sales make of that, where it was asked for.
    """

    sample: Sample
    ratings: tuple[Ratings, ...]
    hot: tuple[HotList, ...]
    worked: tuple[Worked | None, ...] = ()


def try_rules(
    plans: Sequence[Plan],
    world: World,
    draws: Draws,
    leads: int,
    progress: Progress = lambda _leads: None,
    first: int = 0,
    paths: bool = True,
    replayed: int = REPLAYED,
) -> Tried:
    """The leads of a market, from number `first` on, as each of some rule sets sees them.

    A plan that comes twice is worked out once. Without `paths` leads are looked at at their landmark alone, and nobody
    is known to be hot. So many of the first leads as `replayed` are scored without each criterion too.
    """
    own = list(dict.fromkeys(map(id, plans)))
    different = [next(plan for plan in plans if id(plan) == one) for one in own]
    rows = max(0, leads - first)
    stack: Stack[tuple[Sample, tuple[Ratings, ...]]] = Stack(rows)
    hot: list[Sequence[HotList]] = []
    without: list[Sequence[Without | None]] = []
    for start, done, part in blocks(
        lambda a, b: _block(different, world, draws, a + first, b + first, paths, replayed), rows
    ):
        stack.lay((part.sample, part.ratings), start)
        hot.append(part.hot)
        without.append(part.without)
        progress(first + start + done)
    assert stack.whole is not None
    found, rates = stack.whole
    rates = tuple(replace(one, without=joined_without(left)) for one, *left in zip(rates, *without, strict=True))
    lists = [joined_hot(lists) for lists in zip(*hot, strict=True)]
    each = [own.index(id(plan)) for plan in plans]
    return Tried(found, tuple(rates[n] for n in each), tuple(lists[n] for n in each))


def joined(parts: Sequence[Tried]) -> Tried:
    """The same rule sets tried on the leads of several ranges, in the order given, as tried on all of them.

    What is one for two rule sets in each part is one in the whole.
    """
    if len(parts) == 1:
        return parts[0]
    rated_once: dict[tuple[int, ...], tuple[Ratings, HotList]] = {}
    each = []
    for number in range(len(parts[0].ratings)):
        own = tuple(id(part.ratings[number]) for part in parts)
        if own not in rated_once:
            hot = joined_hot(part.hot[number] for part in parts)
            rated_once[own] = ratings.joined([part.ratings[number] for part in parts]), hot
        each.append(rated_once[own])
    return Tried(stacked([part.sample for part in parts]), tuple(r for r, _ in each), tuple(hot for _, hot in each))


class _Part(Struct, frozen=True):
    """A block of leads as some rule sets see it; `without` is None but where leads are scored without each criterion."""

    sample: Sample
    ratings: tuple[Ratings, ...]
    hot: tuple[HotList, ...]
    without: tuple[Without | None, ...]


def _block(
    plans: Sequence[Plan], world: World, draws: Draws, start: int, stop: int, followed: bool, replayed: int
) -> _Part:
    population = simulate(world, draws, start, stop)
    scenario, truth = world.scenario, population.truth
    at = scenario.start + truth.landmark * SECOND
    again = min(max(replayed - start, 0), stop - start)
    rates, hot, without = [], [], []
    for plan in plans:
        leads = adopt(plan.model, population.leads)
        scores = score(plan, leads, at, criteria=True)
        paths, found = follow_paths(plan, leads, truth, scenario, start) if followed else (None, joined_hot([]))
        without.append(
            score_without(plan, leads.block(0, again), at[:again], np.arange(start, start + again)) if again else None
        )
        rates.append(rated(scores, paths))
        hot.append(found)
    return _Part(sampled(scenario, population.leads, truth), tuple(rates), tuple(hot), tuple(without))
