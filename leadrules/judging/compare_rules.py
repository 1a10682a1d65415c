"""Two rule sets and a market to a comparison: as many leads as are asked for, or as a precision takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.engine.plan import Plan
from leadrules.judging.compare import Asked, compare, compared, measured, named_as
from leadrules.judging.comparison import Compared, Comparison
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.illustrate import illustrate
from leadrules.judging.judge_criteria import judge_criteria
from leadrules.judging.measure import Size
from leadrules.judging.precision import Precision
from leadrules.judging.show import show
from leadrules.judging.try_rules import Tried, joined, try_rules
from leadrules.judging.vary_market import vary_market
from leadrules.simulator.draws import Draws, draws_of
from leadrules.simulator.threads import in_order
from leadrules.simulator.world import World, build_world

PILOT = 64 * 512
MOST = 2_000_000
MORE = 1.1  # times as many leads as the pilot asks for, since its own error is known from a sample too

Progress = Callable[[int, int], None]


class Wish(Struct, frozen=True, kw_only=True):
    """How a comparison is to be made.

    `population` leads, else as many as the scenario says, of the draws of `seed`, else the scenario's, else 1.
    `precision`: the name of a figure, and half of the 95 % interval that its difference is to have; then that fixes the
    number of leads. The figure must be the same for any number of them. `markets`: how many are drawn from the ranges of the scenario, 0 for none.
    `drawn`: with what a report draws.
    """

    population: int | None = None
    seed: int | None = None
    precision: tuple[str, float] | None = None
    markets: int = 0
    drawn: bool = False


def figure_sizes(plans: Sequence[Plan], market: ScenarioModel) -> Mapping[str, Size]:
    """How each figure that is measured of both rule sets in a market hangs on the number of leads, by its name.

    What is measured is so whatever the leads: one of them tells.
    """
    world, draws = build_world(market), Draws(0)
    old, new = show(plans, follow_rules(plans, try_rules(plans, world, draws, 1, replayed=0), world, draws))
    known = {measure.name for measure in measured(named_as(old, new))}
    return {measure.name: measure.size for measure in measured(new) if measure.name in known}


def compare_rules(
    plans: tuple[Plan, Plan],
    market: ScenarioModel,
    asked: Asked,
    wish: Wish,
    progress: Progress = lambda _done, _all: None,
) -> Comparison:
    """What changes between two rule sets in a market. `progress` is told how many leads are done, and of how many."""
    world, draws = build_world(market), draws_of(market, wish.seed)
    if wish.precision is None:
        leads = wish.population or market.population
        tried, precision = try_rules(plans, world, draws, leads, lambda done: progress(done, leads)), None
    else:
        tried, precision = _exactly(plans, world, draws, wish.precision, progress)
    old, new = show(plans, follow_rules(plans, tried, world, draws))
    found = compare(old, new, replace(asked, seed=draws.seed))
    sides = (old, plans[0]), (new, plans[1])
    one, other = in_order(lambda side: judge_criteria(*side, draws), sides)
    found = replace(found, old_criteria=one, new_criteria=other)
    if precision:
        reached = _half(found.figures, precision.figure)
        found = replace(found, precision=replace(precision, reached=reached))
    if wish.drawn:
        found = illustrate(found, old, new, plans, world, draws)
    if wish.markets:
        told = {claim.figure for claim in found.claims}
        about = [figure for figure in found.figures if figure.name in told]
        varied = vary_market(
            plans, market, draws, found.leads, wish.markets, about, lambda n: progress(n, wish.markets)
        )
        found = replace(found, uncertainty=varied)
    return found


def _exactly(
    plans: Sequence[Plan], world: World, draws: Draws, wanted: tuple[str, float], progress: Progress
) -> tuple[Tried, Precision]:
    """As many leads as it takes: a pilot fixes their number, and nobody looks again before they are done.

    Stopping as soon as an interval is narrow would be stopping where it is narrow by chance.
    """
    name, half = wanted
    pilot = try_rules(plans, world, draws, PILOT, lambda done: progress(done, PILOT))
    old, new = show(plans, follow_rules(plans, pilot, world, draws))
    seen = _half(tuple(compared(old, new)), name)
    leads = PILOT if seen is None else leads_for(seen, half)
    rest = [] if leads == PILOT else [try_rules(plans, world, draws, leads, lambda n: progress(n, leads), PILOT)]
    return joined([pilot, *rest]), Precision(name, half, None, PILOT, leads, MOST)


def leads_for(seen: float, wanted: float) -> int:
    """How many leads make half an interval as narrow as wanted, when it is so wide by the pilot."""
    return min(MOST, max(PILOT, math.ceil(PILOT * MORE * (seen / wanted) ** 2)))


def _half(figures: Sequence[Compared], name: str) -> float | None:
    """Half of the interval of a difference; None where there is none."""
    difference = next(figure.difference for figure in figures if figure.name == name)
    if difference.low is None or difference.high is None:
        return None
    return (difference.high - difference.low) / 2
