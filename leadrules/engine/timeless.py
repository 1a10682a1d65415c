"""What time has no part in: expressions that say the same of a lead, or of an occurrence, in every view of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadrules.dsl.expression.model import (
    Aggregate,
    Arithmetic,
    Both,
    ByField,
    Compare,
    Constant,
    DaysSince,
    Either,
    Happened,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Meaning,
    Negative,
    Not,
    Pattern,
    Reference,
    TextTest,
)
from leadrules.dsl.rules.model import Model, RollUp, Score
from leadrules.dsl.rules.model_criteria import (
    Begins,
    Case,
    Cases,
    Criterion,
    Each,
    Expires,
    HalfLife,
    Level,
    NoDecay,
    OncePer,
    Scale,
    Table,
)

SAYING = (
    Arithmetic,
    Both,
    ByField,
    Case,
    Compare,
    Constant,
    Either,
    Has,
    IsKnown,
    IsOneOf,
    Label,
    Negative,
    Not,
    TextTest,
)
Fields = frozenset[str]


class Named(dict[str, Fields | None]):
    """What conditions with a name are made of, each worked out the first time it is asked for."""

    def __init__(self, conditions: Mapping[str, Meaning]) -> None:
        super().__init__()
        self.conditions = conditions

    def __missing__(self, name: str) -> Fields | None:
        found = self[name] = timeless(self.conditions[name], self)
        return found


def timeless(meaning: Meaning, named: Named) -> Fields | None:
    """The fields that something is made of, where it is made of nothing else but properties; None where it is.

    It says the same at all times where these fields have no dated values.
    """
    if isinstance(meaning, Reference):
        return _named(meaning, named)
    if isinstance(meaning, Holds):
        return _named(meaning.reference, named)
    if not isinstance(meaning, SAYING):
        return None
    return all_of([timeless(part, named) for part in meaning.made_of()])


def _named(reference: Reference, named: Named) -> Fields | None:
    if reference.kind == "condition" and reference.name in named.conditions:
        return named[reference.name]
    if reference.kind in ("field", "property"):
        return frozenset([reference.name] if reference.kind == "field" else [])
    return None


def all_of(parts: Sequence[Fields | None]) -> Fields | None:
    """The fields of several things together; None where one of them is made of more."""
    known = [part for part in parts if part is not None]
    return Fields().union(*known) if len(known) == len(parts) else None


def lasting(pattern: Pattern) -> Fields | None:
    """The same of which events a pattern means: what it once meant it means in every later view."""
    if pattern.window is not None:
        return None
    return Fields() if pattern.where is None else timeless(pattern.where, Named({}))


def still(criterion: Criterion, named: Named) -> Fields | None:
    """The same of a criterion that asks for no events: it gives a lead the same points at all times."""
    if criterion.valid is not None or criterion.unless is not None:
        return None
    match criterion:
        case Level(known_for=None) | Table() | Cases() | Scale(known_for=None):
            return all_of([timeless(part, named) for part in criterion.made_of()])
        case _:
            return None


def enduring(criterion: Each, reset: bool) -> Fields | None:
    """The same of a criterion whose points are worked out along the log: what counted once counts from then on."""
    if reset or criterion.worth_per is not None or isinstance(criterion.pattern, Begins):
        return None
    if criterion.which == "each" and not isinstance(criterion.decay, NoDecay | HalfLife | Expires):
        return None
    if isinstance(criterion.decay, Expires) and criterion.per is not None and criterion.which == "each":
        return None
    found = [lasting(criterion.pattern)]
    found += [lasting(criterion.sequence.pattern)] if criterion.sequence else []
    found += [timeless(criterion.per.property, Named({}))] if criterion.per else []
    found += [timeless(limit.property, Named({})) for limit in criterion.limits if isinstance(limit, OncePer)]
    return all_of(found)


def linear(meaning: Meaning) -> Fields | None:
    """The same of a rule set, or a part of it, for which the work grows with views and events, not with their product."""
    match meaning:
        case Happened(pattern=pattern) | Aggregate(measure="count", pattern=pattern):
            return lasting(Pattern(pattern.event, pattern.where, span=pattern.span))
        case DaysSince(subject=Pattern() as pattern):
            return lasting(pattern)
        case Pattern() | Aggregate() | RollUp() | Score(resets=(_, *_)) | Score(is_balance=True):
            return None
        case Each():
            return all_of([enduring(meaning, reset=False), *([linear(meaning.unless)] if meaning.unless else [])])
        case Model():
            frozen = (meaning.frozen,) if meaning.frozen else ()
            parts = (*meaning.conditions, *meaning.scores, *meaning.checklists, *meaning.tiers, *frozen)
            return all_of([linear(part) for part in parts])
        case _:
            return all_of([linear(part) for part in meaning.made_of()])
