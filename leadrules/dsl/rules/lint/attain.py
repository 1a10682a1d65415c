"""What single criteria do to the first tier that asks for nothing but one score."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from leadrules.dsl.expression.model import Compare, Constant, Reference
from leadrules.dsl.rules.model import Combination, Model, Score
from leadrules.dsl.rules.model_criteria import Criterion, Each
from leadrules.dsl.rules.model_tiers import Tier
from leadrules.dsl.rules.reach import criterion_reach


class Aim(Struct, frozen=True):
    """The highest tier that one score alone leads into: from `level` on, or (`strict`) above it. `shares`: what a point of each base score adds."""

    tier: Tier
    score: str
    level: float
    strict: bool
    shares: dict[str, float]

    def reached(self, points: float) -> bool:
        """Whether so many points of the score are enough."""
        return points > self.level if self.strict else points >= self.level

    def gain(self, score: Score, points: float) -> float:
        """What so many points of a base score are worth, within the bounds of that."""
        return (min(points, score.bounds[1]) if score.bounds else points) * self.shares.get(score.name, 0.0)


def aim_of(model: Model) -> Aim | None:
    """The tier that criteria aim at; None where every tier asks for something else, or the last is the only one."""
    for tier in model.tiers:
        match tier.condition:
            case Compare(Reference("score", name), ">=" | ">" as sign, Constant(level)) if level > 0:
                shares: dict[str, float] = {}
                constant = _spread(model, name, 1.0, shares)
                return Aim(tier, name, level - constant, sign == ">", shares) if level > constant else None
    return None


def _spread(model: Model, name: str, share: float, shares: dict[str, float]) -> float:
    """Note the share of every base score in a score; the constant that is added to them."""
    score = next((score for score in model.scores if score.name == name), None)
    match score:
        case Score():
            shares[name] = shares.get(name, 0.0) + share
        case Combination(terms=terms, constant=constant):
            return share * constant + sum(_spread(model, part, share * weight, shares) for weight, part in terms)
    return 0.0


def aiming(model: Model, aim: Aim) -> Iterator[tuple[Score, Criterion]]:
    """The criteria that have a share in the score a tier asks for."""
    return ((score, criterion) for score, criterion in model.criteria if score.name in aim.shares)


def worth_of_one(criterion: Criterion) -> float:
    """The most points that one occurrence, or what holds of a lead, gives at once; infinite where nothing bounds it."""
    if not isinstance(criterion, Each):
        return criterion_reach(criterion)[1]
    if criterion.per is not None:
        return criterion_reach(criterion)[1]
    worth = math.inf if criterion.worth is None else criterion.worth
    if criterion.worth_per is not None:
        worth = min(worth, criterion.worth_per.points)
    return min(criterion.points, worth) * criterion.weight
