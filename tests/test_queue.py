"""The queue of sales: call by call as a plain loop over lists has it, and by the laws that every queue obeys."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadrules.simulator.queue import NEVER, serve
from leadrules.simulator.working_hours import HOUR, Rounds, rounds_of
from tests.phase_type import SIMPLE, world_of

Ticks = npt.NDArray[np.int64]
DAY = 24 * HOUR


class Waiting(NamedTuple):
    """A queue to be worked through: since when each lead waits, how good it is, when rounds begin, calls in each."""

    tick: list[int]
    score: list[float] | None
    rounds: Rounds
    expire: int | None


def rounds_at(starts: list[int], calls: list[int]) -> Rounds:
    """Rounds of an hour each that are a day of their own, so that the calls of each are spread over the hour."""
    start, most = np.array(starts, np.int64), max(calls, default=1)
    return Rounds(start, np.array(calls, np.int64), start, np.zeros(len(starts), np.int64), most, HOUR, len(starts))


@st.composite
def queues(draw: st.DrawFn) -> Waiting:
    starts = sorted(draw(st.sets(st.integers(0, 60), max_size=25)))
    calls = draw(st.lists(st.integers(1, 4), min_size=len(starts), max_size=len(starts)))
    tick = sorted(draw(st.lists(st.integers(0, 61 * HOUR), max_size=60)))
    scores = st.lists(st.sampled_from([1.0, 2.0, 2.5, 7.0]), min_size=len(tick), max_size=len(tick))
    expire = draw(st.none() | st.integers(0, 20 * HOUR))
    return Waiting(tick, draw(st.none() | scores), rounds_at([HOUR * s for s in starts], calls), expire)


def by_hand(queue: Waiting) -> list[int]:
    """The same with lists: in each round, whoever waits and is not out, sorted, from the front."""
    found = [NEVER] * len(queue.tick)
    for number, start in enumerate(queue.rounds.start.tolist()):
        waiting = [lead for lead, tick in enumerate(queue.tick) if tick <= start and found[lead] == NEVER]
        waiting = [lead for lead in waiting if queue.expire is None or start - queue.tick[lead] <= queue.expire]
        if queue.score is not None:
            scores = queue.score
            waiting.sort(key=lambda lead: (-scores[lead], lead))
        for place, lead in enumerate(waiting[: int(queue.rounds.calls[number])]):
            found[lead] = start + place * HOUR // queue.rounds.daily
    return found


def served(queue: Waiting) -> Ticks:
    score = None if queue.score is None else np.array(queue.score)
    return serve(np.array(queue.tick, np.int64), score, queue.rounds, queue.expire)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("few", [0, 32])
@given(queue=queues())
def test_each_lead_is_called_when_a_plain_loop_calls_it(
    few: int, queue: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadrules.simulator.queue.FEW", few)
    assert served(queue).tolist() == by_hand(queue)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("ahead", [1, 2, 3, 16])
def test_a_crowd_is_called_alike_however_many_are_kept_apart(
    seed: int, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadrules.simulator.queue.AHEAD", ahead)
    monkeypatch.setattr("leadrules.simulator.queue.FEW", 0)
    chance = np.random.default_rng(seed)
    tick = np.sort(chance.integers(0, 200 * HOUR, 300)).tolist()
    rounds = rounds_at([HOUR * round for round in range(200)], chance.integers(1, 3, 200).tolist())
    queue = Waiting(tick, chance.permutation(300).astype(float).tolist(), rounds, [None, 30 * HOUR][seed % 2])
    assert served(queue).tolist() == by_hand(queue)


@given(queues())
def test_no_round_has_more_calls_than_it_can_have(queue: Waiting) -> None:
    at = served(queue)
    called = np.searchsorted(queue.rounds.start, at[at != NEVER], side="right") - 1
    assert (np.bincount(called, minlength=len(queue.rounds.calls)) <= queue.rounds.calls).all()
    assert (at[at != NEVER] >= np.array(queue.tick, np.int64)[at != NEVER]).all()


@given(queues())
def test_waits_add_up_to_the_length_of_the_queue_over_time(queue: Waiting) -> None:
    """Little's law on one path, exactly: the sum of the waits is the integral of how many wait."""
    at, tick = served(queue), np.array(queue.tick, np.int64)
    end = 100 * HOUR
    leaves = np.where(at != NEVER, at, end)
    if queue.expire is not None:
        leaves = np.where(at == NEVER, np.minimum(tick + queue.expire, end), at)
    times = np.unique(np.concatenate([tick, leaves]))
    length = [int(((tick <= t) & (t < leaves)).sum()) for t in times]
    assert int((leaves - tick).sum()) == int((np.diff(times) * np.array(length, np.int64)[:-1]).sum())


@given(queues())
def test_the_first_come_are_served_as_the_reflection_map_says(queue: Waiting) -> None:
    """Backlog after a round: X - min(0, least X so far), X being arrivals less capacity, summed up (simulation, 1.7)."""
    tick, rounds = np.array(queue.tick, np.int64), queue.rounds
    arrivals = np.searchsorted(tick, rounds.start, side="right")
    x = arrivals - np.cumsum(rounds.calls)
    backlog = x - np.minimum(0, np.minimum.accumulate(x)) if len(x) else x
    done = arrivals - backlog
    number = np.searchsorted(done, np.arange(len(tick)) + 1)
    here = np.flatnonzero(number < len(rounds.start))
    expected = np.full(len(tick), NEVER, np.int64)
    before = np.concatenate([[0], done])[number[here]]
    expected[here] = rounds.tick(number[here], here - before)
    np.testing.assert_array_equal(serve(tick, None, rounds, None), expected)


@given(queues())
def test_a_score_that_says_nothing_is_first_come(queue: Waiting) -> None:
    same = queue._replace(score=[3.0] * len(queue.tick))
    np.testing.assert_array_equal(served(same), served(queue._replace(score=None)))


@given(queues(), st.integers(1, 5))
def test_more_capacity_calls_nobody_later_who_comes_first(queue: Waiting, more: int) -> None:
    queue = queue._replace(score=None, expire=None)
    wide = queue.rounds.calls * more
    other = served(queue._replace(rounds=rounds_at(queue.rounds.start.tolist(), wide.tolist())))
    rounds = [np.searchsorted(queue.rounds.start, at, side="right") for at in (other, served(queue))]
    called = served(queue) != NEVER
    assert (other[called] != NEVER).all()
    assert (rounds[0][called] <= rounds[1][called]).all()


# Working hours


HOURS = """sales {
  capacity CAPACITY per day
  hours monday to friday 9:00 to 17:30
  effect 0.5 logit
}
"""


def rounds_in(zone: str, capacity: int, start: str = "2026-03-23") -> Rounds:
    text = SIMPLE.replace("2026-01-05", start) + HOURS.replace("CAPACITY", str(capacity))
    text = text.replace("  horizon", f"  timezone {zone}\n  horizon") if "timezone" not in text else text
    return rounds_of(world_of(text).scenario)


def test_calls_lie_in_working_hours_evenly_and_as_many_as_said() -> None:
    for capacity in (1, 5, 18, 1_000):
        rounds = rounds_in("UTC", capacity)
        number = np.repeat(np.arange(len(rounds.start)), rounds.calls)
        place = np.arange(len(number)) - np.repeat(np.cumsum(rounds.calls) - rounds.calls, rounds.calls)
        ticks = rounds.tick(number, place)
        day, clock = ticks // DAY, ticks % DAY
        assert (np.bincount(day)[np.unique(day)] == capacity).all()
        assert set((day % 7).tolist()) == {0, 1, 2, 3, 4}
        assert (np.diff(ticks) > 0).all()
        assert clock.min() == 9 * HOUR
        assert clock.max() < 17.5 * HOUR
        assert np.ptp(np.diff(clock[day == 0])) <= 1 if capacity > 1 else True
        begins = rounds.start[number]
        assert ((begins <= ticks) & (ticks < begins + HOUR)).all()
        assert rounds.hours == 8.5 * len(np.unique(day))


def test_working_hours_follow_the_clocks_of_the_market() -> None:
    """In Berlin clocks went forward on the 29th of March 2026: from then on nine o'clock is an hour earlier."""
    opens = rounds_in("Europe/Berlin", 1).start
    assert opens[:7].tolist() == [9 * HOUR + DAY * day - (HOUR if day > 6 else 0) for day in (0, 1, 2, 3, 4, 7, 8)]
