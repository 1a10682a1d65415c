"""Model and leads to what cannot be known: for each field, the leads that lack it and the points that hang on it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import Meaning
from leadrules.dsl.rules.model import Cases, Criterion, Each, Level, Model, Scale, Table, Veto
from leadrules.dsl.rules.reach_values import value_reach
from leadrules.engine.asks import fields_of
from leadrules.engine.columns import known
from leadrules.engine.leads import Leads


class Lacking(Struct, frozen=True):
    """A field, how many of the leads lack it, the most points a lead without it cannot get, and the rules that ask."""

    field: str
    leads: int
    of: int
    points: float
    rules: tuple[str, ...]


def lacking(model: Model, leads: Leads) -> tuple[Lacking, ...]:
    """Every field that some lead lacks and some rule asks for, in the order of the rule set."""
    found = []
    for field in model.fields:
        column = leads.fields.get(field.name)
        missing = len(leads) if column is None else len(leads) - int(np.count_nonzero(known(column)))
        asking = [(name, points) for name, points, rule in _rules(model) if field.name in set(fields_of(rule, model))]
        if missing and asking:
            points = sum(points for _, points in asking)
            found.append(Lacking(field.name, missing, len(leads), points, tuple(name for name, _ in asking)))
    return tuple(found)


def _rules(model: Model) -> Iterator[tuple[str, float, Meaning]]:
    """Everything that asks for fields, with the points at stake in it."""
    for score, criterion in model.criteria:
        points = _at_stake(criterion) * criterion.weight if criterion.weight else 0.0
        yield f"{score.name}.{criterion.name}", points, criterion
    for checklist in model.checklists:
        for item in checklist.items:
            yield f"{checklist.name}.{item.name}", 0.0, item
    for tier in model.tiers:
        yield tier.name, 0.0, tier


def _at_stake(criterion: Criterion) -> float:
    """How many points, unweighed, an unknown field can keep a lead from: for a table all but those of its unknown row."""
    match criterion:
        case Level(points=points):
            return abs(points)
        case Table():
            return max(abs(row.number - criterion.by.unknown) for row in criterion.by.rows)
        case Veto():
            return 0.0  # a veto that is not known lets a lead have its points
        case Cases():
            return max((abs(row.points - criterion.otherwise) for row in criterion.rows), default=0.0)
        case Scale():
            return max(map(abs, value_reach(criterion.points)))
        case Each(points=points, worth=worth):
            return abs(points) if worth is None else worth
