"""Proof that one more event never raises a score, or never lowers it: part by part, where every part allows it.

A sum goes no higher where none of its parts does; so do bounds, rounding, positive weights. What this does not prove
may hold all the same.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    Happened,
    Holds,
    Not,
    Pattern,
)
from leadrules.dsl.rules.model import Combination, Score
from leadrules.dsl.rules.model_criteria import (
    Begins,
    ByAge,
    Criterion,
    Each,
    Expires,
    HalfLife,
    Level,
    Linear,
    NoDecay,
    OfOriginal,
    PointsEvery,
    SCurve,
    Veto,
)
from leadrules.verify.reads import Readers

Direction = Literal[-1, 0, 1]
SHRINKING = (NoDecay, HalfLife, Linear, Expires, SCurve, OfOriginal, ByAge, PointsEvery)  # and never past zero
TURNS: dict[str, Direction] = {">": 1, ">=": 1, "<": -1, "<=": -1}


class Proof(Struct, frozen=True):
    """What is known of one more event of the type that `readers` look for."""

    readers: Readers

    def never(self, score: str, way: Direction) -> bool:
        """Whether it is proved that the score never goes that way: 1 up, -1 down."""
        found = next(s for s in self.readers.model.scores if s.name == score)
        if isinstance(found, Combination):
            return all(self.never(name, _times(way, weight)) for weight, name in found.terms)
        return way == 0 or (isinstance(found, Score) and self.sum(found, way))

    def sum(self, score: Score, way: Direction) -> bool:
        """The same of a sum of criteria. Of what ages nothing is: an event moves the clock, and a point more may age faster."""
        if score.ageing:
            return False
        apart = [*score.resets, *score.multipliers]
        if any(self.readers.part(part) for part in apart) or any(m.factor < 0 for m in score.multipliers):
            return False
        return all(not self.readers.part(c) or self.criterion(c, _times(way, c.weight)) for c in score.criteria)

    def criterion(self, criterion: Criterion, way: Direction) -> bool:
        """The same of a criterion that asks for the event, before its weight."""
        if criterion.unless is not None and self.readers.part(criterion.unless):
            return False
        match criterion:
            case Each(points=points):
                return self.is_plain(criterion) and points * way <= 0
            case Level(points=points, condition=condition, known_for=None):
                turn = self.turn(condition)
                return turn is not None and turn * points * way <= 0
            case Veto(condition=condition, known_for=None):
                turn = self.turn(condition)
                return turn is not None and turn * way >= 0
            case _:
                return False

    def is_plain(self, criterion: Each) -> bool:
        """Whether each occurrence adds its own points, whatever others there are."""
        if isinstance(criterion.pattern, Begins):
            return False
        where = criterion.pattern.where
        apart = [criterion.gap, criterion.sequence, criterion.per, criterion.visit]
        bare = criterion.which == "each" and not criterion.limits and all(part is None for part in apart)
        return bare and isinstance(criterion.decay, SHRINKING) and not (where and self.readers.part(where))

    def turn(self, condition: Condition) -> Direction | None:
        """Which way a condition can turn with the event: 1 to true, -1 away from it; None where that is not known."""
        if not self.readers.part(condition):
            return 0
        match condition:
            case Both(parts) | Either(parts):
                turns = {self.turn(part) for part in parts} - {0}
                return turns.pop() if len(turns) == 1 else None
            case Not(part):
                turn = self.turn(part)
                return None if turn is None else _times(turn, -1)
            case Happened(pattern, absent):
                return None if not self.is_direct(pattern) else -1 if absent else 1
            case Compare(Aggregate("count", pattern), operator, Constant()) if self.is_direct(pattern):
                return TURNS.get(operator)
            case Holds(reference) if reference.kind == "condition":
                named = next(c for c in self.readers.model.conditions if c.name == reference.name)
                return self.turn(named.condition)
            case _:
                return None

    def is_direct(self, pattern: Pattern) -> bool:
        """Whether a pattern asks for the event itself, and for nothing that hangs on others."""
        return pattern.where is None or not self.readers.part(pattern.where)


def _times(way: Direction, factor: float) -> Direction:
    return 0 if way * factor == 0 else 1 if way * factor > 0 else -1
