"""The same journeys as people write them elsewhere: with SimPy, and as a loop in Python.

Both keep what they make as three lists (lead, day, type of event), the cheapest form Python has, and both draw
exponential times as cheaply as Python can: `random.expovariate` costs a call more.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Generator
from itertools import accumulate
from math import log

import simpy
from msgspec import Struct

from benchmarks.journeys_law import ADVANCE, DWELL, EVENTS, HORIZON, SEGMENTS, VISITS

SEGMENT_BOUNDS = list(accumulate(SEGMENTS[:-1]))
TYPE_BOUNDS = [list(accumulate(shares))[:-1] + [1.0] for shares in EVENTS]
STAGES = range(len(EVENTS))


class Made(Struct):
    """What a run made: how many leads and events, and how many leads were won within the horizon."""

    leads: int
    events: int
    won: int


def walk_in_a_loop(leads: int, seed: int) -> Made:
    """One lead after the other, and within it one event after the other."""
    u = random.Random(seed).random
    who: list[int] = []
    when: list[float] = []
    what: list[int] = []
    won = 0
    for lead in range(leads):
        now, segment = u() * HORIZON, bisect(SEGMENT_BOUNDS, u())
        for stage in STAGES:
            end = now - DWELL[segment][stage] * log(1.0 - u())
            until = min(end, HORIZON)
            gap, bounds = 1.0 / VISITS[segment][stage], TYPE_BOUNDS[stage]
            now -= gap * log(1.0 - u())
            while now < until:
                draw, type = u(), 0
                while draw >= bounds[type]:
                    type += 1
                who.append(lead)
                when.append(now)
                what.append(type)
                now -= gap * log(1.0 - u())
            if end >= HORIZON or u() >= ADVANCE[segment][stage]:
                break
            now = end
        else:
            won += 1
    return Made(leads, len(what), won)


class Market:
    """A market in SimPy: a process for each lead."""

    def __init__(self, seed: int) -> None:
        self.env = simpy.Environment()
        self.u = random.Random(seed).random
        self.who: list[int] = []
        self.when: list[float] = []
        self.what: list[int] = []
        self.won = 0

    def source(self, leads: int) -> Generator[simpy.Event, None, None]:
        """Brings leads in the order of their arrivals: SimPy is a fifth slower where all wait for theirs at once."""
        for lead, arrival in enumerate(sorted(self.u() * HORIZON for _ in range(leads))):
            yield self.env.timeout(arrival - self.env.now)
            self.env.process(self.journey(lead))

    def journey(self, lead: int) -> Generator[simpy.Event, None, None]:
        """A lead from its arrival to its end."""
        u, timeout, now = self.u, self.env.timeout, self.env.now
        segment = bisect(SEGMENT_BOUNDS, u())
        for stage in STAGES:
            end = now - DWELL[segment][stage] * log(1.0 - u())
            gap, bounds = 1.0 / VISITS[segment][stage], TYPE_BOUNDS[stage]
            wait = -gap * log(1.0 - u())
            while now + wait < end:
                yield timeout(wait)
                now += wait
                draw, type = u(), 0
                while draw >= bounds[type]:
                    type += 1
                self.who.append(lead)
                self.when.append(now)
                self.what.append(type)
                wait = -gap * log(1.0 - u())
            yield timeout(end - now)
            now = end
            if u() >= ADVANCE[segment][stage]:
                return
        self.won += 1


def walk_in_simpy(leads: int, seed: int) -> Made:
    """Until the horizon."""
    market = Market(seed)
    market.env.process(market.source(leads))
    market.env.run(until=HORIZON)
    return Made(leads, len(market.what), market.won)
