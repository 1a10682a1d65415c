"""How much of a rule set its tests reach: goals, and how many looks of tests get to each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.verify.goals import Goal

Key = tuple[str, int, int, str, str, str, str, int]
Steps = frozenset[tuple[str, str]]


class Reached(Struct, frozen=True):
    """A goal and how many looks of tests get there. Where it is not `possible` it is shown that no lead can."""

    goal: Goal
    times: int
    possible: bool

    @property
    def counts(self) -> bool:
        """Whether it is one of those that should be reached; what was reached is."""
        return self.goal.needed and (self.possible or self.times > 0)


class Coverage(Struct, frozen=True):
    """What the tests of some files reach, in the order of the text.

    `steps`: direct steps between tiers that leads take, and how many pairs of tiers there are.
    """

    reached: tuple[Reached, ...]
    steps: Steps = frozenset()
    pairs: int = 0

    @property
    def counted(self) -> tuple[Reached, ...]:
        """What should be reached."""
        return tuple(each for each in self.reached if each.counts)

    @property
    def missed(self) -> tuple[Reached, ...]:
        """What should be reached, and is not."""
        return tuple(each for each in self.counted if not each.times)

    @property
    def left_out(self) -> tuple[Reached, ...]:
        """What no lead can reach."""
        return tuple(each for each in self.reached if each.goal.needed and not each.counts)

    @property
    def percent(self) -> float:
        """The share of what should be reached that is; 100 where there is nothing."""
        counted = self.counted
        return 100.0 * (len(counted) - len(self.missed)) / len(counted) if counted else 100.0


def together(parts: Iterable[Coverage]) -> Coverage:
    """The coverage of several files that share rules: each goal once, with the looks of all of them."""
    found: dict[Key, Reached] = {}
    steps: Steps = frozenset()
    pairs = 0
    for part in parts:
        steps, pairs = steps | part.steps, max(pairs, part.pairs)
        for key, each in zip(keys_of(part.reached), part.reached, strict=True):
            before = found.get(key)
            possible = each.possible or (before is not None and before.possible)
            times = each.times + (before.times if before else 0)
            found[key] = replace(each, times=times, possible=possible)
    return Coverage(tuple(sorted(found.values(), key=_place)), steps, pairs)


def keys_of(reached: Sequence[Reached]) -> Iterable[Key]:
    """What tells goals apart; those that nothing else tells apart are numbered."""
    seen: Counter[tuple[object, ...]] = Counter()
    for each in reached:
        goal = each.goal
        key = (goal.span.source.name, goal.span.start, goal.span.end, goal.kind, goal.owner, goal.part, goal.outcome)
        seen[key] += 1
        yield (*key, seen[key])


def _place(each: Reached) -> tuple[str, int]:
    return each.goal.span.source.name, each.goal.span.start
