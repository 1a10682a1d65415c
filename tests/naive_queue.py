"""Sales as a list of events worked off in the order of time: leads get hot, give up waiting, and are called."""

from __future__ import annotations

import heapq
import itertools
from typing import NamedTuple

from leadrules.simulator.working_hours import Rounds

HOT, ROUND, GONE = range(3)  # at one tick in this order


class Hot(NamedTuple):
    lead: int
    tick: int
    score: float


class Day(NamedTuple):
    """What came of a queue: when each lead is called, and who gave up waiting."""

    served: dict[int, int]
    gone: set[int]


def work_off(hot: list[Hot], rounds: Rounds, by_score: bool, expire: int | None, horizon: int) -> Day:
    """Event after event. Who waits for `expire` seconds is called in a round at that very tick, and in none after it."""
    number = itertools.count()
    events = [(one.tick, HOT, next(number), one) for one in hot]
    events += [(int(tick), ROUND, place, None) for place, tick in enumerate(rounds.start)]
    heapq.heapify(events)
    waiting: list[Hot] = []
    found = Day({}, set())
    while events:
        tick, kind, place, lead = heapq.heappop(events)
        if tick >= horizon:
            break
        if kind == HOT:
            waiting.append(lead)
            if expire is not None:
                heapq.heappush(events, (tick + expire, GONE, next(number), lead))
        elif kind == GONE and lead in waiting:
            waiting.remove(lead)
            found.gone.add(lead.lead)
        elif kind == ROUND:
            for call in range(int(rounds.calls[place])):
                if waiting:
                    best = min(waiting, key=lambda one: (-one.score if by_score else 0, one.tick, one.lead))
                    waiting.remove(best)
                    of_day = int(rounds.first[place]) + call
                    found.served[best.lead] = int(rounds.opens[place]) + of_day * rounds.length // rounds.daily
    return found
