"""Rules to the conditions that they ask, each with what it is asked of."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from leadrules.dsl.expression.model import Condition, Meaning, Not, Pattern
from leadrules.dsl.rules.model import Model
from leadrules.dsl.rules.model_criteria import Begins, Criterion
from leadrules.verify.looks import Base


class Asked(Struct, frozen=True):
    """A condition, or a part of one, and what it belongs to.

    It is asked of leads where they are looked at, at each of their events, or where tiers are decided; or, with a
    `pattern`, of each of its occurrences there.
    """

    condition: Condition
    owner: str
    base: Base
    pattern: Pattern | None = None


def asked_in(model: Model) -> Iterator[Asked]:
    """Every condition of a rule set and every part of one; a `not` says nothing that its part does not say."""
    for named in model.conditions:
        yield from _of(named.condition, named.name, "look")
    for score in model.scores:
        for part in score.made_of():
            owner = f"{score.name}.{part.name}" if isinstance(part, Criterion) else score.name
            yield from _of(part, owner, "look")
    for checklist in model.checklists:
        for item in checklist.items:
            yield from _of(item.condition, f"{checklist.name}.{item.name}", "look")
    for tier in model.tiers:
        yield from _of(tier, tier.name, "evaluation")
    if model.frozen is not None:
        yield from _of(model.frozen, "frozen", "evaluation")


def _of(part: Meaning, owner: str, base: Base, pattern: Pattern | None = None) -> Iterator[Asked]:
    match part:
        case Begins(condition):
            yield from _of(condition, owner, "event")
            return
        case Pattern(where=where):
            yield from _of(where, owner, base, part) if where is not None else ()
            return
        case Not():
            pass
        case _ if isinstance(part, Condition):
            yield Asked(part, owner, base, pattern)
    for inner in part.made_of():
        yield from _of(inner, owner, base, pattern)
