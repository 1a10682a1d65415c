"""Scores over the members of an account, of the oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.oracle_conditions import Scene, holds, named, number_of, same, value_of
from tests.oracle_facts import Beside, Row, account_of, gone
from tests.specs import Combination, RollUp, Spec, Values

Standing = Callable[[Row], Scene]


def over_members(score: RollUp, members: Sequence[Scene]) -> float:
    """What the members make together, before bounds; each scene knows the scores of its own lead."""
    if score.measure == "count":
        return float(sum(score.where is None or holds(score.where, member) is True for member in members))
    assert score.score
    shares = [member.scores[score.score] * weight_of(score, member) for member in members]
    if score.measure == "average":
        return sum(shares) / len(shares)
    return {"sum": sum, "max": max, "min": min}[score.measure](shares)


def weight_of(score: RollUp, member: Scene) -> float:
    """The number of the row that holds the member's role."""
    if score.weight is None:
        return 1.0
    role = named("role", member)
    if role is None:
        return number_of(score.weight.unknown, member) if score.weight.unknown else 0.0
    for row in score.weight.rows:
        assert isinstance(row, Values)
        if any(same(role, value_of(value, member)) for value in row.values):
            return number_of(row.points, member)
    return number_of(score.weight.otherwise, member) if score.weight.otherwise else 0.0


def members_of(lead: Row, now: int, beside: Beside) -> list[Row]:
    """The leads of the same account as of now, but those merged into others by then; a lead without an account is alone."""
    account = account_of(lead, now, beside)
    if account is None:
        return [lead]
    others = [other for other in beside.leads if account_of(other, now, beside) == account]
    return [other for other in others if now < gone(other["lead"], beside)]


def without_members(spec: Spec) -> tuple[str, ...]:
    """The names of the scores that hang on one lead alone."""
    others: Mapping[str, object] = {score.name: score for score in spec.scores}

    def alone(name: str) -> bool:
        score = others[name]
        if isinstance(score, Combination):
            return all(alone(part) for _, part in score.terms)
        return not isinstance(score, RollUp)

    return tuple(name for name in others if alone(name))
