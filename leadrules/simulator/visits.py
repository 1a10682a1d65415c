"""Journeys to events: visits at random times of each stay, and what happens in them.

All stays of a block are worked on at once, one stage after the other, so that the events of a stage lie together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from leadrules.engine.ranges import ranges
from leadrules.simulator.clock import Clock
from leadrules.simulator.draws import Draws, G, Words, at, salt, salted
from leadrules.simulator.journeys import Journeys
from leadrules.simulator.laws import LONGEST
from leadrules.simulator.mailings import Post
from leadrules.simulator.normal import normal
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats, Happenings, Small, Ticks
from leadrules.simulator.quantiles import MOST_AT_ONCE, geometric, poisson
from leadrules.simulator.world import Mix, StageWorld, World

LEAD_BITS, TICK_BITS, ACTION_BITS = 15, 33, 15
LARGEST_BLOCK = 1 << LEAD_BITS
PLACE_SHIFT, VISIT_SHIFT = 32, np.uint64(56)
FEW = 24


class Stays(Struct, frozen=True):
    """Stays that can have visits, those of one stage after those of another: `slices` says where each stage's lie.

    `who`: positions in the block. `visit`: how often each lead has been in the stage before. `start` and `width`: ticks,
    the latter cut at the horizon. `mean`: expected visits.
    """

    who: Ticks
    ids: Words
    visit: Small
    persona: Small
    start: Ticks
    width: Ticks
    mean: Floats
    slices: tuple[tuple[StageWorld, slice], ...]

    def states(self, draws: Draws, what: str) -> Words:
        """Where the draws of each stay begin, in its stage's stream of that name: at visit << 56 of the lead's."""
        parts = [draws.states(f"stages/{stage.name}/{what}", self.ids[part]) for stage, part in self.slices]
        states = np.concatenate([np.zeros(0, np.uint64), *parts])
        if self.visit.any():
            states += (self.visit.astype(np.uint64) << VISIT_SHIFT) * G
        return states

    def each(self, value: Callable[[StageWorld], Floats]) -> Floats:
        """A number of each stay, that its stage has for each persona."""
        parts = [value(stage)[self.persona[part]] for stage, part in self.slices]
        return np.concatenate([np.zeros(0), *parts])


class Season(Struct, frozen=True):
    """How time passes in each stay, by the clock of a calendar.

    `place`: where it begins on the clock's line. `start` and `passing`: units passed before it, and in it.
    `weight`: what its time weighs on average. All (stays,).
    """

    clock: Clock
    place: Ticks
    start: Ticks
    passing: Floats
    weight: Floats

    def since(self, u: Floats, stay: Ticks) -> Ticks:
        """Ticks from the beginning of stays, for draws of when in them something happens."""
        found = self.clock.drawn(np.take(self.start, stay), np.take(self.passing, stay), u)
        found -= np.take(self.place, stay)
        return found


def in_season(clock: Clock | None, zone: Small, stays: Stays) -> Season | None:
    """How time passes in stays; None without a clock."""
    if clock is None:
        return None
    place = clock.place(stays.start, zone[stays.who])
    start = clock.units(place)
    passing = (clock.units(place + stays.width) - start).astype(np.float64)
    return Season(clock, place, start, passing, passing / (stays.width * clock.unit))


class Visits(Struct, frozen=True):
    """Visits, or the events in them.

    `stay`: the stay each belongs to, ascending. `number`: what counts it in its stay. `since`: ticks from the stay's
    beginning, in no order. `salts`: what `number` adds to a state of chance. All (visits,).
    """

    stay: Ticks
    number: Ticks
    since: Ticks
    salts: Words

    def uniforms(self, states: Words) -> Floats:
        """A draw for each, from its stay's stream."""
        return salted(np.take(states, self.stay) + self.salts)


def happen(world: World, draws: Draws, people: People, journeys: Journeys, post: Post | None = None) -> Happenings:
    """All events of the people of a block within the horizon: those of their visits, and those of their mails."""
    stays = _stays(world, people, journeys)
    time = in_season(world.seasons.visits, people.zone, stays)
    stays = replace(stays, mean=stays.mean * time.weight) if time else stays
    visits = _visits(stays, _counts(stays, draws), draws, time)
    if any(law.length.value > 1 for stage, _ in stays.slices for law in stage.laws):
        visits = _longer(stays, draws, visits)
    actions = _actions(stays, visits, visits.uniforms(stays.states(draws, "events")))
    return _in_order(world, stays, visits, actions, len(people.ids), post)


def _counts(stays: Stays, draws: Draws) -> Ticks:
    """Visits of each stay. A mean too large for one exact draw is shared out over as many as that stay needs."""
    pieces = np.maximum(np.ceil(stays.mean / MOST_AT_ONCE), 1.0)
    mean, states = stays.mean / pieces, stays.states(draws, "visits")
    counts = poisson(mean, at(states, np.uint64(0)))
    for piece in range(1, int(pieces.max(initial=1.0))):
        more = np.flatnonzero(pieces > piece)
        counts[more] += poisson(mean[more], at(states[more], np.uint64(piece)))
    return counts


def _stays(world: World, people: People, journeys: Journeys) -> Stays:
    horizon = int(world.scenario.horizon.value)
    parts: list[Stays] = []
    first = 0
    for stay in journeys.stays:
        stage = world.stages[stay.stage]
        persona = people.persona[stay.who]
        width = np.minimum(stay.end, horizon) - stay.start
        here = np.flatnonzero((width > 0) & (stage.rates[persona] > 0))
        who, width, persona = stay.who[here], width[here], persona[here]
        mean = stage.rates[persona] * people.activity[who] * width
        part = slice(first, first + len(who))
        parts.append(
            Stays(who, people.ids[who], stay.visit[here], persona, stay.start[here], width, mean, ((stage, part),))
        )
        first = part.stop
    return _joined(parts)


def _joined(parts: Sequence[Stays]) -> Stays:
    """Stays of several stages as one."""
    return Stays(
        np.concatenate([part.who for part in parts]),
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.visit for part in parts]),
        np.concatenate([part.persona for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.width for part in parts]),
        np.concatenate([part.mean for part in parts]),
        tuple(pair for part in parts for pair in part.slices),
    )


def _visits(stays: Stays, counts: Ticks, draws: Draws, time: Season | None) -> Visits:
    """Visits at times spread evenly over their stays, or as time weighs in them."""
    stay, number = ranges(np.zeros_like(counts), counts)
    salts = salt(number.view(np.uint64))
    u = salted(np.take(stays.states(draws, "times"), stay) + salts)
    if time:
        return Visits(stay, number, time.since(u, stay), salts)
    u *= np.take(stays.width.astype(np.float64), stay)
    return Visits(stay, number, u.astype(np.int64), salts)


def _longer(stays: Stays, draws: Draws, visits: Visits) -> Visits:
    """Visits with all their events: the first at the time of the visit, each other a gap after the one before.

    The events of a visit have numbers of their own: the visit's, and above it the place in the visit. A visit ends
    with the stay it belongs to.
    """
    means = stays.each(lambda stage: np.array([law.length.value for law in stage.laws]))[visits.stay]
    lengths = geometric(means, visits.uniforms(stays.states(draws, "lengths")))
    of_visit, place = ranges(np.zeros_like(lengths), lengths)
    stay, number = visits.stay[of_visit], visits.number[of_visit] + (place << PLACE_SHIFT)
    salts = salt(number.view(np.uint64))
    further = np.flatnonzero(place)
    passed = np.zeros(len(place), np.int64)
    passed[further] = _gaps(stays, stay[further], draws, salts[further])
    np.cumsum(passed, out=passed)
    since = np.take(visits.since - passed[np.cumsum(lengths) - lengths], of_visit)
    since += passed
    inside = np.flatnonzero(since < np.take(stays.width, stay))
    return Visits(stay[inside], number[inside], since[inside], salts[inside])


def _gaps(stays: Stays, stay: Ticks, draws: Draws, salts: Words) -> Ticks:
    """Whole seconds between events of visits and the ones before."""
    u = salted(np.take(stays.states(draws, "gaps"), stay) + salts)
    median = np.take(stays.each(lambda stage: np.array([law.gap.value for law in stage.laws])), stay)
    spread = np.take(stays.each(lambda stage: np.array([law.gap_spread.value for law in stage.laws])), stay)
    return np.minimum(median * np.exp(spread * normal(u)), LONGEST).astype(np.int64)


def _actions(stays: Stays, visits: Visits, u: Floats) -> Ticks:
    """What happens: an action of the stage's mix, or of a persona's own."""
    found = np.zeros(len(u), np.int64)
    for stage, part in stays.slices:
        events = slice(*np.searchsorted(visits.stay, (part.start, part.stop)).tolist())
        mixes = {id(mix): mix for mix in stage.mixes}  # personas may share one
        if len(mixes) == 1:
            found[events] = _picked(stage.mixes[0], u[events])
            continue
        numbers = np.array([list(mixes).index(id(mix)) for mix in stage.mixes])
        each = np.take(numbers[stays.persona], visits.stay[events])
        for number, mix in enumerate(mixes.values()):
            those = events.start + np.flatnonzero(each == number)
            found[those] = _picked(mix, u[those])
    return found


def _picked(mix: Mix, u: Floats) -> Ticks:
    """The action whose share of (0, 1) each draw lies in. Few bounds are compared one by one, many are searched."""
    if len(mix.bounds) > FEW:
        return mix.actions[np.searchsorted(mix.bounds, u, side="right")]
    place = np.zeros(len(u), np.uint8)
    for bound in mix.bounds[:-1]:
        place += np.greater_equal(u, bound).view(np.uint8)
    return np.take(mix.actions, place, mode="clip")  # places are in range: a check would cost as much as the look-up


def _in_order(world: World, stays: Stays, visits: Visits, action: Ticks, leads: int, post: Post | None) -> Happenings:
    """Events by lead, tick and action, each packed into one number so that one sort of numbers orders them all."""
    assert leads <= LARGEST_BLOCK, "a block is too large for packed events"
    assert world.scenario.horizon.value < 1 << TICK_BITS, "a horizon is too long for packed events"
    assert len(world.actions) < 1 << ACTION_BITS, "too many actions for packed events"
    packed = np.take(((stays.who << TICK_BITS) + stays.start) << ACTION_BITS, visits.stay)
    packed += visits.since << ACTION_BITS
    packed += action
    if post is not None:
        packed = np.concatenate([packed, (((post.who << TICK_BITS) + post.tick) << ACTION_BITS) + post.deed])
        action = np.empty(len(packed), np.int64)
    packed.sort()
    np.bitwise_and(packed, (1 << ACTION_BITS) - 1, out=action)
    packed >>= ACTION_BITS
    packed &= (1 << TICK_BITS) - 1
    of_stay = np.bincount(visits.stay, minlength=len(stays.who))
    counts = np.bincount(stays.who, weights=of_stay, minlength=leads).astype(np.int64)
    if post is not None:
        counts += np.bincount(post.who, minlength=leads)
    return Happenings(counts, packed, action)
