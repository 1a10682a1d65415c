"""Engine against oracle, case by case: `python -m tests.agree --cases 100000 --seed 1`.

A case is a rule set, a lead, its log and an instant. Rule sets, leads and logs are drawn as in `test_laws.py`; each lead is
looked at from several instants around the one it was drawn for. It stops at the first case that does not agree, made as small
as it gets; with the same seed the same cases are drawn. Courses of more than `MANY` evaluations, which take the oracle
seconds, are evaluated at events alone.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import HealthCheck, given, seed, settings

from leadrules.engine.score import score
from tests.build import leads_of, plan_of
from tests.oracle_facts import gone
from tests.oracle_tiers import evaluations, remembers
from tests.specs_write import render
from tests.test_laws import compare, expected
from tests.worlds import World, worlds

DAY = 86_400_000_000
SHIFTS = (0, -40 * DAY, -7 * DAY, -DAY, -1, 1, DAY, 3 * DAY, 30 * DAY)
REPORT = 60.0
MANY = 20
ROUND = 8  # worlds of one search: a longer one goes on changing the slowest of those it met


def run(cases: int, start: int) -> int:
    """Draw worlds until so many cases agree, and say how many did."""
    done, said = 0, time.monotonic()
    for number in itertools.count():
        done += agreeing(f"{start}/{number}")
        if time.monotonic() - said > REPORT:
            said = time.monotonic()
            print(f"{done:,} cases agree", flush=True)
        if done >= cases:
            return done
    raise AssertionError


def agreeing(start: str) -> int:
    """The cases of some worlds, all of which agree."""
    done = 0

    @seed(start)
    @settings(max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(worlds().map(quick))
    def agree(world: World) -> None:
        nonlocal done
        plan = plan_of(render(world.spec))
        leads = leads_of(plan.model, world.leads, world.events, world.beside)
        for moved in moved_by(world, SHIFTS):
            scores = score(plan, leads, moved.now, criteria=True)
            for place, lead in enumerate(moved.leads):
                if moved.now < gone(lead["lead"], moved.beside):
                    compare(scores, place, expected(moved, lead))
                    done += 1

    agree()
    return done


def quick(world: World) -> World:
    """The world without its daily evaluations, if there are too many of them."""
    if not remembers(world.spec):
        return world
    told = (evaluations(world.spec, lead, world.events, world.now, world.beside) for lead in world.leads)
    if sum(1 for course in told for _ in course) <= MANY:
        return world
    return world._replace(spec=replace(world.spec, evaluate=(True, ())))


def moved_by(world: World, shifts: tuple[int, ...]) -> Iterator[World]:
    """The same world, looked at earlier and later."""
    return (world._replace(now=world.now + shift) for shift in shifts)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"{run(asked.cases, asked.seed):,} cases agree (seed {asked.seed})")


if __name__ == "__main__":
    main()
