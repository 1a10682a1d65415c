"""Hot leads wait for a call: who is called in which round, and who never is."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np

from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.working_hours import Rounds

NEVER = -1
FEW = 16  # leads a round, up to which it is faster to take one after another than all at once
AHEAD = 16  # rounds for which the best that wait are kept apart from the rest


def serve(tick: Ticks, score: Floats | None, rounds: Rounds, expire: int | None) -> Ticks:
    """When each hot lead is called; `NEVER` where it is not.

    `tick` (leads,) ascending: since when each waits. When a round begins those are taken who wait by then, as many as
    there are calls: the best `score` first, of equal ones who waits longer (None: whoever waits longest). Who waits for
    more than `expire` seconds by then is out.
    """
    found = np.full(len(tick), NEVER, np.int64)
    oldest = rounds.start - (expire if expire is not None else rounds.start.max(initial=0))
    arrived = np.searchsorted(tick, rounds.start, side="right")
    gone = np.searchsorted(tick, oldest, side="left")
    if score is None:
        served = [*_first_come(arrived, gone, rounds.calls)]
    else:
        few = len(tick) < FEW * len(rounds.start)
        served = [*(_one_by_one if few else _by_score)(score, arrived, gone, rounds.calls)]
    if served:
        sizes = np.array([len(leads) for _, leads in served])
        numbers = np.repeat([number for number, _ in served], sizes)
        places = np.arange(len(numbers)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        found[np.concatenate([leads for _, leads in served])] = rounds.tick(numbers, places)
    return found


def _first_come(arrived: Ticks, gone: Ticks, calls: Ticks) -> Iterator[tuple[int, Ticks]]:
    """The leads of each round: those that wait stand together, and whoever leaves, called or not, stands in front."""
    head = 0
    for number, (here, out, most) in enumerate(zip(arrived.tolist(), gone.tolist(), calls.tolist(), strict=True)):
        head = max(head, out)
        called = min(most, here - head)
        if called > 0:
            yield number, np.arange(head, head + called)
            head += called


def _one_by_one(score: Floats, arrived: Ticks, gone: Ticks, calls: Ticks) -> Iterator[tuple[int, Ticks]]:
    """The leads of each round, the best first, where they are few: by a heap, which those that are out leave unseen."""
    lead_at = np.argsort(-score, kind="stable").tolist()
    place_of = np.empty(len(score), np.int64)
    place_of[lead_at] = np.arange(len(score))
    places, waiting, known = place_of.tolist(), list[int](), 0
    for number, (here, out, most) in enumerate(zip(arrived.tolist(), gone.tolist(), calls.tolist(), strict=True)):
        for place in places[max(known, out) : here]:
            heappush(waiting, place)
        known, called = here, list[int]()
        while waiting and len(called) < most:
            lead = lead_at[heappop(waiting)]
            if lead >= out:
                called.append(lead)
        if called:
            yield number, np.array(called)


def _by_score(score: Floats, arrived: Ticks, gone: Ticks, calls: Ticks) -> Iterator[tuple[int, Ticks]]:
    """The leads of each round, the best first. A lead is known by its place among all, the best being 0."""
    lead_at = np.argsort(-score, kind="stable")
    place_of = np.empty(len(score), np.int64)
    place_of[lead_at] = np.arange(len(score))
    waiting = _Waiting(lead_at)
    known = 0
    for number, (here, out, most) in enumerate(zip(arrived.tolist(), gone.tolist(), calls.tolist(), strict=True)):
        called = waiting.best(most, place_of[max(known, out) : here], out)
        known = here
        if len(called):
            yield number, lead_at[called]


class _Waiting:
    """Places that wait: the `front`, those below `bound`, is looked at in each round, the rest once in many."""

    def __init__(self, lead_at: Ticks) -> None:
        self.lead_at, self.bound = lead_at, len(lead_at)
        self.front, self.rest = np.zeros(0, np.int64), [np.zeros(0, np.int64)]

    def best(self, most: int, coming: Ticks, out: int) -> Ticks:
        """The best of those that wait and of those that are coming, in order; leads before `out` are out."""
        self.front = np.concatenate([self.still(self.front, out), coming[coming < self.bound]])
        self.rest.append(coming[coming >= self.bound])
        if len(self.front) < most or len(self.front) > 2 * AHEAD * most:
            self.front = np.concatenate([self.front, *([] if len(self.front) >= most else self.whole_rest(out))])
            self.shorten(AHEAD * most)
        if most < len(self.front):
            self.front.partition(most)
        called, self.front = np.sort(self.front[:most]), self.front[most:]
        return called

    def still(self, places: Ticks, out: int) -> Ticks:
        return places[self.lead_at[places] >= out] if out else places

    def whole_rest(self, out: int) -> list[Ticks]:
        rest, self.rest = self.still(np.concatenate(self.rest), out), []
        self.bound = len(self.lead_at)
        return [rest]

    def shorten(self, most: int) -> None:
        """All but so many of the front go to the rest."""
        if len(self.front) > most:
            self.front.partition(most)
            self.bound = int(self.front[most])
            self.rest.append(self.front[most:])
            self.front = self.front[:most]
