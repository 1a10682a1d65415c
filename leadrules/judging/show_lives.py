"""Comparison to a few of its leads, event by event: each is simulated again, and followed under both rule sets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from leadrules.dsl.scenario.model import OUTCOMES
from leadrules.engine.adopt import adopt
from leadrules.engine.plan import Plan
from leadrules.engine.timeline import Happening, timeline
from leadrules.engine.zone import SECOND
from leadrules.judging.changes import places_of
from leadrules.judging.life import Life, Moment, View
from leadrules.judging.measure import Showing
from leadrules.simulator.draws import Draws
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.world import World

POINTS = 120
EACH = 2  # leads that rise, and leads that fall


def show_lives(
    old: Showing, new: Showing, plans: tuple[Plan, Plan], world: World, draws: Draws, leads: int
) -> tuple[Life, ...]:
    """The leads that rise and fall most among the judged ones, of a market of so many `leads`."""
    together = any(plan.rolls_up for plan in plans)
    lives = []
    for number in most_risen_and_fallen(old, new):
        start = number // BLOCK * BLOCK if together else number
        stop = min(start + BLOCK, leads) if together else number + 1
        lives.append(_life(simulate(world, draws, start, stop), number - start, plans, world))
    return tuple(lives)


def most_risen_and_fallen(old: Showing, new: Showing) -> Iterator[int]:
    """The numbers of the leads whose place among all changes most in either direction; of equal ones the first."""
    judged = np.flatnonzero(old.sample.judged)
    if not len(judged):
        return
    before, after = (places_of(showing.ratings.score[judged]) for showing in (old, new))
    for rise in (before - after, after - before):
        for place in np.argsort(-rise, kind="stable")[:EACH].tolist():
            if rise[place] > 0:
                yield int(judged[place])


def _life(population: Population, position: int, plans: tuple[Plan, Plan], world: World) -> Life:
    scenario, truth = world.scenario, population.truth
    ended, last = int(truth.ended[position]), int(scenario.horizon.value) - 1
    arrival = int(truth.arrival[position])
    until = scenario.start + min(ended, last) * SECOND
    first = scenario.start + arrival * SECOND
    views = [_view(plan, population, position, first, until) for plan in plans]
    fate = OUTCOMES[int(truth.outcome[position])] if ended <= last else "open"
    lead = str(population.leads.ids[position])
    return Life(lead, fate, float(ended - arrival) if ended <= last else None, views[0], views[1])


def _view(plan: Plan, population: Population, position: int, first: int, until: int) -> View:
    told = timeline(plan, adopt(plan.model, population.leads), position, until, points=POINTS)
    instants, tracks = told.track
    ranking = plan.model.ranking
    moments = [
        Moment(
            (happening.at - first) / SECOND,
            _what(happening),
            round(happening.after[ranking], 6) if ranking else 0.0,
            happening.tier or "",
        )
        for happening in told.happenings
    ]
    times = ((instants - first) / SECOND).tolist() if ranking else []
    return View(tuple(moments), tuple(times), tuple(np.round(tracks[ranking], 6).tolist()) if ranking else ())


def _what(happening: Happening) -> str:
    said = ", ".join(f"{name} {text}" for name, text in happening.properties.items())
    return f"{happening.event} {said}".strip() if happening.kind == "event" else f"({happening.kind})"
